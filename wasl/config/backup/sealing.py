"""The key ring in a backup: sealed under a passphrase, or kept apart by whoever runs the house.

The ring opens what is sealed in the database (channel passwords, second factors, private links in messages). Whoever
has a backup with an open ring has everything, so it is never written there open.
"""

import base64
import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from wasl.core.refusal import Refusal

NAME = "keys.sealed"
SHORTEST = 12
_COST = {"n": 2**15, "r": 8, "p": 1}  # 32 MiB and about 0.1 s for each guess


def passphrase_in(path: Path) -> str:
    """The first line of a file. Raises Refusal when it is not there or too short to protect anything."""
    try:
        words = path.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"لا يمكن قراءة ملف عبارة السر {path} ({error}).", f"The passphrase file {path} cannot be read ({error})."
        ) from None
    phrase = words[0].strip() if words else ""
    if len(phrase) < SHORTEST:
        raise Refusal(
            f"عبارة السر في {path} أقصر من {SHORTEST} حرفاً.",
            f"The passphrase in {path} is shorter than {SHORTEST} characters.",
        )
    return phrase


def seal(ring: Path, folder: Path, passphrase: str) -> None:
    """Lay the ring into the backup, sealed."""
    salt = os.urandom(16)
    token = _fernet(passphrase, salt).encrypt(ring.read_bytes()).decode()
    content = {"kdf": "scrypt", **_COST, "salt": base64.b64encode(salt).decode(), "token": token}
    (folder / NAME).write_text(json.dumps(content), encoding="utf-8")


def unseal(folder: Path, passphrase: str) -> bytes:
    """The ring of a backup. Raises Refusal for another passphrase."""
    content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    try:
        return _fernet(passphrase, base64.b64decode(content["salt"])).decrypt(content["token"].encode())
    except InvalidToken:
        raise Refusal(
            "عبارة السر ليست التي خُتمت بها مفاتيح هذه النسخة.",
            "This is not the passphrase under which the keys of this backup were sealed.",
        ) from None


def ids(ring: bytes) -> list[str]:
    """The public numbers of the keys of a ring. Raises Refusal when it is none."""
    try:
        return [str(entry["id"]) for entry in json.loads(ring)]
    except (ValueError, TypeError, KeyError):
        raise Refusal("هذا الملف ليس حلقة مفاتيح.", "This file is no key ring.") from None


def _fernet(passphrase: str, salt: bytes) -> Fernet:
    derived = Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
