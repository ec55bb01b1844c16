"""Taking down a case at a telephone or counter: who may, what becomes of it, what is offered, what is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from wasl.accounts.models import User
from wasl.cases.models import Case, CaseEntry
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.contacts import operations as contacts
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.desk.registering import people
from wasl.desk.registering.presets import Desk
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_salem, make_unit, sign_in
from wasl.intake import operations as intake
from wasl.intake import queries
from wasl.intake.models import DeskDraft, Disposition, Submission
from wasl.places import operations as places

pytestmark = pytest.mark.django_db

KEY = "k" * 24
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The agency with places, promises and a service, made once in a transaction that is thrown away at the end."""
    home = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), override_settings(WASL_HOME=home), transaction.atomic():
        places.load_starting_places(at=LONG_AGO)
        make_service(agency=make_working_agency())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def agency(house: None, db: None) -> Agency:
    return directory.agency_by_code("MUN")


@pytest.fixture
def salem(agency: Agency) -> User:
    return make_salem()


def filled(**changes: Any) -> dict[str, Any]:
    """The form as Salem fills it for Maryam, who calls about a pothole."""
    return {
        "key": KEY,
        "channel": "phone",
        "who_state": "new",
        "name": "مريم بنت سعيد",
        "phone": "٩٢١٤ ٧٧٠٥",
        "preferred_channel": "sms",
        "language": "ar",
        "description": "حفرة عميقة أمام المدرسة منذ يومين",
        "service": "RD-POTHOLE",
        "wilayat": "OM-MA-BSH",
        "notice_read": "on",
    } | changes


def make_maryam(agency: Agency, **more: Any) -> Beneficiary:
    claim = {"name": "مريم بنت سعيد الحارثية", "phone": "+96892147705", "at": LONG_AGO} | more
    return contacts.find_or_make(agency, **claim)


def desk_at(person: User, agency: Agency) -> Desk:
    return Desk(person, agency, directory.triage_unit(agency), "phone")


def post(person: User, door: str = "desk:register", /, *, at: Any = SUNDAY_9AM, **data: Any) -> Any:
    with clock.frozen(at):
        return sign_in(Client(), person).post(reverse(door), data)


def get(person: User, address: str, *, at: Any = SUNDAY_9AM) -> Any:
    with clock.frozen(at):
        return sign_in(Client(), person).get(address)


# --- registering ----------------------------------------------------------------------------------------------------


def test_a_clerk_registers_a_case_for_a_caller(salem: User, agency: Agency) -> None:
    answer = post(salem, **filled(danger="2"))

    case = Case.objects.get()
    assert answer["Location"] == reverse("desk:receipt", args=[case.reference])
    assert (case.channel, case.registered_by, case.preferred_channel) == ("phone", salem, "sms")
    assert case.beneficiary is not None
    assert case.beneficiary.addresses.get().value == "+96892147705"
    assert (case.unit.code, case.importance_facts, case.wilayat.code) == ("ROADS", {"danger": 2}, "OM-MA-BSH")
    assert queries.notice_read(case) == ("phone-0", SUNDAY_9AM)
    assert EventRecord.objects.get(kind="CaseRegistered").actor_id == salem.pk


@pytest.mark.parametrize("told", [{}, {"phone": "92000001", "email": "brother@example.org"}])
def test_nobody_registers_a_relatives_report_at_the_desk(salem: User, agency: Agency, told: dict[str, str]) -> None:
    for given in ({"phone": "92147705"}, {"email": "brother@example.org"}):
        relations.declare(salem, agency=agency, kind="sibling", by=salem, at=LONG_AGO, **given)

    page = post(salem, **filled(**told))

    assert (page.status_code, Case.objects.count()) == (422, 0)
    assert "سجّله من البوابة" in page.content.decode()
    assert post(make_person("hall"), **filled(**told)).status_code == 302


def test_the_same_form_sent_twice_makes_one_case_and_shows_its_slip_again(salem: User) -> None:
    first, second = post(salem, **filled()), post(salem, **filled())
    changed = post(salem, **filled(description="حفرة أخرى"))

    assert Case.objects.count() == 1
    assert first["Location"] == second["Location"] == changed["Location"]


