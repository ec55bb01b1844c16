"""Going along the chain: is every recorded fact what it was when it was sealed?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wasl.core.i18n import t
from wasl.core.models import Seal
from wasl.core.sealed_lines import Line, Unreadable
from wasl.core.seals import forms

# Records that are looked at with one question.
AT_ONCE = 20_000

# Each stored seal beside what its stretch would be sealed as now.
_SEALS = """
SELECT number, form, first_event, last_event, count, sealed_at, previous, digest, leaves
FROM core_seal WHERE number > %s ORDER BY number LIMIT %s
"""
_NOW = f"""
SELECT s.number, now.leaves FROM core_seal s CROSS JOIN LATERAL (
    SELECT string_agg(leaf, ''::bytea ORDER BY id) AS leaves FROM (
        SELECT id, {forms.LEAVES[1]} AS leaf FROM core_eventrecord
        WHERE id BETWEEN s.first_event AND s.last_event
    ) AS found
) AS now WHERE s.number BETWEEN %s AND %s AND s.form = 1
"""  # noqa: S608 (constants)

SENTENCES = {
    "changed": ("غُيّر السجل رقم {event}.", "Record {event} was changed."),
    "missing": ("حُذف السجل رقم {event}.", "Record {event} is missing."),
    "added": ("أُضيف السجل رقم {event} بعد الختم.", "Record {event} was added after the sealing."),
    "swapped": (
        "السجل رقم {event} وُضع مكانه مضمون السجل رقم {other}.",
        "Record {event} now holds what was sealed as record {other}.",
    ),
    "seal": (
        "غُيّر الختم رقم {seal} نفسه (السجلات {first} إلى {last}).",
        "Seal {seal} itself was changed (records {first} to {last}).",
    ),
    "seal-missing": (
        "الختم رقم {seal} غير موجود (بعد السجل {event}).",
        "Seal {seal} is missing (after record {event}).",
    ),
    "rewritten": (
        "الختم رقم {seal} ليس هو المنشور خارج القاعدة: أُعيدت كتابة السجل بين {first} و{last}.",
        "Seal {seal} is not the one that was published outside: the log was rewritten between {first} and {last}.",
    ),
    "cut": (
        "نُشر خارج القاعدة الختم رقم {seal} (حتى السجل {last}) ولا وجود له فيها: قاعدة أقدم، أو حُذف آخرها.",
        "Seal {seal} (up to record {last}) was published outside and is not in the database: it is an older one, or "
        "its end was cut off.",
    ),
    "unreadable": (
        "سطر في الملف المنشور لا يُقرأ: {note}.",
        "A line of the published file cannot be read: {note}.",
    ),
}


@dataclass(frozen=True)
class Broken:
    """The first thing that is not as it was sealed. `what` is a key of SENTENCES."""

    what: str
    seal: int
    event: int | None = None
    other: int | None = None
    first: int | None = None
    last: int | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        """The break in words. Numbers are plain: they are typed into questions to the database."""
        return t(*SENTENCES[self.what], **asdict(self))


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and the first break. `up_to` is the last record that is sealed and as it was."""

    seals: int
    records: int
    last_seal: int
    up_to: int
    published: int
    broken: Broken | None
    is_whole: bool = True  # False: it was told to stop before the end of the chain

    @property
    def is_sound(self) -> bool:
        return self.broken is None


def verify(
    *,
    after: int = 0,
    published: Iterable[Line] = (),
    told: Callable[[int], None] = lambda records: None,
    stop: Callable[[], bool] = lambda: False,
) -> Verdict:
    """Look at every seal after that number; ends at the first that is broken, or when it is told to stop.

    `published` are the seals known outside, by their numbers; `told` hears how many records were looked at so far.
    A chain begun in the middle trusts the seal before it.
    """
    walk = _Walk(after, published)
    broken = walk.begin() or walk.along(told, stop)
    if broken is None and not walk.stopped:
        broken = walk.end()
    return Verdict(walk.seals, walk.records, walk.number, walk.up_to, walk.compared, broken, not walk.stopped)


