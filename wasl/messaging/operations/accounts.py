"""Channel accounts: under which address an agency writes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.core import events, keys
from wasl.core.fields import new_public_id
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.messaging import queries
from wasl.messaging.events import AccountSaved
from wasl.messaging.models import Channel, ChannelAccount
from wasl.messaging.replies import base_address


class AddressInUse(ValueError):
    """Another active account has this address."""

    def __init__(self) -> None:
        super().__init__(
            t(
                "يستعمل حساب آخر هذا العنوان. اختر عنواناً أو اسم مرسل آخر.",
                "Another account uses this address. Choose another address or sender name.",
            )
        )


@transaction.atomic
def save_account(
    *,
    agency: Agency,
    code: str,
    name: str,
    address: str,
    at: datetime,
    channel: str = Channel.EMAIL,
    settings: Mapping[str, Any] | None = None,
    secret: Mapping[str, str] | None = None,
    is_active: bool = True,
    hook_token: str = "",
    by: User | None = None,
) -> ChannelAccount:
    """Make or change the account of that code. `secret` (passwords) is sealed; None keeps what there is.

    `settings` of e-mail: `smtp` and `imap` (host, port, security, username, folder), `plus_addresses`, `per_minute`,
    `trusts_results_of`; of text messages: the fields of `channels.sms.gateway.Gateway`, or `gateway: simulator`.
    Raises AddressInUse.
    """
    address = base_address(address) if channel == Channel.EMAIL else clean_line(address)
    values: dict[str, Any] = {"channel": channel, "name": name, "address": address, "is_active": is_active}
    if settings is not None:
        values["settings"] = dict(settings)
    if secret is not None:
        values["credentials_sealed"] = keys.seal(json.dumps(dict(secret)))
    taken = ChannelAccount.objects.filter(channel=channel, address=address, is_active=True)
    if is_active and taken.exclude(agency=agency, code=code).exists():
        raise AddressInUse
    account, _ = ChannelAccount.objects.update_or_create(agency=agency, code=code, defaults=values)
    if channel != Channel.EMAIL and account.hook_token is None:
        account.hook_token = hook_token or new_public_id()
        account.save(update_fields=["hook_token"])
    events.publish(AccountSaved(account.pk, is_active), agency_id=agency.pk, by=by, at=at)
    return account


@transaction.atomic
def change_secrets(account: ChannelAccount, changed: Mapping[str, str]) -> None:
    """Put new secrets in the place of those of the same name; the others stay, and nobody can read any of them."""
    if changed:
        secrets = {**queries.own_secrets(account), **changed}
        sealed = keys.seal(json.dumps(secrets))
        ChannelAccount.objects.filter(pk=account.pk).update(credentials_sealed=sealed)