def test_a_key_of_a_colleague_leads_to_a_case_of_ones_own(salem: User) -> None:
    post(salem, **filled())
    post(make_person("hall"), **filled())

    assert Case.objects.count() == Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"description": "", "service": ""}, "id_description"),
        ({"name": "", "phone": ""}, "id_who"),
        ({"phone": "12"}, "id_phone"),
        ({"phone": "", "preferred_channel": "call"}, "id_phone"),
        ({"preferred_channel": "email"}, "id_email"),
        ({"wilayat": ""}, "id_wilayat"),
        ({"who_state": "none", "service": "", "kind": "inquiry"}, "id_who"),
        ({"importance": "P4"}, "id_importance"),
        ({"importance": "P1"}, "id_importance_reason"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_all_typed_words_stay(
    salem: User, changes: dict[str, str], anchor: str
) -> None:
    page = post(salem, **filled(area_text="الخوض السادسة", **changes))

    assert (page.status_code, Case.objects.count()) == (422, 0)
    text = page.content.decode()
    assert f'href="#{anchor}"' in text
    assert "الخوض السادسة" in text
    assert f'value="{KEY}"' in text


def test_a_number_alone_in_the_search_box_is_enough(salem: User) -> None:
    post(salem, **filled(who_state="search", name="", phone="", who="٩٢١٤٧٧٠٥"))

    assert Case.objects.get().beneficiary.addresses.get().value == "+96892147705"


def test_who_wants_no_name_gets_a_case_that_is_followed_by_its_link(salem: User) -> None:
    post(salem, **filled(who_state="none", name="", phone=""))

    case = Case.objects.get()
    assert (case.beneficiary, case.preferred_channel) == (None, "")
    assert "data:image/svg" in get(salem, reverse("desk:receipt", args=[case.reference])).content.decode()


def test_a_clerk_moves_the_class_by_one_with_a_reason(salem: User) -> None:
    post(salem, **filled(importance="P1", importance_reason="طفل سقط فيها أمس"))

    case = Case.objects.get()
    assert case.importance == "P1"
    assert CaseEntry.objects.get(case=case).text == "طفل سقط فيها أمس"


def test_a_photo_that_came_with_a_form_to_mend_is_kept(salem: User, agency: Agency) -> None:
    photo = SimpleUploadedFile("حفرة.jpg", picture())
    page = post(salem, **filled(wilayat="", photos=photo))
    held = page.context["held"]
    post(salem, **filled(held=held))

    assert Case.objects.get().files.count() == 1
    other = post(make_salem(), **filled(held=held))
    assert other.status_code == 302
    assert [case.files.count() for case in Case.objects.order_by("pk")] == [1, 0]


# --- who, what and what follows, while typing -----------------------------------------------------------------------


def test_people_are_offered_by_number_and_name_without_giving_the_number_away(salem: User, agency: Agency) -> None:
    make_maryam(agency)
    make_maryam(make_working_agency("HOU"), name="مريم بنت سعيد الكندية")

    for words in ("٩٢١٤٧٧", "+968 9214", "مَريم سعيد", "الحارثيه"):
        page = post(salem, "desk:register_outlook", **filled(who_state="search", name="", phone="", who=words))
        text = page.content.decode()
        assert "الحارثية" in text, words
        assert "الكندية" not in text
        assert "92147705" not in text.replace(" ", "")


def test_the_number_of_a_card_is_kept_sealed_and_finds_its_owner(salem: User) -> None:
    post(salem, **filled(identity="١٢٣٤٥٦٧٨"))
    page = post(salem, "desk:register_outlook", **filled(who_state="search", name="", phone="", who="12345678"))

    owner = Case.objects.get().beneficiary
    assert owner.identity_masked.endswith("678")
    assert "12345678" not in owner.identity_sealed
    assert [found.person for found in page.context["around"].found] == [owner]


def test_whoever_may_not_look_people_up_is_offered_nobody(agency: Agency) -> None:
    maryam, said = make_maryam(agency), make_person("liaison", make_unit("ROADS", agency=agency))
    token = people.token_of(maryam, desk_at(said, agency))
    page = post(
        said, "desk:register_outlook", **filled(who_state="search", name="", phone="", who="مريم", person=token)
    )

    assert "الحارثية" not in page.content.decode()


def test_a_person_named_by_the_token_of_a_colleague_is_not_taken(salem: User, agency: Agency) -> None:
    token = people.token_of(make_maryam(agency), desk_at(make_person("hall"), agency))
    page = post(salem, **filled(who_state="known", person=token, name="", phone=""))

    assert (page.status_code, Case.objects.count()) == (422, 0)


def test_a_known_person_keeps_their_record_and_gains_the_new_number(salem: User, agency: Agency) -> None:
    maryam = make_maryam(agency)
    token = people.token_of(maryam, desk_at(salem, agency))
    post(salem, **filled(who_state="known", person=token, name="", phone="99887766"))

    assert Case.objects.get().beneficiary == maryam
    added = maryam.addresses.get(value="+96899887766")
    assert added.verified_at is None


def test_the_page_foretells_what_registration_does(salem: User) -> None:
    page = post(salem, "desk:register_outlook", **filled(danger="3"))
    told = page.context["around"].outlook
    post(salem, **filled(danger="3"))

    case = Case.objects.get()
    clocks = {one.kind: one.due_at for one in case.clocks.all()}
    assert (told.unit, told.importance.code) == (str(case.unit), case.importance)
    assert (told.resolve.at, told.refer.at) == (clocks["resolve"], clocks["refer"])


def test_services_are_proposed_by_the_words_of_the_person(salem: User) -> None:
    page = post(salem, "desk:register_outlook", **filled(service=""))

    assert [hit.service.code for hit in page.context["around"].services] == ["RD-POTHOLE"]
    assert 'data-figure="1"' in page.content.decode()


def test_questions_of_a_service_come_once_and_not_under_the_typing_hand(salem: User) -> None:
    fresh = post(salem, "desk:register_outlook", **filled()).content.decode()
    known = post(salem, "desk:register_outlook", **filled(questions_of="RD-POTHOLE")).content.decode()

    assert 'id="questions"' in fresh
    assert 'id="questions"' not in known


# --- the same problem -----------------------------------------------------------------------------------------------


def test_the_same_problem_is_joined_with_a_number_of_its_own(salem: User, agency: Agency) -> None:
    first = make_case(agency=agency, beneficiary=make_maryam(agency, name="سالم", phone="+96895556677"))
    post(salem, **filled(join=first.reference))

    second = Case.objects.exclude(pk=first.pk).get()
    assert (second.merged_into, second.state) == (first, "duplicate")
    assert first.reference in get(salem, reverse("desk:receipt", args=[second.reference])).content.decode()


def test_words_about_ones_own_case_are_added_to_it(salem: User, agency: Agency) -> None:
    maryam = make_maryam(agency)
    first = make_case(agency=agency, beneficiary=maryam)
    token = people.token_of(maryam, desk_at(salem, agency))
    own = filled(who_state="known", person=token, name="", phone="", join=first.reference)
    answer, again = post(salem, **own), post(salem, **own)

    added = EventRecord.objects.get(kind="InformationAdded", case_id=first.pk)
    assert (added.actor_id, added.data["channel"]) == (salem.pk, "phone")
    assert Case.objects.count() == 1
    assert answer["Location"] == again["Location"] == reverse("desk:receipt", args=[first.reference])


def test_a_case_out_of_sight_can_neither_be_joined_nor_seen(agency: Agency) -> None:
    water = make_unit("WATER", agency=agency)
    specialist = make_person("specialist", water)
    foreign = make_case(agency=make_working_agency("HOU"), title="قطعة أرض")
    for unseen in (make_case(agency=agency), foreign):
        page = post(specialist, **filled(join=unseen.reference))
        assert page.status_code == 422
        assert unseen.title not in page.content.decode()
        assert get(specialist, reverse("desk:receipt", args=[unseen.reference])).status_code == 404
    assert "مشابهة" not in post(specialist, "desk:register_outlook", **filled()).content.decode()


# --- the slip -------------------------------------------------------------------------------------------------------


def test_the_slip_tells_number_and_the_latest_date_of_referral_three_working_days_on(agency: Agency) -> None:
    zainab = make_person("hall", make_unit("HALL", agency=agency, kind=Unit.Kind.OUTLET))
    post(zainab, **filled(channel="counter"))
    case = Case.objects.get()
    page = get(zainab, reverse("desk:receipt", args=[case.reference])).content.decode()

    # Registered on Sunday 22 November: the day itself is not counted, nor the National Day and the weekend behind it.
    assert case.reference in page
    assert "الأحد 29 نوفمبر 2026" in page
    assert "جمادى الآخرة 1448" in page
    assert "data:image/svg" in page


def test_the_private_link_is_for_who_took_the_case_down_and_for_a_day(salem: User) -> None:
    post(salem, **filled())
    case = Case.objects.get()
    address = reverse("desk:receipt", args=[case.reference])
    colleague = get(make_salem(), address).content.decode()

    assert "data:image/svg" in get(salem, address).content.decode()
    assert "data:image/svg" not in colleague
    assert case.reference in colleague
    assert "data:image/svg" not in get(salem, address, at=SUNDAY_9AM + 25 * HOUR).content.decode()


def test_the_next_matter_of_the_same_person_starts_with_them(salem: User) -> None:
    post(salem, **filled())
    page = get(salem, f"{reverse('desk:register')}?again={Case.objects.get().reference}")
    strangers = get(make_salem(), f"{reverse('desk:register')}?again={Case.objects.get().reference}")

    assert page.context["entry"].person == Case.objects.get().beneficiary
    assert strangers.context["entry"].person is None


# --- nothing typed is lost ------------------------------------------------------------------------------------------


def test_what_was_typed_comes_back_to_its_owner_alone(salem: User) -> None:
    kept = post(salem, "desk:register_draft", **filled(description="نصف جملة"))
    page = get(salem, reverse("desk:register"), at=SUNDAY_9AM + HOUR)
    stranger = get(make_salem(), f"{reverse('desk:register')}?draft={KEY}")

    assert kept.json() == {"saved": True}
    assert "نصف جملة" in page.content.decode()
    assert page.context["key"] == KEY
    assert "نصف جملة" not in stranger.content.decode()
    assert "نصف" not in DeskDraft.objects.get().sealed


def test_a_draft_is_gone_after_a_day_and_when_its_owner_begins_anew(salem: User) -> None:
    post(salem, "desk:register_draft", **filled(description="نصف جملة"))
    late = get(salem, reverse("desk:register"), at=SUNDAY_9AM + 24 * HOUR)
    swept = intake.sweep_drafts(at=SUNDAY_9AM + 24 * HOUR)
    post(salem, "desk:register_draft", **filled())
    post(salem, "desk:register_discard", key=KEY)

    assert "نصف جملة" not in late.content.decode()
    assert (swept, DeskDraft.objects.count()) == (1, 0)


def test_the_page_of_a_draft_that_was_sent_shows_the_slip(salem: User) -> None:
    answer = post(salem, **filled())
    late_save = post(salem, "desk:register_draft", **filled(description="كلام متأخر"))
    page = get(salem, f"{reverse('desk:register')}?draft={KEY}")

    assert late_save.status_code == 200
    assert page["Location"] == answer["Location"]
    assert DeskDraft.objects.get().sealed == ""


def test_a_form_without_a_session_is_told_to_sign_in_without_leaving_the_page(client: Client, agency: Agency) -> None:
    address = reverse("desk:register")
    quiet = client.post(address, filled(), headers={"HX-Request": "true"})
    plain = client.post(address, filled())

    assert quiet.status_code == 401
    assert plain["Location"].startswith(reverse("accounts:sign_in"))
    assert Case.objects.count() == 0


# --- answered on the spot -------------------------------------------------------------------------------------------


def answer_one(person: User, **changes: Any) -> Any:
    given = {"key": KEY, "channel": "phone", "topic": "C1", "outcome": "answered"} | changes
    return post(person, "desk:register_answered", **given)


def test_an_answered_inquiry_is_recorded_once_with_everything_typed(salem: User, agency: Agency) -> None:
    make_category(agency=agency)
    first = answer_one(salem, description="متى يفتح المنفذ؟", phone="92147705", name="مريم", who_state="new")
    answer_one(salem)

    record = Disposition.objects.get()
    assert (record.category.code, record.outcome, record.kind, record.unit.code) == (
        "C1",
        "answered",
        "inquiry",
        "CENTRE",
    )
    assert (record.words, record.by, record.at) == ("متى يفتح المنفذ؟", salem, SUNDAY_9AM)
    assert record.beneficiary.full_name == "مريم"
    assert first["Location"].endswith(f"?done={record.public_id}")
    assert [fact.kind for fact in EventRecord.objects.filter(kind__startswith="Contact")] == ["ContactRecorded"]


def test_an_answered_inquiry_can_become_a_case_with_everything_kept(salem: User, agency: Agency) -> None:
    answer_one(salem, description="حفرة كبيرة", phone="92147705", name="مريم", who_state="new")
    record = Disposition.objects.get()
    page = get(salem, f"{reverse('desk:register')}?contact={record.public_id}")
    entry = page.context["entry"]
    sent = {name: page.context["form"][name].value() for name in ("record", "person", "who_state", "description")}
    post(salem, **filled(name="", phone="", **sent))

    record.refresh_from_db()
    assert (entry.person.full_name, entry.given["description"]) == ("مريم", "حفرة كبيرة")
    assert record.case == Case.objects.get()
    assert record.case.beneficiary == record.beneficiary
    assert queries.disposition_sums(agency.pk, from_at=LONG_AGO, to_at=SUNDAY_9AM + HOUR) == {}
    assert get(make_salem(), f"{reverse('desk:register')}?contact={record.public_id}").context["entry"].person is None


def test_figures_count_answered_contacts_by_channel_and_their_parts_sum_up(salem: User, agency: Agency) -> None:
    for number, (channel, outcome) in enumerate([("phone", "answered"), ("phone", "status"), ("counter", "answered")]):
        answer_one(salem, key=f"{number:0>20}", channel=channel, outcome=outcome)
    answer_one(salem, key="w" * 20, outcome="wrong")
    answer_one(make_person("hall"), key="u" * 20, channel="counter")
    span = {"from_at": SUNDAY_9AM - HOUR, "to_at": SUNDAY_9AM + HOUR}
    withdrawn = Disposition.objects.get(key="u" * 20)
    with clock.frozen(SUNDAY_9AM):
        intake.withdraw_disposition(withdrawn, by=withdrawn.by, at=SUNDAY_9AM)

    assert queries.disposition_sums(agency.pk, **span) == {"phone": 2, "counter": 1}
    assert queries.disposition_sums(agency.pk, by="outcome", **span) == {"answered": 2, "status": 1, "wrong": 1}
    assert queries.disposition_sums(make_working_agency("HOU").pk, **span) == {}
    assert queries.dispositions(agency.pk, unit_ids=[0], **span).count() == 0


def test_everybody_sees_and_takes_back_their_own_contacts_only(salem: User, agency: Agency) -> None:
    answer_one(salem, description="متى يفتح المنفذ؟")
    record, other = Disposition.objects.get(), make_salem()
    address = reverse("desk:withdraw_contact", args=[record.public_id])

    with clock.frozen(SUNDAY_9AM):
        assert sign_in(Client(), other).post(address).status_code == 404
    assert "متى يفتح" not in get(other, reverse("desk:contacts")).content.decode()
    assert "متى يفتح" in get(salem, reverse("desk:contacts")).content.decode()
    with clock.frozen(SUNDAY_9AM + 25 * HOUR):
        assert sign_in(Client(), salem).post(address).status_code == 404
    with clock.frozen(SUNDAY_9AM):
        assert sign_in(Client(), salem).post(address).status_code == 302
    record.refresh_from_db()
    assert record.withdrawn_at == SUNDAY_9AM


# --- how the page starts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "kind", "channel"),
    [
        ("agent", "centre", "phone"),
        ("hall", "department", "counter"),
        ("field", "team", "field"),
        ("specialist", "outlet", "counter"),
    ],
)
def test_the_channel_is_preset_by_role_and_unit(agency: Agency, role: str, kind: str, channel: str) -> None:
    person = make_person(role, make_unit("U1", agency=agency, kind=kind))
    page = get(person, reverse("desk:register"))

    assert page.context["form"]["channel"].value() == channel


def test_channel_and_wilayat_of_the_last_case_start_the_next_one(salem: User) -> None:
    browser = sign_in(Client(), salem)
    with clock.frozen(SUNDAY_9AM):
        browser.post(reverse("desk:register"), filled(channel="social"))
        page = browser.get(f"{reverse('desk:register')}?new=1")

    assert [page.context["form"][name].value() for name in ("channel", "wilayat")] == ["social", "OM-MA-BSH"]


def test_a_person_of_two_agencies_registers_in_the_own_one(agency: Agency) -> None:
    ministry = make_working_agency("HOU")
    make_service("HS-LAND", agency=ministry, name=both("طلب أرض", "Land request"), needs_location=False)
    zainab = make_person("hall", make_unit("HALL", agency=ministry))
    refused = post(zainab, **filled())
    post(zainab, **filled(service="HS-LAND", channel="counter"))

    assert refused.status_code == 422  # the municipality's service is none of the ministry
    assert Case.objects.get().agency == ministry
