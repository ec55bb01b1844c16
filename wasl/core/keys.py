"""The key ring of the house: made once into the home folder, newest key in front, older ones kept for what they sealed.

Every key is one random secret from which a key for each use is derived (HKDF-SHA256), so no secret serves two ends. The
ring is one file, replaced as a whole, under a lock: two processes that start together share one ring, and a running
process sees a rotation at its next use.
"""

import base64
import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wasl.core.refusal import Refusal

Stamp = tuple[int, int, int]


class RingUnreadable(Refusal):
    """The key ring is there but cannot be read."""


class NoSuchKey(Refusal):
    """The value was sealed with a key that this ring does not hold."""


class SealBroken(ValueError):
    """The sealed value was damaged or changed."""


@dataclass(frozen=True)
class Key:
    """One entry of the ring."""

    id: str
    made_at: str
    secret: str = field(repr=False)

    def bytes_for(self, use: str) -> bytes:
        """The 32 bytes of this key for one use."""
        return _derive(self.secret, use)


def ring(home: Path | None = None) -> list[Key]:
    """The keys, newest first; the ring is made when the home folder has none."""
    path = _ring_file(home or settings.WASL_HOME)
    try:
        return _load(path)
    except FileNotFoundError:
        with _locked(path.parent):
            if not path.exists():
                _write(path, [_new_key()])
        return _load(path)


def rotate(home: Path | None = None) -> Key:
    """Put a new key in front; the old ones stay, so that all they sealed and signed still opens."""
    ring(home)
    path = _folder(home) / "ring.json"
    with _locked(path.parent):
        key = _new_key()
        _write(path, [key, *_load(path)])
    return key


def django_secret_keys(home: Path | None = None) -> tuple[str, list[str]]:
    """Django's SECRET_KEY and its SECRET_KEY_FALLBACKS. Called by the settings, which pass the home folder."""
    current, *older = [base64.urlsafe_b64encode(key.bytes_for("django")).decode() for key in ring(home)]
    return current, older


def seal(plain: str | bytes) -> str:
    """Encrypt a secret for storage (Fernet: AES-128-CBC with HMAC), marked with the key that opens it."""
    key = ring()[0]
    content = plain.encode() if isinstance(plain, str) else plain
    return f"{key.id}:{_fernet(key).encrypt(content).decode()}"


def seal_all(plain: Iterable[str]) -> list[str]:
    """The same for many secrets, each sealed by itself; the ring is looked at once."""
    key = ring()[0]
    encrypt = _fernet(key).encrypt
    return [f"{key.id}:{encrypt(each.encode()).decode()}" for each in plain]


def unseal(sealed: str) -> str:
    """Open what `seal` made. Raises NoSuchKey when its key is not in the ring, SealBroken when it was altered."""
    key_id, _, token = sealed.partition(":")
    key = next((key for key in ring() if key.id == key_id), None)
    if key is None:
        raise NoSuchKey(
            f"خُتمت هذه القيمة بالمفتاح {key_id[:16]} وهو غير موجود في {_folder()}. "
            "أعد حلقة المفاتيح التي خُتمت بها، أو أدخل القيمة السرية من جديد.",
            f"This value was sealed with key {key_id[:16]}, which is not in {_folder()}. "
            "Put back the ring it was sealed with, or enter the secret again.",
        )
    try:
        return _fernet(key).decrypt(token.encode()).decode()
    except InvalidToken:
        raise SealBroken("The sealed value is damaged; enter the secret again.") from None


def digest(text: str, purpose: str = "") -> str:
    """A keyed fingerprint (HMAC-SHA256, hex) under the newest key; the same text gives another one per purpose."""
    return _fingerprint(ring()[0], text, purpose)


def digests(text: str, purpose: str = "") -> list[str]:
    """The fingerprint under every key, newest first: for finding rows that were stored before a rotation."""
    return [_fingerprint(key, text, purpose) for key in ring()]


def matches(text: str, known: str, purpose: str = "") -> bool:
    """Whether `known` is the fingerprint of the text under any key, compared in constant time."""
    return any(hmac.compare_digest(candidate.encode(), known.encode()) for candidate in digests(text, purpose))


def _fingerprint(key: Key, text: str, purpose: str) -> str:
    return hmac.digest(key.bytes_for(f"digest:{purpose}"), text.encode(), "sha256").hex()


def _fernet(key: Key) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key.bytes_for("seal")))


def secret_bytes(key: Key) -> bytes:
    """The random bytes of a key; none when they cannot be read."""
    try:
        return base64.b64decode(key.secret.encode(), validate=True)
    except ValueError:
        return b""


@lru_cache(maxsize=256)
def _derive(secret: str, use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"wasl:{use}".encode()).derive(
        base64.b64decode(secret.encode())
    )


@lru_cache(maxsize=16)
def _ring_file(home: Path) -> Path:
    return _folder(home) / "ring.json"


def _folder(home: Path | None = None) -> Path:
    return Path(home or settings.WASL_HOME) / "keys"


def _new_key() -> Key:
    return Key(
        id=secrets.token_hex(4),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        secret=base64.b64encode(secrets.token_bytes(32)).decode(),
    )


_seen: dict[Path, tuple[Stamp, list[Key]]] = {}


def _load(path: Path) -> list[Key]:
    try:
        status = path.stat()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        known = _seen.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        keys = [Key(**entry) for entry in json.loads(path.read_text())]
    except PermissionError:
        raise RingUnreadable(
            f"لا يملك هذا المستخدم حق قراءة {path}. شغّل وصل بالمستخدم الذي يملك الملف.",
            f"{path} may not be read by this user; start Wasl as the user who owns it.",
        ) from None
    except (ValueError, TypeError):
        keys = []
    if not keys:
        raise RingUnreadable(
            f"الملف {path} تالف. أعده من النسخة الاحتياطية للمجلد الرئيسي.",
            f"{path} is damaged; put it back from the backup of the home folder.",
        )
    _seen[path] = (stamp, keys)
    return keys


def _write(path: Path, keys: list[Key]) -> None:
    # Written beside, flushed, then renamed: a crash leaves the old ring or the new one, never half of one.
    beside = path.with_name(f".ring-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump([asdict(key) for key in keys], file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
