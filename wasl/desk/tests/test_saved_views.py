"""Saved and shared views, columns, the beginning of a person, and that no view shows more than its reader may see."""

import json
from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk import narrowing, operations, worklists
from wasl.desk.models import ListHabits, SavedView
from wasl.desk.narrowing import Narrowing
from wasl.desk.tests.makers import make_roads
from wasl.directory.models import Unit
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_said,
    make_salem,
    make_unit,
    sign_in,
)

pytestmark = pytest.mark.django_db


def ask(person: User, path: str, **query: Any) -> Any:
    with clock.frozen(SUNDAY_9AM):
        return sign_in(Client(), person).get(f"/desk/{path}", query)


def send(person: User, path: str, **given: Any) -> Any:
    with clock.frozen(SUNDAY_9AM):
        return sign_in(Client(), person).post(f"/desk/{path}", given)


def save(person: User, unit: Unit, *, name: str = "البريد", shared: str = "me", **codes: str) -> SavedView:
    return operations.save_view(
        unit.agency,
        name=name,
        narrowing=Narrowing(**codes),
        columns=("due", "state"),
        shared=shared,
        unit=unit if shared == "unit" else None,
        by=person,
        at=SUNDAY_9AM,
    )


def seen(person: User) -> list[str]:
    return [view.name for view in worklists.Person(person, SUNDAY_9AM).saved]


def shown(answer: Any) -> list[str]:
    return [case.reference for case in answer.context["page_of_cases"].cases]


# --- the grammar ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "nowhere"),
        ("unit", "1 OR 1=1"),
        ("unit", "٣"),
        ("importance", "P9"),
        ("order", "title"),
        ("whose", "everybody"),
        ("due", "0001-01-01"),
        ("agency_id__in", "1"),
        ("kind", ["report"]),
        ("came", {"a": 1}),
    ],
)
def test_what_is_no_filter_of_the_grammar_is_left_out(name: str, value: Any) -> None:
    assert narrowing.read({name: value, "channel": "email"}) == {"channel": "email"}


