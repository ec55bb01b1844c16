"""What kinds of alerts there are: each room above names its own, in its module `alerts`.

    register(AlertKind("escalation", t("التصعيد", "Escalations"), icon="trending-up", needful=True))

A person chooses for each kind how it reaches them; a needful one always reaches them by mail, at once or in the digest.
"""

from dataclasses import dataclass

from django.db import models

from wasl.core.i18n import t


class Way(models.TextChoices):
    """How alerts of a kind reach a person besides the bell."""

    AT_ONCE = "at_once", t("بريد فوري", "Mail at once")
    DIGEST = "digest", t("الموجز اليومي", "Daily digest")
    DESK = "desk", t("دون بريد", "No mail")


class UnknownKind(LookupError):
    """No room has named this kind."""


@dataclass(frozen=True)
class AlertKind:
    """One kind: its stable code, its name for people, how it goes unless a person chose otherwise.

    Of one that `can_hurry` not, nothing can come at once.
    """

    code: str
    name: str
    hint: str = ""
    icon: str = "bell"
    usual: Way = Way.DIGEST
    needful: bool = False
    can_hurry: bool = True
    order: int = 50

    @property
    def ways(self) -> list[Way]:
        """What a person may choose among."""
        closed = ({Way.DESK} if self.needful else set()) | (set() if self.can_hurry else {Way.AT_ONCE})
        return [way for way in Way if way not in closed]

    def way(self, wished: str | None) -> Way:
        """The way for somebody who wished so, or nothing."""
        return Way(wished) if wished in self.ways else self.usual


# What waits for a person, as sections of the digest; nothing is given under it.
DAY = AlertKind(
    "day",
    t("ما ينتظرني اليوم", "What waits for me today"),
    hint=t("قائمة بما ينتظر قبولك وما يحل موعده وما تأخر.", "A list of what waits for you, falls due and is overdue."),
    icon="list-checks",
    can_hurry=False,
    order=10,
)
_kinds: dict[str, AlertKind] = {DAY.code: DAY}


def register(*kinds: AlertKind) -> None:
    """Name kinds. Raises ValueError for a code that another kind has, and for a usual way that cannot be."""
    for kind in kinds:
        if _kinds.get(kind.code, kind) != kind:
            raise ValueError(f"{kind.code} is the code of another kind: {_kinds[kind.code].name}")
        if kind.usual not in kind.ways:
            raise ValueError(f"{kind.code} cannot come {kind.usual}: it is needful, or cannot hurry")
        _kinds[kind.code] = kind


def kind_of(code: str) -> AlertKind:
    """Raises UnknownKind."""
    if code not in _kinds:
        raise UnknownKind(f"Register the kind {code!r} in the module `alerts` of the room that gives it.")
    return _kinds[code]


def known_kind(code: str) -> AlertKind:
    """The same for rows of a time when other kinds were known: such a one goes by its code."""
    return _kinds.get(code) or AlertKind(code, code)


def kinds() -> list[AlertKind]:
    """All kinds, in the order in which a person reads them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.code))
