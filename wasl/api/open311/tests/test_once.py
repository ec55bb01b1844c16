"""A report sent again under its key is one report: retries, lost answers, dead workers and senders side by side.

Hypothesis plays the sender over the real door, with a thread and a database connection of its own for each request.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from wasl.api.open311.tests.makers import City, make_city, make_key, post, report, rows
from wasl.cases.models import Case
from wasl.directory.tests.makers import LONG_AGO
from wasl.intake import operations as intake
from wasl.partners import queries as partners
from wasl.partners.models import ApiKey
from wasl.places import operations as places

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = itertools.count(1)
# Marks at which a worker may die, by the words of the report it has in hand: before its commit, or after it.
_dying: dict[str, str] = {}


@dataclass(frozen=True)
class Sent:
    """A report under a key, by the program of a secret."""

    secret: str
    key: str
    words: str


class Dead(Exception):
    """The worker died; whoever asked hears a 500 or nothing."""


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that die where `_dying` says, once."""
    alive: Callable[..., intake.Receipt] = intake.submit_report
    at_hand = threading.local()

    def submit(given: Any, **more: Any) -> intake.Receipt:
        at_hand.words = given.description
        return alive(given, **more)

    def mark(point: str) -> None:
        if _dying.get(at_hand.words) == point:
            del _dying[at_hand.words]
            raise Dead

    monkeypatch.setattr(intake, "submit_report", submit)
    monkeypatch.setattr(intake, "mark", mark)


def ask(city: City, sent: Sent, words: str = "") -> tuple[int, str]:
    """Send it in a thread of its own, as a server would take it; status and reference."""

    def send() -> tuple[int, str]:
        try:
            fields = report(city, description=words or sent.words, api_key=sent.secret)
            answer = post("requests", fields, headers={"Idempotency-Key": sent.key} if sent.key else {})
            found = rows(answer) if answer.status_code == 200 else [{}]
            return answer.status_code, str(found[0].get("service_request_id", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(send).result(60)


def ask_at_once(city: City, sent: Sent, many: int) -> list[tuple[int, str]]:
    """The same from several threads that start together."""
    gate = threading.Barrier(many)

    def send() -> tuple[int, str]:
        gate.wait(30)
        return ask(city, sent)

    with ThreadPoolExecutor(many) as threads:
        return [one.result(60) for one in [threads.submit(send) for _ in range(many)]]


class Senders(RuleBasedStateMachine):
    """Two programs that send, send again, lose answers and race with themselves. `known` is what they were told."""

    city: City
    programs: tuple[str, ...]
    keys: tuple[ApiKey, ...]
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.known: dict[tuple[str, str], str] = {}
        self.alone = 0
        self.before = brought(self.keys)

    @rule(target=sent, program=st.integers(0, 1), again=st.booleans())
    def begin_one(self, program: int, again: bool) -> Any:
        """A new report under a key that nobody has used, or that only the other program has."""
        number = next(_numbers)
        one = Sent(self.programs[program], f"key-{number}", f"حفرة رقم {number}")
        if not again:
            return one
        return multiple(one, Sent(self.programs[1 - program], one.key, one.words))

    @rule(one=sent, times=st.integers(1, 2))
    def send(self, one: Sent, times: int) -> None:
        for _ in range(times):
            self.learn(one, *ask(self.city, one))

    @rule(one=sent, many=st.integers(2, 4))
    def send_side_by_side(self, one: Sent, many: int) -> None:
        for status, reference in ask_at_once(self.city, one, many):
            self.learn(one, status, reference)

    @rule(one=sent, point=st.sampled_from(["intake.key_taken", "intake.before_commit", "intake.after_commit"]))
    def lose_the_answer(self, one: Sent, point: str) -> None:
        """The worker dies with the report in hand: the sender knows nothing and sends it again."""
        _dying[one.words] = point
        status, _ = ask(self.city, one)
        _dying.pop(one.words, None)
        # What was registered before is given again without any work that could be lost.
        assert status == (200 if (one.secret, one.key) in self.known else 500)
        self.learn(one, *ask(self.city, one))

    @rule(one=sent, many=st.integers(2, 4))
    def die_among_others(self, one: Sent, many: int) -> None:
        """One of several that race dies just before its commit; the others wait for it and go on."""
        _dying[one.words] = "intake.before_commit"
        answers = ask_at_once(self.city, one, many)
        _dying.pop(one.words, None)
        assert [status for status, _ in answers].count(500) <= 1
        for status, reference in answers:
            if status != 500:
                self.learn(one, status, reference)

    @rule(one=sent)
    def send_other_words_under_the_key(self, one: Sent) -> None:
        self.learn(one, *ask(self.city, one))
        assert ask(self.city, one, words=one.words + "، ومعها أخرى")[0] == 422

    @rule()
    def send_twice_without_a_key(self) -> None:
        one = Sent(self.programs[0], "", f"بلا مفتاح {next(_numbers)}")
        first, second = ask(self.city, one), ask(self.city, one)
        assert first[0] == second[0] == 200
        assert first[1] != second[1]
        self.alone += 2

    def learn(self, one: Sent, status: int, reference: str) -> None:
        """The same key gives the same number for ever."""
        assert status == 200
        assert reference
        assert self.known.setdefault((one.secret, one.key), reference) == reference

    @invariant()
    def nothing_is_there_twice(self) -> None:
        if not hasattr(self, "known"):
            return
        references = list(self.known.values())
        assert len(set(references)) == len(references)
        assert brought(self.keys) - self.before == len(references) + self.alone


def brought(keys: tuple[ApiKey, ...]) -> int:
    """How many cases the programs brought, each found as a case."""
    numbers = {number for key in keys for number in partners.all_brought_by(key)}
    assert Case.objects.filter(pk__in=numbers).count() == len(numbers)
    return len(numbers)


def test_no_report_is_ever_doubled_or_lost(mortal: None, home: Any) -> None:
    places.load_starting_places(at=LONG_AGO)
    city = make_city()
    issued = [make_key(city.agency, "open311:write", per_minute=60_000) for _ in range(2)]

    class Here(Senders):
        pass

    Here.city, Here.programs = city, tuple(one.secret for one in issued)
    Here.keys = tuple(one.api_key for one in issued)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
