"""The case and everything that belongs to it alone."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from wasl.accounts.models import User
from wasl.cases import compartment, workflow
from wasl.cases.accused import Accused as Accused
from wasl.cases.appeal_rows import Appeal as Appeal
from wasl.cases.appeal_rows import AppealFile as AppealFile
from wasl.cases.appeal_rows import AppealRule as AppealRule
from wasl.cases.escalation import Escalation as Escalation
from wasl.cases.jumps import Jump as Jump
from wasl.cases.jumps import JumpOvertaken as JumpOvertaken
from wasl.cases.jumps import JumpReason as JumpReason
from wasl.contacts import relations
from wasl.core import edition
from wasl.core.fields import public_id
from wasl.core.localized import Localized, LocalizedField
from wasl.core.searching import vector_of
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope


class CaseQuerySet(models.QuerySet["Case"]):
    def within(self, scopes: Iterable[Scope]) -> "CaseQuerySet":
        """Only cases the scopes cover: of a whole agency, of units, or assigned to one person."""
        return self.filter(covered_by(scopes))

    def for_user(self, user: User, right: Right, *, at: datetime) -> "CaseQuerySet":
        """The cases on which the person has the right and that they may handle: none of their own or of declared
        relatives. Confidential ones only for those who may read such.
        """
        agencies = {scope.agency_id for scope in directory.scopes_of(user, right, at)}
        tied = relations.people_tied(user, agencies, at) if agencies else frozenset()
        reached = self.reached_by(user, right, at=at)
        return reached.exclude(tied_to(tied)) if tied else reached

    def tied_for_user(self, user: User, right: Right, *, at: datetime) -> "CaseQuerySet":
        """The cases that are left out by that for being the person's own or a declared relative's."""
        agencies = {scope.agency_id for scope in directory.scopes_of(user, right, at)}
        tied = relations.people_tied(user, agencies, at) if agencies else frozenset()
        return self.reached_by(user, right, at=at).filter(tied_to(tied)) if tied else self.none()

    def reached_by(self, user: User, right: Right, *, at: datetime) -> "CaseQuerySet":
        """As far as the right reaches, whoever the beneficiary is."""
        if not (scopes := directory.scopes_of(user, right, at)):
            return self.none()
        return self.within(scopes).filter(_not_closed_to(user, at))


def tied_to(people: Collection[int]) -> Q:
    """The condition that a case, or a duplicate that follows it, is of one of these beneficiaries."""
    theirs = Case.objects.filter(beneficiary_id__in=people)
    followed = theirs.filter(merged_into_id__isnull=False).order_by().values("merged_into_id")
    return Q(pk__in=theirs.order_by().values("pk")) | Q(pk__in=followed)


def _not_closed_to(user: User, at: datetime) -> Q:
    """The condition that a case is not confidential, or that the person may read such; of complaints about staff only
    what `compartment` opens. Every case of the compartment is confidential.
    """
    confidential = covered_by(directory.scopes_of(user, Right.READ_CONFIDENTIAL, at))
    if not directory.compartments_near(user):
        return Q(confidential=False) | confidential
    seen = Q(confidential=False) | (confidential & Q(compartment__isnull=True))
    opened = compartment.open_to(user, at)
    return seen if opened is None else seen | opened


def covered_by(scopes: Iterable[Scope]) -> Q:
    """The condition that one of the scopes covers a case; no scope covers nothing."""
    condition = Q(pk__in=[])
    for scope in scopes:
        if scope.unit_ids is None:
            condition |= Q(agency_id=scope.agency_id)
            continue
        if scope.unit_ids:
            condition |= Q(agency_id=scope.agency_id, unit_id__in=scope.unit_ids)
        if scope.assignee_id is not None:
            condition |= Q(agency_id=scope.agency_id, assignee_id=scope.assignee_id)
        if scope.classes:
            where = {} if scope.class_units is None else {"unit_id__in": scope.class_units}
            condition |= Q(agency_id=scope.agency_id, importance__in=scope.classes, **where)
    return condition


class Case(models.Model):
    """What we owe an answer to: a report, complaint, inquiry, suggestion, transaction, note or praise.

    Keys with `db_index=False` stand first in an index below: each index that a case enters costs as much as the next.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=32, unique=True)
    digits = models.CharField(max_length=24, unique=True)
    public_id = public_id()
    access_code_hash = models.CharField(max_length=64, unique=True)
    access_code_sealed = models.TextField()

    kind = models.CharField(max_length=12, choices=[(code, str(name)) for code, name in workflow.KINDS.items()])
    service = models.ForeignKey(
        "catalogue.Service", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    service_proposed = models.BooleanField(default=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    search_tokens = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="ar")
    channel = models.CharField(max_length=12)

    governorate = models.ForeignKey("places.Governorate", null=True, on_delete=models.PROTECT, related_name="+")
    wilayat = models.ForeignKey("places.Wilayat", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_text = models.CharField(max_length=120, blank=True)
    address_text = models.CharField(max_length=300, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    outside_area = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    # A complaint about staff, closed to all but the people of this unit who stand outside the line of whoever it is
    # about (`compartment`): its unit all the while, and the case is confidential. None: open to the usual line.
    compartment = models.ForeignKey(
        "directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    beneficiary = models.ForeignKey(
        "contacts.Beneficiary", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    preferred_channel = models.CharField(max_length=8, blank=True)

    # What the service asked and was answered, with the words of that day: {code, label, value, text}.
    answers = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    importance = models.CharField(max_length=2, default="P3")
    importance_facts = models.JSONField(default=dict)
    importance_reasons = models.JSONField(default=list)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    route_reason = models.JSONField(default=dict)
    line = models.PositiveSmallIntegerField(default=1)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=20, default="new")
    state_before = models.CharField(max_length=20, blank=True)
    state_since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True)
    scheduled_for = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    reopened_times = models.PositiveSmallIntegerField(default=0)
    # Solved by the first line, passed on to nobody; and when the person came back in the same matter soon after.
    first_contact_at = models.DateTimeField(null=True)
    contacted_again_at = models.DateTimeField(null=True)
    # The highest level it was lifted to: an attribute beside the state, which nothing takes back.
    escalation = models.PositiveSmallIntegerField(default=0, db_default=0)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    # When something last happened to it: what programs that follow our cases ask by.
    updated_at = models.DateTimeField(null=True)

    # The private code in plain, on a case that was registered this moment; never stored.
    fresh_code = ""

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            # Behind the order stands what lists are narrowed by: what does not fit is passed over in the index.
            models.Index(
                fields=["agency", "is_open", "importance", "registered_at", "id", "kind", "channel", "confidential"],
                name="case_worklist",
            ),
            # Open lists in their order are narrowed in this one alone, by whatever filters.
            models.Index(
                fields=["agency", "importance", "registered_at", "id"],
                include=[
                    "unit",
                    "state",
                    "kind",
                    "channel",
                    "confidential",
                    "assignee",
                    "due_at",
                    "state_since",
                    "service",
                    "wilayat",
                ],
                condition=Q(is_open=True),
                name="case_open_list",
            ),
            models.Index(fields=["unit", "is_open", "importance", "registered_at", "id"], name="case_of_unit"),
            models.Index(fields=["agency", "state", "importance", "registered_at", "id"], name="case_by_state"),
            models.Index(fields=["unit", "state", "importance", "registered_at", "id"], name="case_unit_state"),
            # Whose turn it is among those that wait to be taken up (`order`): places are counted in this one alone.
            models.Index(
                fields=["unit", "importance", "registered_at", "id"],
                include=["service", "assignee"],
                condition=Q(state__in=workflow.IN_TURN),
                name="case_in_turn",
            ),
            models.Index(
                fields=["unit", "registered_at", "id"],
                include=["is_open", "state", "confidential", "importance", "kind", "channel"],
                name="case_unit_by_time",
            ),
            GinIndex(vector_of("search_tokens"), name="case_by_words"),
            models.Index(fields=["service", "importance", "registered_at", "id"], name="case_of_service"),
            models.Index(fields=["assignee", "importance", "registered_at", "id"], name="case_of_assignee"),
            models.Index(fields=["beneficiary", "registered_at"], name="case_of_beneficiary"),
            models.Index(fields=["wilayat", "service", "registered_at"], name="case_by_place"),
            models.Index(fields=["agency", "registered_at", "id", "state", "importance", "kind"], name="case_by_time"),
            # Counts behind tabs are taken from these alone: no row is fetched to be counted.
            models.Index(
                fields=["unit", "is_open", "state"],
                include=["agency", "confidential", "assignee", "due_at", "state_since", "registered_at"],
                name="case_counts_of_unit",
            ),
            models.Index(
                fields=["agency", "is_open", "state"],
                include=["unit", "confidential", "assignee", "due_at", "state_since", "registered_at"],
                name="case_counts",
            ),
            models.Index(fields=["service", "lat"], condition=Q(is_open=True), name="case_nearby"),
            models.Index(fields=["due_at"], condition=Q(is_open=True), name="case_due"),
            models.Index(
                fields=["agency", "escalation", "importance", "registered_at", "id"],
                condition=Q(is_open=True, escalation__gt=0),
                name="case_escalated",
            ),
            models.Index(fields=["resolved_at"], condition=Q(state="resolved"), name="case_to_close"),
            models.Index(
                fields=["compartment", "id"], condition=Q(compartment__isnull=False), name="case_in_compartment"
            ),
            # For programs that list cases by time: an agency's by their last change, a service's by their beginning.
            models.Index(fields=["agency", "updated_at", "id"], name="case_by_update"),
            models.Index(fields=["service", "registered_at", "id"], name="case_of_service_by_time"),
            # And all by time, with what decides whether a program sees one: a deep page passes over rows in here alone.
            models.Index(
                fields=["agency", "registered_at", "id"],
                include=["service", "is_open", "confidential", "state"],
                name="case_published",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="rating_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_words(self) -> workflow.State:
        """The state with its words."""
        return workflow.states()[self.state]

    @property
    def state_tone(self) -> str:
        """The colour class of the state."""
        return workflow.TONES.get(self.state, "")

    @property
    def importance_words(self) -> Localized:
        """The class in a word."""
        return workflow.IMPORTANCE[self.importance]

    @property
    def preferred_channel_words(self) -> Localized:
        """How the citizen wishes to hear from us."""
        return workflow.PREFERRED.get(self.preferred_channel, workflow.PREFERRED[""])

    @property
    def route_words(self) -> Localized:
        """Why it went to its unit."""
        return Localized(self.route_reason)

    @property
    def answers_told(self) -> list[tuple[Localized, Localized]]:
        """The questions of the service with the answers, in words."""
        return [(Localized(one["label"]), Localized(one["text"])) for one in self.answers]

    @property
    def has_point(self) -> bool:
        """Was a point on the map given?"""
        return self.lat is not None and self.lon is not None

    def is_overdue(self, *, at: datetime) -> bool:
        """Is the promise to resolve it broken at this moment? While the citizen is asked, the clock stands."""
        counted_to = min(at, self.state_since) if self.state == "pending_beneficiary" else at
        return self.is_open and self.due_at is not None and counted_to > self.due_at

    @property
    def was_finished_at_once(self) -> bool:
        """Was it taken down and solved in one act?"""
        return self.first_contact_at is not None and self.first_contact_at == self.registered_at

    def may_be_reopened(self, *, at: datetime, days: int) -> bool:
        """Does the citizen still have the right to say "not solved"? Who joined an earlier report has that one's."""
        leading = self.merged_into or self
        ended_at = leading.resolved_at or leading.state_since
        return leading.state in workflow.DONE and (at - ended_at).days < days


class Clock(models.Model):
    """One running promise of a case; the arithmetic lives in `sla`."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    # The version of the rule by which it is judged to its end; None: the times of the service, or of before versions.
    policy = models.ForeignKey("sla.Policy", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minutes = models.PositiveIntegerField(null=True)
    working_days = models.PositiveIntegerField(null=True)
    calendar = models.ForeignKey("calendars.WorkingCalendar", null=True, on_delete=models.PROTECT, related_name="+")
    always_open = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    # The ladder of the day it began, the share up to which its steps were taken, and when the next one is due.
    ladder = models.ForeignKey("sla.Ladder", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    share_taken = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_step_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(stopped_at__isnull=True), name="one_running_clock_per_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_at"], condition=Q(stopped_at__isnull=True), name="running_clocks"),
            models.Index(
                fields=["next_step_at", "id"],
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True, next_step_at__isnull=False),
                name="clock_next_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.due_at:%Y-%m-%d %H:%M}"


class ClockPause(models.Model):
    """A stretch in which a clock did not run: `reason` is the waiting state that stopped it, or `CLOSED`."""

    CLOSED = "closed"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, default="pending_beneficiary", db_default="pending_beneficiary")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(to_at__isnull=True), name="one_open_pause_per_clock")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.from_at} – {self.to_at}"


class DueMove(models.Model):
    """A due moment that moved as the calendar changed: one row a clock, all of one fact (`change_event`)."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    change_event = models.ForeignKey("core.EventRecord", on_delete=models.PROTECT, related_name="+", db_index=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="moves")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="due_moves")
    kind = models.CharField(max_length=12)
    before = models.DateTimeField()
    after = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["change_event", "id"], name="due_moves_of_change")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.before:%Y-%m-%d %H:%M} → {self.after:%Y-%m-%d %H:%M}"


class Referral(models.Model):
    """The hand-over of a case to a unit, with what the unit answered."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    from_unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    answer = models.CharField(max_length=10, blank=True, choices=[("accepted", "accepted"), ("returned", "returned")])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer_reason = models.TextField(blank=True)
    # What was handed over in words, as the case did not hold it: item of `routing.lines.HAND_OVER` -> words.
    handed = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # Whose it is in the eyes of the unit that returned it: one of the agency's units, another body, or nobody knows.
    proposed_unit = models.ForeignKey(
        "directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_body = models.CharField(max_length=120, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(answer=""), name="one_unanswered_referral_per_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_unit_id}"


class OwnerDecision(models.Model):
    """Whose case it is was asked of the follow-up team after two refusals; its answer binds the unit.

    `unit` None: still to be decided.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="owner_decisions")
    asked_at = models.DateTimeField()
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(unit__isnull=True), name="one_owner_asked_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["agency", "asked_at"], condition=Q(unit__isnull=True), name="owner_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.unit_id}"


