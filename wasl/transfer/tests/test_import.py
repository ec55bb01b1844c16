"""History comes in with its own dates, once, and whatever cannot comes out again with the reason."""

import csv
import gzip
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from wasl.cases import queries
from wasl.cases.models import Case, Clock
from wasl.catalogue import queries as catalogue
from wasl.contacts.models import Beneficiary
from wasl.core.models import EventRecord
from wasl.core.refusal import Refusal
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import make_agency
from wasl.transfer import importing, operations
from wasl.transfer.failures import OWN
from wasl.transfer.models import ImportedCase, ImportRun
from wasl.transfer.tests.makers import (
    BOSTON,
    COLUMNS,
    IN_2026,
    PLAIN,
    bring,
    look,
    make_boston,
    make_wish,
    quiet,
    row,
    write_csv,
    write_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(BOSTON, tmp_path / "boston.csv"))


def case_of(number: str) -> Case:
    return ImportedCase.objects.select_related("case__service__category", "case__unit").get(source_id=number).case


def test_the_history_of_a_city_becomes_cases_with_its_own_dates(sample: Path) -> None:
    boston = make_boston()

    outcome = bring(boston, sample, "boston311")

    with sample.open(encoding="utf-8") as lines:
        source = {one["case_enquiry_id"]: one for one in csv.DictReader(lines)}
    counts = outcome.counts
    assert (counts.imported, counts.known, counts.failed, counts.linked, counts.unlinked) == (400, 0, 0, 4, 3)
    for number, case in ((one.source_id, one.case) for one in ImportedCase.objects.select_related("case")):
        told = source[number]
        assert f"{case.registered_at.astimezone(boston.zone):%Y-%m-%d %H:%M:%S}" == told["open_dt"]
        assert case.is_open == (told["case_status"] == "Open")
        if told["target_dt"]:
            assert f"{case.due_at.astimezone(boston.zone):%Y-%m-%d %H:%M:%S}" == told["target_dt"]
        else:
            assert case.due_at is None
        if not case.is_open and case.state == "closed" and told["target_dt"]:
            assert (case.resolved_at <= case.due_at) == (told["ontime_status"] == "ONTIME")
    assert {event.origin for event in EventRecord.objects.filter(case_id__isnull=False)} == {"import"}


def test_a_point_beyond_the_country_is_kept_and_no_point_stands_for_nowhere(sample: Path) -> None:
    bring(make_boston(), sample, "boston311")

    cases = Case.objects.all()
    assert not cases.filter(outside_area=True).exists()
    assert not cases.filter(wilayat__isnull=False).exists()
    assert cases.filter(lat__isnull=True).count() == sum("42.3594,-71.0587" in one for one in BOSTON.open())


def test_services_and_units_that_are_missing_are_made_and_offered_to_nobody(sample: Path) -> None:
    boston = make_boston()

    bring(boston, sample, "boston311")

    case = case_of("500000000000")
    assert case.service.category.code == "BOSTON311"
    assert not case.service.is_offered(at=IN_2026)
    assert case.service in catalogue.services(boston, at=IN_2026)
    assert catalogue.service_tree(boston, at=IN_2026) == []
    assert Unit.objects.get(agency=boston, code="PWDX").name.in_language("ar") == "الأشغال العامة"
    assert catalogue.services(boston)[0].open311 is False


def test_duplicates_follow_the_end_of_their_chain_wherever_it_stands_in_the_file(sample: Path) -> None:
    bring(make_boston(), sample, "boston311")
    number = {n: str(500000000000 + n * 7) for n in (5, 10, 20, 25, 30, 31, 40, 50, 51, 60, 70, 80)}

    leading = {n: case_of(number[n]).merged_into for n in (20, 5, 30, 31, 50, 51, 60, 70, 80)}

    assert leading[20] == case_of(number[10])
    assert leading[5] == case_of(number[40])
    assert leading[30] == leading[31] == case_of(number[25])
    assert [leading[n] for n in (50, 51, 60, 70, 80)] == [None] * 5
    assert all(case_of(number[n]).state == "duplicate" for n in leading)


