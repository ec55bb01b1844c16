"""Copies, erasures, holds and retention: who may do what, what comes out, what stays."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary, Correction
from wasl.core import files
from wasl.core.files.store import content_store
from wasl.core.personal import MASK, Subject, holdings, masked
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.operations import take_staff_complaints
from wasl.directory.rights import Role
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_person, make_salem, make_unit
from wasl.intake.models import Disposition
from wasl.messaging.models import ChannelAccount, Conversation, Message, OptOut
from wasl.notices.models import Notice
from wasl.privacy import operations, queries
from wasl.privacy.models import PrivacyRequest
from wasl.privacy.operations import Refused
from wasl.tasks.models import Task

AT = SUNDAY_9AM
DAY = timedelta(days=1)
CHECKED = "Civil card seen at the counter"
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def salma(agency: Agency) -> Beneficiary:
    return contacts.find_or_make(
        agency, name="سلمى بنت حمد", phone="+96891234567", email="salma@example.om", at=AT - 30 * DAY
    )


def closed_case(agency: Agency, person: Beneficiary) -> Case:
    case = make_case(agency=agency, beneficiary=person, at=AT - 20 * DAY, description="اتصلوا بي على 91234567")
    cases.withdraw(case, by=None, at=AT - 19 * DAY)
    case.refresh_from_db()
    return case


def approved(person: Beneficiary, kind: str) -> PrivacyRequest:
    asked = operations.ask(person, kind=kind, checked=CHECKED, by=make_huda(), at=AT)
    auditor = make_person(Role.AUDITOR, directory.triage_unit(person.agency))
    return operations.decide(asked, approve=True, by=auditor, at=AT)


def test_a_copy_holds_what_is_theirs_and_hides_what_is_of_others(agency: Agency, salma: Beneficiary) -> None:
    case = closed_case(agency, salma)
    cases.add_note(case, text="جارها 99887766 وبريده ali@example.com، ورقمها 91234567", by=make_salem(), at=AT)
    stored = files.store(b"%PDF-1.4 evidence", agency_id=agency.pk, name="proof.pdf", at=AT)
    cases.add_files(case, files=[stored], public=False, by=make_salem(), at=AT)

    made = operations.make_file(approved(salma, "access"), at=AT)

    assert made.file is not None
    with files.open_file(made.file) as content, zipfile.ZipFile(io.BytesIO(content.read())) as packed:
        data = json.loads(packed.read("data.json"))
        page = packed.read("data.html").decode()
        kept = [packed.read(name) for name in packed.namelist() if name.startswith("files/")]
    told = json.dumps(data, ensure_ascii=False)
    assert "سلمى بنت حمد" in told
    assert case.reference in told
    assert "91234567" in told
    assert MASK in told
    assert "99887766" not in told
    assert "ali@example.com" not in told
    assert 'dir="rtl"' in page
    assert kept == [b"%PDF-1.4 evidence"]


def test_the_file_lasts_a_week_and_each_taking_is_recorded(salma: Beneficiary) -> None:
    made = operations.make_file(approved(salma, "access"), at=AT)
    operations.take_file(made, by=make_huda(), at=AT + 6 * DAY)
    with pytest.raises(Refused):
        operations.take_file(made, by=make_huda(), at=AT + 7 * DAY)

    assert operations.forget_expired_files(at=AT + 7 * DAY) == 1
    made.refresh_from_db()
    assert made.file is None


def test_nobody_approves_what_they_asked_for(salma: Beneficiary) -> None:
    huda = make_huda()
    asked = operations.ask(salma, kind="erasure", checked=CHECKED, by=huda, at=AT)

    with pytest.raises(Refused):
        operations.decide(asked, approve=True, by=huda, at=AT)
    with pytest.raises(Refused):
        operations.erase(asked, by=make_salem(), at=AT)


def test_an_erasure_waits_for_open_cases_and_legal_holds_and_says_so(agency: Agency, salma: Beneficiary) -> None:
    case = make_case(agency=agency, beneficiary=salma, at=AT)
    wish = approved(salma, "erasure")
    with pytest.raises(Refused):
        operations.erase(wish, by=make_salem(), at=AT)
    cases.withdraw(case, by=None, at=AT)
    operations.set_hold(salma, reason="Dispute before the court", by=make_huda(), at=AT)
    with pytest.raises(Refused):
        operations.erase(wish, by=make_salem(), at=AT)
    operations.end_hold(salma, by=make_huda(), at=AT)

    operations.erase(wish, by=make_salem(), at=AT)

    salma.refresh_from_db()
    assert salma.erased_at == AT


def test_statistics_stay_when_a_person_goes(agency: Agency, salma: Beneficiary) -> None:
    case = closed_case(agency, salma)
    before = (case.kind, case.service_id, case.wilayat_id, case.registered_at, case.state, case.reference, case.unit_id)

    operations.erase(approved(salma, "erasure"), by=make_salem(), at=AT)

    case.refresh_from_db()
    after = (case.kind, case.service_id, case.wilayat_id, case.registered_at, case.state, case.reference, case.unit_id)
    assert after == before
    assert (case.description, case.lat, case.access_code_sealed) == ("", None, "")


def test_somebody_who_shares_the_phone_keeps_theirs(agency: Agency, salma: Beneficiary) -> None:
    closed_case(agency, salma)
    brother = contacts.find_or_make(agency, name="خالد بن حمد", phone="+96891234567", at=AT)

    operations.erase(approved(salma, "erasure"), by=make_salem(), at=AT)

    brother.refresh_from_db()
    assert brother.full_name == "خالد بن حمد"
    assert brother.addresses.get().value == "+96891234567"


def test_a_claimed_address_opens_and_ends_nothing_of_others(agency: Agency, salma: Beneficiary) -> None:
    closed_case(agency, salma)
    shared = "+96891234567"
    contacts.find_or_make(agency, name="خالد بن حمد", phone=shared, at=AT)
    account = ChannelAccount.objects.create(agency=agency, channel="sms", code="s", name="s", address="MUSCAT")
    talk = Conversation.objects.create(agency=agency, account=account, address=shared, started_at=AT, last_at=AT)
    Message.objects.create(
        agency=agency, conversation=talk, direction="in", text="كلمات خالد", dedupe_key="k", created_at=AT
    )
    OptOut.objects.create(agency=agency, channel="sms", address=shared, since=AT)

    subject = queries.subject_of(salma)
    told = [record for one in holdings() for record in one.records(subject)]
    operations.erase(approved(salma, "erasure"), by=make_salem(), at=AT)

    assert "كلمات خالد" not in str([list(record.values.values()) for record in told])
    assert Message.objects.get().text == "كلمات خالد"
    assert OptOut.objects.exists()


def test_the_number_that_was_corrected_away_may_be_of_somebody_else(agency: Agency, salma: Beneficiary) -> None:
    contacts.correct(salma, field="phone", wrong="91234567", value="92345678", reason="Mistyped", by=make_huda(), at=AT)

    subject = queries.subject_of(salma)
    told = str(
        [[str(word) for word in record.values.values()] for one in holdings() for record in one.records(subject)]
    )

    assert "92345678" in told
    assert "91234567" not in told


def test_a_lost_file_keeps_nobody_from_the_rest(agency: Agency, salma: Beneficiary) -> None:
    case = closed_case(agency, salma)
    stored = files.store(b"%PDF-1.4 lost", agency_id=agency.pk, name="lost.pdf", at=AT)
    cases.add_files(case, files=[stored], public=False, by=make_salem(), at=AT)
    content_store().remove_untouched(stored.sha256, since=timedelta(days=-1))

    assert operations.make_file(approved(salma, "access"), at=AT).state == "done"


def test_a_copy_that_goes_through_hands_holds_no_complaint_about_staff(agency: Agency, salma: Beneficiary) -> None:
    song, sung = "أغنية الشباك", "أغنية الشارع"
    take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=AT - 40 * DAY)
    account = ChannelAccount.objects.create(agency=agency, channel="email", code="m", name="m", address="m@example.om")
    about = AboutStaff(f"{song} في الاسم")
    for number, (words, said) in enumerate([(song, {"about_staff": about}), (sung, {})]):
        stored = files.store(words.encode(), agency_id=agency.pk, name=f"{words}.txt", at=AT, content_type="text/plain")
        case = make_case(
            agency=agency, beneficiary=salma, at=AT, description=words, title=words, files=[stored], **said
        )
        talk = Conversation.objects.create(
            agency=agency, account=account, address="salma@example.om", beneficiary=salma, reference=case.digits,
            started_at=AT, last_at=AT,
        )  # fmt: skip
        sent = [
            Message.objects.create(
                agency=agency, conversation=where, direction="out", text=f"{words} {key}",
                dedupe_key=f"{number}{key}", created_at=AT,
            )
            for key, where in (("matter", talk), ("linked", open_talk(agency, account, salma)),
                               ("told", open_talk(agency, account, salma)))
        ]  # fmt: skip
        cases.link_message(case, sent[1])
        Notice.objects.create(
            agency=agency, beneficiary=salma, case_id=case.pk, template=words, message=sent[2], dedupe_key=words,
            created_at=AT,
        )  # fmt: skip
        Task.objects.create(
            agency=agency, beneficiary=salma, case_id=case.pk, unit=case.unit, title={"ar": words, "en": words},
            kind="call", dedupe_key=words, created_at=AT, due_at=AT,
        )  # fmt: skip

    made = operations.make_file(approved(salma, "access"), at=AT)

    assert made.file is not None
    with files.open_file(made.file) as content, zipfile.ZipFile(io.BytesIO(content.read())) as packed:
        told = "".join([*packed.namelist(), *(packed.read(name).decode() for name in packed.namelist())])
    everything = str(
        [[*map(str, record.values.values()), record.files] for one in holdings() for record in one.records(
            queries.subject_of(salma))]
    )  # fmt: skip
    assert (song in told, sung in told, song in everything) == (False, True, True)
    assert "ليست فيه شكوى على موظف" in told
    assert all(f"{sung} {key}" in told for key in ("matter", "linked", "told"))


def open_talk(agency: Agency, account: ChannelAccount, person: Beneficiary) -> Conversation:
    """A conversation in no matter."""
    return Conversation.objects.create(
        agency=agency, account=account, address="salma@example.om", beneficiary=person, started_at=AT, last_at=AT
    )


def test_while_a_copy_is_made_nobody_waits_for_the_agency(salma: Beneficiary) -> None:
    wish = approved(salma, "access")

    with CaptureQueriesContext(connection) as asked:
        operations.make_file(wish, at=AT)

    locking = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"] and "directory_agency" in one["sql"]]
    assert [sql.rpartition("FOR UPDATE")[2].strip() for sql in locking] == ['OF "privacy_privacyrequest"']


@pytest.mark.parametrize("lately", ["nothing", "written", "answered", "asked"])
def test_people_in_touch_lately_are_not_swept(agency: Agency, salma: Beneficiary, lately: str) -> None:
    later = AT + 400 * DAY
    operations.set_retention(agency, code="people_without_cases", days=365, enabled=True, at=AT)
    if lately == "written":
        account = ChannelAccount.objects.create(agency=agency, channel="sms", code="s", name="s", address="MUSCAT")
        Conversation.objects.create(
            agency=agency, account=account, address="x", beneficiary=salma, started_at=later, last_at=later
        )
    if lately == "answered":
        Disposition.objects.create(
            agency=agency, unit=directory.triage_unit(agency), channel="phone", kind="inquiry", outcome="answered",
            beneficiary=salma, words="x", key="d", by=make_salem(), at=later,
        )  # fmt: skip
    if lately == "asked":
        operations.ask(salma, kind="access", checked=CHECKED, by=make_huda(), at=later)

    operations.sweep(agency, at=later)

    salma.refresh_from_db()
    assert (salma.erased_at is not None) == (lately == "nothing")


def test_a_correction_keeps_its_trail_sealed_and_loses_it_with_the_person(agency: Agency, salma: Beneficiary) -> None:
    huda = make_huda()
    contacts.correct(salma, field="name", value="سلمى بنت حمد الحارثية", reason="As on her card", by=huda, at=AT)
    contacts.correct(salma, field="phone", wrong="91234567", value="92345678", reason="New number", by=huda, at=AT)

    salma.refresh_from_db()
    assert salma.full_name == "سلمى بنت حمد الحارثية"
    assert {address.value for address in salma.addresses.all()} == {"+96892345678", "salma@example.om"}
    assert "91234567" not in "".join(Correction.objects.values_list("before_sealed", flat=True))

    operations.erase(approved(salma, "erasure"), by=make_salem(), at=AT)
    assert set(Correction.objects.values_list("before_sealed", "after_sealed", "reason")) == {("", "", "")}


def test_retention_reports_first_and_sweeps_only_what_is_switched_on(agency: Agency, salma: Beneficiary) -> None:
    case = closed_case(agency, salma)
    later = AT + 400 * DAY
    operations.set_retention(agency, code="closed_cases", days=365, enabled=False, at=AT)

    [report] = [rule for rule in queries.rules(agency, at=later) if rule.retention.code == "closed_cases"]
    assert (report.due, operations.sweep(agency, at=later)) == (1, None)

    operations.set_retention(agency, code="closed_cases", days=365, enabled=True, at=AT)
    run = operations.sweep(agency, at=later)
    case.refresh_from_db()
    assert run is not None
    assert run.counts["closed_cases"] == 1
    assert case.description == ""
    assert operations.sweep(agency, at=later) is None


def test_retention_passes_over_a_person_under_a_hold(agency: Agency, salma: Beneficiary) -> None:
    case = closed_case(agency, salma)
    operations.set_hold(salma, reason="Inquiry of the ministry", by=make_huda(), at=AT)
    operations.set_retention(agency, code="closed_cases", days=365, enabled=True, at=AT)
    operations.set_retention(agency, code="people_without_cases", days=365, enabled=True, at=AT)

    assert operations.sweep(agency, at=AT + 400 * DAY) is None
    case.refresh_from_db()
    assert case.description


def test_a_class_is_never_kept_shorter_than_its_least(agency: Agency) -> None:
    with pytest.raises(Refused):
        operations.set_retention(agency, code="closed_cases", days=1, enabled=True, at=AT)


def test_a_changed_text_is_a_new_version_and_the_old_one_is_known_by_its_code(agency: Agency) -> None:
    from wasl.core.localized import both

    house = queries.notice_text(agency, "phone", at=AT)
    operations.set_notice_text(agency, channel="phone", text=both("نص أول", "First"), at=AT)
    operations.set_notice_text(agency, channel="phone", text=both("نص ثان", "Second"), at=AT + DAY)

    assert house is not None
    assert house.code == "phone-0"
    codes = [told.code for at in (AT, AT + DAY) if (told := queries.notice_text(agency, "phone", at=at))]
    assert codes == ["phone-1", "phone-2"]
    operations.set_notice_text(agency, channel="phone", text=None, at=AT + 2 * DAY)
    back = queries.notice_text(agency, "phone", at=AT + 2 * DAY)
    assert back is not None
    assert back.code == "phone-0"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("call 91234567", "call 91234567"),
        ("call ٩١٢٣٤٥٦٧", "call ٩١٢٣٤٥٦٧"),
        ("call +968 9123 4567", "call +968 9123 4567"),
        ("call 99887766", f"call {MASK}"),
        ("his card 12345678", f"his card {MASK}"),
        ("mail SALMA@example.om", "mail SALMA@example.om"),
        ("mail ali@example.com", f"mail {MASK}"),
        ("on 3 days", "on 3 days"),
    ],
)
def test_words_hide_numbers_and_addresses_of_others(words: str, shown: str) -> None:
    subject = Subject(1, 1, addresses=frozenset({"+96891234567", "salma@example.om"}))

    assert masked(words, subject) == shown
