"""The views every person starts with: tabs over the worklist, chosen by what the person's roles do all day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wasl.core.i18n import t
from wasl.directory.rights import Role


@dataclass(frozen=True)
class Tab:
    """One starting view: its filters in the grammar of `narrowing`."""

    code: str
    label: str
    icon: str
    filters: Mapping[str, str] = field(default_factory=dict)
    key: str = ""  # after g: goes there


TABS: dict[str, Tab] = {
    tab.code: tab
    for tab in (
        Tab("open", t("المفتوحة", "Open"), "list", {}, "i"),
        Tab("new", t("بلا وحدة بعد", "No unit yet"), "inbox", {"state": "before_unit"}, "n"),
        Tab("fast", t("المعالجة السريعة", "Fast handling"), "zap", {"importance": "P1"}, "q"),
        Tab("accept", t("بانتظار القبول", "To accept"), "user-check", {"state": "referred"}, "w"),
        Tab("today", t("تستحق اليوم", "Due today"), "calendar-clock", {"due": "today", "order": "due"}, "t"),
        Tab("overdue", t("تجاوزت الموعد", "Overdue"), "clock-alert", {"due": "overdue"}, "o"),
        Tab("escalated", t("المصعّدة", "Escalated"), "trending-up", {"lifted": "any"}, "e"),
        Tab(
            "beneficiary",
            t("بانتظار المستفيد", "Waiting for the citizen"),
            "message-circle-question-mark",
            {"state": "pending_beneficiary"},
            "b",
        ),
        Tab("held", t("معلّقة", "On hold"), "hourglass", {"state": "held"}, "h"),
        Tab("fresh", t("وردت اليوم", "New today"), "bell-ring", {"came": "today", "order": "newest"}, "f"),
        Tab("nobody", t("بلا مسؤول", "Unassigned"), "user-x", {"assigned": "nobody"}, "s"),
        Tab("decide", t("بانتظار القرار", "To decide"), "gavel", {"waits": "decision"}, "r"),
        Tab("owner", t("حسم المسؤول", "Whose is it?"), "scale", {"waits": "owner"}, "u"),
        Tab("review", t("حان موعد مراجعتها", "Due for review"), "calendar-x", {"due": "review"}, "v"),
        Tab("extension", t("تمديد ينتظر المدير", "To extend"), "hourglass", {"waits": "extension"}, "x"),
        Tab("back", t("عادت إلينا", "Came back"), "undo-2", {"waits": "back"}, "k"),
        Tab("done", t("المنتهية", "Finished"), "circle-check", {"state": "done", "order": "newest"}, "d"),
    )
}
# Addresses of old: one word for the tab and whose cases.
ALIASES = {"unit": ("open", "unit"), "mine": ("open", "mine"), "all": ("open", "all")}

_DESK = ("open", "new", "fresh", "beneficiary", "overdue", "done")
_UNIT = ("open", "accept", "today", "overdue", "beneficiary", "done")
_WATCH = ("open", "new", "accept", "today", "overdue", "escalated", "nobody", "done")
_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    Role.AGENT: _DESK,
    Role.HALL: _DESK,
    Role.HALL_HEAD: _DESK,
    Role.SPECIALIST: _UNIT,
    Role.LIAISON: ("accept", "open", "today", "overdue", "beneficiary", "done"),
    Role.FAST_TEAM: ("fast", "accept", "today", "overdue", "escalated", "done"),
    Role.DEPUTY: (*_UNIT, "decide"),
    Role.HEAD: ("open", "decide", "accept", "today", "overdue", "escalated", "nobody", "done"),
    Role.FIELD: ("open", "today", "overdue", "done"),
    Role.SUPERVISOR: _WATCH,
    Role.FOLLOW_UP: ("open", "owner", "decide", "new", "accept", "today", "overdue", "escalated", "nobody", "done"),
}
_OTHERS = ("open", "overdue", "done")
# They look after the whole agency (the fast team: after its gravest class): a list of their own unit would be empty.
_WHOLE_AGENCY = frozenset({Role.FOLLOW_UP, Role.FAST_TEAM, Role.AUDITOR, Role.DIRECTOR, Role.CRISIS})


def shown_first(roles: Iterable[str]) -> list[Tab]:
    """The tabs that stand open for these roles, in order; all others are in the menu beside them."""
    wanted: list[str] = []
    for role in roles:
        wanted += [code for code in _OF_ROLE.get(role, _OTHERS) if code not in wanted]
    return [TABS[code] for code in (wanted or _OTHERS)]


def usual_whose(roles: Iterable[str]) -> str:
    """Whose cases a list shows when nobody says: those of the own units, or all for who follows the whole agency."""
    held = set(roles)
    return "all" if held and held <= _WHOLE_AGENCY else "unit"
