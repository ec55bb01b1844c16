"""The four steps, as a browser without scripts walks through them."""

import re

import pytest
from django.test import Client

from wasl.cases.models import Case, CaseFile
from wasl.core import clock, files
from wasl.core.models import StoredFile
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.portal import operations
from wasl.portal.models import Draft
from wasl.portal.tests.makers import (
    DETAILS,
    choose,
    fill_details,
    fill_place,
    key_on,
    picture,
    report,
    send,
    upload,
)
from wasl.web.moments import day_text

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("M-21")
def test_a_report_with_a_photo_goes_through_all_steps_without_script(citizen: Client) -> None:
    first = citizen.get("/report", {"q": "اللمبة طافية"})
    assert 'name="service" value="LT-OUT"' in first.content.decode()

    assert choose(citizen)["Location"] == "/report/place"
    assert fill_place(citizen, photos=[upload(picture())])["Location"] == "/report/details"
    assert fill_details(citizen)["Location"] == "/report/check"
    check = citizen.get("/report/check").content.decode()
    assert "ثلاثة أعمدة إنارة" in check
    assert "وحدة LIGHT" in check
    assert send(citizen)["Location"] == "/report/done"

    case = Case.objects.get()
    receipt = citizen.get("/report/done").content.decode()
    assert case.reference in receipt
    assert case.unit.code == "LIGHT"
    assert case.state == "referred"
    assert case.wilayat is not None
    assert case.beneficiary.full_name == DETAILS["name"]
    assert case.preferred_channel == "sms"
    photo = CaseFile.objects.get(case=case).file
    assert photo.state == StoredFile.State.KEPT
    assert "هـ" in receipt
    assert re.search(r"/t/[2-9a-z]{14}", receipt)


def test_an_iphone_photo_is_taken(citizen: Client) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    choose(citizen)

    fill_place(citizen, photos=[upload(picture("HEIF"), "IMG_0001.HEIC", "image/heic")])

    assert StoredFile.objects.get(variant="").content_type == "image/heic"


def test_the_buttons_of_photos_stay_on_the_page_and_keep_what_was_typed(citizen: Client) -> None:
    choose(citizen)

    added = fill_place(citizen, add="1", photos=[upload(picture())])
    page = citizen.get("/report/place")
    photo = page.context["photos"][0]
    removed = fill_place(citizen, remove=photo.public_id)

    assert added["Location"] == removed["Location"] == "/report/place#photos"
    assert "قرب دوار الجامع" in page.content.decode()
    assert citizen.get("/report/place").context["photos"] == []


def test_a_sixth_photo_is_refused_by_name(citizen: Client) -> None:
    choose(citizen)
    five = [upload(picture(size=(64, 48 + n)), f"{n}.jpg") for n in range(5)]
    fill_place(citizen, add="1", photos=five)

    answer = fill_place(citizen, add="1", photos=[upload(picture(size=(90, 90)), "سادسة.jpg")])

    assert answer.status_code == 422
    assert "سادسة.jpg" in answer.content.decode()
    assert len(answer.context["photos"]) == 5


def test_the_same_photo_twice_counts_once(citizen: Client) -> None:
    choose(citizen)

    fill_place(citizen, add="1", photos=[upload(picture()), upload(picture(), "again.jpg")])

    assert len(citizen.get("/report/place").context["photos"]) == 1


def test_the_draft_survives_a_reload(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)

    again = Client()
    again.cookies = citizen.cookies

    assert "ثلاثة أعمدة" in again.get("/report/details").content.decode()
    assert "قرب دوار الجامع" in again.get("/report/place").content.decode()


def test_another_browser_sees_nothing_of_a_draft(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)

    stranger = Client()

    for step in ("place", "details", "check", "done"):
        assert stranger.get(f"/report/{step}")["Location"] == "/report"


def test_a_step_cannot_be_jumped_over(citizen: Client) -> None:
    choose(citizen)

    assert citizen.get("/report/details")["Location"] == "/report/place"
    assert citizen.get("/report/check")["Location"] == "/report/place"


def test_changing_the_language_keeps_the_form(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)

    citizen.post("/language", {"language": "en", "next": "/report/details"})
    page = citizen.get("/report/details").content.decode()

    assert '<html lang="en" dir="ltr">' in page
    assert "ثلاثة أعمدة" in page
    assert "What happened?" in page


