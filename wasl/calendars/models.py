"""Rows of working time. Weekdays are counted as Python does: 0 is Monday, 6 is Sunday."""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from wasl.core import edition
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField


class Weekday(models.IntegerChoices):
    """The days of the week, numbered as Python does."""

    MONDAY = 0, t("الاثنين", "Monday")
    TUESDAY = 1, t("الثلاثاء", "Tuesday")
    WEDNESDAY = 2, t("الأربعاء", "Wednesday")
    THURSDAY = 3, t("الخميس", "Thursday")
    FRIDAY = 4, t("الجمعة", "Friday")
    SATURDAY = 5, t("السبت", "Saturday")
    SUNDAY = 6, t("الأحد", "Sunday")


class WorkingCalendar(models.Model):
    """By what working time a part of an agency is counted."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="calendars")
    code = models.CharField(max_length=24)
    name = LocalizedField()
    always_open = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="calendar_code_in_agency"),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(is_default=True, valid_to__isnull=True),
                name="one_default_calendar_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name) or self.code


class WorkingHours(models.Model):
    """One span of a weekday; a close not after the opening lies on the next day. Both days of validity included."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday_of_seven"),
            models.UniqueConstraint(
                fields=["calendar", "weekday", "opens", "valid_from"],
                name="one_span_per_opening",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class SpecialHours(models.Model):
    """Days on which other hours hold, such as those of Ramadan; a weekday without a span is closed then."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="special_hours")
    code = models.CharField(max_length=40, blank=True, default="", db_default="")
    name = LocalizedField()
    from_on = models.DateField()
    to_on = models.DateField()
    announced_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="special_hours_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.from_on} - {self.to_on}"

    @property
    def known_as(self) -> str:
        """Its code; for a row from before codes one made of its first day and its number."""
        return self.code or f"{self.from_on:%Y-%m-%d}-{self.pk}"


class SpecialSpan(models.Model):
    """One span of a weekday within special hours."""

    special_hours = models.ForeignKey(SpecialHours, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="special_weekday_of_seven"),
            models.UniqueConstraint(fields=["special_hours", "weekday", "opens"], name="one_special_span_per_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class HijriHours(models.Model):
    """Hours that hold in one month of every Hijri year, as those of Ramadan: its days follow the sighting of the moon.

    `from_year` and `to_year` are Hijri years, both included; without them the hours always held, or hold on.
    """

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="hijri_hours")
    code = models.CharField(max_length=40)
    name = LocalizedField()
    month = models.PositiveSmallIntegerField()
    from_year = models.PositiveSmallIntegerField(null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="hijri_hours_month_of_twelve"),
            models.CheckConstraint(condition=Q(to_year__gte=F("from_year")), name="hijri_hours_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.month:02d}"


class HijriSpan(models.Model):
    """One span of a weekday within the hours of a Hijri month."""

    hijri_hours = models.ForeignKey(HijriHours, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hijri_weekday_of_seven"),
            models.UniqueConstraint(fields=["hijri_hours", "weekday", "opens"], name="one_hijri_span_per_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(models.Model):
    """Free days. Proposals come from a table of the world's holidays; the authority's own announcement confirms them.

    No calendar means all calendars of the agency but those that are always open. Taken back, never deleted.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="holidays")
    calendar = models.ForeignKey(
        WorkingCalendar, null=True, blank=True, on_delete=models.PROTECT, related_name="holidays"
    )
    # What the administration calls it; it stays when the days move. Rows from before codes have none.
    code = models.CharField(max_length=40, blank=True, default="", db_default="")
    on_from = models.DateField()
    on_to = models.DateField()
    name = LocalizedField()
    announced_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    is_proposal = models.BooleanField(default=False)
    # The Hijri month by whose first day a proposal moves; none for days of the Gregorian year.
    hijri_month = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(on_to__gte=F("on_from")), name="holiday_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["agency", "on_from"], condition=Q(withdrawn_at__isnull=True), name="holidays_to_come")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.on_from} - {self.on_to}"

    @property
    def known_as(self) -> str:
        """Its code; for a row from before codes one made of its first day and its number."""
        return self.code or f"{self.on_from:%Y-%m-%d}-{self.pk}"


class HijriOffset(models.Model):
    """How many days later than Umm al-Qura a Hijri month really began by the sighting of the moon."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="hijri_offsets")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    days = models.SmallIntegerField()
    announced_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "month"], name="one_offset_per_hijri_month"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="hijri_month_of_twelve"),
            models.CheckConstraint(condition=Q(days__range=(-2, 2)), name="hijri_offset_within_two_days"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}: {self.days:+d}"


class CalendarUse(models.Model):
    """By which calendar a unit, or one queue of it, is counted: what is neither is counted by the agency's default one.

    No unit means the queue of this code in every unit. Ended, never deleted.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="calendar_uses")
    unit = models.ForeignKey(
        "directory.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="calendar_uses"
    )
    queue = models.CharField(max_length=24, blank=True, default="")
    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="uses")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "unit", "queue"],
                condition=Q(valid_to__isnull=True),
                name="one_calendar_per_unit_and_queue",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(queue=""), name="calendar_use_names_unit_or_queue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id or '*'}/{self.queue or '*'}: {self.calendar_id}"

    def holds(self, at: datetime | None) -> bool:
        """Does it hold at this moment; without one, has it no end?"""
        if at is None:
            return self.valid_to is None
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def new_token() -> str:
    """A name that never comes twice, also after a rolled-back change."""
    return secrets.token_hex(8)


class CalendarEdition(models.Model):
    """Which edition of an agency's calendars held: for the release before, whose processes compare its token.

    A random token, not a counter: a counter would come twice after a rollback.
    """

    agency = models.OneToOneField("directory.Agency", on_delete=models.PROTECT, related_name="calendar_edition")
    token = models.CharField(max_length=16, default=new_token)

    def __str__(self) -> str:
        return self.token


edition.watch(
    WorkingCalendar, WorkingHours, SpecialHours, SpecialSpan, HijriHours, HijriSpan, Holiday, HijriOffset, CalendarUse
)
