"""What an agency aims at, and what is kept ready of the figures: nothing here that cannot be counted from the cases."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Target(models.Model):
    """The value a figure should reach, in the figure's own unit, for a time."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=9, decimal_places=2)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "measure"], condition=Q(valid_to__isnull=True), name="one_target_per_measure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class FairnessRule(models.Model):
    """From when on an agency calls it a pattern that turns are not kept; without a row the usual values hold.

    Within so many `days`: one officer and one beneficiary so often; one officer so many `times_unit` the rate of the
    unit, of `fewest_takes` cases taken or more; the share of turns that were not kept by order, in hundredths.
    """

    agency = models.OneToOneField("directory.Agency", on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField(default=90)
    same_person = models.PositiveSmallIntegerField(default=3)
    times_unit = models.PositiveSmallIntegerField(default=2)
    fewest_takes = models.PositiveSmallIntegerField(default=20)
    ordered_share = models.PositiveSmallIntegerField(default=50)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.same_person} in {self.days} days"


class PublishedTurns(models.Model):
    """What the public is told of the turns of a month, as it was counted when the month was over; it stays so."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.CASCADE, related_name="+", db_index=False)
    first_on = models.DateField()
    taken = models.PositiveIntegerField()
    jumped = models.PositiveIntegerField()
    # Code of the reason and number, the most frequent first.
    reasons = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "first_on"], name="turns_of_a_month_once")]

    def __str__(self) -> str:
        return f"{self.first_on}: {self.jumped} of {self.taken}"


class CaseFact(models.Model):
    """What one case adds to the figures, as it was known when they were last brought up to the moment.

    `flags` holds a bit for each measure it counts in, the lengths are seconds of working time. `next_at` is the moment
    after which it counts otherwise though nothing happens: a promise or the time for a referral runs out.
    """

    case_id = models.BigIntegerField(primary_key=True)
    agency_id = models.BigIntegerField()
    registered_on = models.DateField()
    unit_id = models.BigIntegerField()
    category_id = models.BigIntegerField(null=True)
    service_id = models.BigIntegerField(null=True)
    wilayat_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    importance = models.CharField(max_length=2)
    confidential = models.BooleanField()
    flags = models.IntegerField()
    is_open = models.BooleanField()
    finished_on = models.DateField(null=True)
    cycle = models.FloatField(null=True)
    acknowledge = models.FloatField(null=True)
    first_answer = models.FloatField(null=True)
    next_at = models.DateTimeField(null=True)
    # What was known of it earlier: until its first moment of a kind it had none. `is_storied`: more happened than these
    # moments tell, so only its record of facts does.
    registered_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    aside_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    is_storied = models.BooleanField(db_default=False)
    # How long things went on happening to it (`rollups.shape.lasting`): by it the few are found that were otherwise at
    # an earlier moment.
    lasting = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "registered_on"], name="fact_by_day"),
            models.Index(fields=["agency_id", "finished_on"], name="fact_by_completion"),
            models.Index(
                fields=["agency_id", "registered_on"],
                include=["flags", "unit_id", "confidential", "is_open"],
                condition=Q(is_open=True),
                name="fact_open",
            ),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="fact_by_next"),
            models.Index(fields=["agency_id", "lasting", "registered_on"], name="fact_by_lasting"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.flags:b}"


class _Sums(models.Model):
    """The numbers of a sum: a column for each measure."""

    registered = models.IntegerField(default=0)
    set_aside = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    completed_all = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    open_again = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)
    on_time = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    acknowledged = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    referral_asked = models.IntegerField(default=0)
    referred_in_time = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    rated = models.IntegerField(default=0)
    satisfied = models.IntegerField(default=0)
    first_contact = models.IntegerField(default=0, db_default=0)
    stars_1 = models.IntegerField(default=0)
    stars_2 = models.IntegerField(default=0)
    stars_3 = models.IntegerField(default=0)
    stars_4 = models.IntegerField(default=0)
    stars_5 = models.IntegerField(default=0)
    finished = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Tally(_Sums):
    """The facts of a day or month, a unit and up to two dimensions, summed (`rollups.shape`)."""

    agency_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    first_on = models.DateField()
    a = models.SmallIntegerField(default=0)
    a_key = models.CharField(max_length=20, default="")
    b = models.SmallIntegerField(default=0)
    b_key = models.CharField(max_length=20, default="")
    unit_id = models.BigIntegerField()
    confidential = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "grain", "first_on", "a", "a_key", "b", "b_key", "unit_id", "confidential"],
                name="one_tally_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.first_on} {self.a}={self.a_key} {self.b}={self.b_key}: {self.registered}"


class LengthTally(models.Model):
    """How many lengths of a span of days and a unit fall in one step; `length` says which and over what spans
    (`rollups.shape.spans`).
    """

    agency_id = models.BigIntegerField()
    first_on = models.DateField()
    length = models.SmallIntegerField()
    unit_id = models.BigIntegerField()
    confidential = models.BooleanField()
    step = models.SmallIntegerField()
    number = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "first_on", "length", "unit_id", "confidential", "step"],
                name="one_length_tally_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_on} {self.length} {self.step}: {self.number}"


class TakingFact(models.Model):
    """One taking (`measures.takings`), as it was known when the figures were last brought up to the moment.

    `unit_id` had the case then, `case_unit_id` has it now. `of_unit`, `of_all`: it stands for the case in that unit, in
    the total. `waited`: seconds from the registration of the case to its first taking, on the day `first_on`; only the
    first has it.
    """

    agency_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    round = models.IntegerField()
    officer_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    case_unit_id = models.BigIntegerField()
    confidential = models.BooleanField()
    importance = models.CharField(max_length=2)
    taken_on = models.DateField()
    jumped = models.BooleanField()
    of_unit = models.BooleanField()
    of_all = models.BooleanField()
    first_on = models.DateField()
    waited = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "round", "officer_id"], name="one_taking_of_an_officer")
        ]
        indexes = [
            models.Index(fields=["agency_id", "taken_on"], name="taking_by_day"),
            models.Index(
                fields=["agency_id", "first_on"],
                include=["unit_id", "case_unit_id", "confidential", "importance", "waited"],
                condition=Q(waited__isnull=False),
                name="taking_that_ended_a_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.officer_id}"


class TakingTally(models.Model):
    """The takings of a day or month, an officer and a unit, summed: all of them, those that stand for their case in the
    unit, and those that stand for it in the total; of each how many out of turn.
    """

    agency_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    first_on = models.DateField()
    officer_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    case_unit_id = models.BigIntegerField()
    confidential = models.BooleanField()
    taken = models.IntegerField(default=0)
    jumped = models.IntegerField(default=0)
    taken_of_unit = models.IntegerField(default=0)
    jumped_of_unit = models.IntegerField(default=0)
    taken_of_all = models.IntegerField(default=0)
    jumped_of_all = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "grain", "first_on", "officer_id", "unit_id", "case_unit_id", "confidential"],
                name="one_taking_tally_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.first_on} {self.officer_id}: {self.jumped} of {self.taken}"


class WaitTally(models.Model):
    """How many waits that ended in a month fall in one step of lengths (`rollups.shape.step_of`), by unit and class."""

    agency_id = models.BigIntegerField()
    first_on = models.DateField()
    unit_id = models.BigIntegerField()
    case_unit_id = models.BigIntegerField()
    confidential = models.BooleanField()
    importance = models.CharField(max_length=2)
    step = models.SmallIntegerField()
    number = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "first_on", "unit_id", "case_unit_id", "confidential", "importance", "step"],
                name="one_wait_tally_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_on} {self.importance} {self.step}: {self.number}"


class Recount(models.Model):
    """A case whose fact has to be worked out anew, from a moment on; `late` where nothing happened to the case itself
    but the rules by which it counts have changed: those may wait.
    """

    case_id = models.BigIntegerField(primary_key=True)
    agency_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    late = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["late", "due_at", "case_id"], name="recount_in_order")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_at}"


class Ledger(models.Model):
    """How far the facts have been read: one row for the house.

    Every fact of a transaction older than `horizon` has been seen; none of an event up to `seen_id` can still come.
    """

    horizon = models.BigIntegerField(default=0)
    seen_id = models.BigIntegerField(default=0)
    settling = models.JSONField(default=list)
    edition = models.CharField(max_length=200, default="")
    known_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.known_at}"


class AgencyLedger(models.Model):
    """By which rules the facts of an agency are counted, and whether all of them are there."""

    agency_id = models.BigIntegerField(primary_key=True)
    rules = models.CharField(max_length=64)
    is_whole = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.agency_id}"
