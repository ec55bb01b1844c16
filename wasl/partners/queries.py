"""Reading keys."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from django.db.models import QuerySet

from wasl.core import edition, keys, sets
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.partners.models import ApiKey, BroughtCase

PURPOSE, ANSWER = "apikey", "answer"
# Telephones are without a network for longer than a day.
KEPT_FOR = timedelta(days=30)

_BROUGHT_BY = """
SELECT case_id FROM partners_broughtcase WHERE api_key_id = %s::bigint AND case_id = ANY(%s::bigint[])
"""


def key_of(secret: str) -> ApiKey | None:
    """The key of a secret, good or not, with its agency (to be read only). Only a digest is looked up."""
    if not secret:
        return None
    for stamp, *row in sets.run(_key_of(), [keys.digests(secret, PURPOSE)]):
        edition.came_along(stamp)
        api_key = sets.made(ApiKey, row)
        api_key.agency = directory.known_agency(api_key.agency_id)
        return api_key
    return None


@cache
def _key_of() -> str:
    names = sets.columns(ApiKey, "k")
    return f"SELECT {edition.STAMP}, {names} FROM partners_apikey k WHERE key_hash = ANY(%s::text[])"  # noqa: S608


def keys_of(agency: Agency) -> QuerySet[ApiKey]:
    """All keys of an agency, the newest first."""
    keys = ApiKey.objects.filter(agency=agency).select_related("agency", "user", "created_by", "revoked_by")
    return keys.order_by("-created_at", "-pk")


def key_in(agency: Agency, public_id: str) -> ApiKey | None:
    """A key of an agency by its public id; None where the agency has none of it."""
    return keys_of(agency).filter(public_id=public_id).first()


def key_by_id(public_id: str) -> ApiKey | None:
    """A key of any agency by its public id, for the command line."""
    return ApiKey.objects.select_related("agency", "user").filter(public_id=public_id).first()


def brought_by(api_key: ApiKey, case_ids: Iterable[int]) -> frozenset[int]:
    """Which of these cases the program brought."""
    return frozenset(number for (number,) in sets.run(_BROUGHT_BY, [str(api_key.pk), [*map(str, case_ids)]]))


def all_brought_by(api_key: ApiKey) -> QuerySet[BroughtCase, int]:
    """The inner numbers of all cases the program brought, as a subquery."""
    return BroughtCase.objects.filter(api_key=api_key).values_list("case_id", flat=True)
