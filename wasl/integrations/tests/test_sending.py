"""Tellings go out signed, are tried again for three days, hold back their own case only, and survive every death."""

import itertools
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.cases.tests.makers import make_case, make_working_agency, resolved_case
from wasl.core import clock, http
from wasl.core.events import load
from wasl.core.http import Inside
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit
from wasl.integrations import jobs, operations, queries, retries, signing
from wasl.integrations.models import Delivery, Subscription
from wasl.integrations.operations import sending
from wasl.integrations.probes import webhooks
from wasl.integrations.subscribers import tell_administrators, tell_of_a_key
from wasl.integrations.tests.makers import (
    Receiver,
    facts_of,
    hand_over,
    receiver,
    rounds,
    run_until,
    subscribe,
)
from wasl.partners import operations as partners

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
State = Delivery.State


@pytest.fixture
def other_side() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def agency(home: Any) -> Agency:
    return make_working_agency()


@pytest.fixture
def made(agency: Agency, other_side: Receiver) -> operations.Made:
    return subscribe(agency, f"{other_side.url}/hook")


def tell_of_a_case(agency: Agency) -> list[Delivery]:
    """Registered and referred: two tellings of one case."""
    case = make_case(agency=agency)
    hand_over(facts_of(case.pk))
    return list(Delivery.objects.filter(case_id=case.pk).order_by("sequence"))


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_telling_arrives_signed_with_its_name_and_kind(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    first, second = tell_of_a_case(agency)

    rounds(at=SUNDAY_9AM)

    assert [one.delivery for one in other_side.taken] == [first.public_id, second.public_id]
    heard = other_side.taken[0]
    assert (heard.path, heard.headers["wasl-event"]) == ("/hook", "case.registered")
    assert heard.body.decode() == first.body
    signature = heard.headers["wasl-signature"]
    assert signing.verify(heard.body, signature, secret=made.secret, at=SUNDAY_9AM)
    assert states() == ["sent", "sent"]
    first.refresh_from_db()
    assert (first.last_status, first.done_at, first.attempts) == (204, SUNDAY_9AM, 1)


def test_what_is_forged_or_stale_is_refused_by_a_careful_receiver(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    tell_of_a_case(agency)
    rounds(at=SUNDAY_9AM)
    heard = other_side.taken[0]
    header = heard.headers["wasl-signature"]
    moment, _, signature = header.removeprefix("t=").partition(",v1=")

    def accepts(
        body: bytes = heard.body, header: str = header, at: Any = SUNDAY_9AM, secret: str = made.secret
    ) -> bool:
        return signing.verify(body, header, secret=secret, at=at)

    assert accepts(at=SUNDAY_9AM + 5 * MINUTE)
    assert accepts(at=SUNDAY_9AM - 5 * MINUTE)
    assert not accepts(at=SUNDAY_9AM + 5 * MINUTE + timedelta(seconds=1))
    assert not accepts(at=SUNDAY_9AM - 5 * MINUTE - timedelta(seconds=1))
    assert not accepts(body=heard.body + b" ")
    assert not accepts(secret="wasl_hook_another")
    # A later time under the old signature is not the time that was signed.
    later = SUNDAY_9AM + HOUR
    assert not accepts(header=f"t={int(later.timestamp())},v1={signature}", at=later)
    for nonsense in (
        "",
        "v1=" + signature,
        f"t={moment}",
        f"t={moment},t={moment},v1={signature}",
        "t=x,v1=y",
        "t=٣,v1=é",
    ):
        assert not accepts(header=nonsense), nonsense


def test_while_a_secret_turns_both_sign_and_nobody_is_left_out(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    new = operations.turn_secret(made.subscription, by=None, at=SUNDAY_9AM)
    with pytest.raises(operations.StillTurning):
        operations.turn_secret(made.subscription, by=None, at=SUNDAY_9AM + 23 * HOUR)

    def who_accepts(at: Any) -> tuple[bool, bool]:
        other_side.forget()
        tell_of_a_case(agency)
        rounds(at=at)
        heard = other_side.taken[0]
        signature = heard.headers["wasl-signature"]
        old_one, new_one = (
            signing.verify(heard.body, signature, secret=secret, at=at) for secret in (made.secret, new)
        )
        return old_one, new_one

    assert who_accepts(SUNDAY_9AM + HOUR) == (True, True)
    assert who_accepts(SUNDAY_9AM + retries.OVERLAP) == (False, True)
    operations.turn_secret(made.subscription, by=None, at=SUNDAY_9AM + 2 * DAY)
    operations.forget_previous_secret(made.subscription, by=None, at=SUNDAY_9AM + 2 * DAY)
    assert who_accepts(SUNDAY_9AM + 2 * DAY + HOUR) == (False, False)


@pytest.mark.parametrize(
    ("mood", "status", "error"),
    [
        (500, 500, ""),
        (404, 404, ""),
        ("redirect", 302, ""),
        ("close", None, "no_answer"),
        ("drip", None, "no_answer"),
    ],
)
def test_what_was_not_taken_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
    agency: Agency,
    other_side: Receiver,
    made: operations.Made,
    mood: int | str,
    status: int | None,
    error: str,
) -> None:
    monkeypatch.setattr(retries, "CALL_SECONDS", 0.3)
    first, second = tell_of_a_case(agency)
    other_side.mood = lambda heard: mood

    rounds(at=SUNDAY_9AM)

    # One try; a redirect is not followed; the later one of the same case is held back.
    assert [(one.delivery, one.path) for one in other_side.heard] == [(first.public_id, "/hook")]
    first.refresh_from_db()
    assert (first.state, first.last_status, first.last_error) == ("failed", status, error)
    assert SUNDAY_9AM + 0.8 * MINUTE <= first.next_try_at <= SUNDAY_9AM + 1.2 * MINUTE

    other_side.forget()
    rounds(at=first.next_try_at)

    assert [one.delivery for one in other_side.taken] == [first.public_id, second.public_id]


def test_nobody_there_and_an_address_that_moved_inside_end_as_visible_failures(
    agency: Agency, other_side: Receiver, settings: Any
) -> None:
    with receiver() as gone:
        away = subscribe(agency, gone.url).subscription
    settings.WASL_INSIDE = ()
    inside = subscribe(agency, other_side.url).subscription
    tell_of_a_case(agency)
    rounds(at=SUNDAY_9AM)
    assert other_side.heard == []
    settings.WASL_INSIDE = (Inside.read("127.0.0.1:" + gone.url.rpartition(":")[2]),)
    run_until(SUNDAY_9AM, SUNDAY_9AM + HOUR / 2)

    errors = {one.subscription_id: one.last_error for one in Delivery.objects.filter(sequence=1)}
    assert errors == {away.pk: "not_reached", inside.pk: "refused:inside"}
    assert other_side.heard == []


def test_it_is_tried_for_three_days_more_and_more_seldom_and_then_given_up(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    random.seed(4)
    first, _ = tell_of_a_case(agency)
    other_side.mood = lambda heard: 500

    run_until(SUNDAY_9AM, SUNDAY_9AM + 4 * DAY)

    first.refresh_from_db()
    assert first.state == "given_up"
    assert SUNDAY_9AM + retries.PATIENCE <= first.done_at <= SUNDAY_9AM + retries.PATIENCE + MINUTE
    assert 15 <= first.attempts <= 25
    assert set(states()) == {"given_up"}


@given(st.integers(1, 60), st.integers(0, 72 * 3600))
def test_the_next_try_is_never_later_than_the_patience_and_grows_with_jitter(attempts: int, seconds: int) -> None:
    at = SUNDAY_9AM + timedelta(seconds=seconds)

    told = retries.next_try(attempts=attempts, queued_at=SUNDAY_9AM, at=at)

    ends_at, wait = SUNDAY_9AM + retries.PATIENCE, retries.WAITS[min(attempts, 9) - 1]
    if at >= ends_at:
        assert told is None
    else:
        assert told is not None
        assert min(at + 0.8 * wait, ends_at) <= told <= min(at + 1.2 * wait, ends_at)


def test_a_receiver_that_asks_to_come_later_is_heard(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    first, _ = tell_of_a_case(agency)
    other_side.mood = lambda heard: "later"

    rounds(at=SUNDAY_9AM)

    first.refresh_from_db()
    assert first.next_try_at == SUNDAY_9AM + 2 * HOUR
    assert [retries.asked_wait(text) for text in ("", "soon", "-1", "99999999999", "Wed, 21 Oct 2026")] == [None] * 5


def test_a_failing_telling_holds_back_its_own_case_alone_and_only_for_an_hour(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    bad = tell_of_a_case(agency)
    good = tell_of_a_case(agency)
    other_side.mood = lambda heard: 500 if heard.delivery == bad[0].public_id else 200

    rounds(at=SUNDAY_9AM)
    assert [one.delivery for one in other_side.taken] == [one.public_id for one in good]

    rounds(at=SUNDAY_9AM + retries.HOLD - timedelta(seconds=1))
    assert len(other_side.taken) == 2

    rounds(at=SUNDAY_9AM + retries.HOLD)
    assert other_side.taken[-1].delivery == bad[1].public_id
    assert other_side.taken[-1].told["sequence"] == 2
    other_side.mood = lambda heard: 200
    run_until(SUNDAY_9AM + retries.HOLD, SUNDAY_9AM + DAY)
    assert other_side.taken[-1].delivery == bad[0].public_id
    assert other_side.taken[-1].told["sequence"] == 1


def test_a_receiver_that_fails_costs_no_other_receiver_anything(agency: Agency, other_side: Receiver) -> None:
    with receiver() as broken:
        broken.mood = lambda heard: "close"
        subscribe(agency, broken.url)
        fine = subscribe(agency, other_side.url).subscription
        for _ in range(5):
            tell_of_a_case(agency)

        rounds(at=SUNDAY_9AM)

    assert len(other_side.taken) == 10
    assert set(Delivery.objects.filter(subscription=fine).values_list("state", flat=True)) == {"sent"}


def test_slow_receivers_take_no_place_from_the_others(agency: Agency) -> None:
    slow = [subscribe(agency, f"https://slow{n}.example.org/").subscription for n in range(3)]
    quick = subscribe(agency, "https://quick.example.org/").subscription
    Subscription.objects.filter(pk__in=[one.pk for one in slow]).update(is_slow=True)
    for _ in range(4):
        tell_of_a_case(agency)

    taken = [operations.claim_next(at=SUNDAY_9AM) for _ in range(retries.PLACES + 1)]

    # Nobody has answered yet: one slow receiver, the quick one, and no more than the places there are.
    assert [one and one.subscription_id for one in taken] == [slow[0].pk, quick.pk, None]
    # A killed worker gives its place back when its lease ends.
    assert operations.claim_next(at=SUNDAY_9AM + retries.LEASE + MINUTE) is not None


def test_subscriptions_take_turns(agency: Agency, other_side: Receiver) -> None:
    numbers = [subscribe(agency, f"{other_side.url}/{n}").subscription.pk for n in range(3)]
    for _ in range(3):
        tell_of_a_case(agency)
    seen = []
    for n in range(6):
        delivery = operations.claim_next(at=SUNDAY_9AM + n * MINUTE)
        assert delivery is not None
        seen.append(delivery.subscription_id)
        token = delivery.lease_token
        operations.record_outcome(
            delivery.pk, lease_token=token, tried=operations.Tried(200), at=SUNDAY_9AM + n * MINUTE
        )

    assert seen == numbers * 2


def test_an_address_that_is_gone_pauses_the_subscription_and_tells_the_administrators(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    badr = make_person("administrator", make_unit("IT", agency=agency))
    make_person("agent", make_unit("ROADS", agency=agency))
    tell_of_a_case(agency)
    other_side.mood = lambda heard: 410

    rounds(at=SUNDAY_9AM)

    subscription = queries.subscription_in(agency, made.subscription.public_id)
    assert subscription is not None
    assert (subscription.is_active, subscription.pause) == (False, "gone")
    assert len(other_side.heard) == 1
    record = EventRecord.objects.get(kind="SubscriptionPaused")
    tell_administrators(load(record), record)
    assert letters() == [(badr.pk, "webhook_gone")]
    (finding,) = webhooks(SUNDAY_9AM)  # type: ignore[misc]
    assert (finding.level, finding.key) == ("warn", subscription.public_id)

    # What happened meanwhile waits, and comes when the address was mended.
    late = tell_of_a_case(agency)
    other_side.forget()
    rounds(at=SUNDAY_9AM + HOUR)
    assert other_side.heard == []
    operations.resume(subscription, by=badr, at=SUNDAY_9AM + HOUR)
    rounds(at=SUNDAY_9AM + HOUR)
    assert len(other_side.taken) == 4
    assert late[0].public_id in {one.delivery for one in other_side.taken}


@pytest.mark.parametrize(("scope", "hears"), [("cases:read", True), ("personal:read", True), ("open311:write", False)])
def test_a_key_in_somebodys_name_or_one_that_reads_is_told_of(agency: Agency, scope: str, hears: bool) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    auditor = make_person("auditor")
    partners.issue_key(agency, name="x", scopes=[scope], by=None, at=SUNDAY_9AM)
    partners.issue_key(agency, name="x", scopes=["open311:write"], user=salem, by=None, at=SUNDAY_9AM)

    for record in EventRecord.objects.filter(kind="KeyIssued").order_by("pk"):
        tell_of_a_key(load(record), record)

    told = [(auditor.pk, "key_that_reads")] if hears else []
    assert letters() == [*told, (salem.pk, "key_in_your_name")]


def letters() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'user_id')::int, args->>'kind' FROM procrastinate_jobs "
            "WHERE task_name = 'verification.send_letter' ORDER BY id"
        )
        return list(cursor.fetchall())


def test_a_paused_subscription_waits_three_days_and_an_ended_one_not_at_all(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    paused = subscribe(agency, other_side.url).subscription
    tell_of_a_case(agency)
    operations.pause(paused, by=None, at=SUNDAY_9AM)
    operations.end(made.subscription, by=None, at=SUNDAY_9AM)
    operations.end(made.subscription, by=None, at=SUNDAY_9AM)

    with clock.frozen(SUNDAY_9AM):
        jobs.sweep(0)
    rounds(at=SUNDAY_9AM)
    assert other_side.heard == []
    assert set(Delivery.objects.filter(subscription=made.subscription).values_list("state", "last_error")) == {
        ("given_up", "ended")
    }
    assert set(Delivery.objects.filter(subscription=paused).values_list("state", flat=True)) == {"waiting"}

    with clock.frozen(SUNDAY_9AM + retries.PATIENCE + MINUTE):
        jobs.sweep(0)
    assert set(states()) == {"given_up"}
    with pytest.raises(operations.Ended):
        operations.resume(made.subscription, by=None, at=SUNDAY_9AM)


def test_one_or_all_are_sent_again_under_the_same_name(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    first, second = tell_of_a_case(agency)
    other_side.mood = lambda heard: 500
    run_until(SUNDAY_9AM, SUNDAY_9AM + 4 * DAY)
    later = SUNDAY_9AM + 5 * DAY
    assert set(states()) == {"given_up"}
    (finding,) = webhooks(SUNDAY_9AM + 3 * DAY + 12 * HOUR)  # type: ignore[misc]
    assert finding.level == "bad"
    other_side.forget()

    assert operations.replay(first, by=None, at=later) == 1
    rounds(at=later)
    assert [one.delivery for one in other_side.taken] == [first.public_id]

    assert operations.replay_failed(made.subscription, by=None, at=later) == 1
    rounds(at=later)
    assert [one.delivery for one in other_side.taken] == [first.public_id, second.public_id]
    assert other_side.taken[1].body.decode() == second.body
    assert set(states()) == {"sent"}
    # What arrived can be sent once more as well: the other side may have lost it.
    operations.replay(first, by=None, at=later)
    rounds(at=later)
    assert len(other_side.taken) == 3


def test_a_trial_goes_out_at_once_and_is_never_repeated(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    other_side.mood = lambda heard: 500
    operations.pause(made.subscription, by=None, at=SUNDAY_9AM)
    with clock.frozen(SUNDAY_9AM):
        trial = operations.begin_trial(made.subscription, by=None, at=SUNDAY_9AM)
        jobs.send(trial)
        assert other_side.heard[0].told["event"] == "trial"
        trial.refresh_from_db()
        assert (trial.state, trial.last_status, trial.last_answer) == ("given_up", 500, '{"said": 500}')
        for _ in range(sending.TRIALS - 1):
            operations.begin_trial(made.subscription, by=None, at=SUNDAY_9AM)
        with pytest.raises(operations.TooManyTrials):
            operations.begin_trial(made.subscription, by=None, at=SUNDAY_9AM)
    assert operations.replay(trial, by=None, at=SUNDAY_9AM) == 0


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("point", ["webhook.claimed", "webhook.tried", "webhook.before_commit", "webhook.recorded"])
def test_a_worker_that_dies_anywhere_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, agency: Agency, other_side: Receiver, made: operations.Made, point: str
) -> None:
    first, second = tell_of_a_case(agency)

    def die(name: str) -> None:
        if name == point:
            raise Killed

    monkeypatch.setattr(jobs, "mark", die)
    monkeypatch.setattr(sending, "mark", die)
    with pytest.raises(Killed), clock.frozen(SUNDAY_9AM), transaction.atomic():
        jobs.send_round()
    monkeypatch.undo()
    # What stood in a transaction at the moment of death is gone; the claim itself had committed.
    if not Delivery.objects.filter(pk=first.pk).exclude(attempts=0).exists():
        with clock.frozen(SUNDAY_9AM):
            operations.claim_next(at=SUNDAY_9AM)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    later = SUNDAY_9AM + retries.LEASE + MINUTE
    with clock.frozen(later):
        jobs.sweep(0)
    assert waiting_rounds() == 1
    rounds(at=later)

    names = [one.delivery for one in other_side.taken]
    assert set(names) == {first.public_id, second.public_id}
    assert len(names) <= 3
    assert states() == ["sent", "sent"]


def waiting_rounds() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'integrations.send_round'")
        return int(cursor.fetchone()[0])


def test_a_worker_that_slept_past_its_lease_writes_nothing(
    agency: Agency, other_side: Receiver, made: operations.Made
) -> None:
    tell_of_a_case(agency)
    slept = operations.claim_next(at=SUNDAY_9AM)
    assert slept is not None
    awake = operations.claim_next(at=SUNDAY_9AM + retries.LEASE + MINUTE)
    assert awake is not None
    assert awake.pk == slept.pk

    tried = operations.Tried(500)
    assert not operations.record_outcome(slept.pk, lease_token=slept.lease_token, tried=tried, at=SUNDAY_9AM)
    assert not operations.record_outcome(slept.pk, lease_token="", tried=tried, at=SUNDAY_9AM)
    assert operations.record_outcome(
        awake.pk, lease_token=awake.lease_token, tried=operations.Tried(200), at=SUNDAY_9AM
    )
    assert states()[0] == "sent"


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_fails_in_whatever_order_the_whole_arrives_numbered_without_a_gap(
    home: Any, other_side: Receiver, data: st.DataObject
) -> None:
    with transaction.atomic():
        agency = make_working_agency()
        subscription = subscribe(agency, f"{other_side.url}/hook").subscription
        huda = make_person("supervisor")
        many = [resolved_case(agency=agency, by=huda).pk for _ in range(data.draw(st.integers(1, 2)))]
        facts = facts_of(*many)
        hand_over(data.draw(st.permutations(facts)))
        moods = data.draw(st.lists(st.sampled_from([200, 200, 500, 429, "close", "redirect", 204]), max_size=24))
        answers = itertools.chain(moods, itertools.repeat(204))
        other_side.forget()
        other_side.mood = lambda heard: next(answers)

        run_until(SUNDAY_9AM, SUNDAY_9AM + 4 * DAY)

        taken: dict[str, list[int]] = defaultdict(list)
        once = {one.delivery: one.told for one in other_side.taken}
        for told in once.values():
            taken[told["case"]["reference"]].append(told["sequence"])
        assert {tuple(sorted(numbers)) for numbers in taken.values()} == {(1, 2, 3, 4)}
        assert len(taken) == len(many)
        # Nothing that was taken came again, and no more than was asked for.
        assert len(other_side.taken) == len(once) == len(facts)
        by_number = sorted((told["case"]["reference"], told["sequence"], told["event"]) for told in once.values())
        kinds = ["case.registered", "case.referred", "case.accepted", "case.resolved"]
        assert [kind for _, _, kind in by_number] == kinds * len(many)
        assert set(subscription.deliveries.values_list("state", flat=True)) == {"sent"}
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_telling_once_and_outside_of_any_transaction(
    monkeypatch: pytest.MonkeyPatch, home: Any, other_side: Receiver
) -> None:
    held = []

    def call(*asked: Any, **more: Any) -> http.Answer:
        held.append(connection.in_atomic_block)
        return real_call(*asked, **more)

    real_call = http.call
    monkeypatch.setattr(http, "call", call)
    agency, at = make_working_agency(), clock.now()  # threads know no other clock
    subscribe(agency, other_side.url)
    cases = [make_case(agency=agency).pk for _ in range(10)]
    hand_over(facts_of(*cases), at=at)

    def work() -> None:
        try:
            while Delivery.objects.filter(state__in=("waiting", "failed")).exists():
                jobs.send_round()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    names = [one.delivery for one in other_side.taken]
    assert len(names) == len(set(names)) == 20
    assert held == [False] * 20
    for case_id in cases:
        of_case = [one.told for one in other_side.taken if one.told["case"]["reference"] == reference(case_id)]
        assert [told["sequence"] for told in of_case] == [1, 2]


def reference(case_id: int) -> str:
    return str(Delivery.objects.filter(case_id=case_id).values_list("reference", flat=True)[0])
