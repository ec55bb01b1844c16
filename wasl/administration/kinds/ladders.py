"""Ladders of escalation: who is told when the time of a promise passes, or for another cause."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Panel, Type, Wrong, register
from wasl.cases import audience
from wasl.catalogue.models import Priority
from wasl.core.i18n import say, t
from wasl.core.localized import Localized
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.sla import clocks, ladders, queries
from wasl.sla.ladder import HIGHEST, LEVELS, Audience, Cause, Rung, Rungs
from wasl.sla.models import ClockKind
from wasl.web.moments import moment24

TIMED = (Cause.CLOCK.value, Cause.AGE.value)
STEP = (
    Field(
        "mark",
        t("عند", "At"),
        Type.WHOLE,
        hint=t("نسبة مئوية من المدة، أو عمر بأيام العمل.", "Per cent of the time, or an age in working days."),
        most=ladders.MOST_PERCENT,
        half=True,
    ),
    Field("level", t("المستوى", "Level"), Type.WHOLE, required=True, least=0, most=HIGHEST, half=True),
    Field("whom", t("من يُبلَّغ", "Who is told"), Type.CHOICES, choices=Audience.choices),
    Field(
        "at_any_hour",
        t("في أي ساعة", "At any hour"),
        Type.YES_NO,
        hint=t("وإلا انتظر التنبيه وقت الدوام، إلا للدرجة الأولى.", "Else it waits for working time, except P1."),
    ),
)


class Ladders(Kind):
    code = "ladders"
    title, singular = t("سلالم التصعيد", "Escalation ladders"), t("سلّم تصعيد", "ladder")
    sentence = t(
        "من يُبلَّغ كلما مضى جزء من المدة، أو إذا تكررت الشكوى أو ساء التقييم.",
        "Who is told as the time of a promise passes, when a complaint is repeated or a rating is poor.",
    )
    icon, group, order = "trending-up", Group.SERVICES, 85
    refusals = (ladders.BadLadder,)
    fields = (
        Field("code", t("الرمز", "Code"), required=True, fixed=True, ltr=True, max_length=40, half=True),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True, max_length=80),
        Field(
            "cause",
            t("السبب", "Cause"),
            Type.CHOICE,
            required=True,
            choices=Cause.choices,
            default=Cause.CLOCK.value,
            in_list=True,
            half=True,
        ),
        Field(
            "importance",
            t("درجة الأهمية", "Class"),
            Type.CHOICE,
            choices=Priority.choices,
            hint=t("فارغ: كل الدرجات. سلّم الدرجة يسبق العام.", "Empty: every class. That of a class comes first."),
            half=True,
        ),
        Field(
            "clocks",
            t("الوعود", "Promises"),
            Type.CHOICES,
            choices=ClockKind.choices,
            show_when=("cause", (Cause.CLOCK.value,)),
        ),
        Field(
            "within_days",
            t("يُعد تكراراً خلال (أيام)", "A repeat within (days)"),
            Type.WHOLE,
            least=1,
            most=365,
            show_when=("cause", (Cause.REPEAT.value,)),
            half=True,
        ),
        Field("steps", t("الدرجات من الأدنى", "The steps from below"), Type.ROWS, fields=STEP),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        found: dict[str, Document] = {}
        for one in ladders.ladders(agency.pk):
            found[one.code] = _document(one, at)
        return list(found.values())

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        steps = _steps(after)
        try:
            ladders.check(
                cause=after["cause"], clocks=after["clocks"], steps=steps, within_days=after["within_days"] or None
            )
        except ladders.BadLadder as bad:
            raise Wrong({"steps": str(bad)}) from None
        if not directory.standing_anywhere(agency.pk, audience.OF_WHOLE_AGENCY, at):
            return  # ladders come before people
        whom = [one for step in steps for one in step.whom]
        for unit in directory.known_units_of(agency, at):
            if audience.reaches_nobody(unit, whom, at):
                raise Wrong(
                    {
                        "steps": t(
                            "هذا السلّم يتخطى الجميع في «{unit}»: لا أحد يُبلَّغ في أي درجة.",
                            "This ladder skips everybody in “{unit}”: nobody would be told at any step.",
                            unit=unit,
                        )
                    }
                )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            ladders.end_ladder(agency, (before or {})["code"], at=at, by=by)
            return
        ladders.set_ladder(
            agency,
            code=after["code"],
            name=Localized(after["name"]),
            cause=after["cause"],
            clocks=after["clocks"],
            importance=after["importance"],
            within_days=after["within_days"] or None,
            steps=_steps(after),
            at=at,
            by=by,
        )

    def usual(self, agency: Agency, at: datetime) -> list[Document]:
        return [] if ladders.ladders(agency.pk) else [_document(one, at) for one in ladders.usual(at)]

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        is_repeat, is_timed = after["cause"] == Cause.REPEAT, after["cause"] in TIMED
        steps = [step if is_timed else {**step, "mark": 0} for step in after["steps"]]
        return {
            **after,
            "clocks": after["clocks"] if after["cause"] == Cause.CLOCK else [],
            "within_days": after["within_days"] if is_repeat else None,
            "steps": steps,
        }

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if after is None:
            return None
        return Panel(t("طلب يُسجَّل الآن", "A case registered now"), lines=tuple(_outlook(agency, after, at)))


def _outlook(agency: Agency, after: Document, at: datetime) -> list[str]:
    steps = _steps(after)
    if after["cause"] != Cause.CLOCK:
        return [_line(say("عند حدوث السبب", "When it happens"), step) for step in steps]
    told = queries.promises(
        agency_id=agency.pk, service_id=None, kind="report", importance=after["importance"] or "P3", at=at
    )
    lines = []
    for promise in told:
        if promise.clock not in after["clocks"]:
            continue
        lines.append(str(ClockKind(promise.clock).label))
        lines += [_line(moment24(clocks.moment_of_share(promise, at, (), step.mark)), step) for step in steps]
    lines.append(
        t(
            "يسري على ما يبدأ بعد الحفظ؛ الساعات الجارية تبقى على سلّمها.",
            "It holds for clocks that begin from now on; those that run keep their ladder.",
        )
    )
    return lines


def _line(when: str, step: Rung) -> str:
    whom = say("، ", ", ").join(str(Audience(one).label) for one in step.whom)
    return say(
        "{when}: {whom}، المستوى {level}",
        "{when}: {whom}, level {level}",
        when=when,
        whom=whom,
        level=LEVELS[step.level],
    )


def _document(one: Rungs, at: datetime) -> Document:
    return {
        "code": one.code,
        "name": one.name,
        "cause": one.cause,
        "importance": one.importance,
        "clocks": [clock for clock in ClockKind.values if clock in one.clocks],
        "within_days": one.within_days,
        "steps": [_step(step) for step in one.steps],
        "ended": one.valid_to is not None and one.valid_to <= at,
    }


def _step(step: Rung) -> Document:
    whom = [one for one in Audience.values if one in step.whom]
    return {"mark": step.mark, "level": step.level, "whom": whom, "at_any_hour": not step.quiet}


def _steps(document: Document) -> list[Rung]:
    is_timed = document["cause"] in TIMED
    return [
        Rung(step["mark"] or 0 if is_timed else 0, step["level"] or 0, tuple(step["whom"]), not step["at_any_hour"])
        for step in document["steps"]
    ]


register(Ladders())
