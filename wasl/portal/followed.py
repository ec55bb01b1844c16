"""A case as its citizen may see it, and the proof that lets one see it."""

from dataclasses import dataclass
from datetime import datetime

from wasl.cases import appeals, timeline, workflow
from wasl.cases import queries as cases
from wasl.cases.models import Case, CaseFile, ClockPause
from wasl.cases.moves import cause_of
from wasl.cases.operations import REOPEN_DAYS, pauses_of, promise_of
from wasl.contacts import emails, phones
from wasl.contacts import queries as contacts
from wasl.core import files, references
from wasl.core.i18n import language, say
from wasl.core.localized import Localized
from wasl.core.text import latin_digits
from wasl.directory.models import Agency
from wasl.portal.outlook import Promised, promised_at
from wasl.sla.explanation import Kind, explain, explain_sentence
from wasl.web import moments

TONES = {
    "resolved": "ok",
    "closed": "ok",
    "rejected": "mute",
    "withdrawn": "mute",
    "pending_beneficiary": "warn",
    "pending_internal": "warn",
}
ICONS = {
    "resolved": "check",
    "closed": "check",
    "rejected": "circle-x",
    "withdrawn": "circle-slash",
    "duplicate": "merge",
    "pending_beneficiary": "circle-question-mark",
    "pending_internal": "circle-pause",
    "scheduled": "calendar-clock",
    "in_progress": "wrench",
    "reopened": "rotate-ccw",
}
# Which facts begin each of the four public steps.
STEP_FACTS = (
    frozenset({"CaseRegistered"}),
    frozenset({"CaseReferred"}),
    frozenset({"ReferralAccepted", "WorkStarted", "WorkScheduled", "CaseReopened"}),
    frozenset({"CaseResolved"}),
)


@dataclass(frozen=True)
class Step:
    """One of the four steps; `at` is when it was last reached."""

    name: Localized
    is_done: bool
    is_here: bool
    at: datetime | None


@dataclass(frozen=True)
class Photo:
    """A photo as the public sees it: the copy without metadata, under a link that ends soon."""

    thumb: str
    whole: str
    at: datetime
    is_result: bool


@dataclass(frozen=True)
class Line:
    """One line of the public timeline with its photos."""

    item: timeline.Item
    photos: list[Photo]


@dataclass(frozen=True)
class Followed:
    """Everything the track page shows of a case. `review_rests`: is no review decided as the case stands?"""

    case: Case
    subject: str
    place: str
    state: workflow.State
    tone: str
    icon: str
    steps: list[Step]
    promised: Promised | None
    is_late: bool
    why: list[str]
    lines: list[Line]
    before: Photo | None
    after: Photo | None
    question: str
    contact: list[str]
    joined: Case | None
    may_answer: bool
    may_add: bool
    may_reopen: bool
    may_withdraw: bool
    may_rate: bool
    review: appeals.Offer
    review_rests: bool


def followed(case: Case, *, at: datetime) -> Followed:
    """Gather what the page shows. One that was joined to an earlier report shows the state of that one."""
    joined = case.merged_into
    shown = joined or case
    items = timeline.public_timeline(case)
    lines = [Line(item, [_photo(file, at=at) for file in item.files if files.is_picture(file.file)]) for item in items]
    pictures = [photo for line in reversed(lines) for photo in line.photos]
    promised = _promised(shown)
    return Followed(
        case=case,
        subject=str(case.service.name if case.service else workflow.KINDS[case.kind]),
        place=_place(case),
        state=shown.state_words,
        tone=TONES.get(shown.state, ""),
        icon=ICONS.get(shown.state, "clock"),
        steps=_steps(shown, items),
        promised=promised,
        is_late=promised is not None and promised.at < at,
        why=_why(shown, at=at),
        lines=lines,
        before=next((photo for photo in pictures if not photo.is_result), None),
        after=next((photo for photo in reversed(pictures) if photo.is_result), None),
        question=next((item.text for item in items if item.kind == "BeneficiaryAsked"), ""),
        contact=_masked(case),
        joined=joined,
        may_answer=case.state == "pending_beneficiary",
        may_add=workflow.allows("add", case.state) and case.state != "pending_beneficiary",
        may_reopen=case.may_be_reopened(at=at, days=REOPEN_DAYS),
        may_withdraw=workflow.allows("withdraw", case.state),
        may_rate=workflow.allows("rate", case.state),
        review=appeals.offer(case, at=at),
        review_rests=case.state not in workflow.OPEN | workflow.DONE,
    )


