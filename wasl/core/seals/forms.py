"""What exactly is hashed. Whoever has the rows and these few lines can check a seal with any tool.

**A record** is the text of ten lines joined by a line feed (U+000A), in UTF-8: `kind`, `version`, `agency_id`,
`case_id`, `actor_id`, `at`, `recorded_at`, `caused_by_id`, `origin`, `data`. Numbers are decimal; moments are whole
microseconds since 1970-01-01 UTC; what is null is written `-`; `data` is the JSON as PostgreSQL writes a jsonb value
(keys shortest first, then by bytes; a space after each comma and colon; no line feed in it). **Its leaf** is its
number as eight bytes, big end first, and the SHA-256 of that text: 40 bytes. The number is not part of the text, so
two records that were swapped are told from two that were changed.

**A seal** is the SHA-256 over a head and the leaves of its stretch in the order of their numbers. The head is seven
lines, each ended by a line feed: `wasl-seal <form>`, the number of the seal, the first and the last number of its
stretch, how many records are in it, when it was sealed in microseconds, and the digest of the seal before in
hexadecimal (64 zeros for the first).

A column that is added to the log makes a new form; seals of an older one are checked by theirs for ever.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

FORM = 1
LEAF = 40
FIRST_PREVIOUS = "0" * 64
# The columns of a record in the order of the form; a test holds them against those of the table.
COLUMNS = (
    "kind",
    "version",
    "agency_id",
    "case_id",
    "actor_id",
    "at",
    "recorded_at",
    "caused_by_id",
    "origin",
    "data",
)

# The leaf of a row of the log, as PostgreSQL works it out.
LEAVES: Mapping[int, str] = MappingProxyType(
    {
        1: """
        int8send(id) || sha256(convert_to(concat_ws(E'\\n', kind, version, agency_id,
            coalesce(case_id::text, '-'), coalesce(actor_id::text, '-'),
            (extract(epoch FROM at) * 1000000)::bigint, (extract(epoch FROM recorded_at) * 1000000)::bigint,
            coalesce(caused_by_id::text, '-'), origin, data::text), 'UTF8'))
        """
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest(
    *,
    form: int,
    number: int,
    first_event: int,
    last_event: int,
    count: int,
    sealed_at: datetime,
    previous: str,
    leaves: bytes,
) -> str:
    """The digest of a seal, in hexadecimal."""
    moment = (sealed_at - _EPOCH) // timedelta(microseconds=1)
    head = f"wasl-seal {form}\n{number}\n{first_event}\n{last_event}\n{count}\n{moment}\n{previous}\n"
    found = hashlib.sha256(head.encode())
    found.update(leaves)
    return found.hexdigest()


def parted(leaves: bytes) -> dict[int, bytes]:
    """The hash of each record of a stretch by its number, in their order."""
    return {
        int.from_bytes(leaves[start : start + 8], "big", signed=True): leaves[start + 8 : start + LEAF]
        for start in range(0, len(leaves), LEAF)
    }
