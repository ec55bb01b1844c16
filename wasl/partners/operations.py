"""Keys are issued, shown once, limited and revoked; answers are kept for whoever asks again."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import Q

from wasl.accounts.models import User
from wasl.core import events, keys, limits
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.partners import queries
from wasl.partners.events import KeyIssued, KeyRevoked
from wasl.partners.models import ApiKey, KeptAnswer, Scope

PREFIX = "wasl_"
_BYTES = 24
PER_MINUTE, MOST_PER_MINUTE = 600, 60_000
# Which keys this process has already noted as used, and on which day.
_noted: dict[int, date] = {}


class BadKey(Exception):
    """No such key, or it is over, revoked or another agency's; which of them is told to nobody."""


class NotInScope(Exception):
    """The key is good and does not reach so far."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class TooFast(Exception):
    """The key asks more often than it may. `seconds` until it may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class BadGrant(ValueError):
    """The key cannot be issued so; the message says why."""


class AlreadyIssued(Exception):
    """This form has issued its key before; the secret was shown then and is not known any more."""


class KeyReused(Exception):
    """The idempotency key stands for another request."""


class StillAtWork(Exception):
    """The first request under the same key has not been answered yet."""


@dataclass(frozen=True)
class Issued:
    """A new key and its secret, which is shown this once."""

    api_key: ApiKey
    secret: str = field(repr=False)


@transaction.atomic
def issue_key(
    agency: Agency,
    *,
    name: str,
    scopes: list[str],
    by: User | None,
    at: datetime,
    expires_at: datetime | None = None,
    per_minute: int = PER_MINUTE,
    user: User | None = None,
    form: str = "",
) -> Issued:
    """Issue a key. `form` names the form it was asked with, so that one sent twice issues one key.

    Raises BadGrant for unknown or no scopes, an end in the past, a pace out of bounds, no name, or a person who does
    not work for the agency; AlreadyIssued for the second sending.
    """
    chosen = sorted(set(scopes))
    if form and ApiKey.objects.filter(public_id=form).exists():
        raise AlreadyIssued(form)
    _check_grant(agency, name, chosen, expires_at=expires_at, per_minute=per_minute, user=user, at=at)
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    api_key = ApiKey.objects.create(
        agency=agency,
        name=clean_line(name)[:120],
        key_hash=keys.digest(secret, queries.PURPOSE),
        scopes=chosen,
        per_minute=per_minute,
        user=user,
        created_at=at,
        created_by=by,
        expires_at=expires_at,
        **({"public_id": form} if form else {}),
    )
    fact = KeyIssued(api_key.pk, chosen, user.pk if user is not None else None)
    events.publish(fact, agency_id=agency.pk, by=by, at=at)
    return Issued(api_key, secret)


def _check_grant(
    agency: Agency,
    name: str,
    scopes: list[str],
    *,
    expires_at: datetime | None,
    per_minute: int,
    user: User | None,
    at: datetime,
) -> None:
    if not clean_line(name):
        raise BadGrant(t("اكتب اسم البرنامج أو الشريك.", "Name the program or partner."))
    if not scopes or not set(scopes) <= set(Scope.values):
        raise BadGrant(t("اختر صلاحية واحدة على الأقل من القائمة.", "Choose at least one scope of the list."))
    if expires_at is not None and expires_at <= at:
        raise BadGrant(t("تاريخ الانتهاء مضى.", "The end lies in the past."))
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise BadGrant(
            t(
                "عدد الطلبات في الدقيقة من 1 إلى {most}.",
                "Between 1 and {most} requests a minute.",
                most=MOST_PER_MINUTE,
            )
        )
    if not agency.is_active:
        raise BadGrant(t("هذه الجهة موقوفة.", "This agency is closed."))
    if user is not None and agency not in directory.agencies_of(user, at):
        raise BadGrant(t("هذا الشخص لا يعمل في الجهة.", "This person does not work for the agency."))


