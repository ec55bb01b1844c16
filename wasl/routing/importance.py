"""How grave a matter is: points of a matrix of criteria on top of the service's own class, each with its reason.

A service's class gives the points at which that class begins; every criterion adds, none takes away, and a graver level
never adds less than a slighter one, whatever the rows of an agency say. So more danger can never lower a class. No
facts at all leave the service's class as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wasl.core.localized import Localized, both

CLASSES = ("P1", "P2", "P3", "P4")  # the gravest first
CLASS_NAMES = {
    "P1": ("حرج", "critical"),
    "P2": ("عاجل", "urgent"),
    "P3": ("عادي", "normal"),
    "P4": ("منخفض", "low"),
}
WITHOUT_SERVICE = "P3"

# Who counts as many, when a legal date is near, and how often is often.
PEOPLE_STEPS = (10, 100, 1000)
REPEAT_STEPS = (1, 3, 5)
LEGAL_DAYS = (10, 3)

DEFAULT_BANDS = {"P1": 70, "P2": 45, "P3": 20, "P4": 0}
DEFAULT_POINTS = {
    ("danger", 1): 10,
    ("danger", 2): 30,
    ("danger", 3): 70,
    ("people", 1): 5,
    ("people", 2): 15,
    ("people", 3): 25,
    ("site", 1): 15,
    ("site", 2): 25,
    ("legal", 1): 8,
    ("legal", 2): 15,
    ("repeats", 1): 3,
    ("repeats", 2): 8,
    ("repeats", 3): 15,
    ("crisis", 1): 15,
    ("hardship", 1): 70,
}
TOP_LEVEL = {"danger": 3, "people": 3, "site": 2, "legal": 2, "repeats": 3, "crisis": 1, "hardship": 1}
# Why somebody's distress cannot wait: a closed list, as it brings a matter to the fast-handling team.
HARDSHIPS = {
    "no_shelter": ("بلا مأوى صالح للسكن", "Without a home fit to live in"),
    "no_water": ("بلا ماء أو صرف في المسكن", "Without water or drainage at home"),
    "care": ("مريض أو معتمد على جهاز طبي في المسكن", "A patient, or somebody living by a medical device"),
    "alone": ("كبير سن أو ذو إعاقة لا معيل له", "An older or disabled person with nobody to help"),
    "children": ("أطفال معرّضون للأذى", "Children exposed to harm"),
}
REASONS = {
    ("danger", 1): ("خطر محتمل على السلامة", "A possible danger to safety"),
    ("danger", 2): ("خطر واضح قد يؤدي إلى إصابة", "A clear danger that may injure somebody"),
    ("danger", 3): ("خطر مباشر على الأرواح", "An immediate danger to life"),
    ("people", 1): ("يتأثر به عدة أشخاص", "It affects several people"),
    ("people", 2): ("يتأثر به حي كامل", "It affects a whole quarter"),
    ("people", 3): ("يتأثر به عدد كبير من السكان", "It affects a large number of residents"),
    ("site", 1): ("يمس فئة أو موقعاً أولى بالرعاية", "It touches a vulnerable person or site"),
    ("site", 2): ("يمس مرفقاً حيوياً مثل مستشفى أو مدرسة", "It touches a vital site such as a hospital or school"),
    ("legal", 1): ("له موعد قانوني قريب", "A legal date is coming up"),
    ("legal", 2): ("له موعد قانوني خلال أيام أو انقضى", "A legal date is days away or past"),
    ("repeats", 1): ("سبق الإبلاغ عنه", "It was reported before"),
    ("repeats", 2): ("تكرر الإبلاغ عنه", "It was reported repeatedly"),
    ("repeats", 3): ("تكرر الإبلاغ عنه مرات كثيرة", "It was reported many times"),
    ("crisis", 1): ("في أثناء حالة طارئة", "During an emergency"),
    ("hardship", 1): ("حالة إنسانية ملحّة", "Urgent hardship"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of a matter. `danger` 0 to 3, `people` a number, `site` 0 none, 1 vulnerable, 2 vital.

    `legal_days` are the days left to a legal date, negative when it has passed, None without one; `repeats` how often
    it was reported before; `hardship` is one of `HARDSHIPS`.
    """

    danger: int = 0
    people: int = 0
    site: int = 0
    legal_days: int | None = None
    repeats: int = 0
    crisis: bool = False
    hardship: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Facts":
        """The facts of a form or a message; what is missing or makes no sense counts as not said."""
        legal_days = given.get("legal_days")
        return cls(
            danger=_whole(given.get("danger")),
            people=_whole(given.get("people")),
            site=_whole(given.get("site")),
            legal_days=None if legal_days in (None, "") else _whole(legal_days, missing=None),
            repeats=_whole(given.get("repeats")),
            crisis=given.get("crisis") in (True, 1, "1", "true", "on"),
            hardship=_known(given.get("hardship")),
        )

    def levels(self) -> dict[str, int]:
        """The level of each criterion, 0 where nothing speaks for it."""
        return {
            "danger": _within(self.danger, "danger"),
            "people": sum(self.people >= step for step in PEOPLE_STEPS),
            "site": _within(self.site, "site"),
            "legal": 0 if self.legal_days is None else sum(self.legal_days <= days for days in LEGAL_DAYS),
            "repeats": sum(self.repeats >= step for step in REPEAT_STEPS),
            "crisis": int(self.crisis),
            "hardship": int(self.hardship in HARDSHIPS),
        }


