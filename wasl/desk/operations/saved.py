"""Saved views and the habits of a person with lists."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.text import clean
from wasl.desk import columns as table
from wasl.desk import queries
from wasl.desk.events import ViewRemoved, ViewSaved
from wasl.desk.models import ListHabits, SavedView
from wasl.desk.narrowing import Narrowing
from wasl.directory.models import Agency, Unit

MOST_VIEWS = 40
LONGEST_NAME = 60


class NameTaken(ValueError):
    """The person has a view of this name already."""


class MayNotShare(PermissionError):
    """The person may not show views to these people."""


class TooManyViews(ValueError):
    """More views than anybody finds their way in."""


@transaction.atomic
def save_view(
    agency: Agency,
    *,
    name: str,
    narrowing: Narrowing,
    columns: Iterable[str],
    by: User,
    at: datetime,
    shared: str = SavedView.Shared.ME,
    unit: Unit | None = None,
) -> SavedView:
    """Keep a list under a name. Raises NameTaken, MayNotShare, TooManyViews."""
    if SavedView.objects.filter(agency=agency, owner=by).count() >= MOST_VIEWS:
        raise TooManyViews(str(MOST_VIEWS))
    view = SavedView(agency=agency, owner=by, created_at=at)
    view.filters = narrowing.codes()
    view.columns = [column.code for column in table.chosen(columns)]
    return _keep(view, name=name, shared=shared, unit=unit, by=by, at=at)


@transaction.atomic
def change_view(
    view: SavedView,
    *,
    by: User,
    at: datetime,
    name: str | None = None,
    narrowing: Narrowing | None = None,
    columns: Iterable[str] | None = None,
    shared: str | None = None,
    unit: Unit | None = None,
) -> SavedView:
    """Rename, re-share or re-fill a view; what is not given stays. Raises NameTaken, MayNotShare."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if not queries.may_change(by, view, at=at):
        raise MayNotShare(view.shared)
    if narrowing is not None:
        view.filters = narrowing.codes()
    if columns is not None:
        view.columns = [column.code for column in table.chosen(columns)]
    unit = unit if shared is not None else view.unit
    return _keep(view, name=name or view.name, shared=shared or view.shared, unit=unit, by=by, at=at)


def _keep(view: SavedView, *, name: str, shared: str, unit: Unit | None, by: User, at: datetime) -> SavedView:
    unit = unit if shared == SavedView.Shared.UNIT else None
    # Who only renames what others share with them needs no right to share it once more.
    is_news = (view.pk, view.shared, view.unit_id) != (view.pk, shared, unit.pk if unit else None) or view.pk is None
    may = queries.may_share(by, shared, agency_id=view.agency_id, unit_id=unit.pk if unit else None, at=at)
    if shared not in SavedView.Shared.values or (is_news and not may):
        raise MayNotShare(shared)
    view.name = clean(name)[:LONGEST_NAME].strip()
    view.shared, view.unit, view.changed_at = shared, unit, at
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as refusal:
        raise NameTaken(view.name) from refusal
    events.publish(ViewSaved(view.pk, shared), agency_id=view.agency_id, by=by, at=at)
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: User, at: datetime) -> None:
    """Take a view away, also from those it was shared with. Raises MayNotShare."""
    if not queries.may_change(by, view, at=at):
        raise MayNotShare(view.shared)
    number, shared = view.pk, view.shared
    SavedView.objects.filter(pk=number).delete()
    ListHabits.objects.filter(pinned=view.public_id).update(pinned="")
    events.publish(ViewRemoved(number, shared), agency_id=view.agency_id, by=by, at=at)


def pin(user: User, *, view: str) -> None:
    """Begin with this view from now on; an empty one goes back to the usual beginning."""
    ListHabits.objects.update_or_create(user=user, defaults={"pinned": view})


@transaction.atomic
def choose_columns(user: User, *, view: str, columns: Iterable[str] | None) -> None:
    """Remember which columns the person wants in a view, in this order; None: those that came with it."""
    habits, _ = ListHabits.objects.select_for_update().get_or_create(user=user)
    kept = dict(habits.columns)
    kept.pop(view, None)
    codes = [column.code for column in table.chosen(columns)] if columns is not None else []
    if codes:
        kept[view] = codes
    # A view that is gone leaves its columns behind; the oldest fall out long before that matters.
    habits.columns = dict(list(kept.items())[-100:])
    habits.save(update_fields=["columns"])