def test_a_view_with_rubbish_in_its_row_still_opens(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    case = make_case(agency=roads.agency)
    view = save(noora, roads)
    rubbish = {"unit": [1], "state": "x", "__class__": "y", "q": None, "channel": "portal"}
    SavedView.objects.update(filters=rubbish, columns=["beneficiary", 7, None, "due", "due"])

    answer = ask(noora, "", view=view.public_id)

    assert shown(answer) == [case.reference]
    assert [head["column"].code for head in answer.context["heads"]] == ["due"]


# --- who sees which view ----------------------------------------------------------------------------------------------


def test_views_are_seen_by_those_they_are_shared_with() -> None:
    roads = make_roads()
    water = make_unit("WATER", agency=roads.agency)
    huda, noora = make_huda(roads), make_noora(roads)
    colleague, stranger = make_person("specialist", roads), make_person("specialist", water)
    foreigner = make_person("specialist", make_unit("ROADS", agency=make_agency("HOU")))
    save(huda, roads, name="للجهة", shared="agency")
    save(huda, roads, name="للطرق", shared="unit")
    save(noora, roads, name="لي")

    assert seen(colleague) == ["للجهة", "للطرق"]
    assert seen(stranger) == ["للجهة"]
    assert seen(noora) == ["لي", "للجهة", "للطرق"]
    assert seen(foreigner) == []


def test_only_who_may_share_shares(home: Any) -> None:
    roads = make_roads()
    noora, said = make_noora(roads), make_said(roads)

    for person, shared in ((noora, "unit"), (noora, "agency"), (said, "agency")):
        with pytest.raises(operations.MayNotShare):
            save(person, roads, shared=shared)
    assert save(said, roads, shared="unit").unit == roads
    send(noora, "views/save", name="x", shared=f"agency-{roads.agency_id}", query="view=open")
    send(said, "views/save", name="y", shared=f"unit-{make_unit('WATER', agency=roads.agency).pk}", query="view=open")
    assert SavedView.objects.filter(name__in="xy").count() == 0


def test_a_shared_view_shows_each_reader_only_what_they_may_read(home: Any) -> None:
    agency = make_working_agency()
    roads, water = make_roads(agency), make_unit("WATER", agency=agency)
    huda = make_huda(roads)
    of_roads = make_case(agency=agency)
    of_water = make_case(agency=agency, service=make_service("W", agency=agency, unit=water))
    closed = make_case(agency=agency, service=make_service("C", agency=agency, unit=roads, confidential=True))
    view = save(huda, roads, shared="agency", whose="all")

    assert set(shown(ask(huda, "", view=view.public_id))) == {of_roads.reference, of_water.reference}
    assert shown(ask(make_noora(roads), "", view=view.public_id)) == [of_roads.reference]
    assert shown(ask(make_person("specialist", water), "", view=view.public_id)) == [of_water.reference]
    auditor = ask(make_person("auditor", roads), "", view=view.public_id)
    assert closed.reference in shown(auditor)


def test_somebody_elses_private_view_is_no_view(home: Any) -> None:
    roads = make_roads()
    noora, colleague = make_noora(roads), make_person("specialist", roads)
    case = make_case(agency=roads.agency)
    view = save(noora, roads, channel="email")

    assert shown(ask(colleague, "", view=view.public_id)) == [case.reference]
    assert ask(colleague, f"views/{view.public_id}").status_code == 404
    assert send(colleague, f"views/{view.public_id}/remove").status_code == 404
    assert SavedView.objects.count() == 1


def test_a_number_of_a_citizen_is_not_kept_in_a_view(home: Any) -> None:
    salem = make_salem()

    send(salem, "views/save", name="مريم", shared="me", query="view=all&q=92147705&channel=phone")

    assert SavedView.objects.get().filters == {"whose": "all", "state": "any", "channel": "phone", "order": "newest"}


# --- keeping and changing ---------------------------------------------------------------------------------------------


def test_the_list_on_the_page_is_kept_with_its_filters_order_and_columns(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    make_case(agency=roads.agency)
    phoned = make_case(agency=roads.agency, channel="phone")
    page = "view=overdue&whose=mine&due=&channel=phone&order=due"
    send(noora, "columns", query=page, order=["state", "due", "kind"], column=["kind", "due"])

    send(noora, "views/save", name="  الهاتف ", shared="me", query=page)

    view = SavedView.objects.get()
    assert view.name == "الهاتف"
    assert view.filters == {"whose": "mine", "channel": "phone", "order": "due"}
    assert view.columns == ["due", "kind"]
    assert shown(ask(noora, "", view=view.public_id)) == []
    assert shown(ask(noora, "", view=view.public_id, whose="unit")) == [phoned.reference]
    assert EventRecord.objects.get(kind="ViewSaved").data == {"view_id": view.pk, "shared": "me"}


def test_a_name_is_taken_once_and_not_empty(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    save(noora, roads, name="البريد")

    for name in ("البريد", "  ", "‏"):
        send(noora, "views/save", name=name, shared="me", query="")

    assert SavedView.objects.count() == 1


def test_its_owner_and_who_may_share_alike_change_a_shared_view(home: Any) -> None:
    roads = make_roads()
    said, huda = make_said(roads), make_huda(roads)
    view = save(said, roads, shared="unit", name="قديم")

    assert ask(make_noora(roads), f"views/{view.public_id}").status_code == 404
    send(huda, f"views/{view.public_id}", name="جديد", shared=f"unit-{roads.pk}")
    send(said, f"views/{view.public_id}", again="1", query=f"view={view.public_id}&channel=fax")

    view.refresh_from_db()
    assert (view.name, view.shared, view.unit_id) == ("جديد", "unit", roads.pk)
    assert view.filters["channel"] == "fax"
    send(huda, f"views/{view.public_id}/remove")
    assert not SavedView.objects.exists()


# --- habits -----------------------------------------------------------------------------------------------------------


def test_a_person_begins_with_the_view_they_pinned_until_it_is_gone(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    view = save(noora, roads, channel="email")

    send(noora, "pin", query=f"view={view.public_id}")
    assert ask(noora, "").context["present"].saved == view
    assert ask(noora, "", view="overdue").context["present"].code == "overdue"
    send(noora, "pin", query=f"view={view.public_id}")
    assert ask(noora, "").context["present"].code == "open"
    send(noora, "pin", query="view=accept")
    assert ask(noora, "").context["present"].code == "accept"
    send(noora, "pin", query=f"view={view.public_id}")
    operations.remove_view(view, by=noora, at=SUNDAY_9AM)

    assert ListHabits.objects.get().pinned == ""
    assert ask(noora, "").context["present"].code == "open"


def test_columns_are_remembered_for_each_view_and_person(home: Any) -> None:
    roads = make_roads()
    noora, colleague = make_noora(roads), make_person("specialist", roads)
    make_case(agency=roads.agency)

    def heads(person: User, view: str) -> list[str]:
        return [head["column"].code for head in ask(person, "", view=view).context["heads"]]

    usual = heads(noora, "open")
    send(noora, "columns", query="view=open", order=["kind", "due", "state"], column=["due", "kind"])
    assert heads(noora, "open") == ["kind", "due"]
    assert heads(noora, "overdue") == usual == heads(colleague, "open")
    send(noora, "columns", query="view=open", order=["kind", "due"], column=["due", "kind"], move="due up")
    assert heads(noora, "open") == ["due", "kind"]
    send(noora, "columns", query="view=open", order=["due"], column=["beneficiary__full_name"])
    assert heads(noora, "open") == usual
    send(noora, "columns", query="view=open", order=["due"], column=["due"])
    send(noora, "columns", query="view=open", usual="1")
    assert heads(noora, "open") == usual


def test_each_role_starts_with_the_views_of_its_work(home: Any) -> None:
    roads = make_roads()
    said, salem = make_said(roads), make_salem()

    def tabs(person: User) -> list[str]:
        return [tab.code for tab, _ in ask(person, "").context["tabs"]]

    assert tabs(said)[:2] == ["accept", "open"]
    assert {"new", "fresh", "beneficiary"} <= set(tabs(salem))
    assert ask(make_person("follow_up", roads), "").context["present"].narrowing.whose == "all"


def test_empty_lists_say_what_to_do_and_chips_take_filters_away(home: Any) -> None:
    roads = make_roads()
    noora = make_noora(roads)
    make_case(agency=roads.agency)

    empty = ask(noora, "", view="overdue").content.decode()
    page = ask(noora, "", view="accept", kind="complaint", channel="fax").content.decode()

    assert "لا طلب تجاوز موعده" in empty
    assert "القناة: <b><bdi>الفاكس</bdi></b>" in page
    assert 'href="/desk/?view=accept&amp;whose=unit&amp;kind=complaint"' in page
    assert "لا طلبات تطابق ما اخترت" in page
    # The filter of the tab itself can be taken away too: then its empty value is said.
    assert 'href="/desk/?view=accept&amp;whose=unit&amp;kind=complaint&amp;channel=fax&amp;state="' in page


def test_counts_come_in_words_of_the_page_and_only_of_what_is_seen(home: Any) -> None:
    agency = make_working_agency()
    roads = make_roads(agency)
    noora, huda = make_noora(roads), make_huda(roads)
    make_case(agency=agency)
    make_case(agency=agency, service=make_service("W", agency=agency, unit=make_unit("W", agency=agency)))
    view = save(noora, roads, channel="portal", whose="all")

    told = json.loads(ask(noora, "counts", view="open").content)
    of_huda = json.loads(ask(huda, "counts", view="open").content)

    assert told["whose"] == {"mine": "0", "unit": "1", "all": "1"}
    assert told["view"]["accept"] == told["view"][view.public_id] == "1"
    assert of_huda["whose"]["all"] == "2"
    assert view.public_id not in of_huda["view"]
    assert Case.objects.count() == 2
