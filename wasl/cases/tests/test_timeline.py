"""The timeline tells everything to staff, and to the public what it may know."""

import pytest

from wasl.cases import events, operations, timeline
from wasl.cases.tests.makers import HOUR, accepted_case, resolved_case
from wasl.cases.wording import wording_of
from wasl.core.events import registered_events
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora

pytestmark = pytest.mark.django_db


def test_internal_notes_and_names_of_staff_never_reach_the_public() -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    operations.add_note(case, text="المقاول متأخر", by=noora, at=SUNDAY_9AM + 2 * HOUR)

    staff = timeline.staff_timeline(case)
    public = timeline.public_timeline(case)

    assert any(item.text == "المقاول متأخر" and item.actor == noora.name for item in staff)
    assert all("المقاول" not in item.text and not item.actor for item in public)


def test_the_newest_stands_first_and_says_what_was_done() -> None:
    case = resolved_case(by=make_noora())

    newest = timeline.public_timeline(case)[0]

    assert newest.title == "تمت المعالجة"
    assert "رُدمت" in newest.text


def test_every_fact_of_a_case_has_its_words() -> None:
    own = [cls for cls in registered_events().values() if issubclass(cls, events.CaseFact)]
    # Who is tied to whom is for the audit alone: colleagues do not read it on the page of the case.
    own.remove(events.BarredAttempt)

    assert own
    for cls in own:
        assert wording_of(cls.kind) is not None
