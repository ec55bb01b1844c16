"""Channel accounts: under which address an agency writes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from wasl.accounts.models import User
from wasl.core import events, keys
from wasl.directory.models import Agency
from wasl.messaging.events import AccountSaved
from wasl.messaging.models import Channel, ChannelAccount
from wasl.messaging.replies import base_address


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
    by: User | None = None,
) -> ChannelAccount:
    """Make or change the account of that code. `secret` (passwords) is sealed; None keeps what there is.

    `settings` of e-mail: `smtp` and `imap` (host, port, security, username, folder), `plus_addresses`, `per_minute`,
    `trusts_results_of`.
    """
    values: dict[str, Any] = {
        "channel": channel,
        "name": name,
        "address": base_address(address),
        "is_active": is_active,
    }
    if settings is not None:
        values["settings"] = dict(settings)
    if secret is not None:
        values["credentials_sealed"] = keys.seal(json.dumps(dict(secret)))
    account, _ = ChannelAccount.objects.update_or_create(agency=agency, code=code, defaults=values)
    events.publish(AccountSaved(account.pk, is_active), agency_id=agency.pk, by=by, at=at)
    return account