class Raise(models.Model):
    """A question that a unit raised to the third line with its case, and what was decided there.

    `outcome`: the case went back to the unit that raised it, or stayed with who decided; "" while it waits.
    """

    class Outcome(models.TextChoices):
        BACK = "back"
        STAYS = "stays"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="raises")
    from_unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    handed = models.JSONField(default=dict)
    # The third line's own target: until when it shall decide.
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_question_raised_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["to_unit", "due_at"], condition=Q(outcome=""), name="raised_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} ↑ {self.to_unit_id}"


class HoldReason(models.Model):
    """Why a case may be put on hold, as an agency says it; `pending.USUAL_REASONS` where it has no row of the code."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=30)
    name = LocalizedField()
    order = models.PositiveSmallIntegerField(default=50)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="one_row_per_hold_reason")]

    def __str__(self) -> str:
        return str(self.name)


class Hold(models.Model):
    """One stretch in which a case was on hold for one reason until one day of review; an extension is the next row.

    `number`: which extension it is, 0 for the first hold. `reason` is empty where it was not recorded. `missed_at`:
    when it was found that the day of review had passed and nobody had looked.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=30, blank=True)
    external = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    review_on = models.DateField()
    number = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    missed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="one_hold_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["agency", "unit", "reason"], condition=Q(ended_at__isnull=True), name="hold_causes"),
            models.Index(
                fields=["review_on"], condition=Q(ended_at__isnull=True, missed_at__isnull=True), name="hold_to_miss"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason} → {self.review_on}"


