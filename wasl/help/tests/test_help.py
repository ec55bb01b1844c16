"""Help: every role has its page, every screen of staff leads to one."""

import pytest
from django.test import Client
from django.urls import reverse

from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_agency, make_huda, make_salem, sign_in
from wasl.help import steps, tour
from wasl.help.pages import CITIZEN, PAGES, page_for


def test_every_role_has_a_page_that_begins_with_signing_in() -> None:
    assert set(PAGES) == {*Role, CITIZEN}
    assert all(PAGES[role].steps[0] is steps.SIGN_IN for role in Role)


def test_every_text_stands_in_both_languages() -> None:
    from django.utils import translation

    said = [str_ for step in steps.ALL for str_ in (step.title, *step.lines)]
    said += [words for page in PAGES.values() for words in (page.title, page.promise)]
    for words in said:
        with translation.override("ar"):
            arabic = str(words)
        with translation.override("en"):
            english = str(words)
        assert any("\u0600" <= letter <= "\u06ff" for letter in arabic), english
        assert english.isascii(), english


def test_every_step_is_on_some_page_and_no_two_share_a_name() -> None:
    told = {step.code for page in PAGES.values() for step in page.steps}
    assert told == {step.code for step in steps.ALL}
    assert len(told) == len(steps.ALL)


def test_the_step_about_the_screen_is_found_in_the_second_role_when_the_first_knows_it_not() -> None:
    page, step = page_for(["analyst", "agent"], "desk:register")

    assert (page.code, step) == ("agent", steps.REGISTER)
    assert page_for(["analyst"], "desk:register") == (PAGES["analyst"], None)
    assert page_for([], "desk:home")[0].code == CITIZEN


@pytest.mark.django_db
def test_the_question_mark_of_a_screen_opens_the_page_of_the_role_at_that_step(client: Client) -> None:
    make_agency("MUN")
    sign_in(client, make_salem())
    worklist = client.get(reverse("desk:home")).content.decode()
    assert "/help/?at=desk%3Ahome" in worklist

    response = client.get(reverse("help:home"), {"at": "desk:home"})

    assert response["Location"] == "/help/agent#worklist"
    assert client.get("/help/agent").status_code == 200
    assert client.get("/help/nobody").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_of_a_role_is_shown_with_all_its_steps(client: Client, role: str) -> None:
    make_agency("MUN")
    sign_in(client, make_huda())

    page = client.get(reverse("help:role", args=[role])).content.decode()

    assert all(f'id="{step.code}"' in page for step in PAGES[role].steps)


@pytest.mark.django_db
def test_people_find_help_without_signing_in_and_staff_pages_stay_with_staff(client: Client) -> None:
    make_agency("MUN")

    assert client.get(reverse("help:home"))["Location"] == "/help/citizen"
    assert client.get(reverse("help:citizen")).status_code == 200
    assert client.get(reverse("help:role", args=["agent"])).status_code == 302


@pytest.mark.django_db
def test_every_stop_of_the_tour_opens_a_page_that_exists(client: Client) -> None:
    make_agency("MUN")

    assert client.get(reverse("help:tour")).status_code == 200
    assert all(reverse(stop.url_name) for stop in tour.stops())


def test_production_has_no_tour(settings) -> None:  # type: ignore[no-untyped-def]
    settings.WASL_MODE = "production"
    assert tour.stops() == ()
