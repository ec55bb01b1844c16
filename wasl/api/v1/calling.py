"""Who calls: the key, the person behind it, and what they may see and do. Scopes and rights both have to allow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.api.v1.problems import Refused, not_found
from wasl.cases import bars, seen
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.contacts.reading import looks_at_case, note_reading
from wasl.core import clock
from wasl.core.i18n import language, t
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope as Reach
from wasl.partners import operations as partners
from wasl.partners import queries as programs
from wasl.partners.models import ApiKey, Scope

_SCHEME = "bearer"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="wasl"'}


@dataclass(frozen=True)
class Sight:
    """Which veils are lifted on a case: `notes` for what colleagues write, `contact` for who the beneficiary is."""

    notes: bool
    contact: bool
    own: bool


@dataclass
class Caller:
    """A key at one moment."""

    api_key: ApiKey
    at: datetime

    @property
    def agency(self) -> Agency:
        """The one agency the key belongs to."""
        return self.api_key.agency

    @property
    def person(self) -> User | None:
        """The member of staff for whom the key acts; None for the key of a partner."""
        return self.api_key.user

    @property
    def name(self) -> str:
        """Under which name answers are kept."""
        return f"key:{self.api_key.pk}"

    # --- rights

    def must_have(self, right: Right) -> None:
        """The person behind the key has the right somewhere in this agency. A partner has scopes alone."""
        if self.person is None:
            return
        if directory.asks_second_factor_again(self.person, right, self.at):
            raise Refused("second-factor")
        if not any(scope.agency_id == self.agency.pk for scope in self.reach(right)):
            raise Refused("right-missing", _named(right))

    def must_be_allowed(self, right: Right, case: Case) -> None:
        """The person behind the key has the right on this case."""
        self.must_have(right)
        if not self.may(right, case):
            raise Refused("right-missing", _named(right))

    def may(self, right: Right, case: Case) -> bool:
        """Has the person the right on this case, by a key? Never what the second factor is asked again for."""
        if self.person is None or directory.asks_second_factor_again(self.person, right, self.at):
            return False
        return directory.may(
            self.person,
            right,
            agency_id=case.agency_id,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            importance=case.importance,
            at=self.at,
        )

    def acting(self, right: Right, case: Case) -> User:
        """The person, about to do something; recorded as a substitute where only that allows it."""
        if self.person is None:
            raise Refused("for-staff")
        directory.note_ground(
            self.person,
            right,
            agency_id=case.agency_id,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            importance=case.importance,
            at=self.at,
        )
        return self.person

    def reach(self, right: Right) -> list[Reach]:
        """Where in the agency of the key the person has the right."""
        if self.person is None or directory.asks_second_factor_again(self.person, right, self.at):
            return []
        return [one for one in directory.scopes_of(self.person, right, self.at) if one.agency_id == self.agency.pk]

    # --- sight

    @cached_property
    def visible(self) -> QuerySet[Case]:
        """The cases the key may read: those of its person, or of its agency without what is confidential."""
        if self.person is None:
            return seen.open_to_programs(self.agency)
        return cases.visible_to(self.person, at=self.at).filter(agency=self.agency)

    @property
    def names_within(self) -> list[Reach]:
        """Where words are also looked for in the names of people."""
        if self.person is not None:
            return self.reach(Right.READ_CONTACT)
        return [Reach(self.agency.pk, None)] if self.reads_personal_data else []

    @property
    def reads_personal_data(self) -> bool:
        """May the program of a partner read whom cases of others come from?"""
        return Scope.PERSONAL_READ in self.api_key.scopes

    def case(self, reference: str) -> Case:
        """The case of a reference, if the key may read it; else refused, as if there were none."""
        case = cases.by_number(self.visible, reference)
        if case is None:
            self._note_barred(reference)
            raise not_found()
        return case

    def _note_barred(self, reference: str) -> None:
        barred = cases.barred_case(self.person, reference, at=self.at) if self.person is not None else None
        if self.person is not None and barred is not None:
            bars.note_attempt(barred, self.person, at=self.at)

    def own_case(self, reference: str) -> Case:
        """A case that this program brought itself."""
        if self.person is not None:
            raise Refused("not-yours")
        case = self.case(reference)
        if not self.brought(case):
            raise Refused("not-yours")
        return case

    def brought(self, case: Case) -> bool:
        """Did this program bring the case?"""
        return bool(programs.brought_by(self.api_key, [case.pk]))

    def sight(self, case: Case) -> Sight:
        """What the key may see of a case it may read."""
        if self.person is not None:
            return Sight(self.may(Right.READ_NOTES, case), self.may(Right.READ_CONTACT, case), own=False)
        own = self.brought(case)
        return Sight(notes=False, contact=own or self.reads_personal_data, own=own)

    def note_reading(self, case: Case, sight: Sight) -> None:
        """Record that a confidential case was read, and whose contact data were given to a program that did not bring
        them.
        """
        with_person = sight.contact and not sight.own and case.beneficiary_id is not None
        own = self._is_own(case)
        note_reading(
            looks_at_case(case.pk, confidential=case.confidential, contact=with_person, own=own),
            agency_id=case.agency_id,
            by=self.person,
            at=self.at,
            key=self.api_key.public_id,
        )

    def _is_own(self, case: Case) -> bool:
        """Is the case one of the person's own? A program has no units: its scope is its reason."""
        person = self.person
        return person is None or case.assignee_id == person.pk or case.unit_id in directory.own_units(person, self.at)


def admitted(request: HttpRequest, scopes: Sequence[str]) -> Caller:
    """The caller, if the key of the request has one of these scopes; without any every good key will do."""
    at = clock.now()
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        api_key = partners.admit(secret.strip() if scheme.lower() == _SCHEME else "", scope="", agency=None, at=at)
    except partners.BadKey:
        raise Refused("key-needed", headers=_CHALLENGE) from None
    except partners.TooFast as refusal:
        raise Refused("too-fast", headers={"Retry-After": str(max(refusal.seconds, 1))}) from None
    if scopes and not set(scopes) & set(api_key.scopes):
        named = "، ".join(scopes) if language() == "ar" else ", ".join(scopes)
        detail = t("الصلاحية الناقصة: {scope}", "The scope that is missing: {scope}", scope=named)
        raise Refused("scope-missing", detail)
    return Caller(api_key, at)


def _named(right: Right) -> str:
    return t(
        "تلزم صلاحية «{label}» ({code}).", "Needs the right “{label}” ({code}).", label=right.label, code=right.value
    )
