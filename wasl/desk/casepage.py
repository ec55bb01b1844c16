"""Everything the page of a case shows, gathered for one person at one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.cases import appeals, compartment, importance, lines, queries, reviewers, timeline, workflow
from wasl.cases.course import course
from wasl.cases.models import Appeal, AppealFile, Case, CaseFile, Clock
from wasl.contacts import queries as contacts
from wasl.core import clock
from wasl.desk import acts, aftermath, identity, ladder, turns
from wasl.desk.clocks import panels
from wasl.desk.forms import ActForm
from wasl.desk.people import staff
from wasl.desk.pictures import Links, links, shown
from wasl.desk.sight import Sight, files_seen, items_seen, sight_of, visible_numbers
from wasl.notices import queries as notices
from wasl.sla.ladder import LEVELS

TABS = ("all", "public", "internal")


@dataclass(frozen=True)
class Offer:
    """An act the person may do now, with its form; `is_open` when its panel stands open."""

    act: acts.Act
    form: ActForm
    is_open: bool


@dataclass(frozen=True)
class Line:
    """One line of the timeline with the pictures and documents that came with it."""

    item: timeline.Item
    files: list[tuple[CaseFile, Links]]


def case_context(request: HttpRequest, case: Case, bound: ActForm | None = None, act_code: str = "") -> dict[str, Any]:
    """The context of the page. `bound` is the form of the act `act_code` that came back with errors."""
    at, user, sight = clock.now(), staff(request), sight_of(request, case)
    facts = timeline.facts_of(case)
    items = items_seen(case, sight, facts)
    files = shown(files_seen(case, sight, facts), at=at)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in TABS else "all"
    present = lines.standing(case, at)
    running = queries.running_clocks(case)
    clocks = panels(running, facts.moves, at=at)
    offers = _offers(present, user, at, bound, act_code or request.GET.get("act", ""))
    return {
        **_related(request, case, sight),
        "case": case,
        "state": case.state_words,
        "kind": workflow.KINDS[case.kind],
        "importance": workflow.IMPORTANCE[case.importance],
        "weighed": importance.explained(case),
        "channel": workflow.CHANNELS.get(case.channel, case.channel),
        "clocks": clocks,
        "ended_clocks": [clock for clock in clocks if not clock.stands_out],
        **_ladder(case, running, at),
        "appeals": _appeals(case, user, at),
        "turn": turns.card(request, case, user, at),
        "stages": course(present, at),
        "lines": _lines(_of_tab(items, tab), files),
        "counts": {name: len(_of_tab(items, name)) for name in TABS},
        "tab": tab,
        "files": files,
        "before": _picture(files, after=False),
        "after": _picture(files, after=True),
        "main": [offer for offer in offers if offer.act.place == "main"],
        "more": [offer for offer in offers if offer.act.place == "more"],
        "composers": _composers(offers),
        "confirm": next((offer for offer in offers if offer.act.code == "classify" and case.service_proposed), None),
        "people": queries.present_people(case, at=at, besides=user),
        "sight": sight,
        "addresses": contacts.addresses(case.beneficiary) if case.beneficiary else [],
        "identity": identity.panel(request, case) if sight.contact else None,
        "notices": notices.of_case(case.pk),
        "point": f"{case.lat},{case.lon}" if case.has_point else "",
        "accused": compartment.accused_of(case) if case.compartment_id is not None else [],
        "aftermath": aftermath.card(request, case, at),
        "at": at,
    }


def _appeals(case: Case, user: User, at: datetime) -> list[tuple[Appeal, list[tuple[AppealFile, Links]]]]:
    """The reviews, each with the files that came with it where they are for this person."""
    rows = appeals.appeals_of(case)
    for one in rows:
        one.case = case
    open_to_them = reviewers.sees_files(rows, user, at=at)
    return [(one, [(file, links(file, at=at)) for file in one.files.all()] if open_to_them else []) for one in rows]


def _ladder(case: Case, clocks: list[Clock], at: datetime) -> dict[str, Any]:
    found = ladder.card(case, clocks, at)
    escalated = LEVELS[case.escalation] if case.escalation else ""
    return {
        "escalated": escalated,
        "ladder": found,
        "ladder_clock": workflow.CLOCKS[found.kind] if found and found.kind else "",
    }


def citizen_context(case: Case) -> dict[str, Any]:
    """What the beneficiary sees on the track page."""
    at = clock.now()
    files = shown(timeline.public_files(case), at=at)
    here = workflow.step_of(case.state)
    return {
        "case": case,
        "state": case.state_words,
        "lines": _lines(timeline.public_timeline(case), files),
        "before": _picture(files, after=False),
        "after": _picture(files, after=True),
        "steps": [(name, number, here) for number, (name, _) in enumerate(workflow.STEPS)] if here is not None else [],
        "at": at,
    }


def _offers(present: lines.Standing, user: User, at: datetime, bound: ActForm | None, open_code: str) -> list[Offer]:
    offers, case = [], present.case
    for act in acts.offered(case, user, at, present):
        is_open = act.code == open_code
        form = bound if bound is not None and is_open else act.form(case=case, user=user, at=at, prefix=act.code)
        offers.append(Offer(act, form, is_open))
    return offers


def _composers(offers: list[Offer]) -> list[Offer]:
    """The forms under the timeline, of which one is always open: the note unless the reply was asked for."""
    composers = [offer for offer in offers if offer.act.place == "compose"]
    if composers and not any(offer.is_open for offer in composers):
        first = composers[0]
        composers[0] = Offer(first.act, first.form, is_open=True)
    return composers


def _related(request: HttpRequest, case: Case, sight: Sight) -> dict[str, Any]:
    """Other cases this one has to do with, as far as the person may open them."""
    others = queries.cases_of_beneficiary(case) if sight.contact else []
    followers = queries.followers(case)
    joined = [case.merged_into] if case.merged_into else []
    visible = visible_numbers(request, [*others, *followers, *joined])
    return {
        "others": [one for one in others if one.pk in visible],
        "followers": [one for one in followers if one.pk in visible],
        "hidden_followers": sum(one.pk not in visible for one in followers),
        "joined_to": next((one for one in joined if one.pk in visible), None),
    }


def _of_tab(items: list[timeline.Item], tab: str) -> list[timeline.Item]:
    if tab == "all":
        return items
    return [item for item in items if item.public == (tab == "public")]


def _lines(items: list[timeline.Item], files: list[tuple[CaseFile, Links]]) -> list[Line]:
    links = {one.pk: link for one, link in files}
    return [Line(item, [(one, links[one.pk]) for one in item.files if one.pk in links]) for item in items]


def _picture(files: list[tuple[CaseFile, Links]], *, after: bool) -> tuple[CaseFile, Links] | None:
    """The first picture of the problem, or the newest of the result."""
    fitting = [pair for pair in files if pair[1].thumb and (pair[0].role == CaseFile.Role.RESOLUTION) == after]
    return next(iter(reversed(fitting) if after else fitting), None)
