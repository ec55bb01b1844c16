"""Taking down a case for somebody, in one page: the form, what appears beside it while typing, its draft, its end."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wasl.cases import operations as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.catalogue.asking import asking
from wasl.catalogue.forms import Answers
from wasl.catalogue.models import Category, Service
from wasl.core import clock, files
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.desk.pictures import staged
from wasl.desk.registering import held, people
from wasl.desk.registering.entry import Entry, as_data, entry_of
from wasl.desk.registering.forms import KNOWN, PREFERRED_ICONS, SEARCHING
from wasl.desk.registering.judging import judge
from wasl.desk.registering.presets import CHANNEL_ICONS, Desk, desk_of, remember, remembered
from wasl.desk.registering.surroundings import surroundings
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.intake import operations as intake
from wasl.intake import queries
from wasl.intake.dispositions import ANSWERED, OUTCOMES
from wasl.routing import generalists
from wasl.web.doors import cleans_input, private_page

DOOR = "desk"
LONGEST_DRAFT = 60_000
_KEY = re.compile(r"[A-Za-z0-9_-]{16,32}")
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "key", "photos", "topic", "outcome", "remove"})
_STARTS = {"who_state": SEARCHING, "preferred_channel": "sms", "language": "ar", "person_kind": "citizen"}

FILES_GONE = t("انتهت مدة حفظ ملف. راجع الملفات ثم سجّل.", "A file was kept too long. Look at the files, then register.")
CHANGED = t(
    "كان هذا الطلب قد سُجّل قبل تعديلك الأخير؛ أضف ما تغيّر إلى الطلب نفسه.",
    "This had been registered before your last change; add what changed to the case itself.",
)


@requires(Right.REGISTER_CASE)
@cleans_input
@private_page
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The page. A draft of this person comes back by itself; the same form sent twice leads to the same case."""
    at = clock.now()
    desk = desk_of(request, at=at)
    if request.method == "POST":
        return _send(request, desk)
    key = request.GET.get("draft", "")
    if not _KEY.fullmatch(key):
        return _begin(request, desk)
    draft = queries.desk_draft(desk.user, key, at=at)
    if draft is not None and draft.case is not None:
        return redirect("desk:receipt", draft.case.reference)
    kept = queries.draft_values(draft) if draft is not None else {}
    return _show(request, desk, kept or _first_values(request, desk), key, restored=bool(kept))


@requires(Right.REGISTER_CASE)
@cleans_input
@private_page
@require_POST
def outlook(request: HttpRequest) -> HttpResponse:
    """What the words typed so far mean: people, services, similar cases, class, route and promises."""
    desk = desk_of(request, at=clock.now())
    entry = entry_of(request.POST, desk, at=clock.now())
    context = _context(request, entry) | {"asked_before": request.POST.get("questions_of", "")}
    return render(request, "desk/register/answer.html", context)


@requires(Right.REGISTER_CASE)
@cleans_input
@private_page
@require_POST
def draft(request: HttpRequest) -> JsonResponse:
    """Keep what is typed so far."""
    at, key = clock.now(), request.POST.get("key", "")
    desk = desk_of(request, at=at)
    values = {name: given for name, given in request.POST.lists() if name not in _NOT_KEPT}
    size = sum(len(text) for name, given in values.items() for text in (name, *given))
    if not _KEY.fullmatch(key) or size > LONGEST_DRAFT:
        return JsonResponse({"saved": False}, status=422)
    intake.save_draft(desk.agency, owner=desk.user, key=key, values=values, at=at)
    return JsonResponse({"saved": True})


