"""Reading goes ahead of writing by one thing, keeps the order, and whatever goes wrong comes out."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from wasl.cases.models import Case
from wasl.transfer.ahead import ahead
from wasl.transfer.models import ImportedCase
from wasl.transfer.tests.makers import bring, make_boston, row, write_csv


def test_the_next_thing_is_asked_for_beside_and_none_beyond_it() -> None:
    asked: list[tuple[int, int]] = []

    def things() -> Iterator[int]:
        for number in range(5):
            asked.append((number, threading.get_ident()))
            yield number

    going = ahead(things())
    seen = [next(going)]
    so_far = len(asked)
    seen += going

    assert seen == [0, 1, 2, 3, 4]
    assert so_far <= 2
    assert {thread for _, thread in asked}.isdisjoint({threading.get_ident()})


def test_the_language_of_the_reader_is_that_of_whoever_asks() -> None:
    with translation.override("en"):
        assert list(ahead(translation.get_language() for _ in range(2))) == ["en", "en"]


def test_what_goes_wrong_while_reading_comes_out_in_its_place() -> None:
    def things() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    going = ahead(things())

    assert next(going) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(going)


def test_whoever_stops_leaves_no_thread_behind() -> None:
    going = ahead(iter(range(100)))
    next(going)

    going.close()

    assert not [one for one in threading.enumerate() if one.name.startswith("ahead")]


@pytest.mark.django_db
def test_within_a_transaction_all_is_read_in_its_own_thread() -> None:
    with transaction.atomic():
        assert set(ahead(threading.get_ident() for _ in range(3))) == {threading.get_ident()}


@pytest.mark.django_db(transaction=True)
def test_an_import_that_reads_ahead_brings_in_all_and_tells_what_failed(tmp_path: Path) -> None:
    rows = [row(f"T-{number}", opened="2026-01-05 09:00:00" if number % 7 else "someday") for number in range(60)]
    path = write_csv(tmp_path / "history.csv", rows)

    outcome = bring(make_boston(), path, batch=10)

    failed = [f"T-{number}" for number in range(0, 60, 7)]
    counts = outcome.counts
    assert (counts.imported, counts.known, counts.failed) == (60 - len(failed), 0, len(failed))
    assert Case.objects.count() == 60 - len(failed)
    assert not ImportedCase.objects.filter(source_id__in=failed).exists()
    errors = (tmp_path / "history.errors.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[4] for line in errors.splitlines()[1:]] == failed