def test_the_same_file_again_and_the_same_rows_in_another_file_bring_nothing_new(sample: Path, tmp_path: Path) -> None:
    boston = make_boston()
    bring(boston, sample, "boston311")
    part = tmp_path / "part.csv"
    part.write_text("".join(sample.read_text(encoding="utf-8").splitlines(keepends=True)[:50]), encoding="utf-8")

    again, in_part = bring(boston, sample, "boston311"), bring(boston, part, "boston311")

    assert (again.counts.imported, again.counts.known) == (0, 400)
    assert (in_part.counts.imported, in_part.counts.known) == (0, 49)
    assert Case.objects.count() == 400


def test_a_dry_run_tells_the_same_and_writes_nothing(sample: Path) -> None:
    boston = make_boston()

    seen = look(boston, sample, "boston311")

    assert not Case.objects.exists()
    assert not ImportRun.objects.exists()
    assert catalogue.services(boston) == []
    done = bring(boston, sample, "boston311")
    assert {**vars(seen.counts)} == {**vars(done.counts)}
    assert {one.code for one in seen.made["services"]} == {one.code for one in done.made["services"]}
    assert len(seen.samples) == 3


def test_rows_that_fail_can_be_mended_in_the_file_of_errors_and_given_again(tmp_path: Path) -> None:
    agency = make_agency()
    path = write_csv(
        tmp_path / "crm.csv",
        [
            row(1, words="حفرة أمام المدرسة"),
            row(2, opened="yesterday", words="مصباح\nمكسور"),
            row(3, phone="12", name="سالم"),
            row(4, state="c"),
            row(5, lat="99", lon="58.4"),
            row(6, state="?"),
            row(7, opened="2031-01-01"),
            row("", words="بلا رقم"),
        ],
    )

    outcome = bring(agency, path)

    assert (outcome.counts.imported, outcome.counts.failed) == (1, 7)
    errors = tmp_path / "crm.errors.csv"
    assert errors.stat().st_mode & 0o077 == 0
    with errors.open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert [one["import_line"] for one in told] == ["3", "5", "6", "7", "8", "9", "10"]
    assert [one["import_field"] for one in told] == ["registered", "phone", "state", "lat", "state", "", "reference"]
    assert told[0]["words"] == "مصباح\nمكسور"
    for one, mended in zip(told, ("opened", "phone", "closed", "lat", "state", "opened", "id"), strict=True):
        good = {"opened": "2020-05-02 08:00:00", "phone": "92127705", "closed": "2020-05-03 08:00:00", "lat": "23.6"}
        one[mended] = (good | {"state": "o", "id": "8"})[mended]
    mended_file = write_csv(tmp_path / "mended.csv", told, [*OWN, *COLUMNS])
    after = bring(agency, mended_file)
    assert (after.counts.imported, after.counts.failed) == (7, 0)