@dataclass(frozen=True)
class Matrix:
    """The points and bands of an agency; what its rows leave out is the house's default."""

    points: Mapping[tuple[str, int], int] = field(default_factory=dict)
    bands: Mapping[str, int] = field(default_factory=dict)

    def points_for(self, criterion: str, level: int) -> int:
        """The points of a level: the most that this or any slighter level gives."""
        steps = range(1, level + 1)
        points = [self.points.get((criterion, step), DEFAULT_POINTS[criterion, step]) for step in steps]
        return max(points, default=0)

    def begins(self, importance: str) -> int:
        """From how many points a class begins."""
        return self.bands.get(importance, DEFAULT_BANDS[importance])

    def class_at(self, points: int) -> str:
        """The gravest class that begins at or below these points, the slightest when none does."""
        return next((code for code in CLASSES if self.begins(code) <= points), CLASSES[-1])


@dataclass(frozen=True)
class Importance:
    """A class with its points, and why: the class of the service first, then every criterion that added.

    `added` are the points of each reason, in the same order.
    """

    code: str
    points: int
    reasons: tuple[Localized, ...]
    added: tuple[int, ...] = ()

    @property
    def lines(self) -> list[tuple[Localized, int]]:
        """Each reason with its points."""
        return list(zip(self.reasons, self.added, strict=True))

    @property
    def told(self) -> list[dict[str, Any]]:
        """The same as a case keeps it."""
        return [{**reason, "points": points} for reason, points in self.lines]


def steps(one: str, other: str) -> int:
    """How many classes lie between two."""
    return abs(CLASSES.index(one) - CLASSES.index(other))


def importance(base: str | None, facts: Facts, matrix: Matrix | None = None) -> Importance:
    """The class of a matter whose service starts from `base`; an unknown or missing base starts as a normal one."""
    matrix = matrix or Matrix()
    start = base if base in CLASSES else WITHOUT_SERVICE
    reasons, added = [_starting(start)], [matrix.begins(start)]
    for criterion, level in facts.levels().items():
        if more := matrix.points_for(criterion, level):
            added.append(more)
            reasons.append(_reason(criterion, level, facts))
    points = sum(added)
    code = min(start, matrix.class_at(points), key=CLASSES.index)
    return Importance(code, points, tuple(reasons), tuple(added))


def _reason(criterion: str, level: int, facts: Facts) -> Localized:
    arabic, english = REASONS[criterion, level]
    if criterion == "hardship":
        why_ar, why_en = HARDSHIPS[facts.hardship]
        return both(f"{arabic}: {why_ar}", f"{english}: {why_en[0].lower()}{why_en[1:]}")
    return both(arabic, english)


def _starting(code: str) -> Localized:
    arabic, english = CLASS_NAMES[code]
    return both(f"تبدأ الخدمة من درجة «{arabic}»", f"The service starts as {english}")


def _whole(value: Any, missing: Any = 0) -> Any:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return missing


def _known(hardship: Any) -> str:
    return hardship if isinstance(hardship, str) and hardship in HARDSHIPS else ""


def _within(level: int, criterion: str) -> int:
    return max(0, min(level, TOP_LEVEL[criterion]))
