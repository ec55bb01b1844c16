"""What somebody newly wrote, without the letter they answered (which stays in the full text)."""

import re

# Written into our own mails, above the text: whoever answers below it answers beneath our words.
REPLY_ABOVE = {
    "ar": "— الرد يُكتب فوق هذا السطر —",
    "en": "— Please write your reply above this line —",
}
_DATE_WORDS = r"(?:\d|[٠-٩]|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر)"
_ATTRIBUTIONS = (
    re.compile(r"^\s*On\b.{6,200}\bwrote:\s*$", re.IGNORECASE),
    re.compile(
        rf"^\s*(?:في|بتاريخ|يوم|بتأريخ)\b.{{0,60}}{_DATE_WORDS}.{{0,200}}(?:كتب|كتبت|كتب/كتبت|كتبَ)\b.{{0,160}}[:：]\s*$"
    ),
    re.compile(rf"^\s*(?:كتب|كتبت)\b.{{1,120}}(?:في|بتاريخ)\b.{{0,60}}{_DATE_WORDS}.{{0,80}}[:：]\s*$"),
)
_DIVIDERS = (
    re.compile(r"^\s*-{2,}\s*(?:Original Message|الرسالة الأصلية|رسالة أصلية)\s*-{2,}\s*$", re.IGNORECASE),
    re.compile("|".join(re.escape(line) for line in REPLY_ABOVE.values())),
)
_FROM = re.compile(r"^\s*\**(?:From|من)\**\s*[:：]", re.IGNORECASE)
_HEADER_LINES = re.compile(
    r"^\s*\**(?:Sent|Date|To|Cc|Subject|أُرسلت|أرسلت|تم الإرسال|تاريخ الإرسال|التاريخ|إلى|نسخة|الموضوع)\**\s*[:：]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*>")


def newly_written(text: str) -> str:
    """The new words of a reply; the whole text when nothing would be left: better too much than no answer."""
    lines = text.split("\n")
    cut = next((i for i in range(len(lines)) if _starts_quote(lines, i)), len(lines))
    head = "\n".join(lines[:cut]).strip()
    if head:
        return _without_quotes(lines[:cut]) or head
    return _without_quotes(lines) or text


def _starts_quote(lines: list[str], i: int) -> bool:
    line = lines[i]
    if any(divider.search(line) for divider in _DIVIDERS):
        return True
    if _FROM.match(line):
        return sum(bool(_HEADER_LINES.match(following)) for following in lines[i + 1 : i + 6]) >= 2
    return _is_attribution(lines, i)


def _is_attribution(lines: list[str], i: int) -> bool:
    # Clients wrap the attribution over up to three lines.
    for count in (1, 2, 3):
        joined = " ".join(lines[i : i + count])
        if len(joined) < 400 and any(pattern.match(joined) for pattern in _ATTRIBUTIONS):
            return True
    return False


def _without_quotes(lines: list[str]) -> str:
    kept: list[str] = []
    skip = 0
    for i, line in enumerate(lines):
        if skip:
            skip -= 1
        elif _QUOTED.match(line) or any(divider.search(line) for divider in _DIVIDERS):
            continue
        elif _is_attribution(lines, i):
            skip = _attribution_length(lines, i) - 1
        else:
            kept.append(line)
    return "\n".join(kept).strip()


def _attribution_length(lines: list[str], i: int) -> int:
    for count in (1, 2, 3):
        if any(pattern.match(" ".join(lines[i : i + count])) for pattern in _ATTRIBUTIONS):
            return count
    return 1
