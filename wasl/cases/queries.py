"""Questions about cases: staff ask within what they may see, the public with a private code."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import (  # type: ignore[import-untyped]
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.utils.dateparse import parse_datetime

from wasl.accounts.models import User
from wasl.cases import bars, compartment, workflow
from wasl.cases.models import (
    Case,
    CaseEntry,
    CaseMessage,
    CasePresence,
    Clock,
    ClockPause,
    DueMove,
    ExtensionRequest,
    Hold,
    OwnerDecision,
    Raise,
    Referral,
    covered_by,
    tied_to,
)
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.contacts import queries as contacts
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary
from wasl.contacts.names import name_key
from wasl.core import references, sets
from wasl.core.asked import Asked, among
from wasl.core.models import EventRecord
from wasl.core.searching import all_begun
from wasl.core.text import search_tokens
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope
from wasl.places import queries as places
from wasl.places.models import Wilayat
from wasl.routing.importance import REPEAT_STEPS

Rows = TypeVar("Rows", bound=Model)
PAGE = 50
COUNT_LIMIT = 1000
PRESENT_SECONDS = 60
MOST_WORDS = 6
MOST_NAMESAKES = 500
# 0.0015 degrees are about 165 m north-south and 150 m east-west at this latitude.
NEAR_DEGREES, SIMILAR_DAYS, MOST_SIMILAR = 0.0015, 30, 3

ORDERS: dict[str, tuple[str, ...]] = {
    "fair": ("importance", "registered_at", "id"),
    "due": ("due_at", "id"),
    "newest": ("-registered_at", "-id"),
    "oldest": ("registered_at", "id"),
}

_NOTHING = "-"

SHOWN_IN_LISTS = ("unit", "service", "wilayat", "governorate", "beneficiary", "assignee", "agency")
# What a row of a worklist shows, and what its order needs; texts and sealed codes of fifty cases stay where they are.
ROW = (
    "reference", "title", "importance", "state", "state_since", "is_open", "outside_area", "registered_at", "due_at",
    "scheduled_for", "kind", "channel", "reopened_times", "version", "service_proposed", "agency_id", "service_id",
    "unit_id", "wilayat_id", "escalation", "assignee__full_name", "assignee__latin_name",
)  # fmt: skip
_NAMED = ("service__name", "unit__name", "unit__code", "wilayat__name")


# The rows that every page about one case begins with.
_WHOLE = Case.objects.select_related(*SHOWN_IN_LISTS, "merged_into")
_BY_ID = Asked(lambda number: Case.objects.select_related(*SHOWN_IN_LISTS).filter(pk=number), int)
_BY_DIGITS = Asked(lambda digits: _WHOLE.filter(digits=digits), str)
_BY_CODE = Asked(lambda digest: _WHOLE.filter(access_code_hash=digest), str)
_CLOCKS = Asked(lambda case_id: Clock.objects.filter(case_id=case_id).order_by("started_at", "id"), int)
_PAUSES = Asked(lambda case_id: ClockPause.objects.filter(clock__case_id=case_id).order_by("id"), int)
_PRESENT = Asked(
    lambda case_id, since, besides: (
        CasePresence.objects.filter(case_id=case_id, seen_at__gte=since)
        .exclude(user_id=besides)
        .select_related("user")
        .order_by("user_id")
    ),
    int,
    datetime,
    int,
)
_OTHERS = Asked(
    lambda agency_id, beneficiary_id, besides: (
        Case.objects.filter(agency_id=agency_id, beneficiary_id=beneficiary_id)
        .filter(compartment__isnull=True)
        .exclude(pk=besides)
        .select_related("service", "unit")
        .order_by("-registered_at", "-pk")[:5]
    ),
    int,
    int,
    int,
)
_ROWS = Asked(lambda numbers: Case.objects.select_related("assignee").only(*ROW).filter(among("pk", numbers)), list)
_FOLLOWERS = Asked(
    lambda case_id: Case.objects.filter(merged_into_id=case_id).select_related("beneficiary", "agency").order_by("id"),
    int,
)


@dataclass(frozen=True)
class Filters:
    """What a worklist is narrowed to. Empty values narrow nothing."""

    states: Sequence[str] = ()
    open_only: bool = True
    kind: str = ""
    importance: str = ""
    unit_id: int | None = None
    service_id: int | None = None
    wilayat_id: int | None = None
    channel: str = ""
    assignee_id: int | None = None
    unassigned: bool = False
    overdue_at: datetime | None = None
    # Due from this moment on and before that one, among the open.
    due_from: datetime | None = None
    due_before: datetime | None = None
    registered_from: datetime | None = None
    registered_before: datetime | None = None
    # Held, and to be looked at again on this day or before.
    review_by: date | None = None
    # In their present state since this moment and before that one.
    state_from: datetime | None = None
    state_before: datetime | None = None
    words: str = ""
    # Where words are also looked for in the names of beneficiaries; None: everywhere.
    names_within: Sequence[Scope] | None = None
    # "decision": raised to the third line; "owner": returned twice, so the follow-up team has to say whose it is.
    waits_for: str = ""
    # Open and lifted to this level or higher; 0 narrows nothing.
    escalated_from: int = 0
    order: str = "fair"


@dataclass(frozen=True)
class Page:
    """One page of a list. `after` is where the next one begins; empty on the last."""

    cases: list[Case] = field(default_factory=list)
    after: str = ""


def worklist(
    cases: QuerySet[Case], filters: Filters, *, after: str = "", size: int = PAGE, also: Sequence[str] = ()
) -> Page:
    """A page of the given cases (what a person may see), with no more of each than `ROW` and what is `also` named.

    In the order "fair" (class, then time) nobody jumps.
    """
    order = filters.order if filters.order in ORDERS else "fair"
    chosen = narrowed(cases, filters).order_by(*ORDERS[order])
    found = _rows(_start_after(chosen, order, after), size + 1, also)
    if len(found) <= size and _without_due(order, after):
        found += _rows(chosen.filter(due_at__isnull=True), size + 1 - len(found), also)
    next_after = _cursor(found[size - 1], order) if len(found) > size else ""
    return Page(found[:size], next_after)


def _rows(chosen: QuerySet[Case], size: int, also: Sequence[str]) -> list[Case]:
    """The first of the chosen. What is passed over is seen in an index alone; whole rows are fetched for a page."""
    numbers = list(chosen.values_list("pk", flat=True)[:size])
    asked = _rows_with(tuple(also)) if also else _ROWS
    rows = {case.pk: case for case in asked.all(numbers)} if numbers else {}
    found = [rows[number] for number in numbers if number in rows]
    if not also:
        _name_what_is_known(found)
    return found


def _name_what_is_known(cases: Iterable[Case]) -> None:
    """Give cases their unit, service and wilayat as this process keeps them: fifty cases name the same few."""
    wilayats = {one.pk: one for _, found in places.place_tree() for one in found}
    units: dict[int, dict[int, Unit]] = {}
    services: dict[int, dict[int, Service]] = {}
    for case in cases:
        if case.agency_id not in units:
            units[case.agency_id] = directory.known_units(case.agency_id)
            services[case.agency_id] = {one.pk: one for one in catalogue.known_services(case.agency_id).values()}
        named = {
            "unit": units[case.agency_id].get(case.unit_id),
            "service": services[case.agency_id].get(case.service_id or 0),
            "wilayat": wilayats.get(case.wilayat_id or 0),
        }
        # What is not known is read when it is asked for.
        case._state.fields_cache.update({name: row for name, row in named.items() if row is not None})


@lru_cache(maxsize=64)
def _rows_with(also: tuple[str, ...]) -> Asked[Case]:
    shown = Case.objects.select_related("service", "unit", "wilayat", "assignee").only(*ROW, *_NAMED, *also)
    return Asked(lambda numbers: shown.filter(among("pk", numbers)), list)


def visible_to(user: User, *, at: datetime, right: Right = Right.READ_CASE) -> QuerySet[Case]:
    """The cases on which a person has a right now."""
    return Case.objects.for_user(user, right, at=at)


def apart_for(user: User, right: Right, *, agency_id: int, at: datetime) -> tuple[list[int], list[int]]:
    """The few cases of an agency of which the units where a person has a right do not tell whether they see them: their
    own and those of declared relatives, that they do not, and complaints about staff that are open to them.
    """
    tied = Case.objects.tied_for_user(user, right, at=at).filter(agency_id=agency_id, compartment__isnull=True)
    opened = visible_to(user, at=at, right=right).filter(compartment__in=directory.compartments_near(user))
    found = (tied, opened.filter(agency_id=agency_id))
    return tuple(list(one.order_by("pk").values_list("pk", flat=True)) for one in found)  # type: ignore[return-value]


def barred_case(user: User, number: str, *, at: datetime) -> Case | None:
    """The case of this number that the person would see, were it not their own or a declared relative's."""
    return by_number(Case.objects.tied_for_user(user, Right.READ_CASE, at=at), number)