class _Walk:
    """Where we are on the chain."""

    def __init__(self, after: int, published: Iterable[Line]) -> None:
        before = Seal.objects.defer("leaves").filter(number=after).first() if after else None
        self.number = before.number if before else 0
        self.up_to = before.last_event if before else 0
        self.previous = before.digest if before else forms.FIRST_PREVIOUS
        self.seals = self.records = self.compared = self.trusted = 0
        self.stopped = False
        self._published = iter(published)
        self._line: Line | None = None
        self._unreadable: Unreadable | None = None
        self._next_line()

    def begin(self) -> Broken | None:
        """Nothing stands before the first record."""
        if self.number == 0:
            with connection.cursor() as cursor:
                cursor.execute("SELECT min(id) FROM core_eventrecord WHERE id < 1")
                (found,) = cursor.fetchone()
            if found is not None:
                return Broken("added", 1, event=found)
        while self._line is not None and self._line.number <= self.number:
            self._next_line()
        return None

    def along(self, told: Callable[[int], None], stop: Callable[[], bool]) -> Broken | None:
        """Look at one seal after the other."""
        for seal, now in _seals(self.number):
            broken = self._look(seal, now)
            if broken is not None:
                return broken
            self.number, self.up_to, self.previous = seal.number, seal.last_event, seal.digest
            self.seals, self.records = self.seals + 1, self.records + seal.count
            told(self.records)
            if stop():
                self.stopped = True
                break
        return None

    def end(self) -> Broken | None:
        """Nothing was published that is not there."""
        if self._unreadable is not None:
            return Broken("unreadable", self.number, note=str(self._unreadable))
        if self._line is not None:
            return Broken("cut", self._line.number, event=self.up_to, first=self.up_to + 1, last=self._line.last_event)
        return None

    def _look(self, seal: Seal, now: bytes) -> Broken | None:
        if seal.number != self.number + 1:
            return Broken("seal-missing", self.number + 1, event=self.up_to)
        whole = _digest_of(seal) == seal.digest and seal.previous == self.previous
        if not whole or seal.first_event != self.up_to + 1 or len(seal.leaves) != seal.count * forms.LEAF:
            return Broken("seal", seal.number, event=seal.first_event, first=seal.first_event, last=seal.last_event)
        if now != seal.leaves:
            return _first_difference(seal, now)
        return self._compare(seal)

    def _compare(self, seal: Seal) -> Broken | None:
        """Hold the seal against what was published of it."""
        line = self._line
        if line is None or line.number > seal.number:
            return None
        if (line.number, line.last_event, line.digest) != (seal.number, seal.last_event, seal.digest):
            return Broken(
                "rewritten", seal.number, event=self.trusted + 1, first=self.trusted + 1, last=seal.last_event
            )
        self.compared, self.trusted = self.compared + 1, seal.last_event
        self._next_line()
        return None

    def _next_line(self) -> None:
        """The next published seal; the same one twice (a house that fell before it knew) is taken once."""
        before = self._line
        try:
            while (line := next(self._published, None)) is not None and line == before:
                pass
            self._line = line
        except Unreadable as error:
            self._line, self._unreadable = None, error


def _seals(after: int) -> Iterator[tuple[Seal, bytes]]:
    """Each seal with the leaves that its stretch has now, as many at once as hold some thousands of records."""
    size = 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SEALS, [after, size])
            seals = [_seal(row) for row in cursor.fetchall()]
            if not seals:
                return
            cursor.execute(_NOW, [seals[0].number, seals[-1].number])
            now = dict(cursor.fetchall())
        yield from ((seal, bytes(now.get(seal.number) or b"")) for seal in seals)
        after = seals[-1].number
        size = max(1, min(500, AT_ONCE * len(seals) // max(1, sum(seal.count for seal in seals))))


def _seal(row: tuple[Any, ...]) -> Seal:
    number, form, first_event, last_event, count, sealed_at, previous, digest, leaves = row
    return Seal(
        number=number,
        form=form,
        first_event=first_event,
        last_event=last_event,
        count=count,
        sealed_at=sealed_at,
        previous=previous,
        digest=digest,
        leaves=bytes(leaves),
    )


def _digest_of(seal: Seal) -> str:
    moment: datetime = seal.sealed_at
    return forms.digest(
        form=seal.form,
        number=seal.number,
        first_event=seal.first_event,
        last_event=seal.last_event,
        count=seal.count,
        sealed_at=moment,
        previous=seal.previous,
        leaves=bytes(seal.leaves),
    )


def _first_difference(seal: Seal, now: bytes) -> Broken:
    """The first record of a stretch that is not what was sealed."""
    sealed, found = forms.parted(bytes(seal.leaves)), forms.parted(now)
    event = min(number for number in sealed.keys() | found.keys() if sealed.get(number) != found.get(number))
    other = None
    if event not in found:
        what = "missing"
    elif event not in sealed:
        what = "added"
    else:
        other = _sealed_as(found[event])
        what = "swapped" if other else "changed"
    return Broken(what, seal.number, event, other, seal.first_event, seal.last_event)


def _sealed_as(leaf: bytes) -> int | None:
    """The number of a record that was sealed with this hash, if any was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaves FROM core_seal WHERE position(%s IN leaves) > 0 ORDER BY number LIMIT 1", [leaf])
        row = cursor.fetchone()
    known = forms.parted(bytes(row[0])) if row else {}
    return next((number for number, sealed in known.items() if sealed == leaf), None)