@requires(Right.REGISTER_CASE)
@cleans_input
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Begin anew: what was typed is forgotten."""
    desk = desk_of(request, at=clock.now())
    intake.discard_draft(owner=desk.user, key=request.POST.get("key", "")[:32])
    return _onward(request, _fresh())


@requires(Right.REGISTER_CASE)
@cleans_input
@private_page
@require_POST
def take_files(request: HttpRequest) -> HttpResponse:
    """Stage photos and papers at once, or take one out again; gives the list of what is held."""
    at = clock.now()
    desk = desk_of(request, at=at)
    kept = held.unsealed(request.POST.get("held", ""), desk)
    gone = clean_line(request.POST.get("remove", ""))
    kept = [file for file in kept if file.public_id != gone]
    refused = held.take(request, kept, desk, at=at)
    return render(request, "desk/register/files.html", _files(kept, desk) | {"refused": refused})


@requires(Right.REGISTER_CASE)
@cleans_input
@private_page
@require_POST
def answered(request: HttpRequest) -> HttpResponse:
    """A contact that needs no case: recorded with its topic and outcome, with whatever else was typed."""
    at, key = clock.now(), request.POST.get("key", "")
    desk = desk_of(request, at=at)
    entry = entry_of(request.POST, desk, at=at)
    outcome = request.POST.get("outcome") or ANSWERED
    if not _KEY.fullmatch(key) or outcome not in OUTCOMES:
        return _again(request, entry, key)
    category, service = _topic(request.POST.get("topic", ""), entry)
    who = entry.who
    record = intake.record_disposition(
        agency=desk.agency,
        unit=desk.unit,
        channel=entry.channel,
        category=category,
        service=service,
        outcome=outcome,
        who=who if who.person or who.name or who.addresses else None,
        language=entry.given.get("language") or "ar",
        words=entry.given.get("description", ""),
        key=key,
        by=desk.user,
        at=at,
    )
    intake.discard_draft(owner=desk.user, key=key)
    remember(request, desk, channel=entry.channel, wilayat=None)
    return _onward(request, f"{reverse('desk:register')}?{urlencode({'done': record.public_id})}")


def _begin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page without a key: what this person was typing comes back, unless something new was asked for."""
    is_asked = any(name in request.GET for name in ("new", "done", "again", "contact", "phone"))
    unsent = None if is_asked else queries.newest_draft(desk.user, agency=desk.agency, at=clock.now())
    kept = queries.draft_values(unsent) if unsent is not None else {}
    if unsent is not None and kept:
        return _show(request, desk, kept, unsent.key, restored=True)
    return _show(request, desk, _first_values(request, desk), secrets.token_urlsafe(18))


def _first_values(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """What stands in a fresh form: the habits of the session, and what the address asks to take along."""
    values: dict[str, Any] = {**_STARTS, **remembered(request, desk)}
    if number := request.GET.get("again"):
        return values | _same_person(number, desk)
    if public_id := request.GET.get("contact"):
        return values | _contact_values(public_id, desk)
    if phone := request.GET.get("phone"):
        return values | {"who": clean_line(phone)[:40]}
    return values


def _same_person(number: str, desk: Desk) -> dict[str, Any]:
    at = clock.now()
    case = queries.taken_down(desk.user, number, agency=desk.agency, at=at)
    if case is None or case.beneficiary is None:
        return {}
    return {
        "person": people.token_of(case.beneficiary, desk),
        "who_state": KNOWN,
        "preferred_channel": case.preferred_channel or "none",
        "language": case.language,
    }


def _contact_values(public_id: str, desk: Desk) -> dict[str, Any]:
    record = queries.own_contact(desk.user, public_id, agency=desk.agency)
    if record is None or record.case is not None:
        return {}
    values = {"record": record.public_id, "channel": record.channel, "description": record.words}
    if record.service is not None:
        values["service"] = record.service.code
    if record.beneficiary is not None:
        values |= {"person": people.token_of(record.beneficiary, desk), "who_state": KNOWN}
    return values


def _send(request: HttpRequest, desk: Desk) -> HttpResponse:
    at, key = clock.now(), request.POST.get("key", "")
    entry = entry_of(request.POST, desk, at=at)
    for sentence in held.take(request, entry.files, desk, at=at):
        entry.form.add_error(None, sentence)
    if not _KEY.fullmatch(key) or not judge(entry):
        return _again(request, entry, key)
    try:
        receipt = intake.submit_report(
            entry.report,
            agency=desk.agency,
            door=DOOR,
            key=f"{desk.user.pk}-{key}",
            address="",
            at=at,
            attended=entry.attended,
        )
    except intake.IdempotencyConflict as conflict:
        messages.warning(request, CHANGED)
        return _end(request, entry, key, conflict.case)
    except (cases.NotNow, cases.Missing, files.FileGone) as refusal:
        entry.form.add_error(None, _sentence(refusal))
        return _again(request, entry, key)
    return _end(request, entry, key, receipt.case)


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, files.FileGone):
        return FILES_GONE
    return refusal.sentence if isinstance(refusal, cases.NotNow) else str(refusal)