def in_hand_of_tied(at: datetime, **which: Any) -> list[Case]:
    """Those of the open cases that somebody has in hand who must not handle them."""
    held = Case.objects.filter(is_open=True, assignee__isnull=False, **which).select_related("assignee").order_by("pk")
    return [case for case in held if case.assignee and bars.barred_among(case, [case.assignee], at)]


def without_closed(rows: QuerySet[Rows], user: User, *, at: datetime) -> QuerySet[Rows]:
    """Those of the rows (with a `case_id`) that are neither of a complaint about staff that is closed to the person,
    nor of a case of their own or of a declared relative.
    """
    if (tied := _tied(user, at)) is not None:
        rows = rows.exclude(case_id__in=tied.values("pk"))
    if not directory.compartments_near(user):
        return rows
    return rows.exclude(case_id__in=closed_to(user, at=at).values("pk"))


def is_closed_to(case_id: int | None, user: User, *, at: datetime) -> bool:
    """Is the case a complaint about staff that is closed to the person, or their own or a declared relative's?"""
    if case_id is None:
        return False
    if (tied := _tied(user, at)) is not None and tied.filter(pk=case_id).exists():
        return True
    return bool(directory.compartments_near(user)) and closed_to(user, at=at).filter(pk=case_id).exists()


def tied_case(case_id: int, user: User, *, at: datetime) -> Case | None:
    """The case, if it is the person's own or a declared relative's, and no complaint about staff that is closed anyway:
    of such nothing is written down where others read it.
    """
    tied = _tied(user, at)
    return tied.filter(pk=case_id, compartment__isnull=True).first() if tied is not None else None


