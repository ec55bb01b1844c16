"""What every page of the administration knows of its request: who, where, and what they may change."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from wasl.accounts.models import User
from wasl.administration import queries, registry
from wasl.administration.registry import Document, Kind, Type
from wasl.core import clock, keys
from wasl.directory import queries as directory
from wasl.directory.doors import code_is_due, to_second_factor
from wasl.directory.models import Agency
from wasl.directory.rights import Right

_SEALED = "sealed"


@dataclass(frozen=True)
class Here:
    """One request on the configuration of one agency."""

    request: HttpRequest
    agency: Agency
    at: datetime

    @property
    def user(self) -> User:
        """Whoever sits before the screen; the door let nobody else in."""
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def may_change(self, kind: Kind) -> bool:
        """May this person change rows of the kind in this agency?"""
        return directory.may(self.user, kind.right, agency_id=self.agency.pk, at=self.at)

    def may_add(self, kind: Kind) -> bool:
        """May this person make rows of the kind?"""
        return self.may_change(kind) and kind.may_add(self.agency, self.user, self.at)

    def must_change(self, *kinds: Kind) -> HttpResponse | None:
        """The page that asks for the second factor first, where one is due. Raises Http404 without the right."""
        if not kinds or not all(self.may_change(kind) for kind in kinds):
            raise Http404
        due = any(code_is_due(self.request, kind.right) for kind in kinds)
        return to_second_factor(self.request) if due else None

    @cached_property
    def agencies(self) -> list[Agency]:
        """The agencies this person may look at."""
        scopes = directory.scopes_of(self.user, Right.READ_CONFIG, self.at)
        numbers = {scope.agency_id for scope in scopes if scope.unit_ids is None}
        return [agency for agency in directory.agencies() if agency.pk in numbers]

    def names(self, kind: Kind) -> dict[str, dict[str, str]]:
        """What the rows that this kind names are called: kind -> code -> name; each kind is asked once."""
        wanted = {one.refers_to for field in kind.fields for one in (field, *field.fields) if one.refers_to}
        for code in wanted - set(self._names):
            known = {one.code: one for one in registry.kinds()}
            rows = queries.documents(known[code], self.agency, self.at) if code in known else {}
            self._names[code] = {row["code"]: str(known[code].name_of(row)) for row in rows.values()}
        return self._names

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {}

    def context(self, **more: Any) -> dict[str, Any]:
        """What every template needs."""
        return {"agency": self.agency, "agencies": self.agencies, "at": self.at, **more}


def here(request: HttpRequest, agency: str = "") -> Here:
    """The agency of the address, else the person's own; Http404 for one that they may not look at."""
    at = clock.now()
    try:
        found = directory.agency_by_code(agency) if agency else _own(request, at)
    except directory.NoAgency:
        raise Http404 from None
    if not directory.may(request.user, Right.READ_CONFIG, agency_id=found.pk, at=at):
        raise Http404
    return Here(request, found, at)


def _own(request: HttpRequest, at: datetime) -> Agency:
    own = directory.own_agency(request.user, at)
    if own is not None and directory.may(request.user, Right.READ_CONFIG, agency_id=own.pk, at=at):
        return own
    scopes = directory.scopes_of(request.user, Right.READ_CONFIG, at)
    if not scopes:
        raise Http404
    return directory.agency_by_id(scopes[0].agency_id)


def kind_at(code: str) -> Kind:
    """The kind of an address. Raises Http404."""
    try:
        return registry.kind_of(code)
    except KeyError:
        raise Http404 from None


def row_at(place: Here, kind: Kind, code: str) -> Document:
    """The row of an address. Raises Http404."""
    try:
        return queries.document(kind, place.agency, code, place.at)
    except queries.NoSuchRow:
        raise Http404 from None


def packed(kind: Kind, document: Document) -> str:
    """A document on its way through the review page; secrets travel sealed."""
    shut = {
        name: {_SEALED: keys.seal(value)} if value and _is_secret(kind, name) else value
        for name, value in document.items()
    }
    return json.dumps(shut, ensure_ascii=False, separators=(",", ":"))


def unpacked(kind: Kind, text: str) -> Document:
    """The same back, still to be cleaned like all that comes from a browser. Raises Http404 for what is no document."""
    try:
        given = json.loads(text)
        if not isinstance(given, dict):
            raise ValueError
        return {name: _opened(value) if _is_secret(kind, name) else value for name, value in given.items()}
    except (ValueError, RecursionError, keys.NoSuchKey):
        raise Http404 from None


def _opened(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return str(keys.unseal(str(value.get(_SEALED, ""))))


def _is_secret(kind: Kind, name: str) -> bool:
    return any(field.code == name and field.type is Type.SECRET for field in kind.fields)
