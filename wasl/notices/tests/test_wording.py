"""Wordings: values go in safely and isolated, in text and in HTML; the starting ones are complete in two languages."""

import re

import pytest

from wasl.notices import wording
from wasl.notices.starting import NoSuchTemplate, starting, starting_wordings

STEPS = {
    "case_registered", "case_acknowledged", "case_referred", "case_accepted", "case_scheduled", "question", "reply",
    "case_resolved", "case_reopened", "case_closed", "case_merged", "case_rejected", "case_on_hold",
    "case_in_work", "case_raised", "case_closed_early", "case_parted", "case_withdrawn",
    "appeal_asked", "appeal_decided", "appeal_changed", "appeal_partly",
}  # fmt: skip


def test_every_step_has_its_wording() -> None:
    assert set(starting_wordings()) == STEPS
    with pytest.raises(NoSuchTemplate):
        starting("nonsense")


@pytest.mark.parametrize("code", sorted(STEPS))
def test_a_starting_wording_keeps_the_rules_of_writing(code: str) -> None:
    told = starting(code)

    for language in ("ar", "en"):
        subject, body = told.subject[language], told.body[language]
        assert told.title[language]
        assert wording.places(subject + body) <= told.values
        assert "{link}" in body
        assert "{reference}" in subject
        assert not re.search("عزيزي|عزيزتي|اضغط هنا|click here|Dear ", subject + body)
        for sentence in re.split(r"[.؟?!\n]", body):
            assert len(sentence.split()) <= 20, sentence
    assert wording.places(told.body["ar"]) == wording.places(told.body["en"])


def test_values_are_isolated_and_links_stand_bare() -> None:
    text = wording.plain(
        "طلبك {reference} لدى {unit}\nمتابعة: {link}",
        {"reference": "MR-2611-04173-2", "unit": "Roads", "link": "https://example.om/t/x"},
    )

    assert text == "طلبك \u2066MR-2611-04173-2\u2069 لدى \u2068Roads\u2069\nمتابعة: https://example.om/t/x"


def test_a_line_without_its_values_is_left_out() -> None:
    body = "رقم {reference}\n\nالموعد: {due}\n\nشكراً"

    assert wording.plain(body, {"reference": "1", "due": ""}) == "رقم \u20661\u2069\n\nشكراً"
    assert "الموعد" not in wording.as_html(body, {"reference": "1"})


@pytest.mark.parametrize(
    "place",
    ["{reference.__class__}", "{reference[0]}", "{0}", "{reference!r}", "{reference:>999999999}", "{ reference }"],
)
def test_only_plain_names_are_places(place: str) -> None:
    assert wording.plain(f"x {place}", {"reference": "secret"}) == f"x {place}"


def test_a_value_is_not_read_as_a_wording() -> None:
    assert "{unit}" in wording.plain("{reason}", {"reason": "{unit}", "unit": "no"})


def test_html_escapes_values_and_the_wording_itself() -> None:
    html = wording.as_html("<b>{reason}</b>", {"reason": "<script>x</script>\nline"})

    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;x&lt;/script&gt;<br>line" in html


def test_a_line_with_a_link_becomes_a_button_to_a_web_address_only() -> None:
    body = "متابعة الطلب: {link}"

    good = wording.as_html(body, {"link": "https://example.om/t/x"})
    bad = wording.as_html(body, {"link": "javascript:alert(1)"})

    assert '<a href="https://example.om/t/x"' in good
    assert ">متابعة الطلب</a>" in good
    assert "javascript" not in bad


def test_bidi_controls_in_values_do_not_get_out() -> None:
    text = wording.plain("{unit}", {"unit": "x\u202egnp.exe\u2069"})

    assert text == "\u2068xgnp.exe\u2069"
