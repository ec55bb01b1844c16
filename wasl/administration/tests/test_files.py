"""The configuration as a file: out, in, and what is refused."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

import wasl
from wasl.administration import exporting, operations, queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Document
from wasl.administration.tests.makers import AT, put, row
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.operations import load_catalogue
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_agency, make_person, make_unit
from wasl.places import queries as places
from wasl.places.operations import load_starting_places

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


CORNERS = "[[58.4,23.58],[58.44,23.58],[58.44,23.62],[58.4,23.62],[58.4,23.58]]"
REST = """
forms:
  - service: SERVICE
    name: {ar: أسئلة الإنارة}
    questions: [{code: pole, label: {ar: رقم العمود, en: Pole number}, datatype: string}]
synonyms:
  - {word: لمبة, same: [إنارة, عمود]}
routing:
  - {service: SERVICE, unit: LAMPS}
sms:
  - {code: MAIN, name: الرسائل, address: Wasl, url: "https://sms.example.om/send", username: mun, key: kh-secret-1}
mail:
  - {code: CARE, name: البريد, address: care@example.om, smtp_host: mail.example.om, smtp_password: kh-secret-2}
wordings:
  - {notice: NOTICE, channel: sms, body: {ar: "سُجّل طلبك {reference}", en: "Registered: {reference}"}}
special_hours:
  - calendar: CALENDAR
    name: {ar: ساعات رمضان, en: Ramadan hours}
    from_on: 2027-02-08
    to_on: 2027-03-08
    hours: [{weekday: "6", opens: "09:00", closes: "14:00"}]
hijri_months:
  - {year: 1448, month: 9, begins_on: 2027-02-09, announced_on: 2026-11-22, source: وزارة الأوقاف}
hijri_hours:
  - calendar: work
    name: {ar: دوام رمضان}
    month: 9
    hours: [{weekday: 6, opens: "09:00", closes: "14:00"}]
generalists:
  - {person: SOMEBODY, services: [SERVICE], until: "2027-06-30T07:30+04:00"}
calendar_uses:
  - {unit: LIGHT, calendar: centre}
targets:
  - {measure: completion_rate, value: 95}
ladders:
  - code: resolution
    name: {ar: سلّم الإنجاز, en: Ladder of the resolution}
    cause: clock
    clocks: [resolve]
    steps:
      - {mark: 100, level: 2, whom: [owner, liaison, supervisor, head, directorate, director, follow_up]}
areas:
  - {name: {ar: حي الوفاء, en: Al Wafa}, wilayat: WILAYAT, shape: '{"type":"Polygon","coordinates":[CORNERS]}'}
boundaries:
  - {wilayat: WILAYAT, shape: '{"type":"Polygon","coordinates":[CORNERS]}'}
