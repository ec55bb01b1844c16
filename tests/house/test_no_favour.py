"""No field anywhere may favour a person: nothing in the house is named for it, and the order of service reads nothing
but the class, the moment of registration and the number of the row.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import msgspec
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

import wasl
from wasl.administration.registry import Kind
from wasl.api.v1 import bodies
from wasl.cases import order, queries, workflow
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case
from wasl.contacts.models import Beneficiary
from wasl.directory.rights import Right, Role
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.routing import importance

IN_THE_KEY = {"importance", "registered_at", "pk"}


def _below(cls: type) -> Iterator[type]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def _load_everything() -> None:
    for module in walk_packages(wasl.__path__, "wasl."):
        if not any(part in module.name for part in (".tests", ".migrations", ".config.", ".manage")):
            import_module(module.name)


def _names() -> Iterator[tuple[str, str]]:
    """Every name by which something could be told of a person or a case, with where it stands."""
    _load_everything()
    yield from _of_models()
    yield from _of_forms()
    yield from _of_kinds()
    for name, struct in vars(bodies).items():
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
            yield from ((f"{name}.{field}", field) for field in struct.__struct_fields__)
    yield from ((f"setting {name}", name) for name in dir(settings))
    yield from ((f"right {right}", right.value) for right in Right)
    yield from ((f"role {role}", role.value) for role in Role)


def _of_models() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if model.__module__.startswith("wasl."):
            yield from ((f"{model.__name__}.{one.name}", one.name) for one in model._meta.get_fields())


def _of_forms() -> Iterator[tuple[str, str]]:
    for form in _below(forms.BaseForm):
        for name, one in getattr(form, "base_fields", {}).items():
            yield f"{form.__name__}.{name}", name
            yield f"{form.__name__}.{name} as labelled", str(one.label or "")


def _of_kinds() -> Iterator[tuple[str, str]]:
    for kind in _below(Kind):
        for one in getattr(kind, "fields", ()):
            yield f"{kind.__name__}.{one.code}", one.code
            yield f"{kind.__name__}.{one.code} as labelled", str(one.label)


def _words() -> Iterator[tuple[str, str]]:
    """The words of closed lists that could bring somebody forward."""
    for code, (name, _) in order.USUAL_REASONS.items():
        yield from ((f"reason {code}", text) for text in (code, *name.values()))
    for table in (importance.HARDSHIPS, importance.REASONS, importance.CLASS_NAMES):
        for key, pair in table.items():
            yield from ((f"criterion {key}", text) for text in (str(key), *pair))
    for names in (workflow.IMPORTANCE, workflow.KINDS):
        yield from ((f"class or kind {code}", text) for code, name in names.items() for text in (code, *name.values()))


def test_nothing_is_named_for_favouring_a_person() -> None:
    told = [*_names(), *_words()]

    assert len(told) > 1500, "the house was not read"
    assert [where for where, name in told if order.favours(name)] == []


@pytest.mark.parametrize(
    "name",
    ["is_vip", "vip", "VIP", "favoured_by", "preferred_customer", "wasta", "premium", "واسطة", "من كبار الشخصيات"],
)
def test_such_a_name_would_be_found(name: str) -> None:
    assert order.favours(name)


@pytest.mark.parametrize("name", ["preferred_channel", "بواسطة الهاتف", "private", "مهمة", "importance"])
def test_an_honest_name_is_let_be(name: str) -> None:
    assert not order.favours(name)


# --- the order reads three things


class _Watched:
    """Notes what is read of a case."""

    def __init__(self, case: Case) -> None:
        self.case, self.read = case, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self.case, name)


def _asked(condition: Q) -> set[str]:
    found = set()
    for child in condition.children:
        found |= _asked(child) if isinstance(child, Q) else {str(child[0]).partition("__")[0]}
    return found


def test_the_key_reads_class_registration_and_number_alone() -> None:
    watched = _Watched(Case(pk=1, importance="P3", registered_at=SUNDAY_9AM))

    order.key(watched)  # type: ignore[arg-type]

    assert watched.read == IN_THE_KEY


@pytest.mark.django_db
def test_lists_and_counts_ask_the_same_three() -> None:
    line = order.Line(make_case(), SUNDAY_9AM)

    assert _asked(line.before()) == IN_THE_KEY
    assert queries.ORDERS["fair"] == ("importance", "registered_at", "id")
    assert next(iter(queries.ORDERS)) == "fair"


_TEXTS = ("", "x", "vip", "عاجل", "صاحب السعادة", "zz")


def _dressed(dice: random.Random) -> dict[str, Any]:
    """Anything in every other column of a case."""
    values: dict[str, Any] = {}
    for field in Case._meta.concrete_fields:
        kind = field.get_internal_type()
        if field.primary_key or field.name in IN_THE_KEY:
            continue
        if kind in ("CharField", "TextField"):
            values[field.attname] = dice.choice(_TEXTS)
        elif kind == "BooleanField":
            values[field.attname] = dice.random() < 0.5
        elif kind in ("PositiveSmallIntegerField", "PositiveIntegerField", "ForeignKey"):
            values[field.attname] = dice.randrange(1, 9)
        elif kind == "DateTimeField":
            values[field.attname] = SUNDAY_9AM + timedelta(hours=dice.randrange(-99, 99))
    return values


_KEYS = st.lists(st.tuples(st.sampled_from(["P1", "P2", "P3", "P4"]), st.integers(0, 50)), min_size=2, max_size=8).map(
    lambda given: [(pk, code, minutes) for pk, (code, minutes) in enumerate(given, start=1)]
)


@given(keys=_KEYS, seed=st.integers(0, 10_000))
def test_whatever_else_a_case_says_changes_nothing_in_the_order(keys: list[tuple[int, str, int]], seed: int) -> None:
    dice = random.Random(seed)

    def made(values: dict[str, Any], pk: int, code: str, minutes: int) -> Case:
        at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        return Case(pk=pk, importance=code, registered_at=at, **values)

    bare = [made({}, *one) for one in keys]
    dressed = [made(_dressed(dice), *one) for one in keys]

    assert [case.pk for case in order.in_order(bare)] == [case.pk for case in order.in_order(dressed)]


@pytest.mark.django_db
def test_who_somebody_is_changes_no_place() -> None:
    cases = [make_case(at=SUNDAY_9AM + timedelta(minutes=n), title=f"حفرة {n}") for n in range(3)]
    before = [order.rank_of(case, at=SUNDAY_9AM) for case in cases]

    Beneficiary.objects.filter(pk__in=[case.beneficiary_id for case in cases[1:]]).update(
        kind="government", full_name="صاحب السعادة", name_key="صاحب السعاده", language="en"
    )
    Case.objects.filter(pk=cases[2].pk).update(
        title="عاجل جداً", description="من طرف فلان", channel="letter", language="en", address_text="القصر", rating=5
    )

    assert [order.rank_of(Case.objects.get(pk=case.pk), at=SUNDAY_9AM) for case in cases] == before
    assert [rank.place for rank in before if rank] == [1, 2, 3]