@transaction.atomic
def revoke_key(api_key: ApiKey, *, by: User | None, at: datetime, reason: str = "") -> None:
    """The key opens nothing any more; twice is once, with the reason of the first time."""
    open_key = ApiKey.objects.filter(pk=api_key.pk, revoked_at__isnull=True)
    if open_key.update(revoked_at=at, revoked_by=by, revoked_reason=clean_line(reason)[:200]):
        events.publish(KeyRevoked(api_key.pk), agency_id=api_key.agency_id, by=by, at=at)


def admit(secret: str, *, scope: str, agency: Agency | None, at: datetime) -> ApiKey:
    """The key of a secret, if it opens this scope of this agency now, counted towards its pace.

    Without an agency any is meant: that of the key; an empty scope is in every key. A key that acts for a person ends
    with that person's account. Raises BadKey, NotInScope, TooFast.
    """
    api_key = queries.key_of(secret)
    if api_key is None or not api_key.is_good(at=at) or (agency is not None and api_key.agency_id != agency.pk):
        raise BadKey
    if scope and scope not in api_key.scopes:
        raise NotInScope(scope)
    counted = f"partners:key:{api_key.pk}"
    if not limits.allow(counted, api_key.per_minute, 60):
        raise TooFast(limits.retry_after(counted, api_key.per_minute, 60))
    _note_use(api_key, at)
    return api_key


def _note_use(api_key: ApiKey, at: datetime) -> None:
    # Once a day and process, by a job: no request waits for it, and none of a busy key locks its row.
    today = at.date()
    if (api_key.last_used_on is None or api_key.last_used_on < today) and _noted.get(api_key.pk) != today:
        transaction.on_commit(partial(_queue_note, api_key.pk, today))


def _queue_note(api_key_id: int, today: date) -> None:
    from wasl.partners.jobs import note_use

    _noted[api_key_id] = today
    note_use.defer(api_key_id=api_key_id, on=today.isoformat(), once=f"key used {api_key_id}")


def note_use(api_key_id: int, *, on: date) -> None:
    """Write down on which day (UTC) a key was last used; a later day stays."""
    earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=on)
    ApiKey.objects.filter(earlier, pk=api_key_id).update(last_used_on=on)


_TAKE = """
INSERT INTO partners_keptanswer (caller, key, request_hash, content_type, body_sealed, made_at)
VALUES (%s, %s, %s, '', '', %s) ON CONFLICT (caller, key) DO NOTHING RETURNING id
"""


def take(*, caller: str, key: str, request: str, at: datetime) -> KeptAnswer | None:
    """Begin a request under an idempotency key, in the transaction of its act; None when it is new.

    When the same was asked before, gives the answer of then. A second sending waits until the first has committed.
    Raises KeyReused for another request under the key, StillAtWork where the answer is not there yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [caller, key, keys.digest(request, queries.ANSWER), at])
        if cursor.fetchone():
            return None
    kept = KeptAnswer.objects.get(caller=caller, key=key)
    if not keys.matches(request, kept.request_hash, queries.ANSWER):
        raise KeyReused
    if kept.status is None:
        raise StillAtWork
    return kept


def keep(*, caller: str, key: str, status: int, content_type: str, body: bytes) -> None:
    """Keep the answer of a request that `take` began, in the same transaction."""
    KeptAnswer.objects.filter(caller=caller, key=key).update(
        status=status, content_type=content_type, body_sealed=keys.seal(body)
    )


def body_of(kept: KeptAnswer) -> bytes:
    """The answer as it was sent."""
    return keys.unseal(kept.body_sealed).encode()


def brought(source: str) -> str:
    """For a statement by which a door takes a case in anyway: remember which program brought the `case_id` of `source`.

    Values: the number of the agency, the moment, and the number of the key or None.
    """
    return f"""
        INSERT INTO partners_broughtcase (api_key_id, case_id, agency_id, brought_at)
        SELECT api_key.id, {source}.case_id, %s::bigint, %s::timestamptz
        FROM {source}, (SELECT %s::bigint AS id) AS api_key WHERE api_key.id IS NOT NULL ON CONFLICT DO NOTHING
    """  # noqa: S608 (names of ours)


def sweep(*, at: datetime) -> int:
    """Forget answers after 30 days; gives their number."""
    return KeptAnswer.objects.filter(made_at__lt=at - queries.KEPT_FOR).delete()[0]
