"""`wasl export cases`: the whole list of an agency, its own only, with people only for a purpose, and written down."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_unit

pytestmark = pytest.mark.django_db


def export(path: Path, *options: str) -> list[dict[str, Any]]:
    said = io.StringIO()
    call_command("export", "cases", "--agency", "MUN", "--format", "jsonl", "-o", str(path), *options, stderr=said)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def agency() -> Any:
    return make_working_agency()


def test_the_cases_of_the_agency_and_of_no_other_oldest_first(agency: Any, tmp_path: Path) -> None:
    make_unit("ROADS", agency=agency)
    later = make_case(agency=agency, at=SUNDAY_9AM + timedelta(days=1))
    first = make_case(agency=agency)
    other = make_agency("SOH", "SO")
    make_case(agency=other, service=make_service(agency=other, unit=make_unit("ROADS", agency=other)))

    told = export(tmp_path / "cases.jsonl")

    assert [one["reference"] for one in told] == [first.reference, later.reference]
    assert (tmp_path / "cases.jsonl").stat().st_mode & 0o077 == 0


def test_days_are_those_of_the_agency_and_both_ends_count(agency: Any, tmp_path: Path) -> None:
    make_unit("ROADS", agency=agency)
    case = make_case(agency=agency)  # Sunday, 22 November, at 9 in Muscat

    assert [one["reference"] for one in export(tmp_path / "a", "--from", "2026-11-22", "--to", "2026-11-22")] == [
        case.reference
    ]
    assert export(tmp_path / "b", "--to", "2026-11-21") == []
    assert export(tmp_path / "c", "--from", "2026-11-23") == []


def test_people_only_for_a_purpose_which_is_kept(agency: Any, tmp_path: Path) -> None:
    make_unit("ROADS", agency=agency)
    make_case(agency=agency)

    (without,) = export(tmp_path / "a")
    (with_people,) = export(tmp_path / "b", "--people", "authority")

    assert "phone" not in without
    assert with_people["phone"] == "+96892147705"
    facts = EventRecord.objects.filter(kind="CasesExported").order_by("pk")
    assert [(fact.data["count"], fact.data["purpose"]) for fact in facts] == [(1, ""), (1, "authority")]


def test_whoever_runs_the_house_gets_them_all_or_is_told(
    agency: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.transfer.export.taking.MOST", 2)
    monkeypatch.setattr("wasl.transfer.export.writers.MOST_IN_A_SHEET", 2)
    make_unit("ROADS", agency=agency)
    made = [make_case(agency=agency).reference for _ in range(3)]

    assert [one["reference"] for one in export(tmp_path / "a")] == made
    with pytest.raises(CommandError, match="Excel"):
        call_command("export", "cases", "--agency", "MUN", "--format", "xlsx", "-o", str(tmp_path / "b"))
    assert not (tmp_path / "b").exists()
    assert [fact.data["count"] for fact in EventRecord.objects.filter(kind="CasesExported")] == [3]


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--agency", "NONE"], "NONE"), (["--state", "asleep"], "asleep"), (["--from", "soon"], "soon")],
)
def test_what_there_is_not_is_said(agency: Any, tmp_path: Path, options: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("export", "cases", "-o", str(tmp_path / "x"), *options)
