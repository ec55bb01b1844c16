"""The rating that is asked for when a case is done stands in the score of its unit and of its service."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest
from django.test import Client

from wasl.analytics import asked, board, people
from wasl.analytics.measures.arithmetic import Satisfaction
from wasl.cases import notices
from wasl.cases import operations as cases
from wasl.cases.events import CaseResolved
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda
from wasl.notices.telling import Told
from wasl.portal.tests.makers import service
from wasl.portal.tests.test_track import link, resolved

pytestmark = pytest.mark.django_db

HOLE, LAMP = "RD-POTHOLE", "LT-OUT"
HOUR = timedelta(hours=1)


def score(agency: Agency, **narrowed: str) -> Satisfaction:
    """What the figures of today say of the answers."""
    at = SUNDAY_9AM + 5 * HOUR
    return board.build(asked.read(people.reader_of(make_huda(), "", at=at), narrowed, at=at)).figures.satisfaction


def where_it_is_asked(case: Case) -> str:
    """The way to the rating in the word that its owner gets when it is done."""
    record = EventRecord.objects.get(case_id=case.pk, kind="CaseResolved")
    (word,) = cast("Iterable[Told]", notices.resolved(CaseResolved(**record.data), record))
    return str(word.values["rate_link"])


@pytest.mark.requirement("W-02")
def test_an_answer_appears_in_the_score_of_the_unit_and_of_the_service(citizen: Client, site: Agency) -> None:
    answers = [(HOLE, "5"), (HOLE, "4"), (HOLE, "5"), (HOLE, "2"), (HOLE, "4"), (LAMP, "1")]
    for code, rating in answers:
        with clock.frozen(SUNDAY_9AM):
            case = resolved(make_case(agency=site, service=service(code)))
        assert where_it_is_asked(case).endswith(f"{link(case)}#rate")
        cases.close(case, by=None, at=SUNDAY_9AM + 3 * HOUR)
        with clock.frozen(SUNDAY_9AM + 4 * HOUR):
            answer = citizen.post(f"{link(case)}/rate", {"rating": rating, "comment": ""})
        assert answer.status_code == 302

    roads, lamps = service(HOLE).unit, service(LAMP).unit
    assert roads is not None
    assert lamps is not None
    by_unit = score(site, unit=str(roads.pk))
    by_service = score(site, service=str(service(HOLE).pk))
    assert by_unit == by_service
    assert (by_unit.answers, by_unit.asked, by_unit.mean) == (5, 5, Decimal(4))
    assert score(site, unit=str(lamps.pk)).mean == score(site, service=str(service(LAMP).pk)).mean == 1