"""


@pytest.fixture
def full(agency: Agency) -> Agency:
    """A working agency with something of every kind."""
    load_starting_places(at=AT)
    load_catalogue({"MUN": agency}, at=AT)
    roads = make_unit("BRIDGES", agency=agency, name=both("دائرة الطرق: «الصيانة»", 'Roads - "upkeep"'))
    make_person("administrator")
    make_person("specialist", roads)
    put("units", agency, code="LAMPS", name={"ar": "الإنارة"}, parent="BRIDGES")
    words = {
        "SERVICE": next(one["code"] for one in everything(agency)["services"]),
        "CALENDAR": next(one["code"] for one in everything(agency)["calendars"] if not one["always_open"]),
        "NOTICE": registry.kind_of("wordings").rows(agency, AT)[0]["notice"],
        "WILAYAT": places.wilayats_of(places.governorates()[0].code)[0].code,
        "CORNERS": CORNERS,
        "SOMEBODY": make_person("agent").email,
    }
    bring(agency, re.sub("|".join(words), lambda found: words[found[0]], REST))
    return agency


def bring(agency: Agency, text: str, **more: Any) -> list[ConfigChange]:
    return operations.import_file(agency, exporting.read_file(text), by=None, at=AT, **more)


def mistakes(agency: Agency, text: str) -> list[operations.Mistake]:
    with pytest.raises(operations.CannotImport) as refused:
        bring(agency, text)
    return refused.value.mistakes


def everything(agency: Agency) -> dict[str, list[Document]]:
    found = {}
    for kind in exporting.exported_kinds():
        rows = queries.documents(kind, agency, AT).values()
        found[kind.code] = [one for one in rows if queries.is_active(one) and kind.is_own(agency, one)]
    return found


def at_other_addresses(text: str) -> str:
    """The same file with channels of its own: no two accounts of a house share an address."""
    return text.replace("address: Wasl", "address: Other").replace("care@example.om", "other@example.om")


def test_a_file_of_everything_brought_back_changes_nothing(full: Agency) -> None:
    text = exporting.export(full, at=AT)

    assert bring(full, text) == []
    assert exporting.export(full, at=AT) == text
    missing = {kind.code for kind in exporting.exported_kinds()} - set(yaml.safe_load(text))
    assert missing == set(), "write a row of the new kind into REST, so that its way out and in is proven"


def test_a_file_makes_a_fresh_agency_equal(full: Agency) -> None:
    text = exporting.export(full, at=AT)
    other = make_agency("HOU")

    read = exporting.without_agencies(exporting.read_file(at_other_addresses(text)))
    changes = operations.import_file(other, read, by=None, at=AT)

    assert len(changes) > 100
    there, here = everything(other), everything(full)
    for kind in set(here) - {"agencies", "roles", "people", "sms", "mail"}:
        assert there[kind] == here[kind], kind
    assert {one["code"] for one in there["roles"]} == {one["code"] for one in here["roles"]}


def test_a_file_comes_in_whole_and_goes_back_whole(agency: Agency) -> None:
    before = everything(agency)
    text = """
        agency: MUN
        units:
          - {code: LAMPS, name: {ar: الإنارة}, parent: ROADS}
          - {code: ROADS, name: {ar: الطرق}}
        people:
          - {code: zahra@example.om, full_name: زهرة}
        roles:
          - {person: zahra@example.om, unit: LAMPS, role: specialist}
        """

    changes = bring(agency, text)

    assert row("units", agency, "LAMPS")["parent"] == "ROADS"
    assert {change.batch for change in changes} == {changes[0].batch}
    assert {change.source for change in changes} == {"file"}
    operations.undo(agency, changes[0].batch, by=None, at=AT)
    assert everything(agency) == before


def test_a_dry_run_tells_all_and_does_nothing(agency: Agency) -> None:
    changes = bring(agency, "units:\n  - {code: LAMPS, name: {ar: الإنارة}}\n", dry_run=True)

    assert [(change.code, change.before) for change in changes] == [("LAMPS", None)]
    assert not ConfigChange.objects.exists()
    assert "LAMPS" not in queries.documents(registry.kind_of("units"), agency, AT)


def test_what_a_row_leaves_out_stays_as_it_is(agency: Agency) -> None:
    put("units", agency, code="ROADS", name={"ar": "الطرق", "en": "Roads"}, is_centre=True)

    bring(agency, "units:\n  - {code: ROADS, kind: section}\n")

    now = row("units", agency, "ROADS")
    assert (now["kind"], now["name"]["en"], now["is_centre"]) == ("section", "Roads", True)


def test_a_row_ends_by_its_word_and_not_by_its_absence(agency: Agency) -> None:
    put("units", agency, code="ROADS", name={"ar": "الطرق"})

    assert bring(agency, "units:\n  - {code: CENTRE}\n") == []
    bring(agency, "units:\n  - {code: ROADS, ended: true}\n")

    assert row("units", agency, "ROADS")["ended"]


WRONG = """\
units:
  - code: LAMPS
    name: {ar: الإنارة}
    parent: NOWHERE
  - code: WATER
    nmae: {ar: المياه}
  - code: ROADS
    kind: planet
    name: {ar: الطرق}
roles:
  - {person: nobody@example.om, unit: ROADS, role: agent}
planets:
  - {code: MARS}
