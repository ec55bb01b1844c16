"""Rows of the configuration: made, changed, ended, handed over, taken back."""

from datetime import timedelta

import pytest

from wasl.administration import operations, queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.administration.values import clean
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.operations import grant_role
from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_person, make_unit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def agency() -> Agency:
    agency = make_working_agency()
    make_unit("ROADS", agency=agency)
    return agency


def test_a_new_unit_stands_in_its_room_in_the_history_and_in_the_trail_of_facts(agency: Agency) -> None:
    badr = make_person("administrator")

    (change,) = put("units", agency, by=badr, code="LAMPS", name={"ar": "الإنارة", "en": "Lighting"}, parent="ROADS")

    unit = directory.unit_by_code(agency, "LAMPS")
    assert (str(unit.name), unit.parent and unit.parent.code, unit.kind) == ("الإنارة", "ROADS", "department")
    assert (change.before, change.after and change.after["code"], change.by) == (None, "LAMPS", badr)
    kinds = list(EventRecord.objects.order_by("pk").values_list("kind", flat=True))[-2:]
    assert kinds == ["UnitCreated", "ConfigurationChanged"]
    assert EventRecord.objects.get(kind="ConfigurationChanged").data == {
        "kind_code": "units",
        "batch": change.batch,
        "change_ids": [change.pk],
    }


def test_what_is_left_as_it_was_is_no_change(agency: Agency) -> None:
    assert put("units", agency, code="ROADS") == []
    assert not ConfigChange.objects.exists()


def test_a_change_and_its_undo_are_two_entries_and_the_row_is_as_before(agency: Agency) -> None:
    before = row("units", agency, "ROADS")
    changes = put("units", agency, code="ROADS", name={"ar": "دائرة الطرق", "en": "Roads"})

    back = undo(agency, changes)

    assert row("units", agency, "ROADS") == before
    assert [change.source for change in ConfigChange.objects.order_by("pk")] == ["page", "undo"]
    assert ConfigChange.objects.get(pk=changes[0].pk).undone_by == back[0]
    undo(agency, back)
    assert row("units", agency, "ROADS")["name"]["ar"] == "دائرة الطرق"


def test_an_act_is_taken_back_once(agency: Agency) -> None:
    changes = put("units", agency, code="ROADS", kind="section")
    undo(agency, changes)

    with pytest.raises(operations.CannotUndo, match="من قبل"):
        undo(agency, changes)


def test_what_somebody_changed_since_is_not_taken_back_from_under_them(agency: Agency) -> None:
    first = put("units", agency, code="ROADS", kind="section")
    put("units", agency, by=make_person("administrator"), code="ROADS", name={"ar": "الطرق", "en": "Roads"})

    with pytest.raises(operations.CannotUndo, match="بدر"):
        undo(agency, first)
    assert row("units", agency, "ROADS")["kind"] == "section"


def test_a_new_row_that_others_already_need_stays(agency: Agency) -> None:
    made = put("units", agency, code="WATER", name={"ar": "المياه"})
    put("units", agency, code="PIPES", name={"ar": "الأنابيب"}, parent="WATER")

    with pytest.raises(operations.CannotUndo, match="الوحدات"):
        undo(agency, made)
    assert queries.is_active(row("units", agency, "WATER"))


def test_two_who_change_one_row_at_once_do_not_overwrite_each_other(agency: Agency) -> None:
    kind = registry.kind_of("units")
    seen = row("units", agency, "ROADS")
    put("units", agency, code="ROADS", name={"ar": "طرق الأولى", "en": "First"})

    document = clean(kind, {"kind": "section"}, agency, before=seen)
    with pytest.raises(operations.ChangedMeanwhile) as met:
        operations.change_row(kind, agency, document, seen=queries.digest(seen), by=None, at=AT)

    assert met.value.current is not None
    assert met.value.current["name"]["en"] == "First"
    assert row("units", agency, "ROADS")["kind"] == "department"