def test_sending_twice_makes_one_case(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)
    key = key_on(citizen)

    first, second = send(citizen, key), send(citizen, key)

    assert first["Location"] == second["Location"] == "/report/done"
    assert Case.objects.count() == 1


def test_going_back_after_sending_leads_to_the_receipt(citizen: Client) -> None:
    report(citizen)

    for step in ("place", "details", "check"):
        assert citizen.get(f"/report/{step}")["Location"] == "/report/done"
    assert fill_details(citizen)["Location"] == "/report/done"
    assert Case.objects.count() == 1


def test_an_old_page_that_sends_long_after_leads_to_its_case(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)
    key = key_on(citizen)
    send(citizen, key)
    Draft.objects.all().delete()

    answer = send(citizen, key)

    assert re.fullmatch(r"/t/[2-9a-z]{14}", answer["Location"])
    assert Case.objects.count() == 1


def test_a_new_report_starts_a_new_draft_after_one_was_sent(citizen: Client) -> None:
    report(citizen)

    report(citizen, address_text="في مكان آخر")

    assert Case.objects.count() == 2


def test_an_unfinished_send_is_led_to_the_missing_step(citizen: Client) -> None:
    choose(citizen)
    draft = Draft.objects.get()

    answer = send(citizen, draft.key)

    assert answer["Location"] == "/report/place"
    assert not Case.objects.exists()


def test_what_was_typed_is_forgotten_once_sent(citizen: Client) -> None:
    report(citizen)

    assert Draft.objects.get().data == {}


def test_without_contact_only_the_link_serves(citizen: Client) -> None:
    case = report(citizen, preferred_channel="none", phone="", name="لا يُحفظ")

    assert case.beneficiary is None
    assert "تتابع بالرابط وحده" in citizen.get("/report/done").content.decode()


@pytest.mark.requirement("H-17")
def test_a_message_that_fits_no_service_waits_for_a_person(citizen: Client) -> None:
    citizen.post("/report", {"service": "", "kind": "suggestion"})
    fill_place(citizen, wilayat="", lat="", lon="")
    fill_details(citizen)
    send(citizen)

    case = Case.objects.get()
    receipt = citizen.get("/report/done").content.decode()
    assert (case.service, case.kind, case.unit.is_triage) == (None, "suggestion", True)
    # Three working days after the Sunday of registration, past the holiday of 25 and 26 November.
    assert "الإحالة إلى المختص" in receipt
    assert day_text(case.clocks.get(kind="refer").due_at) in receipt


def test_a_point_beyond_the_borders_is_taken_for_triage(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen, lat="48.1", lon="11.5")
    fill_details(citizen)
    assert "خارج نطاقنا" in citizen.get("/report/check").content.decode()
    send(citizen)

    case = Case.objects.get()
    assert case.outside_area
    assert case.unit.is_triage


def test_the_governorates_of_the_agency_come_first_and_others_are_taken_calmly(citizen: Client, site: Agency) -> None:
    Agency.objects.filter(pk=site.pk).update(governorates=["OM-ZU"])
    choose(citizen)
    first = citizen.get("/report/place").context["form"].fields["wilayat"].widget.choices[1]
    fragment = citizen.get("/report/around", {"lat": "23.5912", "lon": "58.1703"}).content.decode()
    fill_place(citizen)
    fill_details(citizen)
    check = citizen.get("/report/check").content.decode()

    send(citizen)

    assert first[0] == "ظفار"
    assert "مسقط" in fragment
    assert "خارج نطاقنا؛ سنستلم بلاغك ونوجهه" in fragment
    assert "السيب" in check
    assert "خارج نطاقنا" in check
    case = Case.objects.get()
    assert (case.outside_area, case.unit.is_triage) == (True, True)


def test_the_place_can_be_chosen_from_the_list_alone(citizen: Client, site: Agency) -> None:
    choose(citizen)
    code = citizen.get("/report/place").context["form"].fields["wilayat"].known
    seeb = next(code for code in code if code.endswith("SEB"))

    fill_place(citizen, wilayat=seeb, lat="", lon="")
    fill_details(citizen)
    send(citizen)

    case = Case.objects.get()
    assert case.wilayat.code == seeb
    assert case.governorate == case.wilayat.governorate


