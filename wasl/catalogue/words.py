"""Which words mean the same in search: the house's table of broken plurals and dialect, and what an agency adds."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from wasl.core.text import search_tokens

DATA = Path(__file__).resolve().parent / "data"

# Words that say nothing of the matter, as people put them around it; compared after the same folding and stemming.
_EMPTY_WORDS = """
في من على عن الى إلى عند عندنا عندي مع بعد قبل قدام أمام امام جنب جنبنا فوق تحت بين حول قرب داخل خارج هذا هذه ذلك هناك هنا
التي الذي اللي هو هي نحن أنا احنا و أو ثم لكن لو إذا اذا قد لقد كان كانت يكون تكون تم يتم منذ مدة صار صارت لي لنا له لها لكم
عنه عنها منه منها فيه فيها به بها كم كيف متى وين أين ليش لماذا ما ماذا شو ايش هل لا لم لن ليس غير مب مو موب يوجد توجد فيه كل
جدا وايد واجد كثير كثيرة كبير كبيرة جديد السلام عليكم ورحمة الله وبركاته تحية طيبة وبعد الكرام حضرتكم سعادة الفاضل الفاضلة
المحترم المحترمين أرجو ارجو نرجو الرجاء يرجى لو سمحتم سمحت أود اود نود أبغي ابغي ابا أبا نبا نبغي أبغى نبغى يبغي أريد اريد نريد
ممكن أحد احد حد شي شيء أسبوع اسبوع يوم يومين أيام ايام شهر شهور أشهر سنة سنوات الحين الآن اليوم أمس امس بلدية البلدية وزارة الوزارة
عندكم بسبب حتى مرة مره وقت تعبنا محتاج نحتاج بحاجة رقم منطقة المنطقة ولاية الولاية
the a an of in on at to for from by with and or is are was were be been it its this that there here my our your we i you he
she they has have had not no do does did please dear sir madam hello hi near next front behind since very want need would like
can could how when where what which who again still some any day days week weeks month months year years ago municipality ministry
"""


def spread(groups: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    """Each stem with all stems of its groups. Only words of one token take part; a group of fewer than two is void."""
    families: dict[str, set[str]] = {}
    for group in groups:
        stems = {tokens[0] for tokens in map(search_tokens, group) if len(tokens) == 1}
        for stem in stems:
            families.setdefault(stem, set()).update(stems)
    return {stem: frozenset(family) for stem, family in families.items() if len(family) > 1}


@lru_cache(maxsize=1)
def house_groups() -> tuple[tuple[str, ...], ...]:
    """The groups of `data/synonyms.yaml`."""
    table = yaml.safe_load((DATA / "synonyms.yaml").read_text(encoding="utf-8"))
    return tuple(tuple(group) for groups in table.values() for group in groups)


@lru_cache(maxsize=1)
def empty_words() -> frozenset[str]:
    """The stems that search passes over."""
    return frozenset(search_tokens(_EMPTY_WORDS))
