"""Working time as configuration: every row survives export and change, and a change says beforehand what it moves."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.administration.kinds.calendars import Calendars, CalendarUses, SpecialHoursKind
from wasl.administration.kinds.hijri import HijriHoursKind, HijriMonths
from wasl.administration.kinds.holidays import Holidays
from wasl.administration.registry import Document, Kind, Wrong
from wasl.calendars import queries
from wasl.cases.models import Clock
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit

AT = SUNDAY_9AM
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def apply(kind: Kind, agency: Agency, before: Document | None, after: Document | None) -> None:
    kind.apply(agency, before, after, by=None, at=AT)


def row(kind: Kind, agency: Agency, code: str) -> Document:
    return next(document for document in kind.rows(agency, AT) if document["code"] == code)


def holiday(**more: Any) -> Document:
    first = clock_day(2)
    return {
        "name": {"ar": "إجازة طارئة", "en": "Storm leave"},
        "on_from": first,
        "on_to": "",
        "calendar": "",
        "is_proposal": False,
        "announced_on": "",
        "source": "",
        **more,
    }


def clock_day(days: int) -> str:
    return (AT + timedelta(days=days)).date().isoformat()


def test_a_holiday_tells_beforehand_which_promises_would_move_and_moves_none_of_them_yet(agency: Agency) -> None:
    with clock.frozen(AT):
        case = make_case(agency=agency, at=AT)
    due = {row.kind: row.due_at for row in Clock.objects.filter(case=case)}
    facts = EventRecord.objects.count()

    panel = Holidays().preview(agency, None, holiday(), AT)

    assert panel is not None
    assert panel.context is not None
    moved = {move.clock: (move.before, move.after) for move in panel.context["moves"]}
    assert moved["resolve"][0] == due["resolve"]
    assert moved["resolve"][1] > due["resolve"]
    assert case.reference in {move.reference for move in panel.context["moves"]}
    assert {row.kind: row.due_at for row in Clock.objects.filter(case=case)} == due
    assert EventRecord.objects.count() == facts
    assert queries.working_time(agency_id=agency.pk).holiday_on((AT + timedelta(days=2)).date()) is None


def test_a_change_of_a_name_alone_has_nothing_to_tell(agency: Agency) -> None:
    apply(Holidays(), agency, None, holiday())
    before = row(Holidays(), agency, f"{clock_day(2)}-storm-leave")

    assert Holidays().preview(agency, before, {**before, "source": "Royal Court"}, AT) is None


def test_a_holiday_keeps_its_code_when_it_moves_and_comes_back_under_it(agency: Agency) -> None:
    kind = Holidays()
    apply(kind, agency, None, holiday())
    code = f"{clock_day(2)}-storm-leave"
    before = row(kind, agency, code)
    apply(kind, agency, before, {**before, "on_from": clock_day(3), "on_to": clock_day(4)})
    moved = row(kind, agency, code)
    apply(kind, agency, moved, None)
    ended = row(kind, agency, code)
    apply(kind, agency, ended, {**moved})

    assert (moved["on_from"], moved["on_to"], moved["ended"]) == (clock_day(3), clock_day(4), False)
    assert ended["ended"]
    assert row(kind, agency, code) == moved
    time = queries.working_time(agency_id=agency.pk)
    assert [day for day in range(7) if time.holiday_on((AT + timedelta(days=day)).date())] == [3, 4]


def test_a_proposal_is_confirmed_with_its_source_and_day_and_by_whom_is_kept(agency: Agency) -> None:
    kind, badr = Holidays(), make_person("administrator")
    apply(kind, agency, None, holiday(is_proposal=True))
    proposal = row(kind, agency, f"{clock_day(2)}-storm-leave")
    assert str(proposal["standing"]) == "تقديرية"
    assert [link.url for link in kind.links(agency, proposal)] == [f"/admin/MUN/proposals#{proposal['code']}"]
    wanted = {**proposal, "is_proposal": False, "announced_on": clock_day(0)}

    with pytest.raises(Wrong) as refused:
        apply(kind, agency, proposal, wanted)
    kind.apply(agency, proposal, {**wanted, "source": "قرار 14/2026"}, by=badr, at=AT)

    assert list(refused.value.sentences) == ["source"]
    confirmed = row(kind, agency, proposal["code"])
    assert (str(confirmed["standing"]), confirmed["source"]) == ("معلنة", "قرار 14/2026")
    assert confirmed["confirmed"].startswith(badr.full_name)
    assert kind.links(agency, confirmed) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on_from": "2026-11-20"}, "on_from"),
        ({"on_to": "2027-01-20"}, "on_to"),
        ({"announced_on": "2026-12-20"}, "announced_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(agency: Agency, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Wrong) as refused:
        apply(Holidays(), agency, None, holiday(**wrong))

    assert list(refused.value.sentences) == [field]


def test_a_week_that_changes_from_a_day_leaves_the_days_before_alone(agency: Agency) -> None:
    kind = Calendars()
    before = next(document for document in kind.rows(agency, AT) if document["is_default"])
    short = [{"weekday": "6", "opens": "09:00", "closes": "12:00"}]
    apply(kind, agency, before, {**before, "hours": short, "hours_from": clock_day(7)})

    after = row(kind, agency, before["code"])
    time = queries.working_time(agency_id=agency.pk)
    assert (after["hours"], after["hours_from"]) == (short, clock_day(7))
    assert time.hours_on(AT.date())[0].closes - time.hours_on(AT.date())[0].opens > 180
    assert [span.closes for span in time.hours_on((AT + timedelta(days=7)).date())] == [720]
    assert time.hours_on((AT + timedelta(days=8)).date()) == ()


def test_spans_that_overlap_are_refused_at_their_field(agency: Agency) -> None:
    before = next(document for document in Calendars().rows(agency, AT) if document["is_default"])
    twice = [
        {"weekday": "0", "opens": "08:00", "closes": "12:00"},
        {"weekday": "0", "opens": "11:00", "closes": "14:00"},
    ]

    with pytest.raises(Wrong) as refused:
        apply(Calendars(), agency, before, {**before, "hours": twice})

    assert list(refused.value.sentences) == ["hours"]


def test_the_default_calendar_neither_ends_nor_stops_being_the_default_by_itself(agency: Agency) -> None:
    kind = Calendars()
    before = next(document for document in kind.rows(agency, AT) if document["is_default"])

    with pytest.raises(Wrong):
        apply(kind, agency, before, None)
    with pytest.raises(Wrong):
        kind.check(agency, before, {**before, "is_default": False}, AT)


def test_hours_of_ramadan_hold_between_two_days_and_can_be_taken_back(agency: Agency) -> None:
    kind = SpecialHoursKind()
    ramadan = {
        "calendar": next(document["code"] for document in Calendars().rows(agency, AT) if document["is_default"]),
        "name": {"ar": "ساعات رمضان", "en": "Ramadan hours"},
        "from_on": clock_day(7),
        "to_on": clock_day(13),
        "hours": [{"weekday": "6", "opens": "09:00", "closes": "14:00"}],
        "announced_on": "",
        "source": "",
    }
    apply(kind, agency, None, ramadan)
    added = row(kind, agency, f"{clock_day(7)}-ramadan-hours")
    assert {**ramadan, "code": added["code"], "ended": False} == {**added, "name": dict(added["name"])}

    apply(kind, agency, added, None)
    assert row(kind, agency, added["code"])["ended"]


def test_special_hours_changed_twice_stand_once(agency: Agency) -> None:
    kind = SpecialHoursKind()
    ramadan = {
        "calendar": next(document["code"] for document in Calendars().rows(agency, AT) if document["is_default"]),
        "name": {"ar": "ساعات رمضان", "en": "Ramadan hours"},
        "from_on": clock_day(7),
        "to_on": clock_day(13),
        "hours": [{"weekday": "6", "opens": "09:00", "closes": "14:00"}],
        "announced_on": "",
        "source": "",
    }
    apply(kind, agency, None, ramadan)
    for last in (14, 15):
        before = row(kind, agency, f"{clock_day(7)}-ramadan-hours")
        apply(kind, agency, before, {**before, "to_on": clock_day(last)})

    standing = [one for one in queries.all_special_hours(agency.pk) if one.withdrawn_at is None]
    assert [one.to_on.isoformat() for one in standing] == [clock_day(15)]


def test_a_forecast_asks_no_more_for_many_clocks_than_for_few(agency: Agency) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            Holidays().preview(agency, None, holiday(), AT)
        return len(captured)

    with clock.frozen(AT):
        make_case(agency=agency, at=AT)
        few = asked()
        for _ in range(4):
            make_case(agency=agency, at=AT)

    assert asked() == few


def test_the_forecast_says_how_many_of_which_unit_and_how_many_were_told_a_date(agency: Agency) -> None:
    with clock.frozen(AT):
        cases = [make_case(agency=agency, at=AT) for _ in range(3)]

    panel = Holidays().preview(agency, None, holiday(on_to=clock_day(4)), AT)

    assert panel is not None
    assert panel.context is not None
    found = panel.context["found"]
    assert found.cases == found.told_dates == 3
    assert [(one.unit, one.cases) for one in found.units] == [(cases[0].unit.name, 3)]
    assert sum(one.moves for one in found.units) == len(found.moves)
    assert len(panel.context["moves"]) + panel.context["more"] == len(found.moves)
    assert [move.before for move in found.moves] == sorted(move.before for move in found.moves)


def test_only_what_is_due_from_the_first_touched_day_on_is_counted(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package gives the function of that name, not its module.
    monkeypatch.setattr(import_module("wasl.cases.operations.forecast"), "MOST_CLOCKS", 2)
    with clock.frozen(AT):
        for _ in range(3):
            make_case(agency=agency, at=AT)
    running = Clock.objects.filter(stopped_at__isnull=True, always_open=False).count()

    def found(**days: str) -> Any:
        panel = Holidays().preview(agency, None, holiday(**days), AT)
        assert panel is not None
        assert panel.context is not None
        return panel.context["found"]

    near, far = found(on_from=clock_day(0)), found(on_from=clock_day(90))

    assert (near.running, near.movable, near.looked_at, near.is_whole) == (running, running, 2, False)
    assert (far.running, far.movable, far.moves, far.is_whole) == (running, 0, (), True)


def test_a_unit_gets_its_calendar_and_the_queue_of_it_another(agency: Agency) -> None:
    kind, roads = CalendarUses(), make_unit("ROADS", agency=agency)
    code = next(one["code"] for one in Calendars().rows(agency, AT) if one["always_open"])
    apply(kind, agency, None, {"unit": "ROADS", "queue": "", "calendar": "work"})
    apply(kind, agency, None, {"unit": "ROADS", "queue": "fast", "calendar": code})

    always = queries.calendar_by_code(agency.pk, code)
    assert always is not None
    assert {one["code"] for one in kind.rows(agency, AT)} == {"ROADS", "ROADS:fast"}
    assert queries.calendar_of(agency.pk, roads.pk, "fast") == always.pk
    apply(kind, agency, row(kind, agency, "ROADS:fast"), None)
    assert row(kind, agency, "ROADS:fast")["ended"]
    assert queries.calendar_of(agency.pk, roads.pk, "fast") != always.pk
    with pytest.raises(Wrong) as refused:
        apply(kind, agency, None, {"unit": "", "queue": "", "calendar": "work"})
    assert list(refused.value.sentences) == ["unit"]


def test_a_calendar_can_start_with_a_ready_week(agency: Agency) -> None:
    new = {"code": "DXB", "name": {"ar": "دبي"}, "week": "emirates", "hours": [], "is_default": False}
    document = Calendars().normalise(agency, None, {**new, "always_open": False, "hours_from": ""}, AT)
    apply(Calendars(), agency, None, document)

    kept = row(Calendars(), agency, "DXB")
    assert kept["week"] == ""
    assert {"weekday": "4", "opens": "07:30", "closes": "12:00"} in kept["hours"]
    assert {one["weekday"] for one in kept["hours"]} == {"0", "1", "2", "3", "4"}


def ramadan_of_every_year(**more: Any) -> Document:
    return {
        "calendar": "work",
        "name": {"ar": "دوام رمضان", "en": "Ramadan hours"},
        "month": "9",
        "from_year": None,
        "to_year": None,
        "hours": [{"weekday": day, "opens": "09:00", "closes": "14:00"} for day in ("6", "0", "1", "2", "3")],
        "announced_on": "",
        "source": "",
        **more,
    }


def test_ramadan_of_every_year_is_one_row_that_can_change_and_end(agency: Agency) -> None:
    kind = HijriHoursKind()
    apply(kind, agency, None, ramadan_of_every_year())
    before = row(kind, agency, "work-09-ramadan-hours")
    apply(kind, agency, before, {**before, "from_year": 1448})
    changed = row(kind, agency, before["code"])
    apply(kind, agency, changed, None)

    assert (before["from_year"], changed["from_year"]) == (None, 1448)
    assert row(kind, agency, before["code"])["ended"]
    assert len(kind.rows(agency, AT)) == 1


def sighting(day: str, **more: Any) -> Document:
    return {
        "year": 1448,
        "month": "10",
        "begins_on": day,
        "announced_on": clock_day(0),
        "source": "وزارة الأوقاف",
        **more,
    }


def test_a_sighting_says_beforehand_what_moves_and_is_kept_with_its_source(agency: Agency) -> None:
    kind = HijriMonths()
    apply(HijriHoursKind(), agency, None, ramadan_of_every_year())

    panel = kind.preview(agency, None, sighting("2027-03-10"), AT)
    apply(kind, agency, None, sighting("2027-03-10"))

    assert panel is not None
    assert panel.context is not None
    moves = [
        (move.name["en"], move.after[0].isoformat(), move.after[1].isoformat()) for move in panel.context["shifts"]
    ]
    assert ("Eid al-Fitr", "2027-03-09", "2027-03-12") in moves
    assert ("Ramadan hours", "2027-02-08", "2027-03-09") in moves
    kept = row(kind, agency, "1448-10")
    assert (kept["days"], kept["source"], str(kind.name_of(kept))) == (1, "وزارة الأوقاف", "شوال 1448")
    assert kind.preview(agency, kept, {**kept, "source": "بيان 2"}, AT) is None


def test_a_sighting_far_from_the_table_is_refused_at_its_day(agency: Agency) -> None:
    with pytest.raises(Wrong) as refused:
        apply(HijriMonths(), agency, None, sighting("2027-04-10"))

    assert "2027-03-09" in refused.value.sentences["begins_on"]
