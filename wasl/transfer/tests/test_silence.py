"""Imported history tells nobody anything: not while it comes in, and not when the jobs of the calendar find it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from wasl.alerts.models import Letter
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency, resolved_case
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_noora
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import make_account
from wasl.notices.models import Notice
from wasl.tasks.models import Task
from wasl.transfer.tests.makers import IN_2026, PLAIN, bring, row, write_csv

pytestmark = pytest.mark.django_db
STATES = """
    values: {o: in_progress, n: new, a: accepted, w: pending_beneficiary, c: closed, r: resolved, x: rejected,
             d: duplicate, g: withdrawn, s: spam}
"""


def queued() -> list[tuple[int, str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(number, name, json.loads(arguments)) for number, name, arguments in cursor.fetchall()]


def work_off() -> Iterator[str]:
    """Do every job that waits, and those they leave behind, as the worker does."""
    done: set[int] = set()
    while fresh := [job for job in queued() if job[0] not in done]:
        for number, name, arguments in fresh:
            done.add(number)
            app.tasks[name].func(**arguments)
            yield name


def run_the_calendar(at: datetime) -> list[str]:
    """Every periodic job of the house, then all that follows."""
    with clock.frozen(at):
        for task, _ in list(app.periodic_registry.periodic_tasks):
            app.tasks[task].func(timestamp=int(at.timestamp()))
        done = list(work_off())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return done


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    """An agency that writes mails, with imported people in every state, old and of this week."""
    agency = make_working_agency()
    make_account(agency)
    rows = [
        row(
            f"{state}{year}",
            state=state,
            opened=opened,
            closed="" if state in "onaw" else ended,
            name="مريم",
            phone="92147705",
            email="maryam@example.org",
        )
        for state in "onawcrxdgs"
        for year, opened, ended in (
            (2015, "2015-01-05 10:00:00", "2015-02-05 10:00:00"),
            (2026, "2026-11-15 10:00:00", "2026-11-20 10:00:00"),
        )
    ]
    text = PLAIN.replace("values: {o: in_progress, c: closed, r: resolved, x: rejected}", "").replace(
        "state: {column: state, }", "state:\n    column: state" + STATES.rstrip()
    )
    text = text.replace("  closed: closed\n", "  closed: closed\n  target: {column: closed}\n")
    outcome = bring(agency, write_csv(tmp_path / "crm.csv", rows), text)
    assert (outcome.counts.imported, outcome.counts.failed) == (20, 0)
    return agency


def test_the_jobs_of_the_calendar_write_to_nobody_about_imported_cases(agency: Agency) -> None:
    imported = set(Case.objects.values_list("pk", flat=True))
    # One live case among them, so that it is seen that the jobs do write.
    live = resolved_case(by=make_noora(), agency=agency, at=IN_2026 + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    for later in (timedelta(days=1), cases_are_closed_after(), timedelta(days=400)):
        run_the_calendar(IN_2026 + later)

    told = set(Notice.objects.values_list("case_id", flat=True))
    assert told == {live.pk}
    assert not Task.objects.filter(case_id__in=imported).exists()
    # Colleagues read of open work in their digest, wherever it came from; citizens read of nothing.
    of_live = Notice.objects.filter(case_id=live.pk).values("message")
    assert not Message.objects.exclude(pk__in=of_live).exclude(pk__in=Letter.objects.values("message")).exists()


def cases_are_closed_after() -> timedelta:
    return timedelta(days=cases.REOPEN_DAYS + 2)


def test_nothing_is_queued_about_the_cases_of_an_import(agency: Agency) -> None:
    of_cases = set(EventRecord.objects.filter(case_id__isnull=False).values_list("pk", flat=True))

    assert [job for job in queued() if job[1] != "core.dispatch_event"] == []
    assert not {job[2]["event_id"] for job in queued()} & of_cases
    assert of_cases
    assert not Message.objects.exists()
    assert not Notice.objects.exists()
