"""The pages of rights, absence, team and identity in a real browser: both languages, wide and narrow, for everybody."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.contacts import operations as contacts
from wasl.core import clock
from wasl.desk.tests.test_looks import Desk, Visitor, desk, pytestmark, visitor
from wasl.directory import operations
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import make_noora, make_said, make_unit

__all__ = ["desk", "pytestmark", "visitor"]


@pytest.fixture
def team(desk: Desk) -> dict[str, Any]:
    """Huda's unit with a colleague who is away, a role to come, and a part below."""
    at, unit = clock.now(), desk.told.unit
    make_unit("NIGHT", parent=unit)
    said, noora = make_said(unit), make_noora(unit)
    week = timedelta(days=7)
    appoint_substitute(said, substitute=noora, unit=unit, valid_from=at, valid_to=at + week, by=said, at=at)
    appoint_substitute(
        noora, substitute=desk.huda, unit=unit, valid_from=at + 2 * week, valid_to=at + 3 * week, by=noora, at=at
    )
    operations.grant_role(noora, role="field", unit=unit, by=desk.huda, at=at, valid_from=at + week)
    assert desk.told.beneficiary is not None
    contacts.set_identity(desk.told.beneficiary, number="12873465", by=None, at=at)
    desk.huda = User.objects.get(pk=desk.huda.pk)
    return {"noora": noora, "case": desk.told.reference}


def test_the_pages_of_rights_can_be_used_by_everybody(visitor: Visitor, team: dict[str, Any]) -> None:
    page = visitor.page
    for path, name in (
        ("me", "me"),
        ("me/absence", "absence"),
        ("team", "team"),
        (f"people/{team['noora'].pk}/rights", "rights"),
        (f"desk/cases/{team['case']}", "case-identity"),
        (f"desk/cases/{team['case']}/identity/record", "identity-record"),
        (f"desk/cases/{team['case']}/identity", "identity"),
    ):
        page.goto(f"{visitor.base}/{path}")
        visitor.judge(name)
    page.fill("input[name=reason]", "مطابقة صاحب الطلب مع البطاقة")
    page.click("main form .btn.p")
    visitor.judge("identity-shown")
    assert "12873465" in page.inner_text("main")
