"""Who asks, and of which agency: a program with its key, or anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from wasl.api.open311.answers import Refused, wrong
from wasl.api.open311.reading import Given
from wasl.core import limits
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey, Scope
from wasl.web import client

# A page that shows a city's reports on a map asks a few times a minute; one address may stand for a whole office.
READ, READ_SECONDS = 1_200, 60

_NO_KEY = t("api_key ناقص. اطلب مفتاحاً من الجهة.", "api_key was not given. Ask the agency for a key.")
_BAD_KEY = t("api_key غير صالح لهذه الجهة.", "This api_key is not good for this agency.")
_NOT_IN_SCOPE = t("لا يتضمن api_key هذه الصلاحية.", "This api_key does not reach so far.")
_TOO_FAST = t("طلبات كثيرة. انتظر قليلاً ثم أعد الإرسال.", "Too many requests. Wait a little, then send it again.")
_WHICH_AGENCY = t("jurisdiction_id ناقص: حدّد الجهة.", "jurisdiction_id was not given: name the agency.")
_NO_AGENCY = t("لا توجد جهة بهذا jurisdiction_id.", "There is no agency of this jurisdiction_id.")

_READING = (Scope.OPEN311_READ.value, Scope.OPEN311_WRITE.value)
_WRITING = (Scope.OPEN311_WRITE.value,)


@dataclass(frozen=True)
class Caller:
    """Who asks what of which agency. Without a key it is anybody at a network address."""

    agency: Agency
    api_key: ApiKey | None
    address: str

    @property
    def name(self) -> str:
        """Whose idempotency keys are meant."""
        return f"key:{self.api_key.pk}" if self.api_key else f"anybody:{self.agency.pk}"


def reader(request: HttpRequest, given: Given, *, at: datetime) -> Caller:
    """Whoever reads: everybody may, with or without a key. Raises Refused."""
    caller = _caller(request, given, _READING, at=at)
    if caller.api_key is None and not limits.allow(f"open311:read:{caller.address}", READ, READ_SECONDS):
        raise Refused((429, _TOO_FAST), again=READ_SECONDS)
    return caller


def writer(request: HttpRequest, given: Given, *, at: datetime, keyed: bool = False) -> Caller:
    """Whoever sends something: a key that may, or (unless `keyed`) anybody if the agency lets them. Raises Refused."""
    caller = _caller(request, given, _WRITING, at=at)
    if caller.api_key is None and (keyed or not caller.agency.open311_anonymous):
        raise Refused((403, _NO_KEY))
    return caller


def _caller(request: HttpRequest, given: Given, scopes: Sequence[str], *, at: datetime) -> Caller:
    api_key = _key(request, given, scopes, at=at)
    agency = _agency(request, given.one("jurisdiction_id"), api_key)
    if api_key is not None and api_key.agency_id != agency.pk:
        raise Refused((403, _BAD_KEY))
    request.agency = agency  # type: ignore[attr-defined]  # for the line in the journal
    return Caller(agency, api_key, client.address(request))


def _key(request: HttpRequest, given: Given, scopes: Sequence[str], *, at: datetime) -> ApiKey | None:
    word, _, bearer = request.headers.get("Authorization", "").partition(" ")
    secret = bearer.strip() if word.lower() == "bearer" else given.one("api_key")
    if not secret:
        return None
    try:
        api_key = partners.admit(secret, scope="", agency=None, at=at)
    except partners.BadKey:
        raise Refused((403, _BAD_KEY)) from None
    except partners.TooFast as problem:
        raise Refused((429, _TOO_FAST), again=max(problem.seconds, 1)) from None
    if not set(scopes) & set(api_key.scopes):
        raise Refused((403, _NOT_IN_SCOPE))
    return api_key


def _agency(request: HttpRequest, jurisdiction: str, api_key: ApiKey | None) -> Agency:
    """The agency that is named, else that of the key, else the one of the host name, else the only one there is."""
    if api_key is not None and jurisdiction.upper() in ("", api_key.agency.code.upper()):
        return api_key.agency
    active = directory.agencies()
    if jurisdiction:
        found = [agency for agency in active if agency.code.upper() == jurisdiction.upper()]
        if not found:
            raise Refused((404, _NO_AGENCY))
        return found[0]
    host = request.get_host().partition(":")[0].lower()
    found = [agency for agency in active if host in agency.hosts] or active
    if len(found) != 1:
        raise wrong(_WHICH_AGENCY) if found else Refused((404, _NO_AGENCY))
    return found[0]
