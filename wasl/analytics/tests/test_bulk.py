"""Imported history is counted as if it had been lived here."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from wasl.analytics import operations, queries
from wasl.analytics.measures import Cohort
from wasl.analytics.measures.periods import ONE_DAY, midnight
from wasl.analytics.queries import Figures
from wasl.analytics.rollups import reading
from wasl.analytics.tests.makers import make_cohort
from wasl.cases.tests.histories import DAY, IMPORTED_AT, START, World, live, make_tales, make_world, write
from wasl.core import clock

pytestmark = pytest.mark.django_db


def cohort_of(world: World, as_of: datetime) -> Cohort:
    """All that was registered in the time of the tales."""
    zone, first = world.agency.zone, START.astimezone(world.agency.zone).date()
    start, end = midnight(first, zone), midnight(first + 100 * ONE_DAY, zone)
    return make_cohort(world.agency, start=start, end=end, as_of=as_of)


def told(figures: Figures) -> dict[str, Any]:
    """Everything but the cohort itself."""
    return {name: value for name, value in vars(figures).items() if name != "cohort"}


def test_the_figures_of_imported_and_of_lived_history_are_the_same_at_every_moment() -> None:
    tales = make_tales(seed=29, number=80)
    lived, imported = make_world("MUN"), make_world("HOU")
    with clock.frozen(IMPORTED_AT):
        live(lived, tales)
        write(imported, tales)

    def counted(world: World, as_of: datetime) -> dict[str, Any]:
        places = {unit.pk: place for place, unit in enumerate(world.units.values())}
        by = [queries.BY_CHANNEL, queries.BY_IMPORTANCE, queries.BY_WILAYAT, queries.by_unit(places)]
        return told(queries.counted_figures(cohort_of(world, as_of), by=by, speeds=True))

    for as_of in (START + 20 * DAY, START + 47 * DAY, IMPORTED_AT):
        assert counted(imported, as_of) == counted(lived, as_of)
        assert queries.stock(cohort_of(imported, as_of)) == queries.stock(cohort_of(lived, as_of))


def test_the_figures_that_are_kept_ready_take_an_import_in_by_themselves() -> None:
    world = make_world("MUN")
    operations.keep_up(at=IMPORTED_AT)
    with clock.frozen(IMPORTED_AT):
        write(world, make_tales(seed=3, number=60))

        operations.keep_up(at=IMPORTED_AT)

    cohort = cohort_of(world, IMPORTED_AT)
    kept = replace(cohort, is_kept=True)
    assert reading.can_answer(kept)
    assert queries.figures(kept)["registered"] == 60
    assert queries.figures(kept).counts == queries.counted_figures(cohort).counts
