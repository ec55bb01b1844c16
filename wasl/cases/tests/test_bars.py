"""Nobody handles a case of their own or of a declared relative."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.cases import audience, bars, operations, queries, subscribers, workflow
from wasl.cases.models import Case, CaseEntry
from wasl.cases.operations import Barred
from wasl.cases.operations.change import changing
from wasl.cases.queries import Filters
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.contacts import operations as contacts
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary, Relation
from wasl.core import events, keys
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_unit
from wasl.sla.ladder import Audience

pytestmark = pytest.mark.django_db

PHONE = "+96892147705"  # of whom `make_case` registers for
BROTHER = "+96892000001"


def declared(user: User, *, at: datetime = SUNDAY_9AM, **given: Any) -> Relation:
    """A sibling with the phone of the reporter, unless told otherwise."""
    known: dict[str, Any] = {
        "agency": make_working_agency(),
        "kind": "sibling",
        "phone": PHONE,
        "by": user,
        "at": at,
    } | given
    return relations.declare(user, **known)


def fresh(user: User) -> User:
    """The same person as the next request has them."""
    return User.objects.get(pk=user.pk)


def state_of(case: Case) -> tuple[Any, ...]:
    row = Case.objects.get(pk=case.pk)
    facts = EventRecord.objects.filter(case_id=case.pk).count()
    return row.state, row.version, row.assignee_id, row.unit_id, facts, CaseEntry.objects.filter(case=case).count()


@pytest.mark.parametrize("act", sorted(workflow.ACTS))
def test_no_act_at_all_is_open_to_somebody_close_to_the_beneficiary(act: str) -> None:
    noora, case = make_noora(), make_case()
    declared(noora)
    before = state_of(case)

    with pytest.raises(Barred, match="لقريب صرّحت به"), changing(case, act, by=noora, at=SUNDAY_9AM + HOUR):
        raise AssertionError("the act began")

    assert state_of(case) == before


_REAL: dict[str, Callable[[Case, User, datetime], object]] = {
    "accept": lambda case, by, at: operations.accept_referral(case, by=by, at=at),
    "note": lambda case, by, at: operations.add_note(case, text="ملاحظة", by=by, at=at),
    "reply": lambda case, by, at: operations.reply(case, text="نعمل عليه", by=by, at=at),
    "add": lambda case, by, at: operations.add_information(case, text="معلومة", channel="phone", by=by, at=at),
    "assign": lambda case, by, at: operations.assign(case, to=None, by=by, at=at),
    "resolve": lambda case, by, at: operations.resolve(case, text="تم", by=by, at=at),
    "escalate": lambda case, by, at: operations.escalate(case, reason="تأخر كثيراً", by=by, at=at),
    "change_importance": lambda case, by, at: operations.change_importance(
        case, importance="P2", reason="قرب مدرسة", by=by, at=at
    ),
    "refer": lambda case, by, at: operations.refer(case, to_unit=make_unit("LIGHT"), reason="لهم", by=by, at=at),
}


@pytest.mark.parametrize("act", sorted(_REAL))
def test_the_verbs_refuse_and_leave_the_case_as_it_was(act: str) -> None:
    noora, case = make_noora(), make_case()
    declared(noora)
    before = state_of(case)

    with pytest.raises(Barred):
        _REAL[act](case, noora, SUNDAY_9AM + HOUR)

    assert state_of(case) == before


def test_ones_own_account_is_enough_without_any_declaration() -> None:
    noora, case = make_noora(), make_case()
    User.objects.filter(pk=noora.pk).update(phone="9214 7705")

    assert bars.why_barred(case, fresh(noora), SUNDAY_9AM)
    assert not bars.why_barred(case, make_huda(), SUNDAY_9AM)


def test_clocks_beneficiaries_and_history_are_never_barred() -> None:
    noora, case = make_noora(), make_case()
    declared(noora)

    operations.add_information(case, text="رقم البيت 12", channel="portal", by=None, at=SUNDAY_9AM + HOUR)
    with events.of_origin("import"):
        operations.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR)

    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_it_holds_from_the_declaration_to_its_end() -> None:
    noora, case = make_noora(), make_case()
    row = declared(noora, at=SUNDAY_9AM + HOUR)

    assert not bars.why_barred(case, noora, SUNDAY_9AM)
    assert bars.why_barred(case, noora, SUNDAY_9AM + HOUR)
    relations.end(row, by=noora, reason="كان الرقم خطأ", at=SUNDAY_9AM + 2 * HOUR)
    assert not bars.why_barred(case, noora, SUNDAY_9AM + 2 * HOUR)


def test_a_name_alone_bars_nobody() -> None:
    noora, case = make_noora(), make_case()
    declared(noora, name="مريم بنت سعيد", phone=BROTHER)

    assert not bars.why_barred(case, noora, SUNDAY_9AM)


def brothers_case(agency: Agency, **more: Any) -> Case:
    brother = contacts.find_or_make(agency, name="أحمد", phone=BROTHER, at=SUNDAY_9AM)
    return make_case(agency=agency, beneficiary=brother, **more)


def test_who_joined_counts_as_much_as_who_came_first() -> None:
    agency, noora = make_working_agency(), make_noora()
    main, joined = make_case(agency=agency), brothers_case(agency)
    declared(noora, phone=BROTHER)
    with pytest.raises(Barred):
        operations.merge(make_case(agency=agency), into=joined, by=noora, at=SUNDAY_9AM + HOUR)
    assert not bars.why_barred(main, noora, SUNDAY_9AM)

    operations.merge(joined, into=main, by=None, at=SUNDAY_9AM + HOUR)

    assert bars.why_barred(main, noora, SUNDAY_9AM + HOUR)
    assert main.pk not in numbers_seen(noora)


def numbers_seen(user: User) -> set[int]:
    return set(queries.visible_to(fresh(user), at=SUNDAY_9AM + HOUR).values_list("pk", flat=True))


def test_lists_searches_and_counts_leave_it_out() -> None:
    huda = make_huda()
    case, other = make_case(), brothers_case(make_working_agency())
    declared(huda)
    seen = queries.visible_to(fresh(huda), at=SUNDAY_9AM + HOUR)

    assert [row.pk for row in queries.worklist(seen, Filters()).cases] == [other.pk]
    assert queries.count(seen, Filters(words="حفرة")) == 1
    assert queries.by_number(seen, case.reference) is None
    assert list(queries.whole_list(seen, Filters(), most=10)) == [other]
    barred = queries.barred_case(fresh(huda), case.reference, at=SUNDAY_9AM + HOUR)
    assert barred == case
    assert queries.barred_case(fresh(huda), other.reference, at=SUNDAY_9AM + HOUR) is None


def test_another_agency_is_not_reached_by_it() -> None:
    huda = make_huda()
    foreign = make_case(agency=make_working_agency("HOU"))
    declared(huda)

    assert queries.barred_case(fresh(huda), foreign.reference, at=SUNDAY_9AM) is None


def test_nobody_is_given_a_case_they_must_not_handle() -> None:
    case, huda, noora = make_case(), make_huda(), make_noora()
    declared(noora)

    assert noora not in queries.assignable_people(case, at=SUNDAY_9AM)
    with pytest.raises(Barred, match="تعارض مصالح"):
        operations.assign(case, to=noora, by=huda, at=SUNDAY_9AM + HOUR)

    assert Case.objects.get(pk=case.pk).assignee is None


def test_escalations_pass_by_whoever_is_close_and_reach_who_stands_above() -> None:
    case = make_case()
    liaison, head = make_person("liaison", case.unit), make_person("head", case.unit)
    declared(liaison)

    assert audience.told(case, [Audience.LIAISON], SUNDAY_9AM) == [head]


def test_a_later_declaration_takes_the_case_back_to_its_unit_and_tells_who_leads_there() -> None:
    noora, huda = make_noora(), make_huda()
    case, other = accepted_case(by=noora), accepted_case(by=noora, beneficiary=other_person())
    fact = declared(noora, at=SUNDAY_9AM + 2 * HOUR)
    record = EventRecord.objects.get(kind="RelationDeclared", data__relation_id=fact.pk)

    for _ in range(2):
        subscribers.let_go_of_own(events.load(record), record)

    assert Case.objects.get(pk=case.pk).assignee is None
    assert Case.objects.get(pk=other.pk).assignee == noora
    released = EventRecord.objects.get(kind="HandlerReleased")
    assert (released.case_id, released.data["assignee_id"]) == (case.pk, noora.pk)
    assert list(Alert.objects.filter(kind="conflict").values_list("person_id", "case_id")) == [(huda.pk, case.pk)]


def other_person() -> Beneficiary:
    return contacts.find_or_make(make_working_agency(), name="خلفان", phone="+96892000009", at=SUNDAY_9AM)


def test_an_attempt_is_recorded_once_a_day() -> None:
    case, noora = make_case(), make_noora()

    for hours in (0, 1, 24):
        bars.note_attempt(case, noora, at=SUNDAY_9AM + hours * HOUR)

    attempts = EventRecord.objects.filter(kind="BarredAttempt", case_id=case.pk, actor_id=noora.pk)
    assert [record.at for record in attempts.order_by("at")] == [SUNDAY_9AM, SUNDAY_9AM + timedelta(days=1)]


PHONES = [f"+9689200000{number}" for number in range(6)]
MAILS = [f"person{number}@example.org" for number in range(4)]
CARDS = [f"1234567{number}" for number in range(3)]


@pytest.mark.parametrize("seed", range(6))
def test_exactly_those_are_barred_whom_a_naive_look_bars(seed: int) -> None:
    chance, agency = Random(seed), make_working_agency()
    users = [make_person("specialist", name=f"موظف {number}") for number in range(3)]
    for user in users:
        user.phone = chance.choice([*PHONES, "", ""])
        user.save(update_fields=["phone"])
    for _ in range(6):
        user, begin = chance.choice(users), SUNDAY_9AM + chance.randrange(4) * HOUR
        told = _random_values(chance)
        if any(told.values()):
            row = _declare_once(user, agency, told, chance, begin)
            if row is not None and chance.random() < 0.4:
                relations.end(row, by=user, reason="لم يعد قائماً", at=begin + chance.randrange(1, 4) * HOUR)
    cases = [make_case(agency=agency, beneficiary=_random_person(chance, agency)) for _ in range(4)]
    if chance.random() < 0.7:
        operations.merge(cases[0], into=cases[1], by=None, at=SUNDAY_9AM)

    for at in (SUNDAY_9AM + hours * HOUR for hours in range(6)):
        for user in map(fresh, users):
            naive = {case.pk for case in cases if _naively_barred(case, user, at)}
            assert {case.pk for case in cases if bars.why_barred(case, user, at)} == naive
            seen = queries.visible_to(user, at=at).filter(pk__in=[case.pk for case in cases])
            assert naive.isdisjoint(seen.values_list("pk", flat=True))
            own = Case.objects.tied_for_user(user, Right.READ_CASE, at=at)
            reached = Case.objects.reached_by(user, Right.READ_CASE, at=at)
            assert set(own) | set(queries.visible_to(user, at=at)) == set(reached)


def _random_values(chance: Random) -> dict[str, str]:
    return {
        "phone": chance.choice([*PHONES, "", "", ""]),
        "email": chance.choice([*MAILS, "", "", ""]),
        "number": chance.choice([*CARDS, "", "", ""]),
    }


def _declare_once(user: User, agency: Agency, told: dict[str, str], chance: Random, at: datetime) -> Relation | None:
    kind = chance.choice(["self", "spouse", "partner"])
    try:
        return relations.declare(user, agency=agency, kind=kind, by=user, at=at, **told)
    except relations.CannotDeclare:
        return None


def _random_person(chance: Random, agency: Agency) -> Beneficiary:
    told = _random_values(chance)
    person = contacts.find_or_make(
        agency,
        name=f"شخص {chance.random()}",
        phone=told["phone"] or None,
        email=told["email"] or None,
        at=SUNDAY_9AM,
    )
    if told["number"]:
        contacts.set_identity(person, number=told["number"], by=None, at=SUNDAY_9AM)
    return person


def _naively_barred(case: Case, user: User, at: datetime) -> bool:
    own = {user.email, user.phone}
    cards = set()
    for row in Relation.objects.filter(user=user):
        if row.valid_from <= at and (row.valid_to is None or at < row.valid_to):
            own |= {row.phone, row.email}
            cards.add(keys.unseal(row.identity_sealed) if row.identity_sealed else "")
    people = [one.beneficiary for one in [case, *Case.objects.filter(merged_into=case)] if one.beneficiary]
    addresses = {address.value for person in people for address in person.addresses.all()}
    numbers = {keys.unseal(person.identity_sealed) for person in people if person.identity_sealed}
    return bool((own - {""}) & addresses or (cards - {""}) & numbers)


def test_a_clerk_registers_neither_their_own_case_nor_a_relatives() -> None:
    noora = make_noora()
    declared(noora, number="12345678")

    for told in ({"phone": PHONE}, {"email": noora.email.upper()}, {"number": "١٢٣٤٥٦٧٨"}):
        assert "من البوابة" in bars.why_not_register(noora, relations.values_given(**told), SUNDAY_9AM)
    assert not bars.why_not_register(noora, relations.values_given(phone=BROTHER), SUNDAY_9AM)
