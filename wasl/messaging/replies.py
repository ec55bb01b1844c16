"""Which conversation an answer belongs to can be proven by a signed token in the address it was sent to.

The token is the random name of the conversation and a keyed fingerprint of it, in hex: mail programs may change the
case of an address.
"""

import base64
import binascii
import hmac
import re
from datetime import timedelta

from wasl.core import keys

# How long after the last message of a conversation a reply still lands on it.
TOKEN_LIFETIME = timedelta(days=180)
_PURPOSE = "reply"
_MARK_LENGTH = 16
_TOKEN = re.compile(r"\+([0-9a-f]{24})([0-9a-f]{16})@", re.IGNORECASE)


def reply_token(public_id: str) -> str:
    """The token for a conversation's name: 40 hex letters."""
    name = base64.urlsafe_b64decode(public_id).hex()
    return name + keys.digest(public_id, _PURPOSE)[:_MARK_LENGTH]


def conversation_named_by(address: str) -> str | None:
    """The public id of the conversation whose genuine token stands in this address; None when there is none."""
    match = _TOKEN.search(address)
    if match is None:
        return None
    try:
        public_id = base64.urlsafe_b64encode(binascii.unhexlify(match[1])).decode()
    except binascii.Error:
        return None
    known = [digest[:_MARK_LENGTH] for digest in keys.digests(public_id, _PURPOSE)]
    genuine = [hmac.compare_digest(mark, match[2].lower()) for mark in known]
    return public_id if any(genuine) else None


def base_address(address: str) -> str:
    """The account's part of an address: without what stands after a plus, lower-case."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}"
