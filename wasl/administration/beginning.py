"""What an agency must be given before its work can begin, and what of it is still missing. Pure: from its documents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wasl.administration.registry import ENDED, Document
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.rights import Right, Role, grant
from wasl.routing.lines import FIRST, USUAL
from wasl.sla.models import ClockKind

# Proposed holidays that begin within so many days should be confirmed or moved by a person.
HOLIDAYS_AHEAD = timedelta(days=90)
_MOST_NAMED = 3

Documents = Mapping[str, Sequence[Document]]


@dataclass(frozen=True)
class Step:
    """One thing to be set up: under which kind, and why. `needed`: without it the work cannot begin as it should.

    `row`: the code of the row that is to be changed; "" for the list of the kind.
    """

    kind: str
    title: str
    sentence: str
    done: bool
    needed: bool = True
    row: str = ""


@dataclass(frozen=True)
class Beginning:
    """All steps of an agency."""

    steps: tuple[Step, ...]

    @property
    def missing(self) -> list[Step]:
        """What is still to be done, the needed first."""
        return sorted((step for step in self.steps if not step.done), key=lambda step: not step.needed)

    @property
    def ready(self) -> list[Step]:
        """What is there."""
        return [step for step in self.steps if step.done]

    @property
    def cannot_begin(self) -> bool:
        """Is something missing without which cases are not worked as they should be?"""
        return any(step.needed for step in self.missing)


def beginning(code: str, found: Documents, today: date) -> Beginning:
    """The steps of an agency by its code, from the documents of its kinds. `today` is its own day."""
    rows = {kind: [row for row in rows if not row.get(ENDED)] for kind, rows in found.items()}
    own = next((row for row in rows.get("agencies", ()) if row["code"] == code), {})
    return Beginning((*_by_rows(rows), *_advised(code, own, rows, today)))


def _by_rows(rows: Documents) -> Iterable[Step]:
    idle, doors = _idle_units(rows), _doors(rows)
    yield Step(
        "calendars",
        t("تقويم العمل", "The working calendar"),
        t("أيام الدوام وساعاته، وبها تُحسب كل المواعيد.", "Working days and hours: every promise is counted by them."),
        _any(rows, "calendars", lambda row: row["is_default"]),
    )
    yield Step(
        "policies",
        t("مدد الإنجاز", "Promises"),
        t(
            "خلال كم يُستلم الطلب ويُحال ويُنجز؛ بدونها لا موعد لأي طلب.",
            "Within which time a case is acknowledged, referred and resolved; without them no case has a date.",
        ),
        _any(rows, "policies", lambda row: row["clock"] == ClockKind.RESOLVE),
    )
    yield Step(
        "ladders",
        t("سلالم التصعيد", "Ladders"),
        t("من يُنبَّه حين يتأخر الطلب.", "Who is told when a case is late."),
        _any(rows, "ladders"),
    )
    yield Step(
        "units",
        t("الوحدات المختصة", "The units in charge"),
        t("الدوائر والأقسام التي تُحال إليها الطلبات.", "The departments and sections to which cases are referred."),
        _any(rows, "units", lambda row: not row["is_centre"]),
    )
    yield Step(
        "services",
        t("الخدمات", "Services"),
        t(
            "ما يختار منه الناس، ولكل خدمة وحدة ودرجة ومدة.",
            "What people choose from; each with its unit, class and time.",
        ),
        _any(rows, "services"),
    )
    yield Step(
        "roles",
        t("من يستقبل الناس", "Somebody who takes cases down"),
        t(
            "موظف استقبال أو صالة يسجل الطلبات ويفرز ما لا تُعرف خدمته.",
            "An agent or counter officer who registers cases and sorts what fits no service.",
        ),
        _any(rows, "roles", lambda row: row["unit"] in doors and _has(row["role"], Right.REGISTER_CASE)),
    )
    yield Step(
        "roles",
        t("من ينجز في كل وحدة", "Somebody in every unit in charge"),
        t("وحدات لها خدمات ولا أحد فيها: {units}.", "Units with services and nobody in them: {units}.", units=idle)
        if idle
        else t("لكل وحدة لها خدمات من ينجزها.", "Every unit with services has people who work them."),
        not idle,
    )


def _advised(code: str, own: Document, rows: Documents, today: date) -> Iterable[Step]:
    yield Step(
        "mail",
        t("حساب البريد", "A mail account"),
        t("لتصل الناس رسائل المركز، وتُسجَّل رسائلهم.", "So that people hear from the centre, and can write to it."),
        _any(rows, "mail"),
        needed=False,
    )
    yield Step(
        "sms",
        t("حساب الرسائل النصية", "A text message account"),
        t("أكثر الناس لا يصلهم إلا الرسائل النصية.", "Most people are reached by text message only."),
        _any(rows, "sms"),
        needed=False,
    )
    yield Step(
        "agencies",
        t("عنوان صفحات الجمهور", "An address of the public pages"),
        t(
            "اسم موقع تُفتح به صفحات هذه الجهة، وهاتف يظهر للناس.",
            "A host name under which this agency's pages open, and a telephone that people see.",
        ),
        bool((own.get("hosts") or own.get("is_default")) and own.get("phone")),
        needed=False,
        row=code,
    )
    near = sum(1 for row in rows.get("holidays", ()) if _awaits(row, today))
    yield Step(
        "holidays",
        t("الإجازات القريبة", "The holidays ahead"),
        t(
            "تنتظر {n} منها التأكيد في الأشهر الثلاثة القادمة.",
            "{n} of the next three months wait to be confirmed.",
            n=near,
        )
        if near
        else t("لا إجازة قريبة تنتظر التأكيد.", "No holiday soon waits to be confirmed."),
        not near,
        needed=False,
    )


def _any(rows: Documents, kind: str, fits: Callable[[Document], bool] = lambda row: True) -> bool:
    return any(fits(row) for row in rows.get(kind, ()))


def _doors(rows: Documents) -> set[str]:
    """The units to which people come first: centres, halls and counters."""
    return {row["code"] for row in rows.get("units", ()) if row["is_centre"] or row["kind"] in USUAL[FIRST].unit_kinds}


def _idle_units(rows: Documents) -> str:
    """Units to which cases go and in which nobody may answer them; the first few by name."""
    named = {row["unit"] for kind in ("services", "routing") for row in rows.get(kind, ()) if row["unit"]}
    held = {row["unit"] for row in rows.get("roles", ()) if _has(row["role"], Right.ANSWER_REFERRAL)}
    centres = {row["code"] for row in rows.get("units", ()) if row["is_centre"]}
    names = {row["code"]: str(Localized(row["name"])) for row in rows.get("units", ())}
    idle = sorted(names.get(unit, unit) for unit in named - held - centres)
    more = t("وغيرها", "and more") if len(idle) > _MOST_NAMED else ""
    return str(t("، ", ", ")).join([*idle[:_MOST_NAMED], *filter(None, [str(more)])])


def _has(role: str, right: Right) -> bool:
    return role in set(Role) and grant(role, right) is not None


def _awaits(row: Document, today: date) -> bool:
    return bool(row["is_proposal"]) and today <= date.fromisoformat(row["on_from"]) <= today + HOLIDAYS_AHEAD
