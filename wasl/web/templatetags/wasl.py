"""The tags and filters of all pages: `{% load wasl %}`. They stay thin; what they say lives in this room's modules."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.template import defaulttags
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from wasl.core.i18n import counted as counted_noun
from wasl.core.i18n import language, say
from wasl.web import addresses, bidi, drawings, fields, figures, moments
from wasl.web.icons import icon as icon_html

register = template.Library()


class SentenceNode(Node):
    """`{% t "عربي" "English" name=value %}`: the sentence is ours and may hold markup, the values are strangers."""

    def __init__(
        self, arabic: str, english: str, values: dict[str, FilterExpression], *, plain: bool, name: str | None
    ):
        self.arabic, self.english, self.values, self.plain, self.name = arabic, english, values, plain, name
        self.said: dict[str, SafeString] = {}

    def render(self, context: Context) -> str:
        result = self._with_values(context) if self.values else self._alone()
        if self.name is None:
            return result
        context[self.name] = result
        return ""

    def _with_values(self, context: Context) -> SafeString:
        put_in = self._plain if self.plain else self._marked
        values = {key: put_in(value.resolve(context)) for key, value in self.values.items()}
        # Safe: the sentence stands in our own template, every value was escaped on its way in.
        return mark_safe(say(self.arabic, self.english).format(**values))  # noqa: S308

    def _alone(self) -> SafeString:
        chosen = language()
        if chosen not in self.said:
            self.said[chosen] = mark_safe(say(self.arabic, self.english))  # noqa: S308
        return self.said[chosen]

    @staticmethod
    def _marked(value: Any) -> str:
        if _is_number(value):
            return format_html('<bdi class="num">{}</bdi>', figures.number(value))
        return bidi.inserted(value)

    @staticmethod
    def _plain(value: Any) -> str:
        if _is_number(value):
            return figures.number(value)
        return str(conditional_escape(bidi.isolate_plain(value)))


@register.tag("t")
def do_sentence(parser: Parser, token: Token) -> SentenceNode:
    """A sentence in the language of the page; values are escaped, isolated in `<bdi>`, numbers are grouped."""
    return _sentence(parser, token, plain=False)


@register.tag("tplain")
def do_plain_sentence(parser: Parser, token: Token) -> SentenceNode:
    """The same without elements, for attributes and titles: values stand between isolating marks."""
    return _sentence(parser, token, plain=True)


def _sentence(parser: Parser, token: Token, *, plain: bool) -> SentenceNode:
    bits = token.split_contents()[1:]
    name = None
    if len(bits) > 2 and bits[-2] == "as":
        name = bits[-1]
        bits = bits[:-2]
    texts, pairs = bits[:2], bits[2:]
    if len(texts) != 2 or any(text[:1] not in "\"'" for text in texts) or any("=" not in pair for pair in pairs):
        raise template.TemplateSyntaxError('Write {% t "عربي" "English" name=value %}.')
    values = {key: parser.compile_filter(value) for key, _, value in (pair.partition("=") for pair in pairs)}
    return SentenceNode(texts[0][1:-1], texts[1][1:-1], values, plain=plain, name=name)


class AddressNode(Node):
    """`{% url "desk:home" %}`, where nothing is put into the address: it is worked out once."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        return addresses.address(self.name)


@register.tag("url")
def do_url(parser: Parser, token: Token) -> Node:
    """Django's own tag, whose addresses without values are kept."""
    node = defaulttags.url(parser, token)
    name = node.view_name.var
    is_plain = isinstance(name, str) and not (node.args or node.kwargs or node.asvar or node.view_name.filters)
    return AddressNode(name) if is_plain else node


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite."""
    return icon_html(name, label, css)


@register.simple_tag
def counted(n: int, noun: str) -> str:
    """A number with its noun in the right form: `{% counted 3 "day" %}`."""
    return figures.digits(counted_noun(n, noun))


@register.simple_tag
def bar(value: float, tone: str = "", label: str = "", ticks: str = "") -> SafeString:
    """`{% bar 67 "warn" label="…" ticks="50,80" %}`."""
    return drawings.bar(value, tone, label, [float(tick) for tick in ticks.split(",") if tick])


@register.simple_tag
def daybar(stretches: list[drawings.Stretch]) -> SafeString:
    """One day of the strip «why due then»."""
    return drawings.day_bar(stretches)


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """A form field with label, hint and error: `{% field form.phone icon="phone" %}`."""
    return fields.field_html(bound, **options)


@register.inclusion_tag("web/parts/errors.html")
def errors(*forms: Any) -> dict[str, Any]:
    """The summary of what is wrong in one or more forms, with links to the fields; nothing when all is well."""
    items = [item for form in forms if form is not None and form.is_bound for item in fields.error_items(form)]
    return {"items": items, "title": fields.summary_title(len(items))}


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """The query of this page with some values set (or taken out by None), beginning with `?`."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def ref(value: Any) -> SafeString:
    """A reference, code or plate: `<bdi dir="ltr" class="num">`."""
    return bidi.isolate_ltr(value)