def test_a_unit_with_open_cases_does_not_end(agency: Agency) -> None:
    roads = directory.unit_by_code(agency, "ROADS")
    with clock.frozen(AT):
        make_case(agency=agency, service=make_service("S-1", agency=agency, unit=roads), at=AT)

    with pytest.raises(operations.StillNeeded) as needed:
        end("units", agency, "ROADS", successor="CENTRE")

    assert [(use.count, use.blocks) for use in needed.value.uses] == [(1, True)]
    assert queries.is_active(row("units", agency, "ROADS"))


def test_a_unit_that_ends_hands_its_parts_and_people_to_its_successor_and_gets_them_back(agency: Agency) -> None:
    noora = make_person("specialist", directory.unit_by_code(agency, "ROADS"))
    put("units", agency, code="LAMPS", name={"ar": "الإنارة"}, parent="ROADS")
    put("units", agency, code="WORKS", name={"ar": "الأشغال"})

    with pytest.raises(operations.StillNeeded) as needed:
        end("units", agency, "ROADS")
    assert needed.value.by_successor
    changes = end("units", agency, "ROADS", successor="WORKS")

    assert row("units", agency, "ROADS")["ended"]
    assert row("units", agency, "LAMPS")["parent"] == "WORKS"
    assert [(one.role, one.unit.code) for one in directory.roles_of(noora, AT)] == [("specialist", "WORKS")]
    undo(agency, changes, at=AT + HOUR)
    assert row("units", agency, "LAMPS")["parent"] == "ROADS"
    assert [one.unit.code for one in directory.roles_of(noora, AT + HOUR)] == ["ROADS"]


def test_an_ended_unit_works_again_under_its_old_code(agency: Agency) -> None:
    end("units", agency, "ROADS")
    kind = registry.kind_of("units")
    document = clean(kind, {"code": "ROADS", "name": {"ar": "طرق"}}, agency)
    with pytest.raises(Wrong) as taken:
        operations.change_row(kind, agency, document, seen="", by=None, at=AT)
    assert list(taken.value.sentences) == ["code"]

    put("units", agency, code="ROADS")

    assert queries.is_active(row("units", agency, "ROADS"))


