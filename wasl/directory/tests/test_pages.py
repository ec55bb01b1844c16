"""What I may do and why, my absence, the people of my unit."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from wasl.accounts.models import User
from wasl.core import clock
from wasl.directory import operations, queries
from wasl.directory.explained import explain
from wasl.directory.models import Membership, Substitution
from wasl.directory.rights import SCOPES, Right, Role
from wasl.directory.substitutes import appoint_substitute
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
AT = SUNDAY_9AM
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.frozen(AT):
        yield


def words(client: Client, address: str) -> str:
    """The page as it reads, with single blanks and without the marks that isolate names."""
    text = strip_tags(client.get(address).content.decode().replace("<", " <"))
    return re.sub(r" (?=[،؛.])", "", re.sub(r"\s+", " ", text.replace("\u2068", "").replace("\u2069", "")))


def test_the_page_tells_each_right_with_its_reach_its_ground_and_its_end(client: Client) -> None:
    roads = make_unit("ROADS")
    make_unit("LIGHTS", parent=roads)
    noora = make_noora(roads)
    operations.end_role(Membership.objects.get(user=noora), by=None, at=AT, on=AT + WEEK)
    sign_in(client, User.objects.get(pk=noora.pk))

    page = words(client, "/me")

    assert "إنجاز الطلب وحدة ROADS، وحدة LIGHTS مختص في وحدة ROADS الأحد 29 نوفمبر" in page


def test_the_page_names_who_could_do_what_one_may_not(client: Client) -> None:
    make_huda()
    sign_in(client, make_salem())

    page = words(client, "/me")

    assert "تغيير درجة الأهمية أكثر من درجة مشرف مثل هدى" in page
    assert "تغيير درجة الأهمية درجة واحدة مركز الاتصال موظف استقبال البلاغات في مركز الاتصال دون نهاية" in page


def test_what_is_lent_is_told_with_whose_place_it_is_and_until_when(client: Client) -> None:
    roads = make_unit("ROADS")
    said, analyst = make_said(roads), make_person("analyst")
    appoint_substitute(said, substitute=analyst, unit=roads, valid_from=AT, valid_to=AT + WEEK, by=said, at=AT)
    sign_in(client, User.objects.get(pk=analyst.pk))

    page = words(client, "/me")

    assert "نيابةً عن سعيد في وحدة ROADS، من" in page
    assert "قبول الإحالة أو إعادتها ما أُحيل إلى وحدة ROADS نيابةً عن سعيد ضابط اتصال في وحدة ROADS" in page


def test_a_role_to_come_is_shown_but_grants_nothing_yet(client: Client) -> None:
    person = make_person(None)
    operations.grant_role(
        person, role="agent", unit=queries.triage_unit(make_agency()), by=None, at=AT, valid_from=AT + WEEK
    )
    sign_in(client, User.objects.get(pk=person.pk))

    page = words(client, "/me")

    assert "موظف استقبال البلاغات" in page
    assert "من 29 نوفمبر" in page
    assert "بحكم" not in page


@pytest.mark.parametrize("role", list(Role))
def test_every_right_of_the_table_is_told_as_had_or_lacked(role: Role) -> None:
    groups = explain(make_person(role.value), AT)

    allowed = {line.label for group in groups for line in group.allowed}
    lacking = {line.label for group in groups for line in group.lacking}
    expected = {right.label for right in Right if role in SCOPES[right] and right != Right.SIGN_IN}
    assert allowed == expected
    assert allowed | lacking == {right.label for right in Right if right != Right.SIGN_IN}
    assert str(groups[-1].title) != "أخرى", "a right stands in no group of explained.GROUPS"


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("administrator", 200), ("auditor", 200)])
def test_whoever_answers_for_a_colleague_sees_the_same_page(client: Client, role: str, status: int) -> None:
    centre = queries.triage_unit(make_agency())
    salem = make_salem(centre)
    sign_in(client, make_person(role, centre))

    answer = client.get(reverse("directory:person_rights", args=[salem.pk]))

    assert answer.status_code == status
    assert "صلاحيات" in answer.content.decode()


def test_other_units_and_other_agencies_stay_closed(client: Client) -> None:
    of_roads = make_noora()
    foreign = make_salem(queries.triage_unit(make_agency("HOU")))
    sign_in(client, make_huda())

    for person in (of_roads, foreign, make_person(None)):
        assert client.get(reverse("directory:person_rights", args=[person.pk])).status_code == 404


def test_somebody_names_who_stands_in_and_comes_back_early(client: Client) -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    sign_in(client, said)
    given = {"unit": roads.pk, "substitute": noora.pk, "begins": "2026-11-23", "ends": "2026-11-26"}

    assert client.post("/me/absence", given).status_code == 302

    row = Substitution.objects.get()
    zone = roads.agency.zone
    assert [row.valid_from.astimezone(zone).isoformat(), row.valid_to.astimezone(zone).isoformat()] == [
        "2026-11-23T00:00:00+04:00",
        "2026-11-27T00:00:00+04:00",
    ]
    assert "نورة" in words(client, "/me/absence")
    client.post("/me/absence", {"end": row.pk})
    assert queries.substitutions_for(said, AT) == []


def test_today_means_from_now(client: Client) -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    sign_in(client, said)

    client.post("/me/absence", {"unit": roads.pk, "substitute": noora.pk, "begins": "2026-11-22", "ends": "2026-11-22"})

    assert Substitution.objects.get().valid_from == AT


def test_a_substitute_may_decline_but_not_end_what_is_between_others(client: Client) -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    row = appoint_substitute(said, substitute=noora, unit=roads, valid_from=AT, valid_to=AT + WEEK, by=said, at=AT)

    sign_in(client, make_salem())
    client.post("/me/absence", {"end": row.pk})
    assert Substitution.objects.get().valid_to == AT + WEEK
    sign_in(client, noora)
    client.post("/me/absence", {"end": row.pk})

    assert Substitution.objects.get().valid_to == AT


@pytest.mark.parametrize(
    "wrong",
    [
        {"substitute": ""},
        {"ends": "2026-11-20"},
        {"ends": ""},
        {"ends": "2027-11-20"},
        {"unit": "0"},
        {"begins": "gestern"},
    ],
)
def test_an_absence_that_cannot_be_is_explained_and_what_was_typed_stays(client: Client, wrong: Any) -> None:
    roads = make_unit("ROADS")
    said, noora = make_said(roads), make_noora(roads)
    sign_in(client, said)
    given = {"unit": roads.pk, "substitute": noora.pk, "begins": "2026-11-23", "ends": "2026-11-26"} | wrong

    answer = client.post("/me/absence", given)

    assert answer.status_code == 422
    assert not Substitution.objects.exists()
    assert 'class="errors"' in answer.content.decode()


def test_colleagues_of_another_agency_are_not_offered(client: Client) -> None:
    foreign = make_huda(queries.triage_unit(make_agency("HOU")))
    roads = make_unit("ROADS")
    sign_in(client, make_said(roads))

    page = client.get("/me/absence").content.decode()
    answer = client.post(
        "/me/absence", {"unit": roads.pk, "substitute": foreign.pk, "begins": "2026-11-23", "ends": "2026-11-26"}
    )

    assert f'value="{foreign.pk}"' not in page
    assert answer.status_code == 422


def test_a_supervisor_names_who_stands_in_within_the_own_unit_only(client: Client) -> None:
    centre, roads = queries.triage_unit(make_agency()), make_unit("ROADS")
    huda, salem, said = make_huda(centre), make_salem(centre), make_said(roads)
    other = make_salem(centre)
    sign_in(client, huda)
    given = {"away-substitute": other.pk, "away-begins": "2026-11-23", "away-ends": "2026-11-26"}

    inside = client.post("/team/substitutes", given | {"away-absent": f"{salem.pk}-{centre.pk}"})
    outside = client.post("/team/substitutes", given | {"away-absent": f"{said.pk}-{roads.pk}"})
    herself = client.post(
        "/team/substitutes", given | {"away-absent": f"{other.pk}-{centre.pk}", "away-substitute": huda.pk}
    )

    assert (inside.status_code, outside.status_code, herself.status_code) == (302, 422, 422)
    assert "لا يعيّن أحد نفسه" in herself.content.decode()
    assert Substitution.objects.get().absent == salem


def test_a_supervisor_adds_and_ends_desk_roles_but_no_others_and_not_the_own(client: Client) -> None:
    centre = queries.triage_unit(make_agency())
    huda, noora = make_huda(centre), make_noora()
    operations.grant_role(huda, role="agent", unit=centre, by=None, at=AT)
    sign_in(client, User.objects.get(pk=huda.pk))
    given = {"role-person": noora.pk, "role-unit": centre.pk, "role-begins": "2026-11-22"}

    added = client.post("/team/roles", given | {"role-role": "agent", "role-ends": "2026-11-30"})
    refused = client.post("/team/roles", given | {"role-role": "supervisor"})

    assert (added.status_code, refused.status_code) == (302, 422)
    role = Membership.objects.get(user=noora, role="agent")
    assert (role.granted_by, role.valid_from) == (huda, AT)
    assert client.post(reverse("directory:end_role", args=[role.pk])).status_code == 302
    assert Membership.objects.get(pk=role.pk).valid_to == AT
    for kept, status in (("agent", 302), ("supervisor", 404)):
        own = Membership.objects.get(user=huda, role=kept)
        assert client.post(reverse("directory:end_role", args=[own.pk])).status_code == status
        assert Membership.objects.get(pk=own.pk).valid_to is None


def test_the_team_page_finds_people_and_says_when_there_is_nobody(client: Client) -> None:
    centre = queries.triage_unit(make_agency())
    make_person("agent", centre, name="سالم الحبسي")
    make_person("agent", centre, name="خالد الرواحي")
    sign_in(client, make_huda(centre))

    def people(words_typed: str) -> str:
        page = client.get("/team", {"q": words_typed}).content.decode()
        return page[page.index('id="people"') :]

    assert "خالد الرواحي" in people("رواحى")
    assert "سالم الحبسي" not in people("رواحى")
    assert "لا أحد بهذا الاسم" in people("زيد")