def _tied(user: User, at: datetime) -> QuerySet[Case] | None:
    """The cases of the person and of declared relatives where they work; None where nobody they know is served."""
    agencies = {held.agency_id for held in directory.held_now(user, at)}
    people = relations.people_tied(user, agencies, at)
    return Case.objects.filter(tied_to(people)) if people else None


def closed_to(user: User, *, at: datetime) -> QuerySet[Case]:
    """The complaints about staff that are closed to the person, in the agencies they work for."""
    near = Case.objects.filter(compartment__in=directory.compartments_near(user))
    opened = compartment.open_to(user, at)
    return near if opened is None else near.exclude(opened)


def open_staff_complaints(**which: Any) -> list[Case]:
    """The open complaints about staff, without those that joined another, the oldest first."""
    found = Case.objects.filter(compartment__isnull=False, is_open=True, merged_into__isnull=True, **which)
    return list(found.order_by("pk"))


def compartment_of(case_id: int) -> Unit | None:
    """The unit to which the case is closed; None where it is none of the complaints about staff."""
    return Unit.objects.filter(pk__in=Case.objects.filter(pk=case_id).values("compartment_id")).first()


def returned(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the given cases whose last referral was answered with "not ours"."""
    latest = Referral.objects.filter(case=OuterRef("pk")).order_by("-pk").values("answer")[:1]
    return cases.alias(last_answer=Subquery(latest)).filter(last_answer="returned")


def narrowed(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """Those of the given cases that fit the filters, unordered."""
    simple = {
        "kind": filters.kind,
        "importance": filters.importance,
        "unit_id": filters.unit_id,
        "service_id": filters.service_id,
        "wilayat_id": filters.wilayat_id,
        "channel": filters.channel,
        "assignee_id": filters.assignee_id,
    }
    cases = cases.filter(**{name: value for name, value in simple.items() if value})
    if filters.states:
        cases = cases.filter(state__in=filters.states, **_told_by(filters.states))
    elif filters.open_only:
        cases = cases.filter(is_open=True)
    if filters.unassigned:
        cases = cases.filter(assignee__isnull=True)
    moments = {
        "registered_at__gte": filters.registered_from,
        "registered_at__lt": filters.registered_before,
        "state_since__gte": filters.state_from,
        "state_since__lt": filters.state_before,
    }
    cases = cases.filter(**{name: moment for name, moment in moments.items() if moment is not None})
    if filters.review_by is not None:
        cases = cases.filter(is_open=True, state__in=sorted(workflow.HELD), review_on__lte=filters.review_by)
    cases = _lifted_or_waiting(_due(cases, filters), filters)
    return cases.filter(_matching(filters.words, filters.names_within)) if filters.words.strip() else cases


_WAITING: Mapping[str, Callable[[], QuerySet[Any]]] = {
    "decision": lambda: Raise.objects.filter(outcome="").values("case_id"),
    "owner": lambda: OwnerDecision.objects.filter(unit__isnull=True).values("case_id"),
    "extension": lambda: ExtensionRequest.objects.filter(answer="").values("case_id"),
    # Decided above and given back, or returned by a unit and with nobody since.
    "back": lambda: (
        Raise.objects.filter(outcome=Raise.Outcome.BACK)
        .values("case_id")
        .union(
            Referral.objects.filter(answer="returned", case__state__in=sorted(workflow.BEFORE_UNIT))
            .exclude(answer_reason="")
            .values("case_id")
        )
    ),
}


def _lifted_or_waiting(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    if filters.waits_for:
        cases = cases.filter(is_open=True, pk__in=_WAITING[filters.waits_for]())
    if not filters.escalated_from:
        return cases
    # Said twice: what an index of the escalated alone asks for, then the level.
    return cases.filter(is_open=True, escalation__gt=0, escalation__gte=filters.escalated_from)


def _told_by(states: Sequence[str]) -> dict[str, bool]:
    """Whether cases in these states are open, where all are or none is: what the indexes of the order begin with."""
    found = {state in workflow.OPEN for state in states}
    return {"is_open": found.pop()} if len(found) == 1 else {}


def _due(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    bounds: dict[str, Any] = {}
    before = [moment for moment in (filters.overdue_at, filters.due_before) if moment is not None]
    if before:
        bounds["due_at__lt"] = min(before)
    if filters.due_from is not None:
        bounds["due_at__gte"] = filters.due_from
    if not bounds:
        return cases
    # Who waits for the citizen is late only where the promise was broken before; else the clock stands.
    return cases.filter(is_open=True, **bounds).exclude(state="pending_beneficiary", due_at__gte=F("state_since"))


def count(cases: QuerySet[Case], filters: Filters) -> int:
    """How many cases fit, counted to COUNT_LIMIT at most: beyond that a list shows "1000+"."""
    return narrowed(cases, filters).order_by()[:COUNT_LIMIT].count()


def counts(lists: Mapping[str, tuple[QuerySet[Case], Filters]]) -> dict[str, int]:
    """How many cases each of several lists holds, each counted to COUNT_LIMIT at most; one statement for all."""
    if not lists:
        return {}
    parts: list[str] = []
    values: list[Any] = []
    for cases, filters in lists.values():
        try:
            one, given = narrowed(cases, filters).order_by().values("pk")[:COUNT_LIMIT].query.sql_with_params()
        except EmptyResultSet:
            one, given = "SELECT 1 WHERE false", ()
        # The compiler's own text; values travel apart.
        parts.append(f"(SELECT count(*) FROM ({one}) AS one_list)")  # noqa: S608
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    return dict(zip(lists, found or (), strict=True))


def count_all(cases: QuerySet[Case], filters: Filters) -> int:
    """How many cases fit, to the last one: for exports, which say how much left the house."""
    return narrowed(cases, filters).order_by().count()


def whole_list(
    cases: QuerySet[Case], filters: Filters, *, most: int, size: int = 500, also: Sequence[str] = ()
) -> Iterator[Case]:
    """All cases of a list in its order, page by page, `most` at most: no long statement, little memory."""
    after, left = "", most
    while left > 0:
        page = worklist(cases, filters, after=after, size=min(size, left), also=also)
        yield from page.cases
        left -= len(page.cases)
        after = page.after
        if not after:
            return


def numbered(cases: QuerySet[Case], numbers: Sequence[int]) -> dict[int, Case]:
    """Those of the given cases with these inner numbers, with what lists show of them."""
    found = cases.filter(pk__in=numbers).select_related("service", "unit", "wilayat", "assignee", "agency")
    return {case.pk: case for case in found}


def counts_by_state(cases: QuerySet[Case]) -> dict[str, int]:
    """How many open cases stand in which state."""
    rows = cases.filter(is_open=True).values("state").annotate(n=Count("id")).order_by()
    return {row["state"]: row["n"] for row in rows}


def _matching(words: str, names_within: Sequence[Scope] | None) -> Q:
    """Cases with all these words, each as a whole or the beginning of one; or of somebody with this name."""
    reference = references.parse(words)
    if reference is not None:
        return Q(digits=reference.digits)
    tokens = search_tokens(words)[:MOST_WORDS]
    condition = Q(all_begun(tokens, "search_tokens")) if tokens else Q()
    key = name_key(words)
    name = _named(key) if key else Q(pk__in=[])
    return condition | (name if names_within is None else name & covered_by(names_within))


def _named(key: str) -> Q:
    """Of people with this name: by their numbers where they are few, so that an index finds both words and people."""
    found = contacts.numbers_named(key, most=MOST_NAMESAKES + 1)
    return Q(beneficiary_id__in=found) if len(found) <= MOST_NAMESAKES else Q(beneficiary__name_key__contains=key)


def _cursor(case: Case, order: str) -> str:
    values = [getattr(case, name.lstrip("-")) for name in ORDERS[order]]
    return "~".join(_cursor_part(value) for value in values)


def _cursor_part(value: Any) -> str:
    if value is None:
        return _NOTHING
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _start_after(cases: QuerySet[Case], order: str, after: str) -> QuerySet[Case]:
    """Those beyond a cursor; after one with a due moment without those that have none, which come last."""
    names = ORDERS[order]
    values = _cursor_values(after, names)
    if not values:
        return cases
    if values[0] is None:
        return cases.filter(due_at__isnull=True, pk__gt=values[-1])
    columns = tuple(F(name.lstrip("-")) for name in names)
    # Compared as one row the place is found in the index at once, however deep it lies.
    beyond = TupleLessThan if names[0].startswith("-") else TupleGreaterThan
    return cases.filter(beyond(Tuple(*columns), values))


def _without_due(order: str, after: str) -> bool:
    """Does a list go on with what has no due moment, behind all that have one?"""
    values = _cursor_values(after, ORDERS[order])
    return order == "due" and bool(values) and values[0] is not None


def _cursor_values(after: str, names: tuple[str, ...]) -> list[Any]:
    """The values a cursor names; empty for none and for what never was one."""
    parts = after.split("~")
    if len(parts) != len(names) or not re.fullmatch(r"[0-9]{1,18}", parts[-1]):
        return []
    try:
        return [_cursor_value(name.lstrip("-"), part) for name, part in zip(names, parts, strict=True)]
    except ValueError:
        return []


def _cursor_value(name: str, part: str) -> Any:
    """Raises ValueError for what is no value of the column."""
    if name not in ("registered_at", "due_at"):
        return part.replace("\0", "")
    if name == "due_at" and part == _NOTHING:
        return None
    moment = parse_datetime(part)
    if moment is None or moment.tzinfo is None:
        raise ValueError(part)
    return moment


def by_id(number: int) -> Case:
    """The case of an inner number, for jobs."""
    found = _BY_ID.one(number)
    if found is None:
        raise Case.DoesNotExist(number)
    return found


def by_number(cases: QuerySet[Case], number: str) -> Case | None:
    """The case of a reference among those given; None as if it did not exist."""
    reference = references.parse(number)
    if reference is None or not cases.filter(digits=reference.digits).exists():
        return None
    return _BY_DIGITS.one(reference.digits)


def by_reference(number: str, *, agency: Agency) -> Case | None:
    """The case of a reference in an agency, for doors that prove otherwise who asks."""
    reference = references.parse(number)
    if reference is None:
        return None
    found = _BY_DIGITS.one(reference.digits)
    return found if found is not None and found.agency_id == agency.pk else None


def by_access_code(code: str) -> Case | None:
    """The case a private link leads to."""
    digest = hashlib.sha256(code.strip().lower().encode()).hexdigest()
    return _BY_CODE.one(digest)


def by_conversation(conversation_id: int) -> Case | None:
    """The case a conversation belongs to; for a merged one still itself."""
    return Case.objects.filter(conversations__conversation_id=conversation_id).select_related("agency").first()


def running_clocks(case: Case) -> list[Clock]:
    """The clocks of a case with their pauses, the present round only, in the order people read them."""
    order = list(workflow.CLOCKS)
    newest: dict[str, Clock] = {}
    pauses: dict[int, list[ClockPause]] = {}
    for pause in _PAUSES.all(case.pk):
        pauses.setdefault(pause.clock_id, []).append(pause)
    for clock in _CLOCKS.all(case.pk):
        _hold(clock, "pauses", pauses.get(clock.pk, []))
        newest[clock.kind] = clock
    return sorted(newest.values(), key=lambda clock: order.index(clock.kind))


def _hold(row: Model, name: str, found: list[Any]) -> None:
    """Let a row know its related rows, as `prefetch_related` does."""
    related = getattr(row, name).all()
    related._result_cache, related._prefetch_done = found, True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def similar_open(
    *,
    agency: Agency,
    service_id: int | None,
    at: datetime,
    lat: Any = None,
    lon: Any = None,
    wilayat: Wilayat | None = None,
) -> list[Case]:
    """Open cases that may be the same problem: same service, within 150 m or in the same wilayat; newest first."""
    if service_id is None:
        return []
    cases = Case.objects.filter(
        agency=agency, service_id=service_id, is_open=True, registered_at__gte=at - timedelta(days=SIMILAR_DAYS)
    ).filter(compartment__isnull=True)
    if lat is not None and lon is not None:
        cases = cases.filter(lat__range=_around(lat), lon__range=_around(lon))
    elif wilayat is not None:
        cases = cases.filter(wilayat=wilayat)
    else:
        return []
    return list(cases.select_related("service", "wilayat", "unit").order_by("-registered_at", "-pk")[:MOST_SIMILAR])


# How often something was reported is weighed up to here.
MOST_REPEATS = max(REPEAT_STEPS)
# So many earlier cases are looked at for it.
_LOOKED_AT = 200
# At a spot each person counts once, and all unknown ones of a day together; a person's own reports of a day count once.
# Else somebody could make his own matter graver, and so pass others, by sending it again and again.
_EARLIER = """
(SELECT least(count(DISTINCT one), %s::int) FROM (
    SELECT {one} AS one FROM cases_case
    WHERE agency_id = %s::bigint AND service_id = %s::bigint AND is_open AND compartment_id IS NULL
      AND registered_at >= %s::timestamptz AND registered_at <= %s::timestamptz AND id <> %s::bigint AND {whose}
    LIMIT %s::int
) AS earlier)
"""
_DAY = "(registered_at AT TIME ZONE %s::text)::date::text"
_NEAR = _EARLIER.format(
    one=f"coalesce(beneficiary_id::text, {_DAY})",
    whose="lat BETWEEN %s::numeric AND %s::numeric AND lon BETWEEN %s::numeric AND %s::numeric",
)
_OWN = _EARLIER.format(one=_DAY, whose="beneficiary_id = %s::bigint")


def repeats(
    *,
    agency: Agency,
    kind: str,
    service_id: int | None,
    at: datetime,
    lat: Any = None,
    lon: Any = None,
    person: Beneficiary | None = None,
    besides: int = 0,
) -> dict[str, int]:
    """The fact of the importance matrix that says how often a matter was reported before, in one statement or none.

    A matter was reported before by an open case of the same service, of the days before `at`: by how many people at
    the same spot, or on how many days by the same person; the larger number counts. Only a pin tells a spot: the same
    service elsewhere in a wilayat is another matter. Empty for kinds that are not asked how grave they are, and where
    neither spot nor person is known.
    `besides` is the number of the case itself.
    """
    if kind not in workflow.GRAVE_KINDS or service_id is None:
        return {}
    asked: list[tuple[str, list[Any]]] = []
    if lat is not None and lon is not None:
        asked.append((_NEAR, [*_around(lat), *_around(lon)]))
    if person is not None and person.created_at < at:  # who became known just now has reported nothing before
        asked.append((_OWN, [person.pk]))
    if not asked:
        return {}
    since = at - timedelta(days=SIMILAR_DAYS)
    same = [MOST_REPEATS, agency.zone, agency.pk, service_id, since.isoformat(), at.isoformat(), besides]
    values = [str(value) for _, whose in asked for value in (*same, *whose, _LOOKED_AT)]
    [found] = sets.run(f"SELECT {', '.join(part for part, _ in asked)}", values)
    return {"repeats": max(found)}


def _around(degrees: Any) -> tuple[float, float]:
    return float(degrees) - NEAR_DEGREES, float(degrees) + NEAR_DEGREES


def resolution_of(case: Case) -> str:
    """What the citizen was told when it was last resolved; empty before."""
    told = CaseEntry.objects.filter(case_id=case.pk, public=True, event__kind="CaseResolved")
    entry = told.order_by("-event_id").first()
    return entry.text if entry is not None else ""


def present_people(case: Case, *, at: datetime, besides: User) -> list[User]:
    """Colleagues who have the case open now."""
    return [row.user for row in _PRESENT.all(case.pk, at - timedelta(seconds=PRESENT_SECONDS), besides.pk)]


def cases_of_beneficiary(case: Case) -> list[Case]:
    """Other cases of the same person in the same agency, newest first."""
    if case.beneficiary_id is None:
        return []
    return _OTHERS.all(case.agency_id, case.beneficiary_id, case.pk)


def cases_of_person(beneficiary_id: int, *, agency: Agency, limit: int = 10) -> list[Case]:
    """What somebody has asked of an agency, the open ones first, then the newest; none that is about staff."""
    theirs = Case.objects.filter(agency=agency, beneficiary_id=beneficiary_id, compartment__isnull=True).select_related(
        "service", "unit"
    )
    return list(theirs.order_by("-is_open", "-registered_at", "-id")[:limit])


def open_counts(beneficiary_ids: Sequence[int], *, agency: Agency) -> dict[int, int]:
    """How many open cases each of these people has; those without any are left out."""
    rows = Case.objects.filter(agency=agency, beneficiary_id__in=beneficiary_ids, is_open=True)
    rows = rows.filter(compartment__isnull=True)
    return dict(rows.values_list("beneficiary_id").annotate(n=Count("id")).order_by())


def followers(case: Case) -> list[Case]:
    """The duplicates that follow this case."""
    return _FOLLOWERS.all(case.pk)


def returned_times(case: Case) -> int:
    """How often units have said "not ours"."""
    return case.referrals.filter(answer="returned").exclude(answer_reason="").count()


def named_owner(case: Case) -> Referral | None:
    """The last refusal of the case, with the unit that gave it, if that unit said whose it is."""
    refused = case.referrals.filter(answer="returned").exclude(answer_reason="").select_related("to_unit")
    last = refused.order_by("-id").first()
    return last if last is not None and (last.proposed_unit_id is not None or last.proposed_body) else None


def referable_units(case: Case, *, at: datetime) -> list[Unit]:
    """Units the case may be handed to, by name."""
    units = Unit.objects.valid(at).filter(agency_id=case.agency_id).exclude(pk=case.unit_id)
    return sorted(units, key=lambda unit: str(unit))


def assignable_people(case: Case, *, at: datetime) -> list[User]:
    """Who can be given the case: members of its unit, and whoever may work in it, by name; nobody who is barred."""
    return bars.unbarred(case, people_working_in(case.unit, at=at), at)


def people_working_in(unit: Unit, *, at: datetime) -> list[User]:
    """Members of a unit, and whoever may work in it, by name."""
    people = {person.pk: person for person in directory.people_with(Right.START_WORK, unit=unit, at=at)}
    people.update({person.pk: person for person in directory.members_of(unit, at)})
    return sorted(people.values(), key=lambda person: (person.full_name, person.pk))


def open_with(unit: Unit) -> int:
    """How many open cases stand with this very unit."""
    return Case.objects.filter(unit=unit, is_open=True).count()


def open_of_service(service: Service) -> int:
    """How many open cases name a service."""
    return Case.objects.filter(service=service, is_open=True, compartment__isnull=True).count()


def open_of_agency(agency: Agency) -> int:
    """How many open cases an agency has."""
    return Case.objects.filter(agency=agency, is_open=True, compartment__isnull=True).count()


def open_assigned_to(person: User, agency: Agency) -> int:
    """How many open cases of an agency a person has in hand."""
    return Case.objects.filter(agency=agency, assignee=person, is_open=True).count()


def resolved_before(at: datetime, *, limit: int = 500) -> list[int]:
    """Resolved cases whose time for "not solved" has passed: candidates for closing."""
    cases = Case.objects.filter(state="resolved", resolved_at__lt=at).order_by("resolved_at", "pk")
    return list(cases.values_list("pk", flat=True)[:limit])


def to_be_reviewed(at: datetime) -> list[Case]:
    """Held cases whose day of review has come in the time zone of their agency, the longest due first."""
    held = Case.objects.filter(state__in=workflow.HELD, review_on__lte=at.date() + timedelta(days=1))
    found = held.select_related("agency", "unit").order_by("review_on", "id")
    return [case for case in found if case.review_on and case.review_on <= at.astimezone(case.agency.zone).date()]


def missed_reviews(at: datetime, *, limit: int = 2000) -> list[int]:
    """Holds whose day of review is over in the zone of their agency, and nobody has said so; the longest over first."""
    held = Hold.objects.filter(ended_at__isnull=True, missed_at__isnull=True, review_on__lte=at.date())
    found = held.order_by("review_on", "pk").values_list("pk", "review_on", "agency_id")[:limit]
    return [
        number
        for number, review_on, agency_id in found
        if review_on < at.astimezone(directory.known_agency(agency_id).zone).date()
    ]


def asked_extension(case: Case) -> ExtensionRequest | None:
    """The extension of its hold that waits for the director."""
    return ExtensionRequest.objects.filter(case=case, answer="").select_related("asked_by", "unit").first()


def all_of_person(beneficiary_id: int, *, agency_id: int) -> list[Case]:
    """Every case of a person, open or not, oldest first."""
    return list(Case.objects.filter(beneficiary_id=beneficiary_id, agency_id=agency_id).order_by("pk"))


def messages_of(case_ids: Iterable[int]) -> list[int]:
    """The numbers of the messages that belong to these cases."""
    return list(CaseMessage.objects.filter(case_id__in=list(case_ids)).values_list("message_id", flat=True))


def numbers_of_people(beneficiary_ids: Iterable[int]) -> list[int]:
    """The numbers of all cases of these people."""
    return list(Case.objects.filter(beneficiary_id__in=list(beneficiary_ids)).values_list("pk", flat=True))


def people_with_words(agency_id: int) -> QuerySet[Case]:
    """The numbers of people who have a case that still has its words (a subquery)."""
    told = Case.objects.filter(agency_id=agency_id, beneficiary__isnull=False).exclude(access_code_sealed="")
    return told.values("beneficiary_id")  # type: ignore[return-value]


def fact_by_id(number: int) -> EventRecord:
    """A fact of the log by its number. Raises EventRecord.DoesNotExist."""
    return EventRecord.objects.get(pk=number)


def last_fact(agency_id: int, kind: str) -> EventRecord | None:
    """The newest fact of a kind in an agency."""
    return EventRecord.objects.filter(agency_id=agency_id, kind=kind).order_by("-at", "-id").first()


_MOVES = Asked(
    lambda case_id: DueMove.objects.filter(case_id=case_id).select_related("change_event").order_by("id"), int
)


def due_moves(case: Case) -> list[DueMove]:
    """The due moments of a case that moved with the calendar, the oldest first, each with what moved it."""
    return _MOVES.all(case.pk)


def moves_of(case: Case) -> dict[int, list[DueMove]]:
    """The same by clock."""
    found: dict[int, list[DueMove]] = {}
    for move in due_moves(case):
        found.setdefault(move.clock_id, []).append(move)
    return found
