"""Questions about what the desk itself keeps: views, habits, acts on many cases."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from wasl.accounts.models import User
from wasl.core.asked import Asked, among
from wasl.desk.models import BulkAct, BulkRow, ListHabits, SavedView
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope

UNDO_MINUTES = 10

_HABITS = Asked(lambda user_id: ListHabits.objects.filter(user_id=user_id), int)
_VIEWS = Asked(
    lambda user_id, units, agencies: SavedView.objects.filter(
        Q(owner_id=user_id) | Q(shared="agency") | (Q(shared="unit") & Q(among("unit_id", units))),
        among("agency_id", agencies),
    ).select_related("owner", "unit"),
    int,
    list,
    list,
)


def views_of(user: User, *, at: datetime, agency_ids: list[int]) -> list[SavedView]:
    """The saved views a person sees, own ones first, each kind by name: theirs, those of their units and agencies."""
    views = _VIEWS.all(user.pk, directory.own_units(user, at), agency_ids)
    return sorted(views, key=lambda view: (view.owner_id != user.pk, view.name, view.pk))


def view_by_code(user: User, code: str, *, at: datetime) -> SavedView | None:
    """A saved view that the person sees; None as if it did not exist."""
    agency_ids = [agency.pk for agency in directory.agencies_of(user, at)]
    return next((view for view in views_of(user, at=at, agency_ids=agency_ids) if view.public_id == code), None)


def habits_of(user: User) -> ListHabits:
    """How the person likes their lists; not yet written for who never chose anything."""
    return _HABITS.one(user.pk) or ListHabits(user=user)


def may_share(user: User, shared: str, *, agency_id: int, unit_id: int | None, at: datetime) -> bool:
    """May the person show a view to a unit, or to the whole agency?"""
    if shared == SavedView.Shared.ME:
        return True
    scopes = [scope for scope in directory.scopes_of(user, Right.SHARE_VIEWS, at) if scope.agency_id == agency_id]
    if shared == SavedView.Shared.AGENCY:
        return any(scope.unit_ids is None for scope in scopes)
    return unit_id is not None and any(_reaches(scope, unit_id) for scope in scopes)


def _reaches(scope: Scope, unit_id: int) -> bool:
    return scope.covers(agency_id=scope.agency_id, unit_id=unit_id)


def may_change(user: User, view: SavedView, *, at: datetime) -> bool:
    """May the person rename, re-share or remove the view? Its owner, and whoever may share with those who see it."""
    if view.owner_id == user.pk:
        return True
    is_shared = view.shared != SavedView.Shared.ME
    return is_shared and may_share(user, view.shared, agency_id=view.agency_id, unit_id=view.unit_id, at=at)


def bulk_act(user: User, code: str) -> BulkAct | None:
    """An act on many that this person began; None as if it did not exist."""
    return BulkAct.objects.filter(by=user, public_id=code).select_related("agency", "by", "undo_of").first()


def rows_of(bulk: BulkAct) -> list[BulkRow]:
    """Its rows in the order of the list they came from, each with its case."""
    rows = bulk.rows.select_related("case__unit", "case__assignee", "case__agency", "case__service", "case__wilayat")
    return list(rows.order_by("position"))


def progress(bulk: BulkAct) -> dict[str, int]:
    """How many rows wait, are done and failed."""
    found = {row["state"]: row["n"] for row in bulk.rows.values("state").annotate(n=Count("id")).order_by()}
    return {state: found.get(state, 0) for state in BulkRow.State.values}


def may_be_undone(bulk: BulkAct, *, at: datetime) -> bool:
    """Is there still time to take it back, and was it not yet? What can be taken back the rows know."""
    if bulk.state != BulkAct.State.DONE or bulk.finished_at is None or bulk.undo_of_id is not None:
        return False
    if at - bulk.finished_at > timedelta(minutes=UNDO_MINUTES):
        return False
    return not BulkAct.objects.filter(undo_of=bulk).exists() and undoable_rows(bulk).exists()


def undoable_rows(bulk: BulkAct) -> QuerySet[BulkRow]:
    """The rows that were done and know what to go back to."""
    return bulk.rows.filter(state=BulkRow.State.DONE).exclude(before={})


def unfinished(before: datetime) -> list[int]:
    """Acts on many that began before a moment and are not finished: somebody must go on with them."""
    found = BulkAct.objects.filter(state=BulkAct.State.RUNNING, applied_at__lt=before)
    return list(found.order_by("pk").values_list("pk", flat=True))
