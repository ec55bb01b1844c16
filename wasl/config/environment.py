"""What an operator may choose: one table of settings, read from the environment, each value looked at before anything
starts. A bad value is refused with a sentence that says what to write. `docs/settings.md` is made from the table.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from wasl.core.http import Inside
from wasl.core.refusal import Refusal

MODES = ("demo", "production", "test")
OFF = "off"
LOGS = ("json", "text")
SHORTEST_TOKEN = 24
# Set by our own programs for their children and by the tests; nobody needs to know them to run Wasl.
INTERNAL = (
    "WASL_DB_ROLE",
    "WASL_TEST_DB",
    "WASL_TEST_DATABASE_URL",
    "WASL_LETTERBOX_PORT",
    "WASL_SMS_SIMULATOR_PORT",
    "WASL_SMS_SIMULATOR_KEY",
    "WASL_DEMO_CASES",
    "WASL_MARKS",
)

# Settings that hold a list: empty means none, not "not chosen".
LISTS = ("WASL_TRUSTED_PROXIES", "WASL_HOSTS", "WASL_INSIDE", "WASL_ALERT_TO", "WASL_METRICS_FROM", "WASL_SEALS_TO")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")

Sentences = tuple[str, str]


class BadValueError(ValueError):
    """What should be written instead, in Arabic and in English."""

    def __init__(self, arabic: str, english: str) -> None:
        super().__init__(english)
        self.arabic = arabic
        self.english = english


class BadSettings(Refusal):
    """One or more values of the environment cannot be used; one line for each."""


@dataclass(frozen=True)
class Setting:
    """One thing that can be chosen. `read` makes the value from its text or raises BadValueError."""

    name: str
    default: str
    meaning: Sentences
    example: str
    read: Callable[[str], Any]
    is_secret: bool = False


@dataclass(frozen=True)
class Environment:
    """The chosen values. Addresses of servers are kept as written, as they may hold passwords: never log this."""

    home: Path
    mode: str
    base_url: str
    bind: str
    port: int
    web_threads: int
    hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    database_url: str | None
    owner_database_url: str | None
    jobs_at_once: int
    mail_bind: str
    mail_port: int | None
    smtp_url: str | None
    mail_from: str
    imap_url: str | None
    inside: tuple[Inside, ...]
    log: str
    alert_to: tuple[str, ...]
    alert_hook: str | None
    seals_to: tuple[str, ...]
    seals_hook: str | None
    metrics_from: tuple[str, ...]
    metrics_token: str | None
    backup_passphrase_file: str | None

    @property
    def has_embedded_database(self) -> bool:
        return self.database_url is None

    def database_url_for(self, role: str) -> str:
        """The address of the database for the role `app` or `owner`: the operator's, or our own cluster's."""
        if self.database_url is None:
            from wasl.core.postgres import Cluster

            return Cluster(self.home).url(role)
        if role == "owner" and self.owner_database_url:
            return self.owner_database_url
        return self.database_url


def _home(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise BadValueError("اكتب مسار مجلد؛ هذا المسار ملف", "write the path of a folder; this is a file")
    return path


def _mode(text: str) -> str:
    if text not in MODES:
        raise BadValueError("اكتب demo أو production أو test", "write demo, production or test")
    return text


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadValueError(f"اكتب عدداً من {least} إلى {most}", f"write a number from {least} to {most}")
        return int(text)

    return read


_port = _number(1, 65535)


def _port_or_off(text: str) -> int | None:
    if text == OFF:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise BadValueError(
            "اكتب عدداً من 1 إلى 65535، أو off لإيقاف باب البريد",
            "write a number from 1 to 65535, or off for no mail door",
        )
    return int(text)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise BadValueError(
            "اكتب عنوان IP مثل 127.0.0.1، أو 0.0.0.0 لكل العناوين",
            "write an IP address such as 127.0.0.1, or 0.0.0.0 for all of them",
        ) from None


def _networks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(part.strip())) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise BadValueError(
            "اكتب عناوين أو شبكات بينها فواصل، مثل 10.0.0.5, 192.168.4.0/24",
            f"write addresses or networks with commas between them, such as 10.0.0.5, 192.168.4.0/24 ({error})",
        ) from None


def _inside(text: str) -> tuple[Inside, ...]:
    try:
        return tuple(Inside.read(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise BadValueError(
            "اكتب عناوين أو شبكات بينها فواصل، ومع المنفذ إن أردت، مثل 10.20.0.7:8443, 10.30.0.0/24",
            "write addresses or networks with commas between them, with a port where wanted, such as "
            f"10.20.0.7:8443, 10.30.0.0/24 ({error})",
        ) from None


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if any(not _HOST.fullmatch(name) for name in names):
        raise BadValueError(
            "اكتب أسماء مواقع بينها فواصل، مثل housing.example.om",
            "write host names with commas between them, such as housing.example.om",
        )
    return names


def _split(text: str, schemes: tuple[str, ...], arabic: str, english: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        usable = False
    if not usable or any(character.isspace() for character in text):
        raise BadValueError(arabic, english)
    return parts


def _base_url(text: str) -> str:
    wanted = (
        "اكتب العنوان العام للموقع وحده، مثل https://wasl.example.om",
        "write the public address of the site alone, such as https://wasl.example.om",
    )
    parts = _split(text, ("http", "https"), *wanted)
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise BadValueError(*wanted)
    return text.rstrip("/")


def _database(text: str) -> str:
    wanted = (
        "اكتب postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
    )
    parts = _split(text, ("postgresql", "postgres"), *wanted)
    if not parts.path.strip("/"):
        raise BadValueError(*wanted)
    return text


def _mail_server(kind: str) -> Callable[[str], str]:
    schemes = (kind, f"{kind}s", f"{kind}+starttls")
    form = f"{kind}://USER:PASSWORD@HOST:PORT"
    wanted = (
        f"اكتب {form}، أو {kind}s:// للاتصال المشفّر، أو {kind}+starttls://",
        f"write {form}, or {kind}s:// for TLS from the start, or {kind}+starttls://",
    )

    def read(text: str) -> str:
        if not _split(text, schemes, *wanted).hostname:
            raise BadValueError(*wanted)
        return text

    return read


def _mail_addresses(text: str) -> tuple[str, ...]:
    return tuple(_mail_address(part.strip()) for part in text.split(",") if part.strip())


def _log(text: str) -> str:
    if text not in LOGS:
        raise BadValueError("اكتب json أو text", "write json or text")
    return text


def _hook(text: str) -> str:
    wanted = (
        "اكتب عنواناً كاملاً مثل https://alerts.example.om/wasl",
        "write a whole address such as https://alerts.example.om/wasl",
    )
    parts = _split(text, ("http", "https"), *wanted)
    if not parts.hostname or parts.username:
        raise BadValueError(*wanted)
    return text


def _token(text: str) -> str:
    if len(text) < SHORTEST_TOKEN or not text.isascii() or any(character.isspace() for character in text):
        raise BadValueError(
            f"اكتب {SHORTEST_TOKEN} حرفاً لاتينياً أو رقماً على الأقل بلا مسافات",
            f"write at least {SHORTEST_TOKEN} Latin letters or digits without spaces",
        )
    return text


def _file(text: str) -> str:
    return str(Path(text).expanduser().absolute())


def _mail_address(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if not name or "." not in domain or any(character.isspace() or character in "<>,;" for character in text):
        raise BadValueError(
            "اكتب عنوان بريد واحداً مثل wasl@example.om", "write one mail address such as wasl@example.om"
        )
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "WASL_HOME",
        "var",
        (
            "مجلد كل ما تحفظه «وصل» في هذا الجهاز: قاعدة البيانات والملفات والمفاتيح والسجلات.",
            "The folder of all that Wasl keeps on this machine: database, files, keys, logs.",
        ),
        "/srv/wasl",
        _home,
    ),
    Setting(
        "WASL_MODE",
        "demo",
        (
            "demo ببلدية تجريبية ورسائل لا تخرج من الجهاز، أو production للعمل الحقيقي، أو test للاختبارات.",
            "`demo` with an invented municipality and mail that never leaves the machine, `production` for real work, "
            "`test` for the tests.",
        ),
        "production",
        _mode,
    ),
    Setting(
        "WASL_BASE_URL",
        "",
        (
            "العنوان العام للموقع كما يراه المستفيد؛ تبدأ به كل الروابط المرسلة. لازم في production.",
            "The public address of the site as beneficiaries see it; every link that is sent begins with it. Needed in "
            "production; otherwise this machine's own address and WASL_PORT.",
        ),
        "https://wasl.example.om",
        _base_url,
    ),
    Setting(
        "WASL_BIND",
        "127.0.0.1",
        (
            "عنوان الشبكة الذي يستمع إليه الموقع؛ 0.0.0.0 لكل العناوين.",
            "The network address the site listens on; 0.0.0.0 for all of this machine's addresses.",
        ),
        "0.0.0.0",  # noqa: S104 (an example)
        _address,
    ),
    Setting("WASL_PORT", "8000", ("منفذ الموقع.", "The port of the site."), "8080", _port),
    Setting(
        "WASL_WEB_THREADS",
        "8",
        (
            "كم صفحة تُعدّ في وقت واحد؛ لكل منها اتصال بقاعدة البيانات.",
            "How many pages are made at the same time; each takes one connection to the database.",
        ),
        "16",
        _number(1, 64),
    ),
    Setting(
        "WASL_HOSTS",
        "",
        (
            "أسماء مواقع أخرى تُجاب تحتها صفحات الجهات، غير اسم WASL_BASE_URL.",
            "Further host names that pages of agencies are served under, besides that of `WASL_BASE_URL`.",
        ),
        "housing.example.om, lands.example.om",
        _hosts,
    ),
    Setting(
        "WASL_TRUSTED_PROXIES",
        "",
        (
            "عناوين الخوادم الوسيطة التي يُصدَّق قولها عن عنوان الزائر (X-Forwarded-For وX-Forwarded-Proto).",
            "The reverse proxies whose word about a visitor's address is believed (X-Forwarded-For and -Proto).",
        ),
        "10.0.0.5, 192.168.4.0/24",
        _networks,
    ),
    Setting(
        "DATABASE_URL",
        "",
        (
            "قاعدة PostgreSQL (15 أو أحدث) بدلاً من المضمّنة، بالدور الذي يعمل به البرنامج.",
            "A PostgreSQL (15 or later) to use instead of the embedded one, as the role the application works under.",
        ),
        "postgresql://app:secret@db.example.om:5432/wasl",
        _database,
        is_secret=True,
    ),
    Setting(
        "WASL_OWNER_DATABASE_URL",
        "",
        (
            "القاعدة نفسها بالدور الذي يملك الجداول، للترحيل فقط؛ إن لم يُحدَّد استُعمل DATABASE_URL.",
            "The same database as the role that owns the tables, for migrations only; DATABASE_URL when not set.",
        ),
        "postgresql://owner:secret@db.example.om:5432/wasl",
        _database,
        is_secret=True,
    ),
    Setting(
        "WASL_JOBS_AT_ONCE",
        "4",
        (
            "كم عملاً خلفياً يُنفَّذ في وقت واحد في كل عامل.",
            "How many background jobs one worker does at the same time.",
        ),
        "8",
        _number(1, 64),
    ),
    Setting(
        "WASL_MAIL_BIND",
        "127.0.0.1",
        (
            "عنوان الشبكة الذي يستمع إليه باب البريد (SMTP).",
            "The network address Wasl's own mail door (SMTP) listens on.",
        ),
        "10.0.0.8",
        _address,
    ),
    Setting(
        "WASL_MAIL_PORT",
        "8025",
        (
            "منفذ باب البريد الوارد؛ off إن لم يكن مطلوباً.",
            "The port of the door for incoming mail; `off` when none is wanted.",
        ),
        "2525",
        _port_or_off,
    ),
    Setting(
        "WASL_SMTP_URL",
        "",
        (
            "خادم البريد الصادر. في demo ومن دونه تبقى الرسائل في صندوق داخل WASL_HOME/letterbox.",
            "The server for outgoing mail. In `demo` without it, mail stays in the local letterbox "
            "(`WASL_HOME/letterbox`).",
        ),
        "smtp+starttls://wasl:secret@mail.example.om:587",
        _mail_server("smtp"),
        is_secret=True,
    ),
    Setting(
        "WASL_MAIL_FROM",
        "wasl@example.om",
        ("عنوان المرسل في الرسائل الصادرة.", "The sender's address of outgoing mail."),
        "contact@example.om",
        _mail_address,
    ),
    Setting(
        "WASL_IMAP_URL",
        "",
        (
            "صندوق بريد يُجلب منه الوارد بدلاً من باب البريد أو معه.",
            "A mailbox that incoming mail is fetched from, besides the mail door.",
        ),
        "imaps://wasl:secret@mail.example.om:993/INBOX",
        _mail_server("imap"),
        is_secret=True,
    ),
    Setting(
        "WASL_INSIDE",
        "",
        (
            "عناوين داخلية يُسمح لـ«وصل» بالاتصال بها حين تُكتب في إعداد قناة (مثل بوابة رسائل نصية في شبكتكم). "
            "من دونها لا يُتصل إلا بعناوين الإنترنت العامة.",
            "Addresses inside your network that Wasl may call when a channel's settings name them (a gateway for text "
            "messages in your own data centre, say). Without it only addresses of the open internet are called.",
        ),
        "10.20.0.7:8443, 10.30.0.0/24",
        _inside,
    ),
    Setting(
        "WASL_LOG",
        "json",
        (
            "شكل السجلات: json سطر لكل حدث تقرؤه البرامج، أو text لمن يقرؤها بنفسه.",
            "The form of the logs: `json`, one line for each event, for programs; or `text`, for whoever reads them.",
        ),
        "text",
        _log,
    ),
    Setting(
        "WASL_ALERT_TO",
        "",
        (
            "من يُنبَّه بالبريد حين يتعطل شيء وحين يعود؛ عناوين بينها فواصل.",
            "Who is told by mail when something fails and when it is well again; addresses with commas between them.",
        ),
        "operations@example.om, duty@example.om",
        _mail_addresses,
    ),
    Setting(
        "WASL_ALERT_HOOK",
        "",
        (
            "عنوان يُرسل إليه كل تنبيه بصيغة JSON أيضاً (POST). عنوان داخلي يلزمه WASL_INSIDE.",
            "An address that every alert is posted to as JSON besides. One inside your network must stand in "
            "`WASL_INSIDE` too.",
        ),
        "https://alerts.example.om/wasl",
        _hook,
        is_secret=True,
    ),
    Setting(
        "WASL_SEALS_TO",
        "",
        (
            "من يصله كل ساعة بالبريد آخر ختم لسجل التدقيق ليحفظه خارج هذا الجهاز؛ عناوين بينها فواصل.",
            "Who is sent the newest seal of the audit log by mail every hour, to keep it away from this machine; "
            "addresses with commas between them.",
        ),
        "auditor@example.om",
        _mail_addresses,
    ),
    Setting(
        "WASL_SEALS_HOOK",
        "",
        (
            "عنوان يُرسل إليه كل ساعة آخر ختم لسجل التدقيق بصيغة JSON (POST). عنوان داخلي يلزمه WASL_INSIDE.",
            "An address that the newest seal of the audit log is posted to every hour as JSON. One inside your network "
            "must stand in `WASL_INSIDE` too.",
        ),
        "https://witness.example.om/wasl",
        _hook,
        is_secret=True,
    ),
    Setting(
        "WASL_METRICS_FROM",
        "127.0.0.1, ::1",
        (
            "من يقرأ الأرقام في /metrics دون رمز؛ عناوين أو شبكات بينها فواصل.",
            "Who may read the figures at /metrics without a token: addresses or networks with commas between them.",
        ),
        "127.0.0.1, 10.0.0.9",
        _networks,
    ),
    Setting(
        "WASL_METRICS_TOKEN",
        "",
        (
            "رمز يقرأ به جامع الأرقام /metrics من أي عنوان (Authorization: Bearer …).",
            "A token with which a collector reads /metrics from anywhere (`Authorization: Bearer …`).",
        ),
        "f3b1a6c7d2e94058a1b2c3d4",
        _token,
        is_secret=True,
    ),
    Setting(
        "WASL_BACKUP_PASSPHRASE_FILE",
        "",
        (
            "ملف فيه عبارة السر التي تُختم بها المفاتيح داخل النسخة الاحتياطية. من دونه تُحفظ المفاتيح في مكان آخر.",
            "A file with the passphrase under which the keys are sealed into backups. Without it they are kept apart.",
        ),
        "/etc/wasl/backup-passphrase",
        _file,
    ),
)


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """The chosen values. Raises BadSettings, which names every bad one."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    faults: list[Sentences] = []
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text) if text or setting.name in LISTS else None
        except BadValueError as fault:
            faults.append(_sentences(setting, text, fault))
    faults = faults or _faults_between(values)
    if faults:
        raise BadSettings("\n".join(arabic for arabic, _ in faults), "\n".join(english for _, english in faults))
    return _environment(values)


