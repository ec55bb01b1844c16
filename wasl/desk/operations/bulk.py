"""Acts on many cases: begun from a list, planned, then worked off row by row.

Each row is one transaction: the act on the case and the mark that it was done. Whoever is killed in between leaves
neither, and the next to come goes on with the rows that still wait. Two who work at once take turns.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from wasl.accounts.models import User
from wasl.cases import order
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.cases.operations import Missing, NotNow, StaleCase
from wasl.core import clock, events
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.marks import mark
from wasl.desk import queries
from wasl.desk.bulk import AT_ONCE, MANY, MOST, Ground, ManyAct, obstacle
from wasl.desk.events import ManyCasesActedOn
from wasl.desk.models import BulkAct, BulkRow

log = logging.getLogger(__name__)

# Somebody who began to work a few rows off by hand and was interrupted: the worker goes on after this time.
GRACE = timedelta(seconds=30)
KEPT_DRAFTS, KEPT = timedelta(days=1), timedelta(days=30)


class CannotUndo(ValueError):
    """The time is over, it was taken back before, or there is no honest way back."""


@transaction.atomic
def begin(
    chosen: Sequence[tuple[Case, int]], *, act: str, query: str, left_out: int = 0, by: User, at: datetime
) -> BulkAct:
    """Take up an act on these cases, each with the version that was seen; at most MOST of them. Nothing is done yet."""
    taken = list({case.pk: (case, version) for case, version in chosen}.values())
    kept, many = taken[:MOST], MANY[act]
    if many.act.workflow_act in order.TAKES:  # whatever the list was sorted by, each comes in its turn
        kept.sort(key=lambda one: order.key(one[0]))
    needs_words = many.needs_words or many.skips([case for case, _ in kept], Ground(by, at)) > 0
    bulk = BulkAct.objects.create(
        agency_id=kept[0][0].agency_id,
        by=by,
        act=act,
        state=BulkAct.State.DRAFT if needs_words else BulkAct.State.PLANNED,
        query=query[:2000],
        left_out=left_out + len(taken) - len(kept),
        created_at=at,
    )
    BulkRow.objects.bulk_create(
        BulkRow(bulk=bulk, case=case, position=position, version=version)
        for position, (case, version) in enumerate(kept)
    )
    return bulk


def begin_again(bulk: BulkAct, *, by: User, at: datetime) -> BulkAct | None:
    """The same act once more for the cases where it failed, as they are now; None when none of them is in sight."""
    rows = [row for row in queries.rows_of(bulk) if row.state == BulkRow.State.FAILED]
    visible = cases.numbered(cases.visible_to(by, at=at), [row.case_id for row in rows])
    chosen = [(visible[row.case_id], visible[row.case_id].version) for row in rows if row.case_id in visible]
    return begin(chosen, act=bulk.act, query=bulk.query, by=by, at=at) if chosen else None


def plan(bulk: BulkAct, *, given: Mapping[str, Any] | None) -> None:
    """Note what was chosen and typed; None: choose anew. Nothing happens once it has been applied."""
    waiting = BulkAct.objects.filter(pk=bulk.pk, state__in=(BulkAct.State.DRAFT, BulkAct.State.PLANNED))
    if given is None:
        waiting.update(state=BulkAct.State.DRAFT)
    else:
        waiting.update(state=BulkAct.State.PLANNED, given=dict(given))


def apply(bulk: BulkAct, *, at: datetime) -> bool:
    """Carry it out: a few rows now, many by the worker. False when it was applied before: a second press does nothing.

    The worker is told in the same transaction, also for the few: it goes on where this process may be cut off.
    """
    from wasl.desk.jobs import work_off_bulk  # the job calls work_off

    with transaction.atomic():
        planned = BulkAct.objects.filter(pk=bulk.pk, state=BulkAct.State.PLANNED)
        if not planned.update(state=BulkAct.State.RUNNING, applied_at=at):
            return False
        is_small = bulk.rows.count() <= AT_ONCE
        work_off_bulk.defer(bulk_id=bulk.pk, at=clock.now() + GRACE if is_small else None)
        mark("bulk.applied")
    if is_small:
        work_off(bulk.pk)
    return True


def work_off(bulk_id: int) -> None:
    """Do the rows that wait, one transaction each, in their order; then say that it is finished."""
    bulk = BulkAct.objects.select_related("by", "agency", "undo_of").get(pk=bulk_id)
    if bulk.state != BulkAct.State.RUNNING:
        return
    while _do_next(bulk):
        mark("bulk.row_done")
    _finish(bulk)


@transaction.atomic
def _do_next(bulk: BulkAct) -> bool:
    row = bulk.rows.select_for_update().filter(state=BulkRow.State.WAITING).order_by("position").first()
    if row is None:
        return False
    ground = Ground(bulk.by, clock.now())
    case = cases.numbered(cases.visible_to(bulk.by, at=ground.at), [row.case_id]).get(row.case_id)
    why = _try(bulk, row, case, ground)
    row.state = BulkRow.State.FAILED if why else BulkRow.State.DONE
    row.why = _in_both(why) if why else Localized()
    row.save()
    return True


def _try(bulk: BulkAct, row: BulkRow, case: Case | None, ground: Ground) -> Any:
    """Do one row; gives the sentence that says why not, empty when it was done."""
    many, undoing = MANY[bulk.act], bulk.undo_of_id is not None
    given = row.before if undoing else bulk.given
    why = obstacle(many, case, given, ground, version=row.version, undoing=undoing)
    if why or case is None:
        return why
    before = {} if undoing else many.before(case, given)
    try:
        with transaction.atomic():
            _run(many, case, given, ground, row.version, undoing=undoing)
    except StaleCase:
        return obstacle(many, case, given, ground, version=0)
    except NotNow as refusal:
        return refusal.sentence
    except Missing as refusal:
        return refusal.args[0]
    except Exception:
        # One case that breaks must not hold up the others; without the database the mark below fails as well.
        log.exception("bulk_row_broke", extra={"bulk": bulk.pk, "case": case.pk})
        return t("تعذّر لسبب فني وسُجّل الخلل.", "A technical fault stood in the way; it was recorded.")
    row.after_version = case.version
    if not undoing:
        row.before = before
    return ""


def _run(many: ManyAct, case: Case, given: Mapping[str, Any], ground: Ground, version: int, *, undoing: bool) -> None:
    run = many.go_back if undoing and many.go_back is not None else many.run
    run(case, given, ground, version)


def _in_both(sentence: Any) -> Localized:
    texts = []
    for language in ("ar", "en"):
        with translation.override(language):
            texts.append(str(sentence))
    return both(*texts)


def _finish(bulk: BulkAct) -> None:
    at = clock.now()
    with transaction.atomic():
        running = BulkAct.objects.filter(pk=bulk.pk, state=BulkAct.State.RUNNING)
        if not running.update(state=BulkAct.State.DONE, finished_at=at):
            return
        told = queries.progress(bulk)
        fact = ManyCasesActedOn(bulk.pk, bulk.act, told["done"], told["failed"], bulk.undo_of_id)
        events.publish(fact, agency_id=bulk.agency_id, by=bulk.by, at=at)


def undo(bulk: BulkAct, *, by: User, at: datetime) -> BulkAct:
    """Take back what can be taken back, by acts of their own. Raises CannotUndo.

    A case where anything happened since stays as it is, and the result says so.
    """
    with transaction.atomic():
        bulk = BulkAct.objects.select_for_update().get(pk=bulk.pk)
        if bulk.by_id != by.pk or not queries.may_be_undone(bulk, at=at):
            raise CannotUndo(bulk.public_id)
        back = BulkAct.objects.create(
            agency_id=bulk.agency_id,
            by=by,
            act=bulk.act,
            state=BulkAct.State.PLANNED,
            query=bulk.query,
            undo_of=bulk,
            created_at=at,
        )
        BulkRow.objects.bulk_create(
            BulkRow(
                bulk=back,
                case_id=row.case_id,
                position=row.position,
                version=row.after_version or 0,
                before=row.before,
            )
            for row in queries.undoable_rows(bulk).order_by("position")
        )
    apply(back, at=at)
    return back


def tidy(at: datetime) -> None:
    """Forget what was never applied after a day, and the rest after a month: the facts stay with the cases."""
    BulkAct.objects.filter(state__in=("draft", "planned"), created_at__lt=at - KEPT_DRAFTS).delete()
    BulkAct.objects.filter(created_at__lt=at - KEPT).delete()