class ExtensionRequest(models.Model):
    """A unit asks the director to hold a case once more than it may itself. `answer` is empty while it waits."""

    class Answer(models.TextChoices):
        APPROVED = "approved"
        REFUSED = "refused"
        # The case was no longer held.
        WITHDRAWN = "withdrawn"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extension_requests")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=30)
    external = models.BooleanField(default=False)
    review_on = models.DateField()
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer = models.CharField(max_length=10, blank=True, choices=Answer.choices)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(answer=""), name="one_extension_asked_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.number}"


class Reminder(models.Model):
    """What the follow-up team did about a unit that is silent on a case: a word to its people, or a call."""

    class Means(models.TextChoices):
        ALERT = "alert"
        CALL = "call"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reminders")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    means = models.CharField(max_length=6, choices=Means.choices)
    words = models.TextField(blank=True)
    # Of a call: what came of it, one of `following.OUTCOMES`.
    outcome = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.means}"


class SilenceRule(models.Model):
    """After how many working days without an act of the unit an agency calls it silent; else the usual."""

    USUAL_DAYS = 3

    agency = models.OneToOneField("directory.Agency", on_delete=models.CASCADE, related_name="+")
    working_days = models.PositiveSmallIntegerField(default=USUAL_DAYS)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.working_days}"


