"""Who has the case: referral to a unit, the unit's answer, the person in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import bars, lines, queries, workflow
from wasl.cases.events import CaseAssigned, CaseReferred, OwnerNamed, ReferralAccepted, ReferralReturned
from wasl.cases.models import Case, Referral
from wasl.cases.operations.change import Barred, Change, Missing, NotAtThisLine, changing, needed
from wasl.cases.operations.clocks import promise_anew, start_anew, stop_clocks
from wasl.cases.operations.owner import ask_for_owner
from wasl.cases.operations.take import Ahead, give
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.text import clean, clean_line
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import GRAVEST
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST, HAND_OVER, SupportLine


def refer(
    case: Case,
    *,
    to_unit: Unit,
    reason: str,
    by: User | None,
    at: datetime,
    version: int | None = None,
    handed: Mapping[str, str] | None = None,
) -> Referral:
    """Hand the case to a unit of the same agency with what it should do. Ends an unanswered referral before it.

    `handed`: what must be handed over and does not stand on the case (item of `routing.lines.HAND_OVER` -> words, which
    may say why it cannot be had); `reason` counts as what was tried. Raises Missing with what is missing.
    """
    if to_unit.agency_id != case.agency_id:
        raise Missing(t("اختر وحدة من الجهة نفسها.", "Choose a unit of the same agency."))
    with changing(case, "refer", by=by, at=at, version=version) as change:
        row = change.case
        words = told(handed, tried=reason)
        if by is not None and not events.is_history():
            _may_go(row, to_unit, words, at=at)
        del words["tried"]
        return hand_to(change, to_unit, reason=reason, handed=words)


def _may_go(case: Case, to_unit: Unit, handed: Mapping[str, str], *, at: datetime) -> None:
    present = lines.standing(case, at)
    if sentence := lines.why_not_to(present, to_unit):
        raise NotAtThisLine(sentence)
    if case.line == FIRST and routing.line_of(to_unit, at) != FIRST:
        must_be_whole(case, present.line, handed)


def _enters_by_class(case: Case, to_unit: Unit, *, at: datetime) -> None:
    """Raises NotAtThisLine: nobody puts a single case before the fast-handling team; its class does."""
    if case.importance not in GRAVEST and directory.is_fast_team(to_unit, at):
        raise NotAtThisLine(
            t(
                "لا يدخل فريق المعالجة السريعة إلا ما بلغ درجة «{gravest}»، وهذا الطلب «{now}». غيّر درجته بسبب، أو "
                "أحله إلى وحدته.",
                "Only what is “{gravest}” comes to the fast-handling team; this case is “{now}”. Change its class "
                "with a reason, or refer it to its unit.",
                gravest=workflow.IMPORTANCE["P1"],
                now=case.importance_words,
            )
        )


def must_be_whole(case: Case, line: SupportLine, handed: Mapping[str, str]) -> None:
    """Raises Missing, naming what is to be handed over when the case leaves the line, and is not."""
    if items := lines.missing(case, line, handed):
        raise Missing(lines.sentence_of(items))


def told(handed: Mapping[str, str] | None, *, tried: str = "") -> dict[str, str]:
    """The words of a hand-over by item, cleaned; empty ones only for what was tried."""
    words = {item: clean(text) for item, text in (handed or {}).items() if item in HAND_OVER and clean(text)}
    return {"tried": clean(tried), **words}


def hand_to(change: Change, to_unit: Unit, *, reason: str, handed: Mapping[str, str] | None = None) -> Referral:
    """Within a running change: the case goes to the unit, which has to answer; its line follows."""
    row, at = change.case, change.at
    if change.by is not None and not events.is_history():
        _enters_by_class(row, to_unit, at=at)
    _end_open_referral(row, by=change.by, at=at)
    referral = Referral.objects.create(
        agency_id=row.agency_id,
        case=row,
        from_unit_id=row.unit_id,
        to_unit=to_unit,
        made_at=at,
        made_by=change.by,
        reason=reason.strip(),
        handed=dict(handed or {}),
    )
    from_unit_id, row.unit_id, row.assignee = row.unit_id, to_unit.pk, None
    row.line = routing.line_of(to_unit, at)
    stop_clocks(row, "acknowledge", "refer", at=at)
    start_anew(row, "accept", at=at)
    promise_anew(row, at=at)
    change.units.add(to_unit.pk)
    change.publish(CaseReferred(row.pk, from_unit_id, to_unit.pk), text=reason)
    return referral


def accept_referral(
    case: Case,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    assignee: User | None = None,
    ahead: Ahead | None = None,
) -> None:
    """The unit takes the case. Stops the clocks of the acknowledgement and of the acceptance.

    `ahead`: where it is given to `assignee` at once, why before those whose turn it is. Raises OutOfOrder without one.
    """
    with changing(case, "accept", by=by, at=at, version=version) as change:
        row = change.case
        row.referrals.filter(answer="").update(answer="accepted", answered_at=at, answered_by=by)
        stop_clocks(row, "acknowledge", "accept", at=at)
        change.publish(ReferralAccepted(row.pk, row.unit_id))
        if assignee is not None:
            _must_work_in_its_unit(assignee, row, at=at)
            give(change, assignee, ahead=ahead)


@dataclass(frozen=True)
class Whose:
    """Whose case it is in the eyes of the unit that returns it: a unit of the agency, an outside body by its name, or
    (said in so many words) nobody there knows.
    """

    unit: Unit | None = None
    body: str = ""
    unknown: bool = False

    @property
    def is_said(self) -> bool:
        """Exactly one of the three."""
        return [self.unit is not None, bool(clean_line(self.body)), self.unknown].count(True) == 1


NOBODY_KNOWS = Whose(unknown=True)


def return_referral(
    case: Case, *, reason: str, whose: Whose, by: User, at: datetime, version: int | None = None
) -> None:
    """The unit says "not ours", with the reason and whose it is; the case goes back to the triage unit.

    The second time it goes to the follow-up team, which alone decides then (`decide_owner`).
    """
    words = needed(reason, "اكتب سبب الإعادة.", "Say why it is returned.")
    if not whose.is_said or (whose.unit is not None and whose.unit.agency_id != case.agency_id):
        raise Missing(
            t(
                "قل لمن هو: وحدة من الجهة، أو جهة خارجية، أو لا نعلم.",
                "Say whose it is: a unit of the agency, an outside body, or that you do not know.",
            )
        )
    if whose.unit is not None and whose.unit.pk == case.unit_id:
        raise Missing(t("هو لدى هذه الوحدة نفسها؛ سمِّ غيرها.", "That is the unit which has it; name another."))
    with changing(case, "return", by=by, at=at, version=version) as change:
        row = change.case
        # Also one that was accepted first: what counts is the unit's last word.
        latest = row.referrals.order_by("-id")[:1].values("pk")
        row.referrals.filter(pk__in=latest).update(
            answer="returned",
            answered_at=at,
            answered_by=by,
            answer_reason=words,
            proposed_unit=whose.unit,
            proposed_body=clean_line(whose.body)[:120],
        )
        triage = directory.triage_unit(row.agency)
        from_unit_id, row.unit_id, row.assignee, row.line = row.unit_id, triage.pk, None, FIRST
        # The case has to find its owner again: from now on, as if it had come today.
        stop_clocks(row, "accept", at=at)
        start_anew(row, "refer", at=at)
        change.units.add(triage.pk)
        change.publish(ReferralReturned(row.pk, from_unit_id, triage.pk), text=words)
        named = whose.unit.pk if whose.unit is not None else None
        change.publish(OwnerNamed(row.pk, named, bool(whose.body)), text=whose.body)
        ask_for_owner(change)


def assign(
    case: Case,
    *,
    to: User | None,
    by: User,
    at: datetime,
    version: int | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Give the case to a person of its unit, or to nobody. `ahead`: why before those whose turn it is. Raises
    OutOfOrder where it is not the case's turn and nothing says why.
    """
    with changing(case, "assign", by=by, at=at, version=version) as change:
        if to is not None:
            _must_work_in_its_unit(to, change.case, at=at)
            give(change, to, ahead=ahead)
            return
        change.case.assignee = None
        change.publish(CaseAssigned(change.case.pk, None))


def _must_work_in_its_unit(person: User, case: Case, *, at: datetime) -> None:
    # Asked of the locked row: the case may have gone to another unit since the page was made.
    if bars.barred_among(case, [person], at):
        raise Barred(bars.sentence_about(person))
    if person not in queries.people_working_in(case.unit, at=at):
        raise Missing(t("اختر شخصاً من الوحدة المسؤولة.", "Choose somebody of the responsible unit."))


def _end_open_referral(case: Case, *, by: User | None, at: datetime) -> None:
    # Referred onward before the unit answered: the open referral ends as returned, without blame in its reason.
    case.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=by)
