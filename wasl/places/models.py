"""Governorates, wilayats and areas. They are of the country, not of an agency; only areas may be an agency's own."""

import secrets

from django.db import models

from wasl.core import edition
from wasl.core.localized import LocalizedField


class Governorate(models.Model):
    """A governorate (محافظة); its shape is a GeoJSON geometry of coarse lines, not an official boundary."""

    code = models.CharField(max_length=8, unique=True)
    name = LocalizedField()
    shape = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return str(self.name)


class Wilayat(models.Model):
    """A wilayat (ولاية) with the place of its town, which is approximate unless somebody surveyed it."""

    code = models.CharField(max_length=12, unique=True)
    governorate = models.ForeignKey(Governorate, on_delete=models.PROTECT, related_name="wilayats")
    name = LocalizedField()
    lat = models.DecimalField(max_digits=9, decimal_places=6)
    lon = models.DecimalField(max_digits=9, decimal_places=6)
    centre_is_approximate = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["governorate__order", "order", "id"]

    def __str__(self) -> str:
        return str(self.name)


class Area(models.Model):
    """A village or quarter (قرية، حي) of a wilayat; with an agency it is that agency's own addition."""

    wilayat = models.ForeignKey(Wilayat, on_delete=models.PROTECT, related_name="areas")
    agency = models.ForeignKey(
        "directory.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="areas"
    )
    name = LocalizedField()
    # An agency's own area may have a code and an exact shape, a GeoJSON geometry; one that ended is offered no more.
    code = models.CharField(max_length=40, blank=True, default="", db_default="")
    shape = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "wilayat", "name"], name="one_area_per_name", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def known_as(self) -> str:
        """Its code; for one from before codes, its number."""
        return self.code or f"area-{self.pk}"


class WilayatBoundary(models.Model):
    """The exact line of a wilayat as an agency surveyed it; it decides over the coarse shapes of the country."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    wilayat = models.ForeignKey(Wilayat, on_delete=models.PROTECT, related_name="+")
    shape = models.JSONField()
    source = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "wilayat"], name="one_boundary_per_wilayat"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.wilayat_id}"


def new_token() -> str:
    """A name that never comes twice, also after a rolled-back change."""
    return secrets.token_hex(8)


class PlacesEdition(models.Model):
    """Which edition of the places holds: browsers that keep the map compare its token. One row."""

    token = models.CharField(max_length=16, default=new_token)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.token


edition.watch(Governorate, Wilayat, Area, WilayatBoundary)
