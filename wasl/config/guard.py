"""What production must not stand on: the invented people, the public passwords and the keys of a demo.

Asked before anything is served: a home or a database that was once a demo is refused with what to do about it.
"""

import stat
from pathlib import Path

import psycopg

from wasl.config.environment import Environment
from wasl.core import keys
from wasl.core.refusal import Refusal

# Laid beside the key ring when the demo is loaded: from then on these keys have sealed and signed what everybody knows.
DEMO_MARK = "of-a-demo"
_LEAST_DIFFERENT_BYTES = 8


def mark_as_demo(home: Path) -> None:
    """Remember that the keys of this home served a demo."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / DEMO_MARK).touch(mode=0o600)


def refuse_demo_in_production(chosen: Environment) -> None:
    """Raises Refusal when production would run with demo people or with keys that are not secret.

    A database that cannot be reached yet is no reason: those people cannot sign in to production anyway.
    """
    if chosen.mode != "production":
        return
    _check_keys(chosen.home)
    found = demo_people(chosen.database_url_for("app"))
    if found:
        raise Refusal(
            f"في قاعدة البيانات {found} من حسابات التجربة، وكلمات مرورها معروفة للجميع. "
            "استعمل قاعدة بيانات جديدة لوضع production، أو أوقف هذه الحسابات قبل التشغيل.",
            f"The database holds {found} accounts of the demo, whose passwords everybody knows. "
            "Use a new database for WASL_MODE=production, or deactivate these accounts first.",
        )


def demo_people(url: str) -> int:
    """How many active accounts of the demo the database holds; 0 also where there is none to ask."""
    try:
        with psycopg.connect(url, connect_timeout=5) as database:
            if database.execute("SELECT to_regclass('accounts_user')").fetchone() == (None,):
                return 0
            found = database.execute("SELECT count(*) FROM accounts_user WHERE is_demo AND is_active").fetchone()
    except psycopg.OperationalError:
        return 0
    return int(found[0]) if found else 0


def _check_keys(home: Path) -> None:
    folder = home / "keys"
    if (folder / DEMO_MARK).exists():
        raise Refusal(
            f"مفاتيح {folder} استُعملت في تجربة. حدّد WASL_HOME جديداً لوضع production.",
            f"The keys in {folder} served a demo. Choose a new WASL_HOME for WASL_MODE=production.",
        )
    path = folder / "ring.json"
    if not path.exists():
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refusal(
            f"يستطيع غيرك قراءة {path}. نفّذ: chmod 600 {path}",
            f"Others on this machine can read {path}. Run: chmod 600 {path}",
        )
    if any(_is_weak(key) for key in keys.ring(home)):
        raise Refusal(
            f"في {path} مفتاح افتراضي أو ضعيف. احذفه لتُنشأ مفاتيح جديدة، ما دام لم يُختم به شيء بعد.",
            f"{path} holds a default or weak key. Remove it and new ones are made, as long as nothing was sealed yet.",
        )


def _is_weak(key: keys.Key) -> bool:
    """A key that nobody drew at random: too short, or of hardly any different bytes."""
    secret = keys.secret_bytes(key)
    return len(secret) < 32 or len(set(secret)) < _LEAST_DIFFERENT_BYTES