def _end(request: HttpRequest, entry: Entry, key: str, case: Case) -> HttpResponse:
    desk = entry.desk
    intake.finish_draft(desk.agency, owner=desk.user, key=key, case=case, at=entry.at)
    remember(request, desk, channel=entry.channel, wilayat=entry.wilayat)
    return _onward(request, reverse("desk:receipt", args=[case.reference]))


def _show(
    request: HttpRequest, desk: Desk, values: Mapping[str, Any], key: str, *, restored: bool = False
) -> HttpResponse:
    entry = entry_of(as_data(values), desk, at=clock.now())
    done = queries.own_contact(desk.user, request.GET.get("done", ""), agency=desk.agency)
    context = _context(request, entry) | {"key": key, "restored": restored, "done": done, "topics": _topics(desk)}
    return render(request, "desk/register.html", context)


def _again(request: HttpRequest, entry: Entry, key: str) -> HttpResponse:
    """The form once more with what was typed and what is to be mended; the key stays, so nothing is sent twice."""
    key = key if _KEY.fullmatch(key) else secrets.token_urlsafe(18)
    context = _context(request, entry, judged=True) | {"key": key, "topics": _topics(entry.desk)}
    only_form = bool(request.headers.get("HX-Request"))
    return render(request, "desk/register/form.html" if only_form else "desk/register.html", context, status=422)


def _context(request: HttpRequest, entry: Entry, *, judged: bool = False) -> dict[str, Any]:
    around = surroundings(entry)
    if not judged:
        entry.form.forget_errors()
    answers = entry.answers if judged else Answers(entry.answers.values, {}, entry.answers.given)
    return {
        "desk": entry.desk,
        "entry": entry,
        "form": entry.form,
        "around": around,
        "asking": asking(entry.questions, answers),
        "questions": entry.questions,
        "answers": answers,
        "channel_icons": CHANNEL_ICONS,
        "preferred_icons": PREFERRED_ICONS,
        "importance_words": workflow.IMPORTANCE[around.outlook.importance.code] if around.outlook else "",
        "is_generalist": bool(generalists.services_of(entry.desk.user, entry.desk.agency.pk, entry.at)),
        "outcomes": [(code, str(name)) for code, name in OUTCOMES.items()],
        "at": entry.at,
    } | _files(entry.files, entry.desk)


def _files(kept: list[Any], desk: Desk) -> dict[str, Any]:
    return {"held_files": staged(kept, at=clock.now()), "held": held.sealed(kept, desk), "most_files": held.MOST}


def _topics(desk: Desk) -> list[tuple[int | None, Category]]:
    """The topics of an answered contact: each with the figure of the telephone menu, which is the key that chooses."""
    categories = catalogue.categories(desk.agency)
    figures = [category.digit for category in categories if category.digit in range(1, 10)]
    if len(set(figures)) != len(figures) or not figures:
        return [(number if number < 10 else None, category) for number, category in enumerate(categories, start=1)]
    ordered = sorted(categories, key=lambda category: (category.digit not in range(1, 10), category.digit or 0))
    return [(category.digit if category.digit in range(1, 10) else None, category) for category in ordered]


def _topic(code: str, entry: Entry) -> tuple[Category | None, Service | None]:
    service = entry.service
    if not code:
        return (service.category if service else None), service
    category = next((one for one in catalogue.categories(entry.desk.agency) if one.code == code), None)
    fits = service is not None and category is not None and service.category_id == category.pk
    return category, service if fits else None


def _fresh() -> str:
    return f"{reverse('desk:register')}?new=1"


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    """Go on to a page; the script that sent the form is told where, so that a lost line never shows a broken page."""
    if not request.headers.get("HX-Request"):
        return redirect(address)
    response = HttpResponse()
    response["HX-Redirect"] = address
    return response
