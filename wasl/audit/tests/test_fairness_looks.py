"""The review of turns in a real browser: no violation, nothing over the edge, in both languages; and its paper."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from wasl.analytics.fairness import published
from wasl.analytics.models import PublishedTurns
from wasl.analytics.tests.lines import Line, make_line
from wasl.cases import bars
from wasl.cases import operations as cases
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.models import Unit
from wasl.directory.tests.makers import make_person, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Browser, Window, name_of

pytestmark = MARKS
_BINS = both("النظافة", "Cleaning")


@pytest.fixture
def line(home: Any) -> Line:
    """A line in which some cases went ahead, one of them at the cost of others."""
    line, at = make_line(), clock.now()
    Unit.objects.filter(pk=line.unit.pk).update(name=both("دائرة الطرق", "Roads department"))
    begin = at - timedelta(days=12)
    waiting = line.add(24, at=begin)
    for case in waiting[:14]:
        line.take(case, at=begin + timedelta(hours=5))
    line.take(waiting[20], at=begin + timedelta(hours=6), reason="management", words="بأمر كتابي رقم 12: أمام مدرسة")
    cases.resolve(waiting[20], text="أُنجز", by=line.officer, at=begin + timedelta(hours=8))
    colleague = make_person("specialist", line.unit, name="يعقوب بن يوسف")
    for case in (waiting[18], waiting[17]):
        line.take(case, at=begin + timedelta(days=1), by=colleague)
    huda, salem = make_person("supervisor", line.unit), make_person("agent", line.unit)
    cases.change_importance(waiting[16], importance="P1", reason="قرب مدرسة", by=huda, at=at - timedelta(hours=3))
    bins = make_service("S-BINS", agency=line.agency, category=make_category("C2", agency=line.agency, name=_BINS))
    cases.classify(waiting[22], kind=waiting[22].kind, service=bins, by=huda, at=at - timedelta(hours=2))
    cases.start_work(waiting[22], by=colleague, at=at - timedelta(hours=1))
    cases.classify(waiting[22], kind=waiting[22].kind, service=line.service, by=huda, at=at - timedelta(minutes=9))
    note_reading([Shown("case", waiting[15].pk, own=False)], agency_id=line.agency.pk, by=salem, at=at)
    bars.note_attempt(waiting[15], salem, at=at)
    first = published.before(at.date().replace(day=1))
    for jumped, reasons in ((41, [["route", 21], ["safety", 11], ["", 9]]), (3, []), (0, [])):
        PublishedTurns.objects.create(
            agency=line.agency, first_on=first, taken=1204, jumped=jumped, reasons=reasons, counted_at=at
        )
        first = published.before(first)
    return line


@pytest.fixture(params=LOOKS, ids=name_of)
def window(request: pytest.FixtureRequest, browser: Browser, line: Line, live_server: Any) -> Iterator[Window]:
    """The auditor at a screen."""
    opened = Window(browser, live_server.url, *request.param, session=session_of(make_person("auditor")))
    yield opened
    opened.close()


def test_the_review_of_turns_can_be_used_by_everybody(window: Window, line: Line) -> None:
    pages = {
        "fairness": "",
        "fairness-jumps": "jumps",
        "fairness-taken": f"taken?person={line.officer.pk}",
        "fairness-signs": "signs",
        "fairness-nothing": "jumps?from=2001-01-01&to=2001-01-02",
    }
    for name, path in pages.items():
        window.open(f"/audit/fairness/{path}")
        if name == "fairness-jumps":
            window.page.eval_on_selector_all(".jumps details", "all => all.forEach(one => { one.open = true; })")
        window.judge(name)
    window.open("/turns")
    window.judge("turns")
