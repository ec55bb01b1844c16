"""Complaints about staff in a real browser: the page of the committee, the registration, and the wizard of citizens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.models import Unit
from wasl.directory.operations import take_staff_complaints
from wasl.directory.tests.makers import LONG_AGO, make_noora, make_person, make_salem, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS


@dataclass
class Conduct:
    """A committee with one complaint, and the agent who takes the next one down."""

    member: User
    salem: User
    case: Case
    look: tuple[str, tuple[int, int]]


@pytest.fixture(params=LOOKS, ids=name_of)
def conduct(request: pytest.FixtureRequest, home: Path) -> Conduct:
    agency, now = make_working_agency(), clock.now()
    unit = make_unit("CONDUCT", agency=agency, name=both("لجنة سلوك الموظفين", "Committee on staff conduct"))
    committee: Unit = take_staff_complaints(unit, 1, by=None, at=LONG_AGO)
    member = make_person("specialist", committee, name="أمل بنت يوسف الزدجالية")
    case = make_case(
        agency=agency,
        kind="complaint",
        title="أنهى المكالمة مرتين ولم يسجّل بلاغي",
        about_staff=cases.AboutStaff("موظف الهاتف الذي رد علي صباح الأحد عند التاسعة تقريباً، ولم يذكر اسمه."),
        at=now,
    )
    cases.accept_referral(case, by=member, at=now, assignee=member)
    noora = make_noora()
    cases.name_accused(case, cases.AboutStaff(people=(noora,)), by=member, at=now)
    # What she, and a colleague of hers, did afterwards to other cases of the same person.
    colleague = make_person("specialist", make_unit("ROADS"), name="راشد بن سعيد المعمري")
    refused, worked = make_case(at=now), make_case(at=now)
    later = now + timedelta(seconds=1)
    cases.change_importance(refused, importance="P3", reason="ليست عاجلة", by=noora, at=later)
    cases.return_referral(refused, reason="ليست لنا", whose=cases.Whose(unknown=True), by=noora, at=later)
    cases.accept_referral(worked, by=colleague, at=later)
    return Conduct(member, make_salem(), case, request.param)


@pytest.fixture
def windows(browser: Browser, conduct: Conduct, live_server: Any) -> Iterator[Any]:
    opened = []

    def window(person: User | None) -> Window:
        session = session_of(person) if person is not None else None
        opened.append(Window(browser, live_server.url, *conduct.look, session=session))
        return opened[-1]

    yield window
    for one in opened:
        one.close()


def test_the_pages_can_be_used_by_everybody(windows: Any, conduct: Conduct) -> None:
    staff = windows(conduct.member)
    staff.open(f"/desk/cases/{conduct.case.reference}?act=lift")
    staff.judge("staff-complaint")

    agent = windows(conduct.salem)
    agent.open("/desk/register")
    agent.page.evaluate("document.getElementById('stafffold').open = true")
    agent.page.fill("#id_staff_words", "موظف الشباك الثالث")
    agent.judge("staff-complaint-register")

    citizen = windows(None)
    citizen.open("/report")
    citizen.page.click("button[name=kind][value=complaint]")
    citizen.page.click("#wizard .foot .btn.p")
    citizen.page.check("input[name=about_staff][value=yes]", force=True)
    citizen.judge("staff-complaint-details")
