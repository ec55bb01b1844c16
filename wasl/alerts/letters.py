"""What a letter to staff says: subject, plain text and HTML, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from wasl.core.i18n import counted, language, say
from wasl.web import plain
from wasl.web.languages import direction
from wasl.web.moments import day_text


@dataclass(frozen=True)
class Point:
    """One line of a letter; `link` opens it."""

    title: str
    reference: str = ""
    note: str = ""
    tone: str = ""
    link: str = ""


@dataclass(frozen=True)
class Block:
    """Points under a heading; `total` counts those that are not shown too."""

    title: str
    points: Sequence[Point]
    total: int
    link: str = ""

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.total - len(self.points), 0)

    @property
    def more_words(self) -> str:
        """«و3 طلبات أخرى»; empty when all are shown."""
        return say("وغيرها: {n}", "and {n} more", n=f"{self.more:,}") if self.more else ""


@dataclass(frozen=True)
class Frame:
    """What is the same in all letters of an agency: whose it is, to whom, and where everything is seen and chosen."""

    agency: str
    name: str
    desk: str
    choices: str


@dataclass(frozen=True)
class Written:
    """A letter, ready to go."""

    subject: str
    text: str
    html: str


def of_alerts(frame: Frame, points: Sequence[Point], *, urgent: bool) -> Written:
    """A mail that could not wait for the digest."""
    first = points[0].title if len(points) == 1 else counted(len(points), "new_alert")
    subject = say("عاجل: {what}", "Urgent: {what}", what=first) if urgent else first
    return _written(frame, subject, "", [Block("", points, len(points))])


def of_day(frame: Frame, day: date, blocks: Sequence[Block]) -> Written:
    """The daily digest."""
    subject = say("موجزك اليومي: {day}", "Your day: {day}", day=day_text(day))
    told = say("{what}: {n}", "{what}: {n}")
    summary = say("، ", ", ").join(told.format(what=block.title, n=f"{block.total:,}") for block in blocks)
    return _written(frame, subject, summary, blocks)


def _written(frame: Frame, subject: str, summary: str, blocks: Sequence[Block]) -> Written:
    footer = [
        say(
            "كل رابط هنا لك وحدك: يفتح مرة واحدة خلال سبعة أيام، ويطلب الدخول أولاً. لا ترد على هذه الرسالة.",
            "Each link here is for you alone: it opens once, within seven days, after you signed in. Do not reply.",
        ),
    ]
    context = {
        "language": language(),
        "direction": direction(language()),
        "subject": subject,
        "summary": summary,
        "blocks": blocks,
        "frame": frame,
        "footer": footer,
        "greeting": _greeting(frame),
    }
    html = render_to_string("alerts/mail.html", context)
    return Written(subject, _text(frame, summary, blocks, footer), html)


def _greeting(frame: Frame) -> str:
    return say("السلام عليكم {name}،", "Dear {name},", name=plain.iso(frame.name))


def _text(frame: Frame, summary: str, blocks: Sequence[Block], footer: Sequence[str]) -> str:
    parts = [_greeting(frame), *([summary] if summary else []), *(_block(block) for block in blocks)]
    parts.append(say("مكتب العمل:", "Your desk:") + f"\n{frame.desk}")
    parts += footer
    parts.append(say("لاختيار ما يصلك بالبريد:", "To choose what comes by mail:") + f"\n{frame.choices}")
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    heading = [f"■ {block.title} ({block.total:,})"] if block.title else []
    more = [block.more_words + (f"\n{block.link}" if block.link else "")] if block.more else []
    return "\n\n".join([*heading, *(_point(point) for point in block.points), *more])


def _point(point: Point) -> str:
    first = " · ".join(filter(None, [plain.ref(point.reference) if point.reference else "", plain.iso(point.title)]))
    return "\n".join(filter(None, [f"- {first}", point.note, point.link]))
