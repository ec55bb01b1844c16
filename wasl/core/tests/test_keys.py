"""The key ring is made once, whoever comes first; it rotates without losing what it sealed."""

import json
import multiprocessing
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core import signing
from django.core.management import call_command

from wasl.core import keys
from wasl.core.refusal import Refusal


def _first_key(home: str) -> str:
    return keys.ring(Path(home))[0].id


def test_processes_that_start_together_share_one_ring(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(8) as pool:
        found = pool.map(_first_key, [str(tmp_path / "house")] * 24, chunksize=1)

    assert len(set(found)) == 1


def test_nobody_else_may_read_the_ring(home: Path) -> None:
    keys.ring()

    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("plain", ["سرّ البريد", "", "p" * 5000])
def test_a_sealed_value_opens_again_and_shows_nothing(home: Path, plain: str) -> None:
    sealed = keys.seal(plain)

    assert keys.unseal(sealed) == plain
    assert not plain or plain not in sealed
    assert keys.seal(plain) != sealed


def test_what_was_sealed_and_signed_before_a_rotation_still_opens(home: Path) -> None:
    sealed, fingerprint = keys.seal("secret"), keys.digest("+96890000001", "phone")
    current, _ = keys.django_secret_keys()
    signed = signing.Signer(key=current).sign("session")

    keys.rotate()

    new, fallbacks = keys.django_secret_keys()
    assert new != current
    assert signing.Signer(key=new, fallback_keys=fallbacks).unsign(signed) == "session"
    assert keys.unseal(sealed) == "secret"
    assert keys.digest("+96890000001", "phone") != fingerprint
    assert keys.matches("+96890000001", fingerprint, "phone")
    assert fingerprint in keys.digests("+96890000001", "phone")


def test_new_values_are_sealed_with_the_newest_key(home: Path) -> None:
    keys.ring()
    newest = keys.rotate()

    assert keys.seal("x").startswith(f"{newest.id}:")


def test_a_value_whose_key_is_missing_says_what_to_do(home: Path) -> None:
    sealed = keys.seal("secret")
    (home / "keys" / "ring.json").unlink()

    with pytest.raises(keys.NoSuchKey, match="Put back the ring") as raised:
        keys.unseal(sealed)

    assert sealed.split(":")[0] in str(raised.value)
    assert isinstance(raised.value, Refusal)


def test_an_altered_value_does_not_open(home: Path) -> None:
    sealed = keys.seal("secret")

    with pytest.raises(keys.SealBroken):
        keys.unseal(sealed[:-6] + "AAAAA=")


def test_the_same_text_has_another_fingerprint_for_another_purpose(home: Path) -> None:
    assert keys.digest("1234", "phone") != keys.digest("1234", "code")
    assert keys.digest("1234", "code") == keys.digest("1234", "code")
    assert not keys.matches("1235", keys.digest("1234", "code"), "code")


def test_django_gets_a_key_that_seals_nothing_else(home: Path) -> None:
    current, fallbacks = keys.django_secret_keys()

    assert len(current) >= 43
    assert fallbacks == []
    assert current not in (home / "keys" / "ring.json").read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", '[{"id": "x"}]', "null"])
def test_a_damaged_ring_is_not_replaced_but_named(home: Path, content: str) -> None:
    keys.ring()
    (home / "keys" / "ring.json").write_text(content)

    with pytest.raises(keys.RingUnreadable, match=r"ring\.json is damaged"):
        keys.ring()

    assert (home / "keys" / "ring.json").read_text() == content


def test_the_command_rotates_and_lists_without_secrets(home: Path) -> None:
    old = keys.ring()[0]
    out = StringIO()

    call_command("keys", "rotate", stdout=out)
    call_command("keys", "list", stdout=out)

    new = keys.ring()[0]
    assert new.id != old.id
    assert f"{old.id}  made" in out.getvalue()
    for entry in json.loads((home / "keys" / "ring.json").read_text()):
        assert entry["secret"] not in out.getvalue()
    assert old.secret not in repr(old)