class FirstContactRule(models.Model):
    """Within how many days a further contact of the person in the same matter undoes a first-contact resolution."""

    USUAL_DAYS = 7

    agency = models.OneToOneField("directory.Agency", on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField(default=USUAL_DAYS)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.days}"


class CaseFile(models.Model):
    """A photo or document of a case; the whole file is for staff, the public sees the stripped copy of public ones."""

    class Role(models.TextChoices):
        PHOTO = "photo"
        ATTACHMENT = "attachment"
        RESOLUTION = "resolution"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    public = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="a_file_once_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.role}"


class CaseEntry(models.Model):
    """Words that belong to a fact of the case: a note, a reason, a question, an answer. Facts themselves carry none."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    event = models.OneToOneField("core.EventRecord", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    public = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.text[:40]


class CaseMessage(models.Model):
    """A message that was written in the matter of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    message = models.OneToOneField("messaging.Message", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.case_id}: {self.message_id}"


class CaseConversation(models.Model):
    """The conversation over which a case came or is answered: a reply in it lands on the case."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conversations")
    conversation = models.OneToOneField("messaging.Conversation", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.case_id}: {self.conversation_id}"


class CasePresence(models.Model):
    """Who has the page of a case open now."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_presence_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.case_id}"


edition.watch(HoldReason, JumpReason)
