"""Search and proposals over the starting catalogue: quality floors on a judged list, scope, cost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.catalogue import operations, queries
from wasl.catalogue.tests.makers import load_catalogue, make_service
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency

pytestmark = pytest.mark.django_db

JUDGED = yaml.safe_load((Path(__file__).parent / "judged.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def agencies() -> dict[str, Agency]:
    return load_catalogue("MUN", "HOU")


def found(agency: Agency, words: str, **more: Any) -> list[str]:
    return [hit.service.code for hit in queries.find_services(agency, words, at=SUNDAY_9AM, **more)]


def hit_rate(agencies: dict[str, Agency], first: int) -> float:
    rows = [
        (agencies[org], words, [wanted] if isinstance(wanted, str) else wanted)
        for org, judged in JUDGED.items()
        for words, wanted in judged
    ]
    hits = [not set(wanted).isdisjoint(found(agency, words)[:first]) for agency, words, wanted in rows]
    assert len(hits) >= 100
    return sum(hits) / len(hits)


def test_the_first_hit_is_right_for_most_phrases_of_citizens(agencies: dict[str, Agency]) -> None:
    assert hit_rate(agencies, 1) >= 0.9


def test_the_first_three_hits_hold_the_right_service_nearly_always(agencies: dict[str, Agency]) -> None:
    assert hit_rate(agencies, 3) >= 0.97


def test_every_service_is_first_for_its_own_name_in_both_languages(agencies: dict[str, Agency]) -> None:
    for agency in agencies.values():
        for service in queries.services(agency, at=SUNDAY_9AM):
            for name in service.name.values():
                assert found(agency, name)[0] == service.code, name


def test_a_hit_says_why(agencies: dict[str, Agency]) -> None:
    [named] = queries.find_services(agencies["MUN"], "طفح مياه صرف صحي", limit=1, at=SUNDAY_9AM)
    [said] = queries.find_services(agencies["MUN"], "كلاب ضالة", limit=1, at=SUNDAY_9AM)

    assert named.why.in_language("ar") == "يوافق اسم الخدمة"
    assert said.why.in_language("en") == "People say: “كلاب ضالة”"


def test_a_search_in_a_known_catalogue_costs_one_statement(agencies: dict[str, Agency]) -> None:
    found(agencies["MUN"], "حفرة")

    with CaptureQueriesContext(connection) as captured:
        found(agencies["MUN"], "كلاب")

    assert len(captured) == 1


def test_a_change_is_found_at_once(agencies: dict[str, Agency]) -> None:
    agency = agencies["MUN"]
    assert "GN-INQUIRY" not in found(agency, "زعفران")

    operations.change_service(
        queries.service_by_code(agency, "GN-INQUIRY"), by=None, at=SUNDAY_9AM, keywords=["سوق الزعفران"]
    )

    assert found(agency, "زعفران")[0] == "GN-INQUIRY"


def test_words_an_agency_joins_meet_in_its_own_search_only(agencies: dict[str, Agency]) -> None:
    other = make_agency("NIZ", letters="NZ")
    make_service(agency=other)
    operations.add_synonyms(agencies["MUN"], ["زنقور", "حفرة"], at=LONG_AGO)

    assert found(agencies["MUN"], "زنقور")[0] == "RD-POTHOLE"
    assert found(other, "زنقور") == []


def test_an_ended_service_is_found_no_more_but_was_before(agencies: dict[str, Agency]) -> None:
    agency = agencies["MUN"]
    operations.end_service(queries.service_by_code(agency, "PE-RODENT"), by=None, at=SUNDAY_9AM)

    later = queries.find_services(agency, "فئران", at=SUNDAY_9AM + timedelta(seconds=1))
    earlier = queries.find_services(agency, "فئران", at=SUNDAY_9AM - timedelta(seconds=1))

    assert "PE-RODENT" not in [hit.service.code for hit in later]
    assert earlier[0].service.code == "PE-RODENT"


def test_search_may_be_held_to_one_kind(agencies: dict[str, Agency]) -> None:
    assert found(agencies["MUN"], "إنارة", kind="suggestion")[0] == "LT-NEW"


def test_equal_codes_of_two_agencies_never_cross() -> None:
    here, there = make_agency("MUN"), make_agency("HOU")
    make_service("X-1", agency=here, name=both("حفرة", "Pothole"))
    make_service("X-1", agency=there, name=both("قرض", "Loan"), keywords=[])

    assert [hit.service.agency_id for hit in queries.find_services(here, "حفرة")] == [here.pk]
    assert queries.find_services(there, "حفرة") == []
    assert queries.service_by_code(there, "X-1").name["en"] == "Loan"


def test_what_a_caller_does_to_a_found_service_stays_with_the_caller(agencies: dict[str, Agency]) -> None:
    queries.find_services(agencies["MUN"], "حفرة", at=SUNDAY_9AM)[0].service.code = "CHANGED"

    assert found(agencies["MUN"], "حفرة")[0] == "RD-POTHOLE"


LETTERS = [
    (
        "RD-POTHOLE",
        "حفرة خطيرة\n\nالسلام عليكم ورحمة الله،\nأود إبلاغكم بوجود حفرة عميقة في الشارع الرئيسي بالخوض قرب المدرسة، وقد"
        " تضررت إطارات سيارتي أمس. أرجو إصلاح الطريق في أقرب وقت قبل أن يقع حادث.\nشاكرة تعاونكم\nمريم",
    ),
    (
        "CL-SEWAGE",
        "شكوى عاجلة\nتحية طيبة وبعد، منذ ثلاثة أيام ومياه المجاري طافحة أمام منزلنا في السيب والرائحة لا تطاق، والأطفال"
        " يمرون من جنبها كل يوم إلى المدرسة. اتصلنا ولم يأت أحد.",
    ),
    (
        "LT-OUT",
        "Street lamp\nDear sir, the street light in front of my house in Al Khuwair has been off since last Thursday."
        " It is very dark when the children come home. Please repair it. Regards, Sara",
    ),
    ("PE-STRAY", "كلاب سائبة\nفي الحي مجموعة كلاب ضالة تهاجم المارة وقت صلاة الفجر وعضت ولد جارنا البارحة."),
]


@pytest.mark.parametrize(("code", "letter"), LETTERS)
def test_a_whole_letter_proposes_its_service_first(agencies: dict[str, Agency], code: str, letter: str) -> None:
    proposed = queries.propose_service(agencies["MUN"], letter, at=SUNDAY_9AM)

    assert proposed[0].service.code == code
    assert len(proposed) <= 3


@pytest.mark.parametrize("letter", ["", "السلام عليكم", "Re:", "مرفق لكم الملف المطلوب مع التحية", "xyzzy plugh"])
def test_a_letter_about_nothing_proposes_nothing(agencies: dict[str, Agency], letter: str) -> None:
    assert queries.propose_service(agencies["MUN"], letter, at=SUNDAY_9AM) == []


def test_search_costs_the_same_for_ten_and_for_hundreds_of_services(django_assert_num_queries: Any) -> None:
    agency = make_agency("NIZ", letters="NZ")
    for number in range(300):
        make_service(f"S-{number}", agency=agency, name=both(f"خدمة {number}", f"Service {number}"), keywords=[])

    with django_assert_num_queries(3):  # the stamp of the edition, services, synonyms
        found(agency, "service 7")
    with django_assert_num_queries(1):
        found(agency, "service 9")
