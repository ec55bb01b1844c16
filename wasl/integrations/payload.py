"""What a telling says: ids, codes, the state and its public words. Nobody's words, name, number or place."""

import json
from datetime import datetime
from typing import Any

from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.queries import unit_codes
from wasl.integrations.offered import TRIAL, TRIAL_TITLE, Offered


def body_of(case: Case, record: EventRecord, offered: Offered, *, delivery: str, sequence: int) -> str:
    """The body of the telling of a fact; the state is that after the fact where the fact says it."""
    state = workflow.states()[offered.state_after(record.data) or case.state]
    zone = case.agency.zone
    told: dict[str, Any] = {
        "id": delivery,
        "event": offered.code,
        "title": offered.title,
        "at": _moment(record.at, case.agency),
        "sequence": sequence,
        "agency": case.agency.code,
        "case": {
            "reference": case.reference,
            "kind": case.kind,
            "service": case.service.code if case.service is not None else None,
            "unit": case.unit.code,
            "importance": case.importance,
            "state": state.code,
            "open311_status": state.open311,
            "wording": state.public,
            "registered_at": case.registered_at.astimezone(zone).isoformat(timespec="seconds"),
            "due_at": case.due_at.astimezone(zone).isoformat(timespec="seconds") if case.due_at else None,
        },
        "details": details_of(case, record, offered),
    }
    return _text(told)


def trial_body(agency: Agency, *, delivery: str, at: datetime) -> str:
    """A telling of nothing, to see whether it arrives."""
    return _text(
        {
            "id": delivery,
            "event": TRIAL,
            "title": TRIAL_TITLE,
            "at": _moment(at, agency),
            "sequence": 0,
            "agency": agency.code,
            "case": None,
            "details": {},
        }
    )


def details_of(case: Case, record: EventRecord, offered: Offered) -> dict[str, Any]:
    """The codes a fact tells besides."""
    data = record.data
    codes = unit_codes({data.get(inner) for inner in offered.units.values()} - {None}) if offered.units else {}
    told: dict[str, Any] = {name: codes.get(data.get(inner)) for name, inner in offered.units.items()}
    told |= {name: data.get(inner) for name, inner in offered.plain.items()}
    for name, inner in offered.cases.items():
        other = cases.by_id(data[inner])
        told[name] = other.reference if case.confidential or not other.confidential else None
    return told


def _moment(at: datetime, agency: Agency) -> str:
    return at.astimezone(agency.zone).isoformat(timespec="milliseconds")


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
