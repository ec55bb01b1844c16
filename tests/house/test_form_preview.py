"""What an administrator sees in the preview of a form is what the portal shows, to the letter."""

import re

import pytest
from django.test import Client

from wasl.administration.templatetags.form_preview import form_shown
from wasl.administration.tests.makers import AT, put
from wasl.administration.tests.test_catalogue_kinds import BULKY, QUESTIONS
from wasl.core import clock
from wasl.portal.tests.makers import choose, fill_place, make_site

pytestmark = pytest.mark.django_db


def test_the_preview_is_what_the_citizen_will_see() -> None:
    agency = make_site()
    put("services", agency, **BULKY)
    document = {"questions": QUESTIONS}
    previews = {
        language: str(form_shown(document, language)).replace(f"{language}_", "q_") for language in ("ar", "en")
    }

    put("forms", agency, service="CL-TREE", questions=QUESTIONS)

    for language, shown in previews.items():
        citizen = Client()
        citizen.cookies["wasl_language"] = language
        with clock.frozen(AT):
            choose(citizen, "CL-TREE")
            fill_place(citizen)
            page = citizen.get("/report/details").content.decode()
        assert _questions_in(shown) == _questions_in(page)
        assert "Palm" in shown or "نخلة" in shown


def _questions_in(page: str) -> str:
    found = re.search(r'<div class="form questions" data-questions>.*?</div>\s*<script', page, re.S)
    assert found is not None
    return found[0]
