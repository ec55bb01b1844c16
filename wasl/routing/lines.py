"""The three lines of support: who stands where, what each may finish, and what must be handed over when a case leaves.

Pure: the usual lines of a house stand here, an agency's own ones in `models.Line`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wasl.core.localized import Localized, both
from wasl.directory.rights import Right, Role, grant

FIRST, SECOND, THIRD = 1, 2, 3
NUMBERS = (FIRST, SECOND, THIRD)

# What can be asked for when a case is handed on; each can be checked on the case, or is given in words. Place and photo
# are asked for only where the service wants them.
HAND_OVER: Mapping[str, Localized] = {
    "who": both("صاحب الطلب ووسيلة الوصول إليه", "Who asked, and how to reach them"),
    "place": both("المكان", "The place"),
    "words": both("وصف الطلب بكلمات صاحبه", "What was said, in their words"),
    "photo": both("صورة", "A photo"),
    "tried": both("ما جُرّب حتى الآن", "What was tried so far"),
}
# How a case comes to a line, and how it leaves.
ENTERS: Mapping[str, Localized] = {
    "register": both("تسجيل من أي شخص، ولا يُرفض التسجيل", "Registered for anybody; registering is never refused"),
    "returned": both("إعادة من وحدة", "Returned by a unit"),
    "refer": both("إحالة إلى وحدة", "Referred to a unit"),
    "owner": both("حسم فريق المتابعة للمسؤول", "The follow-up team decided the owner"),
    "raise": both("رفع من الوحدة", "Raised by the unit"),
    "decide": both("عودة بعد قرار", "Back after a decision"),
}
LEAVES: Mapping[str, Localized] = {
    "finish": both("إنجاز ما يجوز له", "Finished, where the line may"),
    "refer": both("إحالة إلى وحدة", "Referred to a unit"),
    "return": both("إعادة مع تسمية المسؤول", "Returned, naming whose it is"),
    "raise": both("رفع إلى الخط الثالث", "Raised to the third line"),
    "decide": both("قرار مسبب", "Decided, with reasons"),
}
# What fits which line; anything else would promise a way that is not there.
FITTING: Mapping[int, Mapping[str, frozenset[str]]] = {
    FIRST: {"enters": frozenset({"register", "returned"}), "leaves": frozenset({"finish", "refer"})},
    SECOND: {
        "enters": frozenset({"refer", "owner", "decide"}),
        "leaves": frozenset({"finish", "refer", "return", "raise"}),
    },
    THIRD: {"enters": frozenset({"raise"}), "leaves": frozenset({"decide", "finish", "refer"})},
}
# The right that whoever stands at a line must have; the permission table stays the outer bound.
RIGHT_OF_LINE: Mapping[int, Right] = {
    FIRST: Right.REGISTER_CASE,
    SECOND: Right.ANSWER_REFERRAL,
    THIRD: Right.DECIDE_RAISED,
}


@dataclass(frozen=True)
class SupportLine:
    """One line as it holds at a moment. `closes`: kinds of cases it may finish itself; `unit_kinds`: where it stands.

    `decide_days`: working days within which the third line decides what was raised to it.
    """

    number: int
    name: Localized
    roles: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    closes: tuple[str, ...]
    hand_over: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    decide_days: int = 0


_ALL_KINDS = ("report", "complaint", "inquiry", "suggestion", "transaction", "note", "praise")

# In the order in which the set-up lists what can be chosen. Source: the workshop's model (domain, section 10, 1-3).
USUAL: Mapping[int, SupportLine] = {
    FIRST: SupportLine(
        number=FIRST,
        name=both("الخط الأول: المركز والصالات", "First line: centre and counters"),
        roles=("agent", "supervisor", "hall", "hall_head"),
        unit_kinds=("centre", "outlet"),
        closes=("inquiry", "suggestion", "note", "praise"),
        hand_over=("who", "place", "words", "photo"),
        enters=("register", "returned"),
        leaves=("finish", "refer"),
    ),
    SECOND: SupportLine(
        number=SECOND,
        name=both("الخط الثاني: الوحدات المختصة", "Second line: the units in charge"),
        roles=("specialist", "liaison", "deputy", "head"),
        unit_kinds=("directorate", "department", "section", "partner", "team"),
        closes=_ALL_KINDS,
        hand_over=("who", "place", "words", "tried"),
        enters=("refer", "owner", "decide"),
        leaves=("finish", "refer", "return", "raise"),
    ),
    THIRD: SupportLine(
        number=THIRD,
        name=both("الخط الثالث: الإدارة واللجان", "Third line: management and committees"),
        roles=("deputy", "head"),
        unit_kinds=("directorate", "partner", "committee"),
        closes=_ALL_KINDS,
        hand_over=(),
        enters=("raise",),
        leaves=("finish", "refer", "decide"),
        decide_days=5,
    ),
}


def line_at(lines: Mapping[int, SupportLine], *, kind: str, is_centre: bool) -> int:
    """At which line a case stands that is with a unit of this kind: with the first, or with the second.

    Nobody comes to the third by a referral: cases are raised to it.
    """
    return FIRST if is_centre or kind in lines[FIRST].unit_kinds else SECOND


def lacks_right(number: int, roles: tuple[str, ...]) -> list[Role]:
    """Roles that cannot stand at a line, as the permission table gives them no part in its work."""
    right = RIGHT_OF_LINE[number]
    return [Role(role) for role in roles if grant(role, right) is None]
