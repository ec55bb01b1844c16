"""Which fact goes to whom, without sockets or database."""

import asyncio
import json

import pytest

from wasl.web.live.hub import QUEUE_LIMIT, RESET, STREAMS_PER_PERSON, Fact, Hub, Stream, missed_frames


def fact(number: int = 1, agency: int = 1, units: tuple[int, ...] = (7,)) -> Fact:
    return Fact(number, "CaseRegistered", agency, frozenset(units), 42, "MR-2611-04173-2")


def stream(scopes: list[tuple[int, frozenset[int] | None]], person: int = 1) -> Stream:
    return Stream(person, "session", scopes)


def test_a_fact_is_read_from_its_notice() -> None:
    read = Fact.from_payload('{"id": 5, "kind": "CaseReferred", "agency": 1, "unit": 3, "units": [4], "case": null}')

    assert read == Fact(5, "CaseReferred", 1, frozenset({3, 4}), None, "")


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"id": "x"}', "null"])
def test_what_is_no_fact_is_refused(payload: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        Fact.from_payload(payload)


def test_a_frame_holds_ids_and_codes_only() -> None:
    lines = fact().frame().decode().split("\n")

    assert lines[0] == "id: 1"
    assert lines[1] == "event: fact"
    assert set(json.loads(lines[2].removeprefix("data: "))) == {"id", "kind", "agency", "units", "case", "reference"}


def test_facts_reach_only_those_who_may_hear_them() -> None:
    hub = Hub()
    whole, roads, lights, foreign = (
        stream([(1, None)], 1),
        stream([(1, frozenset({7}))], 2),
        stream([(1, frozenset({8}))], 3),
        stream([(2, None)], 4),
    )
    for one in (whole, roads, lights, foreign):
        hub.add(one)

    hub.tell(fact())

    assert [one.queue.qsize() for one in (whole, roads, lights, foreign)] == [1, 1, 0, 0]


def test_facts_of_closed_cases_reach_only_those_who_may_read_such() -> None:
    hub, agent, evaluator = Hub(), stream([(1, None)], 1), stream([(1, None)], 2)
    evaluator.closed = [(1, frozenset({7}))]
    for one in (agent, evaluator):
        hub.add(one)
    notice = {
        "id": 5,
        "kind": "CaseReferred",
        "agency": 1,
        "units": [7],
        "case": 42,
        "reference": "MR-1",
        "closed": True,
    }

    hub.tell(Fact.from_payload(json.dumps(notice)))
    hub.tell(Fact.from_payload(json.dumps(notice | {"units": [8]})))

    assert [one.queue.qsize() for one in (agent, evaluator)] == [0, 1]


def test_missed_facts_of_closed_cases_stay_closed() -> None:
    rows = [
        (3, "CaseRegistered", 1, 42, {"unit_id": 7, "closed": True}),
        (4, "CaseAcknowledged", 1, 42, {"closed": True}),
    ]
    evaluator = stream([(1, None)])
    evaluator.closed = [(1, None)]

    assert missed_frames(rows, stream([(1, None)])) == missed_frames(rows, stream([(1, frozenset({7}))])) == []
    assert len(missed_frames(rows, evaluator)) == 2


def test_what_is_for_some_people_is_heard_by_nobody_else() -> None:
    hub = Hub()
    salem, huda, foreign = stream([(1, frozenset({7}))], 1), stream([(1, None)], 2), stream([(2, None)], 1)
    for one in (salem, huda, foreign):
        hub.add(one)
    notice = {"id": 5, "kind": "AlertGiven", "agency": 1, "units": [], "case": None, "people": [1, 3]}

    hub.tell(Fact.from_payload(json.dumps(notice)))

    assert [one.queue.qsize() for one in (salem, huda, foreign)] == [1, 0, 0]
    assert b"people" not in (salem.queue.get_nowait() or b"")


def test_missed_facts_for_some_people_are_told_to_them_alone() -> None:
    rows = [(3, "AlertGiven", 1, None, {"alert_ids": [4], "people": [1]})]

    assert len(missed_frames(rows, stream([(1, frozenset({7}))], 1))) == 1
    assert missed_frames(rows, stream([(1, None)], 2)) == missed_frames(rows, stream([(1, frozenset({7}))], 2)) == []


def test_new_rights_count_at_once() -> None:
    hub, listener = Hub(), stream([(1, None)])
    hub.add(listener)

    hub.change_scopes(listener, [(2, None)])
    hub.tell(fact(agency=1))
    hub.tell(fact(agency=2))

    assert listener.queue.qsize() == 1


def test_a_slow_client_is_let_go() -> None:
    hub, slow = Hub(), stream([(1, None)])
    hub.add(slow)

    for number in range(QUEUE_LIMIT + 1):
        hub.tell(fact(number))

    assert slow.is_closed
    assert asyncio.run(slow.queue.get()) is None


def test_the_oldest_stream_of_a_person_gives_way() -> None:
    hub = Hub()
    opened = [stream([(1, None)], person=9) for _ in range(STREAMS_PER_PERSON + 1)]
    for one in opened:
        hub.add(one)

    assert [one.is_closed for one in opened] == [True] + [False] * STREAMS_PER_PERSON


def test_missed_facts_of_own_units_are_told() -> None:
    rows = [(3, "CaseRegistered", 1, 42, {"case_id": 42, "unit_id": 7}), (4, "CaseRegistered", 1, 43, {"unit_id": 8})]

    frames = missed_frames(rows, stream([(1, frozenset({7}))]))

    assert [frame.split(b"\n")[0] for frame in frames] == [b"id: 3"]


def test_a_missed_fact_without_unit_is_a_reset_for_people_of_few_units() -> None:
    rows = [(3, "CaseAcknowledged", 1, 42, {"case_id": 42})]

    assert missed_frames(rows, stream([(1, frozenset({7}))])) == [RESET]
    assert len(missed_frames(rows, stream([(1, None)]))) == 1
    assert missed_frames(rows, stream([(2, frozenset({7}))])) == []