def test_an_import_that_breaks_off_goes_on_where_it_stopped(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boston = make_boston()
    lines = sample.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = (60, 120, 350)
    for index in broken:
        lines[index] = lines[index].replace("2015-", "long ago ", 1)
    sample.write_text("".join(lines), encoding="utf-8")
    write, done = operations.write_batch, []

    def until_the_third(*args: object, **more: object) -> list[int]:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return write(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "write_batch", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        bring(boston, sample, "boston311", batch=100)
    monkeypatch.undo()
    run = ImportRun.objects.get()
    assert (run.state, run.imported + run.failed) == ("running", 200)

    outcome = bring(boston, sample, "boston311", batch=100)

    assert outcome.went_on
    assert (outcome.counts.imported, outcome.counts.known, outcome.counts.failed) == (397, 0, 3)
    assert (outcome.counts.linked, outcome.counts.unlinked) == (4, 3)
    assert Case.objects.count() == 397
    assert ImportRun.objects.get().state == "done"
    with (sample.parent / "boston.errors.csv").open(encoding="utf-8-sig") as errors:
        assert [int(one["import_line"]) for one in csv.DictReader(errors)] == [index + 1 for index in broken]


def test_workbooks_packed_files_and_json_lines_bring_the_same(tmp_path: Path) -> None:
    done = row(2, state="c", closed="2020-05-04 12:30:00", rating="4")
    rows = [row(1, lat="23.6", lon="58.5"), done, row(3, words="ظلام")]
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(write_csv(tmp_path / "plain.csv", rows).read_bytes()))
    book = openpyxl.Workbook()
    book.active.append(list(COLUMNS))
    for one in rows:
        at = datetime.fromisoformat(one["opened"])
        book.active.append([int(one["id"]), at, *(one[name] or None for name in COLUMNS[2:])])
    book.save(tmp_path / "b.xlsx")
    lines = write_lines(tmp_path / "c.jsonl", rows)

    left = []
    for code, path in (("MUN", packed), ("HOU", tmp_path / "b.xlsx"), ("SAL", lines)):
        agency = make_agency(code)
        assert bring(agency, path).counts.imported == 3
        cases = Case.objects.filter(agency=agency).order_by("pk")
        left.append(list(cases.values_list("registered_at", "state", "title", "description", "lat", "rating")))

    assert left[0] == left[1] == left[2]
    assert left[0][0][0] == datetime(2020, 5, 1, 6, tzinfo=UTC)


def test_people_of_the_rows_are_known_again_and_wishes_are_kept(tmp_path: Path) -> None:
    agency = make_agency()
    path = write_csv(
        tmp_path / "crm.csv",
        [row(n, name="مريم بنت سعيد", phone="٩٢١٤٧٧٠٥", email="maryam@example.org") for n in (1, 2)] + [row(3)],
    )

    bring(agency, path)

    (maryam,) = Beneficiary.objects.all()
    assert set(maryam.addresses.values_list("value", flat=True)) == {"+96892147705", "maryam@example.org"}
    assert case_of("2").beneficiary == maryam
    assert case_of("3").beneficiary is None


def test_staff_find_a_case_by_its_number_in_the_former_system(sample: Path) -> None:
    bring(make_boston(), sample, "boston311")

    found = queries.worklist(Case.objects.all(), queries.Filters(words="500000000021", open_only=False)).cases

    assert found == [case_of("500000000021")]
    assert {"ar": "500000000021", "en": "500000000021"} in [one["text"] for one in found[0].answers]


def test_what_was_resolved_there_is_closed_here_and_can_still_be_reopened(tmp_path: Path) -> None:
    agency = make_agency()
    path = write_csv(tmp_path / "crm.csv", [row(1, state="r", closed="2026-11-20 10:00:00", rating="5")])

    bring(agency, path)

    case = case_of("1")
    assert (case.state, case.rating) == ("closed", 5)
    assert case.may_be_reopened(at=IN_2026, days=7)


def test_a_service_without_a_target_promises_nothing_and_a_known_one_its_own_times(tmp_path: Path) -> None:
    agency = make_agency()
    bring(agency, write_csv(tmp_path / "crm.csv", [row(1)]))

    assert case_of("1").due_at is None
    assert not Clock.objects.exists()


def test_a_point_inside_the_country_names_its_wilayat_and_one_at_sea_waits_at_triage(tmp_path: Path) -> None:
    from wasl.places.operations import load_starting_places

    load_starting_places(at=IN_2026 - timedelta(days=900))
    agency = make_agency(governorates=["OM-MA"])
    text = PLAIN.replace("  unit: {column: unit, unknown: make}\n", "")
    rows = [row(1, lat="23.588", lon="58.3829"), row(2, lat="42.36", lon="-71.06"), row(3, lat="0", lon="0")]

    bring(agency, write_csv(tmp_path / "crm.csv", rows), text)

    assert case_of("1").wilayat.governorate.code == "OM-MA"
    assert (case_of("1").outside_area, case_of("2").outside_area, case_of("3").outside_area) == (False, True, False)
    assert case_of("2").unit.is_triage
    assert case_of("3").lat is None


def test_two_imports_of_one_source_do_not_run_at_once(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from psycopg import connect

    boston = make_boston()
    monkeypatch.setattr(operations, "lock_number", lambda agency, source: 311)
    with connect(
        **{
            key: value
            for key, value in connection.get_connection_params().items()
            if key in ("dbname", "user", "host", "port", "password")
        },
        autocommit=True,
    ) as other:
        other.execute("SELECT pg_advisory_lock(311)")

        with pytest.raises(Refusal, match="under way"):
            importing.bring_in(make_wish(boston, sample, "boston311"), quiet)

    assert not Case.objects.exists()


def test_numbers_of_one_system_do_not_meet_those_of_another_agency(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "crm.csv", [row(1), row(2)])
    one: Agency = make_agency("MUN")
    other = make_agency("HOU")

    bring(one, path)
    outcome = bring(other, path)

    assert outcome.counts.imported == 2
    assert Case.objects.filter(agency=other).count() == 2