"""


def test_every_mistake_is_told_with_its_line_kind_code_and_field(agency: Agency) -> None:
    found = mistakes(agency, WRONG)

    assert {(one.line, one.kind, one.code, one.field) for one in found} == {
        (6, "units", "WATER", "nmae"),
        (5, "units", "WATER", "name"),
        (8, "units", "ROADS", "kind"),
        (12, "", "", ""),
    }
    assert all(str(one.sentence) for one in found)
    with translation.override("en"):
        assert "planet" in next(str(one.sentence) for one in mistakes(agency, WRONG) if one.field == "kind")
    assert not ConfigChange.objects.exists()


def test_one_row_that_cannot_be_takes_the_whole_file_back(agency: Agency) -> None:
    text = "units:\n  - {code: LAMPS, name: {ar: الإنارة}}\n  - {code: WATER, name: {ar: المياه}, parent: NOWHERE}\n"

    (one,) = mistakes(agency, text)

    assert (one.line, one.code, one.field) == (3, "WATER", "parent")
    assert "LAMPS" not in queries.documents(registry.kind_of("units"), agency, AT)


@pytest.mark.parametrize(
    "text",
    [
        "units: [",
        "just words",
        "units: {code: A}",
        "units:\n  - words",
        "units:\n  - {code: A, code: B, name: {ar: أ}}",
        "a: &a [1]\nunits: *a",
        "wasl_config: 99\nunits: []",
        "units:\n  - {code: A, name: {ar: أ}}\n  - {code: A, name: {ar: ب}}",
        "units:\n  - {code: A, name: " + "[" * 60 + "]" * 60 + "}",
        "units:\n  - {code: !!python/object/apply:os.system [ls], name: {ar: أ}}",
    ],
)
def test_what_is_no_sound_file_is_refused_with_a_sentence(agency: Agency, text: str) -> None:
    assert all(one.line >= 1 and str(one.sentence) for one in mistakes(agency, text))
    assert not ConfigChange.objects.exists()


def test_the_file_reads_well_and_holds_no_secret(full: Agency) -> None:
    text = exporting.export(full, at=AT)

    assert "# الوحدات · Units" in text
    assert "دائرة الطرق: «الصيانة»" in text
    assert "kh-secret" not in text
    assert "kh-secret" not in str(list(ConfigChange.objects.values_list("before", "after")))
    for kind in exporting.exported_kinds():
        for field in kind.fields:
            if field.type == "secret":
                assert f"    {field.code}:" not in text


def test_the_command_line_writes_looks_and_applies(
    agency: Agency, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("units", agency, code="ROADS", name={"ar": "الطرق", "en": "Roads"})
    file = tmp_path / "set-up.yaml"
    call_command("config", "export", "--kind", "units", "-o", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("ar: الطرق", "ar: الطرق والجسور"), encoding="utf-8")

    call_command("config", "import", str(file), "--dry-run", "--language", "ar")
    seen = capsys.readouterr().out
    assert "~ units ROADS" in seen
    assert "«الطرق» → «الطرق والجسور»" in seen
    assert row("units", agency, "ROADS")["name"]["ar"] == "الطرق"

    with pytest.raises(CommandError):
        call_command("config", "import", str(file), "--language", "en")  # nobody is there to say yes
    call_command("config", "import", str(file), "--yes", "--note", "توسيع")
    assert row("units", agency, "ROADS")["name"]["ar"] == "الطرق والجسور"
    assert ConfigChange.objects.latest("pk").note == "توسيع"
    call_command("config", "import", str(file), "--yes", "--language", "en")
    assert "Nothing differs" in capsys.readouterr().out


def test_the_command_line_names_the_line_of_a_mistake(
    agency: Agency, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG, encoding="utf-8")

    with pytest.raises(CommandError, match="Nothing was applied"):
        call_command("config", "import", str(file), "--yes", "--language", "en")

    assert f"{file}:8: units ROADS kind: " in capsys.readouterr().err


def test_an_empty_house_is_founded_from_a_file(full: Agency, tmp_path: Path) -> None:
    text = exporting.export(full, at=AT).replace("agency: MUN", "agency: NEW").replace("code: MUN", "code: NEW")
    text = (
        at_other_addresses(text)
        .replace("letters: MR", "letters: NW")
        .replace("    hosts: []\n    is_default: true", "    hosts: []")
    )
    file = tmp_path / "new.yaml"
    file.write_text(text, encoding="utf-8")

    call_command("config", "import", str(file), "--yes", "--language", "en")

    new = directory.agency_by_code("NEW")
    assert {one["code"] for one in everything(new)["units"]} == {one["code"] for one in everything(full)["units"]}
    assert len(everything(new)["services"]) == len(everything(full)["services"]) > 50


def test_a_founding_file_with_holidays_or_a_calendar_is_made_whole_and_proposes_none_of_them_again(
    agency: Agency,
) -> None:
    text = """
wasl_config: 1
agency: NEW
agencies: [{code: NEW, letters: NW, name: {ar: بلدية جديدة}}]
calendars: [{code: evening, name: {ar: مسائي}, hours: [{weekday: 6, opens: "16:00", closes: "20:00"}]}]
holidays: [{name: {ar: اليوم الوطني}, on_from: 2026-11-29, announced_on: 2026-11-20, source: قرار 7}]
"""

    operations.import_into("NEW", exporting.read_file(text), by=None, at=AT)

    new = everything(directory.agency_by_code("NEW"))
    assert {one["code"]: one["is_default"] for one in new["calendars"]} == {
        "work": True,
        "centre": False,
        "evening": False,
    }
    days = [one["on_from"] for one in new["holidays"] if one["name"]["ar"] == "اليوم الوطني"]
    assert days == ["2026-11-29", "2027-11-20", "2028-11-20"]
    assert len(new["holidays"]) > 20


def test_every_example_of_the_handbook_can_be_brought_in(agency: Agency) -> None:
    handbook = (Path(wasl.__file__).parent.parent / "docs" / "administration.md").read_text(encoding="utf-8")
    set_up, founding = (
        textwrap.dedent(found) for found in re.findall(r"^ *```yaml\n(.*?)^ *```", handbook, re.DOTALL | re.MULTILINE)
    )
    founding = founding.replace("agency: MUN", "agency: NEW").replace("code: MUN", "code: NEW").replace("MR", "NW")

    assert {change.code for change in bring(agency, set_up)} >= {"ROADS", "LAMPS", "noora@example.om"}
    operations.import_into("NEW", exporting.read_file(founding), by=None, at=AT)

    assert directory.agency_by_code("NEW").is_default
