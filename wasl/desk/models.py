"""What the desk keeps for its people: saved views, how they like their lists, and acts done to many cases at once."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.core.fields import public_id
from wasl.core.localized import LocalizedField


class SavedView(models.Model):
    """A worklist somebody gave a name: its filters in the grammar of `narrowing`, its columns, who else sees it."""

    class Shared(models.TextChoices):
        ME = "me"
        UNIT = "unit"
        AGENCY = "agency"

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    shared = models.CharField(max_length=8, choices=Shared.choices, default=Shared.ME)
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.CASCADE, related_name="+")
    filters = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "owner", "name"], name="one_view_of_a_name_per_person"),
            models.CheckConstraint(
                condition=~Q(shared="unit") | Q(unit__isnull=False), name="a_view_of_a_unit_names_it"
            ),
        ]
        indexes = [models.Index(fields=["agency", "shared", "unit"], name="view_shared_with")]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """How addresses name it."""
        return self.public_id


class ListHabits(models.Model):
    """How a person likes their worklists: the view they begin with, and the columns they chose for each view."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    pinned = models.CharField(max_length=16, blank=True)
    columns = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.pinned}"

    def columns_of(self, view: str) -> list[Any]:
        """The columns the person chose for a view; empty where they chose none."""
        chosen = self.columns.get(view, []) if isinstance(self.columns, dict) else []
        return chosen if isinstance(chosen, list) else []


class BulkAct(models.Model):
    """One act on many cases: what was asked, by whom, and how far it has come. The cases stand in its rows."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PLANNED = "planned"
        RUNNING = "running"
        DONE = "done"

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=16)
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    query = models.TextField(blank=True)  # of the list it came from, to go back to
    left_out = models.PositiveIntegerField(default=0)  # cases of the list beyond the most that are taken at once
    undo_of = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="bulk_by_age")]

    def __str__(self) -> str:
        return f"{self.act} {self.state}"


class BulkRow(models.Model):
    """One case of an act on many: the version that was seen, what came of it, and what it takes to go back."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    bulk = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = LocalizedField()  # the sentence that says why it failed
    before = models.JSONField(default=dict)
    after_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "case"], name="a_case_once_per_bulk_act")]
        indexes = [models.Index(fields=["bulk", "position"], name="bulk_in_order")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.state}"
