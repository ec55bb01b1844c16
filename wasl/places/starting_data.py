"""The places every new house starts with, read from the files beside (`data/README.md` says where they come from)."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from wasl.core.localized import Localized, both
from wasl.places.geometry import read_topology, to_geojson

DATA = Path(__file__).resolve().parent / "data"

# By name, as the ids of the file are no ISO codes and one stands for two shapes.
SHAPE_NAMES = {
    "OM-MA": "Muscat",
    "OM-ZU": "Dhofar",
    "OM-MU": "Musandam",
    "OM-BU": "Al Buraymi",
    "OM-DA": "Ad Dakhliyah",
    "OM-BS": "Al Batnah North",
    "OM-BJ": "Al Batnah South",
    "OM-SJ": "Ash Sharqiyah South",
    "OM-SS": "Ash Sharqiyah North",
    "OM-ZA": "Al Dhahira",
    "OM-WU": "Al Wusta",
}


@dataclass(frozen=True)
class StartingWilayat:
    """One line of `wilayats.csv`."""

    code: str
    governorate_code: str
    governorate_name: Localized
    name: Localized
    lat: Decimal
    lon: Decimal


def wilayats() -> list[StartingWilayat]:
    """The 63 wilayats in the order of the official list, those of one governorate together."""
    return [
        StartingWilayat(
            code=row["wilayat_code"],
            governorate_code=row["governorate_code"],
            governorate_name=both(row["governorate_ar"], row["governorate_en"]),
            name=both(row["wilayat_ar"], row["wilayat_en"]),
            lat=Decimal(row["centre_lat"]),
            lon=Decimal(row["centre_lon"]),
        )
        for row in _rows("wilayats.csv")
    ]


def areas() -> list[tuple[str, Localized]]:
    """Well-known areas: the code of the wilayat and the name."""
    return [(row["wilayat_code"], both(row["area_ar"], row["area_en"])) for row in _rows("areas.csv")]


def shapes() -> dict[str, dict[str, Any]]:
    """The GeoJSON geometry of each governorate by its code."""
    topology = json.loads((DATA / "oman_governorates.topo.json").read_text(encoding="utf-8"))
    by_name = read_topology(topology)
    return {code: to_geojson(by_name[name]) for code, name in SHAPE_NAMES.items()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
