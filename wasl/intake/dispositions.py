"""The outcomes of a contact that needs no case: a pure table."""

from wasl.core.localized import Localized, both

ANSWERED = "answered"
OUTCOMES: dict[str, Localized] = {
    ANSWERED: both("أُجيب", "Answered"),
    "status": both("أُبلغ بحالة طلبه", "Told the state of a case"),
    "directed": both("وُجّه إلى جهة أخرى", "Directed elsewhere"),
    "cut_off": both("انقطع أو لم يتكلم", "Cut off or silent"),
    "wrong": both("رقم خاطئ", "Wrong number"),
}
# Nobody was served in these: figures of answered inquiries leave them out.
UNSERVED = frozenset({"cut_off", "wrong"})