def test_open_reports_of_the_same_kind_nearby_are_shown_without_words_of_others(citizen: Client) -> None:
    case = report(description="أنا سالم وبيتي هنا")

    choose(citizen)
    fill_place(citizen, add="1")
    page = citizen.get("/report/place").content.decode()

    assert case.reference in page
    assert "أنا سالم" not in page


def test_the_surroundings_of_a_pin_come_as_a_fragment(citizen: Client) -> None:
    choose(citizen)

    fragment = citizen.get("/report/around", {"lat": "23.5912", "lon": "58.1703"}).content.decode()

    assert "مسقط" in fragment
    assert 'id="outlook"' in fragment
    assert "<html" not in fragment


def test_the_search_while_typing_comes_as_a_fragment(citizen: Client) -> None:
    fragment = citizen.get("/report/hits", {"q": "حفره بالشارع"}).content.decode()

    assert 'value="RD-POTHOLE"' in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("ended", ["sent", "thrown away"])
def test_what_ends_in_another_tab_in_that_moment_leads_on_calmly(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    case = report()
    choose(citizen)

    def meanwhile(request: object, draft: Draft, **more: object) -> list[object]:
        if ended == "sent":
            operations.finish(Draft.objects.get(pk=draft.pk), case, at=SUNDAY_9AM)
        else:
            operations.discard(Draft.objects.get(pk=draft.pk))
        return []

    monkeypatch.setattr("wasl.portal.photos.take_into_draft", meanwhile)

    assert fill_place(citizen)["Location"] == "/report/done"


def test_drafts_are_forgotten_when_their_time_is_over(citizen: Client) -> None:
    choose(citizen)
    over = SUNDAY_9AM + operations.LIFETIME

    with clock.frozen(over):
        assert citizen.get("/report/place")["Location"] == "/report"
        assert operations.sweep_drafts(at=over) == 1

    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away(citizen: Client) -> None:
    choose(citizen)

    citizen.post("/report/discard")

    assert not Draft.objects.exists()
    assert citizen.get("/report/place")["Location"] == "/report"


def test_danger_now_makes_the_class_graver_and_asks_to_ring_first(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    assert "هل هناك خطر على الناس الآن؟" in citizen.get("/report/details").content.decode()
    fill_details(citizen, danger="3", site="1")

    check = citizen.get("/report/check")
    send(citizen)

    page, case = check.content.decode(), Case.objects.get()
    assert "نعم، الآن" in page
    assert 'href="tel:9999"' in page
    assert case.importance == "P1"
    assert "خطر مباشر على الأرواح" in [reason["ar"] for reason in case.importance_reasons]
    promised = case.clocks.get(kind="resolve").due_at
    assert check.context["outlook"].resolve.at == promised


def test_the_questions_of_danger_may_be_left_out(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen)
    check = citizen.get("/report/check").content.decode()
    send(citizen)

    assert check.count("دون جواب") == 2
    assert "tel:9999" not in check
    assert Case.objects.get().importance == "P2"


def test_an_answer_that_was_never_offered_is_refused(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)

    assert fill_details(citizen, danger="9").status_code == 422


def test_a_question_is_not_asked_how_dangerous_it_is(citizen: Client) -> None:
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen, danger="3")

    choose(citizen, "GN-INQUIRY")
    details = citizen.get("/report/details").content.decode()
    fill_details(citizen, danger="3")
    check = citizen.get("/report/check").content.decode()
    send(citizen)

    assert 'name="danger"' not in details
    assert "هل هناك خطر" not in check
    assert Case.objects.get().importance_reasons[1:] == []


def test_a_full_disk_asks_to_come_again_with_the_page_as_it_was(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **more: object) -> None:
        raise files.FileStoreFull

    choose(citizen)
    monkeypatch.setattr(files, "store", full)

    answer = fill_place(citizen, photos=[upload(picture())])

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "أرسل بلاغك دونها" in answer.content.decode()
    assert "قرب دوار الجامع" in answer.content.decode()
    assert fill_place(citizen)["Location"] == "/report/details"
