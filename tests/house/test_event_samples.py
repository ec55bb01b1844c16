"""A fact once recorded must be readable for ever: a frozen sample of each version is kept and loaded here.

A new fact or version needs its sample (`event_samples.json`); a sample is never changed: change the version instead.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from wasl.core.events import load, registered_events

SAMPLES: dict[str, dict[str, object]] = json.loads(
    Path(__file__).with_name("event_samples.json").read_text(encoding="utf-8")
)
OWN = {
    f"{kind} {version}": cls for (kind, version), cls in registered_events().items() if ".tests." not in cls.__module__
}


def test_every_version_of_every_fact_has_its_sample() -> None:
    missing = sorted(name for name, cls in OWN.items() if name not in SAMPLES and cls.__module__.startswith("wasl."))

    assert missing == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_recorded_fact_can_still_be_read_and_means_the_same(name: str) -> None:
    kind, version = name.rsplit(" ", 1)

    fact = load(SimpleNamespace(kind=kind, version=int(version), data=SAMPLES[name]))

    assert asdict(fact) == SAMPLES[name]
    assert {field.name for field in fields(fact)} == set(SAMPLES[name])


def test_samples_hold_plain_values_and_lists_of_them_only() -> None:
    for name, sample in SAMPLES.items():
        for value in sample.values():
            for one in value if isinstance(value, list) else [value]:
                assert one is None or isinstance(one, bool | int | str), name