def unknown_names(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Names that look like settings of ours but are none, each with the name that was perhaps meant."""
    known = [setting.name for setting in SETTINGS]
    strangers = [name for name in sorted(environ) if name.startswith("WASL_") and name not in (*known, *INTERNAL)]
    return {name: next(iter(difflib.get_close_matches(name, known, n=1)), None) for name in strangers}


def as_markdown() -> str:
    """The text of `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Everything is chosen by environment variables; all have a default that works for the demo.",
        "`wasl check` reads them and says what is wrong.",
    ]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "not set"
        secret = " It may hold a password: keep it out of scripts and logs." if setting.is_secret else ""
        lines += [
            "",
            f"## `{setting.name}`",
            "",
            f"{setting.meaning[1]}{secret}",
            "",
            f'<div dir="rtl">{setting.meaning[0]}</div>',
            "",
            f"Default: {default}. Example: `{setting.name}={setting.example}`",
        ]
    return "\n".join(lines) + "\n"


def _sentences(setting: Setting, text: str, fault: BadValueError) -> Sentences:
    shown = "…" if setting.is_secret else text
    example = f"{setting.name}={setting.example}"
    return (
        f"القيمة {setting.name}={shown} لا تصلح: {fault.arabic}. مثال: {example}",
        f"{setting.name}={shown} cannot be used: {fault.english}. Example: {example}",
    )


def _faults_between(values: Mapping[str, Any]) -> list[Sentences]:
    """What is wrong with values that are good one by one."""
    faults: list[Sentences] = []
    if values["WASL_MODE"] == "production" and not values["WASL_BASE_URL"]:
        faults.append(
            (
                "حدّد WASL_BASE_URL عند WASL_MODE=production: العنوان العام للموقع. مثال: WASL_BASE_URL=https://wasl.example.om",
                "WASL_MODE=production needs WASL_BASE_URL: write the public address of the site. "
                "Example: WASL_BASE_URL=https://wasl.example.om",
            )
        )
    if values["WASL_OWNER_DATABASE_URL"] and not values["DATABASE_URL"]:
        faults.append(
            (
                "حُدّد WASL_OWNER_DATABASE_URL دون DATABASE_URL: اكتب الاثنين معاً أو احذفه.",
                "WASL_OWNER_DATABASE_URL is set without DATABASE_URL: write both, or remove it.",
            )
        )
    if values["WASL_PORT"] == values["WASL_MAIL_PORT"]:
        faults.append(
            (
                "WASL_PORT وWASL_MAIL_PORT منفذ واحد: اكتب منفذين مختلفين.",
                "WASL_PORT and WASL_MAIL_PORT are the same port: write two different ones.",
            )
        )
    return faults


def _environment(values: Mapping[str, Any]) -> Environment:
    return Environment(
        home=values["WASL_HOME"],
        mode=values["WASL_MODE"],
        base_url=values["WASL_BASE_URL"] or f"http://127.0.0.1:{values['WASL_PORT']}",
        bind=values["WASL_BIND"],
        port=values["WASL_PORT"],
        web_threads=values["WASL_WEB_THREADS"],
        hosts=values["WASL_HOSTS"],
        trusted_proxies=values["WASL_TRUSTED_PROXIES"],
        database_url=values["DATABASE_URL"],
        owner_database_url=values["WASL_OWNER_DATABASE_URL"],
        jobs_at_once=values["WASL_JOBS_AT_ONCE"],
        mail_bind=values["WASL_MAIL_BIND"],
        mail_port=values["WASL_MAIL_PORT"],
        smtp_url=values["WASL_SMTP_URL"],
        mail_from=values["WASL_MAIL_FROM"],
        imap_url=values["WASL_IMAP_URL"],
        inside=values["WASL_INSIDE"],
        log=values["WASL_LOG"],
        alert_to=values["WASL_ALERT_TO"],
        alert_hook=values["WASL_ALERT_HOOK"],
        seals_to=values["WASL_SEALS_TO"],
        seals_hook=values["WASL_SEALS_HOOK"],
        metrics_from=values["WASL_METRICS_FROM"],
        metrics_token=values["WASL_METRICS_TOKEN"],
        backup_passphrase_file=values["WASL_BACKUP_PASSPHRASE_FILE"],
    )
