"""Who must not handle a case: the one question that every act of handling asks before it begins, and every list.

Nobody handles a case of their own or of a declared relative, whatever their role: they see no more of it than any
citizen does. People of a case are its beneficiary and those of the duplicates that follow it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from wasl.accounts.models import User
from wasl.cases import compartment
from wasl.cases.events import BarredAttempt
from wasl.cases.models import Case
from wasl.contacts import relations
from wasl.core import events, noted
from wasl.core.i18n import say


def why_barred(case: Case, user: User | None, at: datetime) -> str:
    """Why the person may not handle the case, as a sentence for them; empty when nothing stands against it.

    `user` is None when a clock, a job or the beneficiary acts: nobody is barred then, nor by what is recorded as
    history. One statement.
    """
    if user is None or events.is_history():
        return ""
    if _is_closed_to(case, user, at):
        return _closed_sentence()
    return own_sentence() if barred_among(case, [user], at) else ""


def barred_among(case: Case, people: Iterable[User], at: datetime) -> frozenset[int]:
    """The numbers of those who may not handle the case; one statement however many are asked about."""
    people = list(people)
    asked = {person.pk: relations.ties_of(person, at) for person in people}
    if not asked:
        return frozenset()
    values = relations.values_of(_people_of(case))
    tied = frozenset(number for number, ties in asked.items() if not ties.isdisjoint(values))
    return tied | {person.pk for person in people if _is_closed_to(case, person, at)}


def barred_of(cases: Iterable[Case], people: Iterable[User], at: datetime) -> dict[int, frozenset[int]]:
    """The same of each of these cases, by its number; four statements at most, however many cases and people."""
    rows, asked = list({case.pk: case for case in cases}.values()), list(people)
    if not rows or not asked:
        return {case.pk: frozenset() for case in rows}
    closed = [case for case in rows if case.compartment_id is not None]
    seen = compartment.seen_by(closed, asked, at)
    ties = {person.pk: relations.ties_of(person, at) for person in asked}
    values = _values_of_each(rows)
    return {
        case.pk: frozenset(
            number
            for number in ties
            if not ties[number].isdisjoint(values[case.pk])
            or (case.compartment_id is not None and (case.pk, number) not in seen)
        )
        for case in rows
    }


def _values_of_each(cases: list[Case]) -> dict[int, set[str]]:
    """By what the people of each case are told, as `_people_of` names them."""
    found: dict[int, set[str]] = {case.pk: set() for case in cases}
    those = Case.objects.filter(Q(pk__in=found) | Q(merged_into_id__in=found), beneficiary_id__isnull=False).order_by()
    named = list(those.values_list("pk", "merged_into_id", "beneficiary_id"))
    values = relations.values_by_person({person for _, _, person in named if person is not None})
    for number, into, person in named:
        for of in {number, into} & found.keys():
            found[of] |= values.get(person or 0, frozenset())
    return found


def unbarred(case: Case, people: Iterable[User], at: datetime) -> list[User]:
    """Those of the people who may handle the case, in their order."""
    asked = list(people)
    barred = barred_among(case, asked, at)
    return [person for person in asked if person.pk not in barred]


def why_not_register(user: User, values: frozenset[str], at: datetime) -> str:
    """Why a clerk may not register a case of somebody told by these values (`relations`), as a sentence; empty when
    they may. Asks nothing of the database beyond the edition.
    """
    if events.is_history() or relations.ties_of(user, at).isdisjoint(values):
        return ""
    return say(
        "هذا رقمك أو رقم قريب صرّحت به، ولا يسجّل أحد طلباً لنفسه أو لقريبه من المكتب. سجّله من البوابة كأي "
        "مستفيد، أو اطلب من زميل أن يسجّله.",
        "This is your own or a declared relative's number: nobody registers their own or a relative's case at the "
        "desk. Use the public portal like everybody, or ask a colleague to register it.",
    )


def sentence_about(person: User) -> str:
    """Why somebody cannot be given a case, for whoever wants to give it; it does not tell what the tie is."""
    return say(
        "لا يُسند هذا الطلب إلى {name}: لديه تعارض مصالح فيه. اختر زميلاً آخر.",
        "This case cannot be given to {name}, who has a conflict of interest in it. Choose somebody else.",
        name=person.name,
    )


def note_attempt(case: Case, user: User, *, at: datetime) -> None:
    """Record that somebody who is barred wanted to open or handle the case: once a day for each person and case."""
    today = datetime.combine(_day(case, at), time.min, tzinfo=case.agency.zone)
    look = noted.Look(BarredAttempt(case.pk), case_id=case.pk)
    noted.note([look], agency_id=case.agency_id, by=user, at=at, since=today)


def _day(case: Case, at: datetime) -> date:
    return at.astimezone(case.agency.zone).date()


def _people_of(case: Case) -> "QuerySet[Case, int]":
    those = Case.objects.filter(Q(pk=case.pk) | Q(merged_into_id=case.pk), beneficiary_id__isnull=False)
    return those.order_by().values_list("beneficiary_id", flat=True)


def _is_closed_to(case: Case, person: User, at: datetime) -> bool:
    """Is it a complaint about staff, and they the one complained of, in their line, or not of the unit that has it?"""
    return case.compartment_id is not None and not compartment.sees(case, person, at)


def _closed_sentence() -> str:
    return say(
        "هذا الطلب مغلق عليك: لا يتولاه إلا أعضاء الوحدة المختصة به من خارج خط المعني.",
        "This case is closed to you: only members of the unit in charge, outside the line concerned, handle it.",
    )


def own_sentence() -> str:
    """What somebody reads who is barred."""
    return say(
        "لا تتعامل مع هذا الطلب: هو لك أو لقريب صرّحت به. يتولاه زميل آخر في الوحدة أو المشرف، وتتابعه أنت برابط "
        "المتابعة كأي مستفيد.",
        "You do not handle this case: it is your own or a declared relative's. Another colleague of the unit or the "
        "supervisor does; you follow it by its tracking link like everybody.",
    )
