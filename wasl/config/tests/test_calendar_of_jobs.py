"""What the calendar of jobs does for a worker that begins after a pause of the house."""

from datetime import UTC, datetime

from procrastinate.periodic import PeriodicDeferrer

from wasl.config import worker


def begun_with(at: datetime) -> set[str]:
    """Which rounds a worker queues first that begins at a moment."""
    app = worker._own_app()
    calendar = PeriodicDeferrer(registry=app.periodic_registry, **app.periodic_defaults)
    return {periodic.task.name for periodic, _ in calendar.get_previous_tasks(at.timestamp())}


def test_what_became_due_in_a_pause_is_lifted_at_the_start_and_not_an_hour_later() -> None:
    # The rounds of 7 and 23 minutes past are forty minutes and more ago.
    first = begun_with(datetime(2026, 11, 22, 9, 4, 30, tzinfo=UTC))

    assert {"cases.escalate_due", "cases.escalate_aged", "cases.call_reviews"} <= first


def test_what_belongs_into_the_night_waits_for_the_next() -> None:
    first = begun_with(datetime(2026, 11, 22, 9, 4, 30, tzinfo=UTC))

    assert "privacy.sweep_retention" not in first
    assert "partners.forget_answers" not in first
