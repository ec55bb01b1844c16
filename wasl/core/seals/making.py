"""Making seals: what is settled is sealed in stretches, each under the seal before it."""

import time
from datetime import UTC, datetime

from django.db import connection, transaction

from wasl.core.models import Seal, SealState
from wasl.core.seals import forms, settled

# Records of one stretch: 40 bytes of each are kept, and one stretch is one short transaction.
AT_ONCE = 2_000
# A round ends after so long, also while a long log is sealed for the first time; the next one goes on.
ROUND_SECONDS = 10.0
_LOCK = 7_352_510  # nobody else in the house takes this number

_STRETCH = f"""
SELECT count(*), max(id), string_agg(leaf, ''::bytea ORDER BY id) FROM (
    SELECT id, {forms.LEAVES[forms.FORM]} AS leaf FROM core_eventrecord
    WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
) AS stretch
"""  # noqa: S608 (constants)


def head() -> Seal | None:
    """The newest seal, without its leaves."""
    return Seal.objects.defer("leaves").order_by("-number").first()


def seal_settled(*, seconds: float = ROUND_SECONDS, at_once: int = AT_ONCE) -> int:
    """Seal what can no longer change, for at most so long; gives how many records.

    Each stretch is a transaction of its own. Of several workers one seals; the others find nothing to do.
    """
    end = time.monotonic() + seconds
    up_to = _look()
    sealed = 0
    while up_to is not None:
        count = _seal_next(up_to, at_once=at_once)
        sealed += count
        if count < at_once or time.monotonic() >= end:
            break
    return sealed


@transaction.atomic
def _look() -> int | None:
    """Up to which number may be sealed, after a look at who writes now; None when somebody else is at it."""
    if not _is_alone():
        return None
    state = state_of_log()
    if not settled.are_over(state.waits_for):
        return state.settled
    last = settled.last_number()
    names = settled.writers()
    # Those who wrote at the last look are over: what was given out by then is settled.
    settled_now = last if not names else max(state.settled, state.seen)
    found = (settled_now, last, sorted(names))
    if found != (state.settled, state.seen, state.waits_for):  # an idle house writes nothing
        state.settled, state.seen, state.waits_for = found
        state.save(update_fields=["settled", "seen", "waits_for"])
    return settled_now


@transaction.atomic
def _seal_next(up_to: int, *, at_once: int) -> int:
    """Seal the next stretch; gives the number of its records, 0 when there is none or somebody else is at it."""
    if not _is_alone():
        return 0
    before = head()
    after = before.last_event if before else 0
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, [after, up_to, at_once])
        count, last, leaves = cursor.fetchone()
    if not count:
        return 0
    # Numbers that were lost on the way belong to the stretch too: nothing can be slipped in later.
    values = {
        "form": forms.FORM,
        "number": before.number + 1 if before else 1,
        "first_event": after + 1,
        "last_event": last if count == at_once else up_to,
        "count": count,
        "sealed_at": _now(),
        "previous": before.digest if before else forms.FIRST_PREVIOUS,
        "leaves": bytes(leaves),
    }
    Seal.objects.bulk_create([Seal(**values, digest=forms.digest(**values))])
    return int(count)


def state_of_log() -> SealState:
    """The one row that says how sealing stands."""
    state, _ = SealState.objects.get_or_create(pk=1)
    return state


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _now() -> datetime:
    """Seals tell the true time, wherever the clock of the house was moved to."""
    return datetime.now(UTC)