def test_the_triage_mark_wanders_and_its_loss_elsewhere_is_recorded(agency: Agency) -> None:
    changes = put("units", agency, code="ROADS", is_triage=True)

    assert directory.triage_unit(agency).code == "ROADS"
    assert [(change.code, change.is_side) for change in changes] == [("ROADS", False), ("CENTRE", True)]
    undo(agency, changes)
    assert directory.triage_unit(agency).code == "CENTRE"
    with pytest.raises(Wrong) as kept:
        put("units", agency, code="CENTRE", is_triage=False)
    assert list(kept.value.sentences) == ["is_triage"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"parent": "NOWHERE"}, "parent"),
        ({"parent": "ROADS"}, ""),
        ({"kind": "planet"}, "kind"),
        ({"name": {"ar": "", "en": "Roads"}}, "name"),
        ({"from": "yesterday"}, "from"),
        ({"name": {"ar": "ط" * 301}}, "name"),
        ({"name": {"ar": "طرق", "english": "Roads"}}, "name"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_changes(
    agency: Agency, values: dict[str, object], field: str
) -> None:
    before = row("units", agency, "ROADS")

    with pytest.raises(Wrong) as wrong:
        put("units", agency, code="ROADS", **values)

    assert list(wrong.value.sentences) == [field]
    assert row("units", agency, "ROADS") == before
    assert not ConfigChange.objects.exists()


def test_a_code_stands_for_good(agency: Agency) -> None:
    before = row("units", agency, "ROADS")

    with pytest.raises(Wrong) as wrong:
        clean(registry.kind_of("units"), {"code": "STREETS"}, agency, before=before)

    assert list(wrong.value.sentences) == ["code"]


class TestPeople:
    """Accounts and roles."""

    def test_an_invited_person_gets_a_letter_and_a_role_counts_from_now(self, agency: Agency) -> None:
        put("people", agency, code="Zahra@Example.OM", full_name="زهرة بنت علي", phone="9214 7705")
        put("roles", agency, person="zahra@example.om", unit="ROADS", role="liaison")

        person = row("people", agency, "zahra@example.om")
        assert (person["state"], person["phone"]) == ("invited", "+96892147705")
        assert EventRecord.objects.filter(kind="PersonInvited").count() == 1
        held = row("roles", agency, "zahra@example.om:ROADS:liaison")
        assert (held["from"], held["until"]) == ("2026-11-23T09:00+04:00", "")

    def test_who_leaves_loses_roles_and_gets_them_back_with_the_account(self, agency: Agency) -> None:
        noora = make_person("specialist", directory.unit_by_code(agency, "ROADS"))

        changes = end("people", agency, noora.email)

        noora.refresh_from_db()
        assert (noora.is_active, directory.roles_of(noora, AT)) == (False, [])
        undo(agency, changes, at=AT + HOUR)
        noora.refresh_from_db()
        assert noora.is_active
        assert [one.role for one in directory.roles_of(noora, AT + HOUR)] == ["specialist"]

    def test_nobody_sets_up_and_audits(self, agency: Agency) -> None:
        badr = make_person("administrator")

        with pytest.raises(Wrong, match="مدقق"):
            put("roles", agency, person=badr.email, unit="CENTRE", role="auditor")

    def test_the_last_administrator_stays_and_nobody_shuts_themselves_out(self, agency: Agency) -> None:
        badr = make_person("administrator")
        code = f"{badr.email}:CENTRE:administrator"

        with pytest.raises(Wrong, match="آخر"):
            end("roles", agency, code, by=badr)
        make_person("administrator")
        with pytest.raises(Wrong, match="بنفسك"):
            end("people", agency, badr.email, by=badr)
        end("roles", agency, code, by=badr)
        assert directory.roles_of(badr, AT) == []

    def test_one_agency_does_not_change_the_account_of_who_works_for_another_too(self, agency: Agency) -> None:
        badr = make_person("administrator")
        other = make_working_agency("HOU")
        shared = make_person("specialist", directory.unit_by_code(agency, "ROADS"))
        grant_role(shared, role=Role.AGENT, unit=directory.triage_unit(other), by=None, at=AT)

        for attempt in (
            lambda: put("people", agency, by=badr, code=shared.email, full_name="اسم آخر"),
            lambda: end("people", agency, shared.email, by=badr),
            lambda: registry.kind_of("people").act(
                agency, row("people", agency, shared.email), "second_factor", by=badr, at=AT
            ),
        ):
            with pytest.raises(Wrong, match="جهة أخرى"):
                attempt()
        shared.refresh_from_db()
        assert shared.is_active

    def test_a_role_is_prolonged_as_a_role_given_anew(self, agency: Agency) -> None:
        noora = make_person("specialist", directory.unit_by_code(agency, "ROADS"))
        code = f"{noora.email}:ROADS:specialist"
        put("roles", agency, person=noora.email, unit="ROADS", role="specialist", until="2026-12-01T00:00")
        assert row("roles", agency, code)["until"] == "2026-12-01T00:00+04:00"

        put("roles", agency, person=noora.email, unit="ROADS", role="specialist", until="2027-01-01", at=AT + HOUR)

        held = row("roles", agency, code, AT + HOUR)
        assert (held["from"], held["until"]) == ("2026-11-23T10:00+04:00", "2027-01-01T00:00+04:00")


def test_a_new_agency_is_founded_with_its_centre_and_its_founder_sets_it_up(agency: Agency) -> None:
    badr = make_person("administrator")

    put("agencies", agency, by=badr, code="PORT", letters="PT", name={"ar": "سلطة الميناء", "en": "Port Authority"})

    port = directory.agency_by_code("PORT")
    assert directory.triage_unit(port).code == "CENTRE"
    assert {one.unit.agency.code for one in directory.roles_of(badr, AT)} == {"MUN", "PORT"}
    assert [document["code"] for document in registry.kind_of("agencies").rows(port, AT)] == ["PORT"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "Report.example.om"])
def test_a_host_name_is_a_name_alone(agency: Agency, host: str) -> None:
    put("agencies", agency, code=agency.code, hosts=[host])

    assert row("agencies", agency, agency.code)["hosts"] == [host.lower()]
    with pytest.raises(Wrong) as refusal:
        put("agencies", agency, code=agency.code, hosts=[f"http://{host}/"])
    assert set(refusal.value.sentences) == {"hosts"}
