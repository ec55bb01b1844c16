"""What each endpoint does: ask the house, show it as a body."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from wasl.api.v1 import acts, bodies, listing, registering, shown, uploads
from wasl.api.v1.calling import Caller, Sight
from wasl.api.v1.endpoints import Answer, Call, is_known, version_tag
from wasl.api.v1.problems import Refused, not_found
from wasl.cases import appeals, queries, seen, timeline
from wasl.cases import operations as cases
from wasl.cases.models import Case, CaseFile
from wasl.catalogue import queries as catalogue
from wasl.core import files
from wasl.core.text import clean
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.notices import queries as notices

CASES = "/api/v1/cases"


# --- cases ----------------------------------------------------------------------------------------------------------


def list_cases(call: Call) -> Answer:
    """A page of cases."""
    found = listing.page(call.query, call.caller)
    headers: dict[str, str] = {}
    if found.next is not None:
        given = [(name, value) for name, value in call.request.GET.items() if name != "after"]
        headers["Link"] = f'<{CASES}?{urlencode([*given, ("after", found.next)])}>; rel="next"'
    return Answer(found, headers=headers)


def create_case(call: Call) -> Answer:
    """Register a case."""
    case = registering.register(call.body, call.caller, key=call.idempotency_key)
    receipt = shown.receipt(case, call.caller.agency)
    return Answer(receipt, etag=version_tag(case.version), location=f"{CASES}/{case.reference}")


def get_case(call: Call) -> Answer | HttpResponseBase:
    """One case."""
    case = call.caller.case(call.given["reference"])
    return _whole(case, call.caller)


def _whole(case: Case, caller: Caller) -> Answer:
    sight = caller.sight(case)
    caller.note_reading(case, sight)
    body = shown.whole(case, caller, sight, acts.offered(case, caller, sight))
    return Answer(body, etag=version_tag(case.version))


def do(act: acts.Act) -> Any:
    """The endpoint of one act."""

    def done(call: Call) -> Answer:
        case = acts.do(act, call.given["reference"], call.caller, call.body, call.version)
        return _whole(case, call.caller)

    return done


def get_timeline(call: Call) -> Answer:
    """What happened to a case."""
    case, sight = _read(call)
    return Answer(shown.story(case, call.caller, sight))


def list_reviews(call: Call) -> Answer:
    """What the beneficiary asked somebody higher to look at, and what can be asked now."""
    case, _ = _read(call)
    return Answer(shown.reviews(appeals.offer(case, at=call.caller.at), call.caller))


def list_messages(call: Call) -> Answer:
    """What was written both ways."""
    case, sight = _read(call)
    if not sight.contact:
        raise Refused("personal-data")
    received, told = seen.received_in(case), notices.of_case(case.pk)
    return Answer(shown.messages(case, received, told, call.caller.agency))


def _read(call: Call) -> tuple[Case, Sight]:
    case = call.caller.case(call.given["reference"])
    sight = call.caller.sight(case)
    call.caller.note_reading(case, sight)
    return case, sight


def add_note(call: Call) -> Answer:
    """Write a note for colleagues."""
    caller, given = call.caller, call.body
    case = caller.case(call.given["reference"])
    caller.must_be_allowed(Right.ADD_NOTE, case)
    taken = uploads.named(given.files, caller)
    if taken:
        caller.must_be_allowed(Right.ADD_FILE, case)
    by = caller.acting(Right.ADD_NOTE, case)
    cases.add_note(case, text=given.text, by=by, at=caller.at, files=taken)
    return _whole(case, caller)


def list_assignees(call: Call) -> Answer:
    """Who can be given the case."""
    case = call.caller.case(call.given["reference"])
    call.caller.must_be_allowed(Right.ASSIGN, case)
    people = queries.assignable_people(case, at=call.caller.at)
    return Answer(bodies.Assignable([shown.colleague(person) for person in people]))


# --- files ----------------------------------------------------------------------------------------------------------


def _files(case: Case, sight: Sight) -> list[CaseFile]:
    return seen.files_seen(case, notes=True) if sight.notes else timeline.public_files(case)


def list_attachments(call: Call) -> Answer:
    """The photos and documents of a case."""
    case, sight = _read(call)
    return Answer(_attachments(case, call.caller, sight))


def _attachments(case: Case, caller: Caller, sight: Sight) -> bodies.Attachments:
    found = _files(case, sight)
    return bodies.Attachments([shown.attachment(one, caller.agency, whole_file=sight.notes) for one in found])


def get_attachment(call: Call) -> HttpResponseBase:
    """The file itself, or of a picture the copy without metadata for who may not see what is internal."""
    case, sight = _read(call)
    one = next((one for one in _files(case, sight) if one.file.public_id == call.given["attachment"]), None)
    if one is None:
        raise not_found()
    try:
        file = one.file if sight.notes or not files.is_picture(one.file) else files.derive_public(one.file)
        content = files.open_file(file)
    except (files.FileGone, files.PictureRefused):
        raise not_found() from None
    etag = f'"{file.sha256[:24]}"'
    if is_known(call.request, etag):
        content.close()
        return HttpResponse(status=304, headers={"ETag": etag})
    told = shown.attachment(one, call.caller.agency, whole_file=sight.notes)
    answer = FileResponse(content, as_attachment=True, filename=told.name, content_type=told.content_type)
    answer["ETag"] = etag
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


def add_attachments(call: Call) -> Answer:
    """Keep uploaded files with a case: of staff, or of the beneficiary by the program that brought it."""
    caller, given = call.caller, call.body
    case = caller.case(call.given["reference"])
    if caller.person is None:
        case = caller.own_case(call.given["reference"])
        taken = uploads.named(given.files, caller)
        cases.add_information(case, text="", channel=acts.CHANNEL, at=caller.at, files=taken)
    else:
        caller.must_be_allowed(Right.ADD_FILE, case)
        taken = uploads.named(given.files, caller)
        by = caller.acting(Right.ADD_FILE, case)
        cases.add_files(case, files=taken, public=given.public, by=by, at=caller.at)
    return Answer(_attachments(case, caller, caller.sight(case)), etag=version_tag(case.version))


def upload(call: Call) -> Answer:
    """Take in a file."""
    caller = call.caller
    with call.file:
        stored = files.store(
            call.file,
            agency_id=caller.agency.pk,
            name=clean(call.query.name) or "file",
            at=caller.at,
            content_type=call.request.content_type or "",
        )
    body = bodies.Upload(uploads.word_for(stored, caller), stored.name, stored.content_type, stored.size)
    return Answer(body)


# --- catalogue, units, who asks -------------------------------------------------------------------------------------


def list_services(call: Call) -> Answer:
    """The services on offer, or those that words may mean."""
    caller, asked = call.caller, call.query
    kind = str(asked.kind) if asked.kind else None
    words = clean(asked.q).strip()
    if words:
        hits = catalogue.find_services(caller.agency, words, kind=kind, at=caller.at)
        found = [hit.service for hit in hits]
    else:
        found = catalogue.services(caller.agency, kind, at=caller.at)
    questions = catalogue.forms(caller.agency, caller.at)
    told = [service for service in found if registering.is_open_to(service, caller)]
    return Answer(bodies.Services([shown.service(one, questions.get(one.code, [])) for one in told]))


def get_service(call: Call) -> Answer:
    """One service."""
    caller = call.caller
    offered = catalogue.services(caller.agency, at=caller.at)
    found = next((service for service in offered if service.code == call.given["code"]), None)
    if found is None or not registering.is_open_to(found, caller):
        raise not_found()
    return Answer(shown.service(found, catalogue.questions(found.pk, caller.at)))


def list_categories(call: Call) -> Answer:
    """The groups of services."""
    found = catalogue.categories(call.caller.agency, at=call.caller.at)
    return Answer(bodies.Categories([bodies.Category(one.code, shown.text(one.name)) for one in found]))


def list_units(call: Call) -> Answer:
    """The units."""
    found = directory.units_of(call.caller.agency, call.caller.at)
    codes = {one.pk: one.code for one in found}
    return Answer(bodies.Units([shown.unit(one, codes) for one in found]))


def get_agency(call: Call) -> Answer:
    """The agency of the key."""
    return Answer(shown.agency_told(call.caller.agency))


def me(call: Call) -> Answer:
    """Which key asks, and for whom."""
    caller, api_key = call.caller, call.caller.api_key
    told = bodies.KeyTold(
        id=api_key.public_id,
        name=api_key.name,
        scopes=[str(scope) for scope in api_key.scopes],
        per_minute=api_key.per_minute,
        expires_at=shown.moment(api_key.expires_at, caller.agency),
    )
    return Answer(bodies.Me(told, shown.agency_told(caller.agency), _acting(caller)))


def _acting(caller: Caller) -> bodies.Acting | None:
    if caller.person is None:
        return None
    rights = [right.value for right in Right if caller.reach(right)]
    one = shown.colleague(caller.person)
    return bodies.Acting(one.email, one.name, rights)