def claimed_number(number: str) -> str:
    """What guesses at a number are counted by: its figures, however it was written."""
    reference = references.parse(number)
    return reference.digits if reference else latin_digits(number)[:40]


def case_of_claim(agency: Agency, *, number: str, contact: str) -> Case | None:
    """The case of this number if the phone or e-mail is its beneficiary's; the same two questions in every case."""
    case = cases.by_reference(number, agency=agency)
    people = {person.pk for person in contacts.beneficiaries_at(agency, _address(contact))}
    if case is None or case.beneficiary_id not in people or case.state == "spam":
        return None
    return case


def _address(contact: str) -> str:
    try:
        return emails.parse_email(contact) if "@" in contact else phones.parse_phone(contact)
    except (emails.BadEmail, phones.BadPhone):
        return ""


def _masked(case: Case) -> list[str]:
    if case.beneficiary is None:
        return []
    masks = {"phone": phones.mask_phone, "email": emails.mask_email}
    return [masks[address.kind](address.value) for address in contacts.addresses(case.beneficiary)]


def _place(case: Case) -> str:
    # A street address tells where somebody lives: it is shown only for matters that are public anyway.
    public = case.service is not None and case.service.public_map
    parts = [
        case.address_text if public else "",
        case.area_text if public else "",
        str(case.wilayat.name) if case.wilayat else "",
    ]
    return "، ".join(part for part in parts if part)


def _steps(case: Case, items: list[timeline.Item]) -> list[Step]:
    here = workflow.step_of(case.state)
    reached = [next((item.at for item in items if item.kind in facts), None) for facts in STEP_FACTS]
    return [
        Step(name, is_done=here is not None and number < here, is_here=number == here, at=reached[number])
        for number, (name, _) in enumerate(workflow.STEPS)
        if here is not None
    ]


def _promised(case: Case) -> Promised | None:
    if case.due_at is None or not case.is_open or case.state == "pending_beneficiary":
        return None
    return promised_at(case.agency, case.due_at, by_days=False, always_open=False)


def _why(case: Case, *, at: datetime) -> list[str]:
    """How the date of the resolution comes about, in plain sentences; none when there is no date to explain."""
    clock = next((one for one in cases.running_clocks(case) if one.kind == "resolve"), None)
    if clock is None or clock.stopped_at is not None or not case.is_open:
        return []
    promise, pauses = promise_of(clock), pauses_of(clock)
    told = [explain_sentence(promise, clock.started_at, language())]
    told.append(say("بحسب الوعد الساري يوم وصل طلبك.", "By the promise in force on the day your request arrived."))
    spans = explain(promise, clock.started_at, pauses, now=at)
    free = {span.day: span.label for span in spans if span.kind is Kind.HOLIDAY}
    told += [say("لا تُحسب إجازة {name}، {day}.", "{name}, {day}, is not counted.", name=name, day=moments.day_text(day))
             for day, name in free.items()]  # fmt: skip
    told += [_stood(pause) for pause in clock.pauses.all()]
    told += [
        say("كان الموعد {before}، وتغيّر. السبب: {why}.", "It was {before}, and moved because of {why}.",
            before=moments.moment_text(move.before), why=str(cause_of(move.change_event).words))
        for move in cases.moves_of(case).get(clock.pk, [])
    ]  # fmt: skip
    return told


def _stood(pause: ClockPause) -> str:
    if pause.reason == ClockPause.CLOSED:
        arabic, english = "لم تُحسب مدة إغلاق الطلب", "The time the request was closed does not count"
    elif pause.reason == "pending_beneficiary":
        arabic, english = "توقف الحساب بانتظار جوابك", "The count stood still while we waited for your answer"
    else:
        arabic, english = "توقف الحساب والطلب معلّق", "The count stood still while the request was on hold"
    words = say(arabic, english)
    if pause.to_at is None:
        return say(
            "{words}، منذ {when}.", "{words}, since {when}.", words=words, when=moments.moment_text(pause.from_at)
        )
    return say(
        "{words}، من {from_at} إلى {to_at}.",
        "{words}, from {from_at} to {to_at}.",
        words=words,
        from_at=moments.moment_text(pause.from_at),
        to_at=moments.moment_text(pause.to_at),
    )


def _photo(file: CaseFile, *, at: datetime) -> Photo:
    return Photo(
        thumb=files.signed_url(file.file, "thumb", at=at),
        whole=files.signed_url(file.file, "public", at=at),
        at=file.added_at,
        is_result=file.role == "resolution",
    )