@register.filter
def phone(value: str | None) -> SafeString:
    """A phone number in groups, isolated."""
    return bidi.isolate_ltr(figures.grouped_phone(value or ""))


@register.filter
def masked(value: str | None) -> SafeString:
    """A phone number with its middle hidden, isolated."""
    return bidi.isolate_ltr(figures.masked_phone(value) if value else "")


@register.filter
def iso(value: Any) -> SafeString:
    """A name or other inserted words: `<bdi>`."""
    return bidi.isolate(value)


@register.filter
def text(value: str | None) -> SafeString:
    """What somebody wrote: escaped, in paragraphs that each find their own direction."""
    blocks = [block.strip("\n") for block in (value or "").replace("\r\n", "\n").split("\n\n") if block.strip()]
    lines = (format_html_join(SafeString("<br>"), "{}", ((line,) for line in block.split("\n"))) for block in blocks)
    return format_html_join("", '<p dir="auto">{}</p>', ((line,) for line in lines))


@register.filter
def initials(name: str | None) -> str:
    """The first letters of the first and last name, for the round mark of a person: «م ح»."""
    words = [word for word in (name or "").split() if word not in ("بن", "بنت")]
    letters = [word.removeprefix("ال")[:1] or word[:1] for word in words]
    return " ".join(letters[:1] + letters[-1:]) if len(letters) > 1 else "".join(letters)


@register.filter
def day(value: date | datetime | None) -> str:
    """«الأحد 29 نوفمبر 2026»."""
    return moments.day_text(value)


@register.filter
def day_short(value: date | datetime | None) -> str:
    """«29 نوفمبر»."""
    return moments.day_short(value)


@register.filter
def weekday(value: date | datetime) -> str:
    """«الأحد»."""
    return moments.weekday_name(moments.local_day(value))


@register.filter
def moment(value: datetime | None, option: str = "") -> str:
    """For the public: «الأحد 29 نوفمبر، 1:10 ظهراً»; `|moment:"year"` always names the year."""
    return moments.moment_text(value, year=option == "year")


@register.filter
def moment24(value: datetime | None) -> str:
    """For staff: «اليوم 10:42», «الأحد 29 نوفمبر، 10:42»."""
    return moments.moment24(value)


@register.filter
def until24(value: datetime | None) -> str:
    """The end of a time, for staff: «نهاية الخميس 26 نوفمبر» where it ends with a day."""
    return moments.until24(value)


@register.filter
def since24(value: datetime | None) -> str:
    """The beginning of a time, for staff: «الخميس 26 نوفمبر» where it begins with a day."""
    return moments.since24(value)


@register.filter
def hour(value: datetime | None) -> str:
    """For the public: «1:10 ظهراً»."""
    return moments.clock_text(value)


@register.filter
def hour24(value: datetime | None) -> str:
    """For staff: 13:10."""
    return moments.clock24(value)


@register.filter
def when(value: datetime | None) -> str:
    """How far from now, beside a date: «منذ يومين»."""
    return moments.when_text(value)


@register.filter
def stamp(value: datetime | None) -> str:
    """The moment for machines, for `<time datetime="…">`."""
    return value.isoformat(timespec="seconds") if value is not None else ""


@register.filter
def duration(value: timedelta | int | None) -> str:
    """«6 ساعات و55 دقيقة»; takes a timedelta or seconds."""
    return moments.duration_text(value)


@register.filter
def capped(value: int) -> str:
    """A count for a small mark: `99+`."""
    return figures.capped(value)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """81,234."""
    return figures.number(value, places)


@register.filter
def percent(value: Any, places: int = 0) -> SafeString:
    """98%, isolated so that the sign stays behind the figure."""
    return bidi.isolate_ltr(figures.percent(value, places))


@register.filter
def filesize(value: int | None) -> SafeString:
    """«1.4 م.بايت»."""
    return bidi.isolate(figures.file_size(value))
