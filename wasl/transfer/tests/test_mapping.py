"""A mapping says which column gives what; whatever is wrong with it is told by line and key."""

import pytest

from wasl.core.refusal import Refusal
from wasl.transfer import mapping
from wasl.transfer.documents import BadDocument
from wasl.transfer.mapping import Moment, Named
from wasl.transfer.tests.makers import PLAIN

HEAD = "wasl_mapping: 1\nsource: crm\nfields:\n  reference: id\n  registered: opened\n"

CHANNELS = "  channel:\n    column: c\n    values:\n      web: portal\n      tv: television\n"


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadDocument) as wrong:
        mapping.parse(text)
    return [(fault.line, fault.key) for fault in wrong.value.faults]


def test_the_mappings_that_come_with_wasl_can_be_read() -> None:
    assert mapping.shipped() == ["boston311", "open311"]
    for name in mapping.shipped():
        plan, _ = mapping.load(name)
        assert plan.source == name
        assert {"ar", "en"} <= set(plan.title)


def test_keys_and_values_stay_the_text_that_was_written() -> None:
    plan = mapping.parse(HEAD + "  state: {column: s, values: {1: closed, yes: in_progress, 2015-01-01: rejected}}\n")

    assert plan.fields["state"].values == {"1": "closed", "yes": "in_progress", "2015-01-01": "rejected"}


def test_a_short_form_names_the_column_and_a_long_one_says_more() -> None:
    plan = mapping.parse(PLAIN)

    assert plan.fields["reference"].columns == ("id",)
    service = plan.fields["service"]
    assert isinstance(service, Named)
    assert (service.columns, service.unknown, service.group) == (("kind",), "make", "IMPORTED")
    assert isinstance(plan.fields["registered"], Moment)


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("  stat: s\n", [(6, "fields.stat")]),
        ("  kind: {value: riport}\n", [(6, "fields.kind.value")]),
        (CHANNELS, [(10, "fields.channel.values.tv")]),
        ("  closed: {column: c, zone: Asia/Maskat}\n", [(6, "fields.closed.zone")]),
        ("  closed: {column: c, earlier: never}\n", [(6, "fields.closed.earlier")]),
        ("  service: {column: t, unknown: perhaps}\n", [(6, "fields.service.unknown")]),
        ("  lat: y\n", [(6, "fields.lat")]),
        ("  title: {column: a, value: b}\n", [(6, "fields.title")]),
        ("  title: [a, b]\n", [(6, "fields.title")]),
        ("  title: a\n  title: b\n", [(7, "fields.title")]),
        ("nowhere: [[one, two]]\n", [(6, "nowhere")]),
        ("facts:\n  - {label: Ward}\n", [(7, "facts.1")]),
        ("outside: perhaps\nwards: 3\n", [(6, "outside"), (7, "wards")]),
    ],
)
def test_what_is_wrong_is_told_by_line_and_key(added: str, expected: list[tuple[int, str]]) -> None:
    assert faults(HEAD + added) == expected


def test_everything_wrong_is_told_at_once_and_close_words_are_proposed() -> None:
    with pytest.raises(BadDocument) as wrong:
        mapping.parse("source: ü\nfields:\n  refrence: id\n")

    told = {fault.key: str(fault.sentence) for fault in wrong.value.faults}
    assert set(told) == {"wasl_mapping", "source", "fields.refrence", "fields.reference", "fields.registered"}
    assert "reference" in told["fields.refrence"]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [1\n", "a: &x 1\nb: *x\n", "\x00"])
def test_what_is_no_mapping_at_all_is_refused(text: str) -> None:
    assert faults(text)


def test_columns_the_file_has_not_are_told_with_what_it_has() -> None:
    plan = mapping.parse(PLAIN)

    with pytest.raises(BadDocument) as wrong:
        plan.check_columns([*set(plan.columns()) - {"opened"}, "Opened"])

    (fault,) = wrong.value.faults
    assert (fault.line, fault.key) == (6, "opened")
    assert "Opened" in str(fault.sentence)


def test_a_mapping_nobody_knows_is_refused_with_those_that_are_ready() -> None:
    with pytest.raises(Refusal, match="boston311"):
        mapping.load("boston")
