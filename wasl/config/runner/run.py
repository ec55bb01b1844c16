"""`wasl run`: everything on one machine, from the first start to Ctrl-C."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import wasl
from wasl.config import environment, guard
from wasl.config.backup.unfinished import refuse_unfinished
from wasl.config.environment import Environment
from wasl.config.runner import processes
from wasl.config.runner.preparation import Preparation
from wasl.config.runner.progress import Progress, tell
from wasl.config.runner.supervisor import Supervisor
from wasl.core.postgres import Cluster
from wasl.core.postgres.cluster import running
from wasl.core.postgres.place import make_home
from wasl.core.refusal import Refusal

LOOK_EVERY = 0.2
READY_WITHIN = 90.0


class StopAsked(Exception):
    """Ctrl-C, or SIGTERM of whoever supervises the runner."""


def main() -> int:
    """Run until told to stop; gives the exit code."""
    progress = Progress()
    try:
        chosen = environment.read()
        with only_runner(chosen.home):
            refuse_unfinished(chosen.home)
            _run(chosen, progress)
    except StopAsked:
        progress.say("توقّف كل شيء", "Everything has stopped")
    except Refusal as refusal:
        tell(refusal)
        return 1
    return 0


def _run(chosen: Environment, progress: Progress) -> None:
    progress.plain(f"\nWasl {wasl.__version__} ({chosen.mode})  ·  وصل  ·  {chosen.home}\n")
    _check_ports(chosen)
    supervisor = Supervisor(chosen.home / "logs", progress.say)
    letterbox_port = _free_port() if chosen.mode == "demo" and chosen.smtp_url is None else None
    simulator_port = _free_port() if chosen.mode == "demo" else None
    with _asked_to_stop():
        try:
            _start(chosen, progress, supervisor, (letterbox_port, simulator_port))
            supervisor.goes_on = True
            while True:
                time.sleep(LOOK_EVERY)
                supervisor.look()
        finally:
            # A second Ctrl-C ends the runner at once, and the kernel then ends the rest.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            with progress.step("إيقاف العمليات", "Stopping"):
                supervisor.stop()


def _start(
    chosen: Environment, progress: Progress, supervisor: Supervisor, ports: tuple[int | None, int | None]
) -> None:
    letterbox_port, simulator_port = ports
    began = time.monotonic()
    if chosen.has_embedded_database:
        with progress.step("تشغيل قاعدة البيانات", "Starting the database"):
            _start_postgres(Cluster(chosen.home), supervisor)
    children = processes.environment_for_children(chosen, letterbox_port=letterbox_port, simulator_port=simulator_port)
    preparation = Preparation(chosen, children, progress)
    preparation.migrate()
    guard.refuse_demo_in_production(chosen)
    preparation.collect_static_files()
    is_new_demo = preparation.load_demo()
    with progress.step("تشغيل الموقع والعامل وباب البريد", "Starting web, worker and mail door"):
        programs = processes.our_programs(chosen, children)
        for program in programs:
            supervisor.start(program)
        _wait_ready(chosen, supervisor, [program.name for program in programs])
    _greet(chosen, children, progress, seconds=time.monotonic() - began, is_new_demo=is_new_demo)


def prepare(chosen: Environment) -> int:
    """`wasl prepare`: bring the tables up to date and collect the browser's files, for processes that a supervisor of
    the operator's starts."""
    progress = Progress()
    children = processes.environment_for_children(chosen, letterbox_port=None)
    preparation = Preparation(chosen, children, progress)
    with database_running(chosen):
        preparation.migrate()
        preparation.collect_static_files()
    return 0


@contextmanager
def database_running(chosen: Environment) -> Iterator[None]:
    """The home's own database runs within: it does already, or is started for as long as the body needs it."""
    if not chosen.has_embedded_database or Cluster(chosen.home).is_running():
        yield
        return
    with only_runner(chosen.home), running(chosen.home):
        yield


def _start_postgres(cluster: Cluster, supervisor: Supervisor) -> None:
    supervisor.start(processes.postgres(cluster))
    cluster.wait_ready(alive=lambda: supervisor.is_alive("postgres"))
    cluster.ensure_roles()


def _wait_ready(chosen: Environment, supervisor: Supervisor, names: list[str]) -> None:
    """Watch over the processes until all of them work; a sign of life left by an earlier run does not count."""
    end = time.monotonic() + READY_WITHIN
    found: dict[str, Any] = {}
    while time.monotonic() < end:
        supervisor.look()
        found = _readiness(chosen)
        signs = {"worker": found.get("worker_age_seconds"), "mail": found.get("mail_age_seconds")}
        fresh = all(
            age is not None and age <= supervisor.seconds_since_start(name) + 0.1
            for name, age in signs.items()
            if name in names
        )
        if _works(found) and fresh:
            return
        time.sleep(0.1)
    logs = chosen.home / "logs"
    raise Refusal(
        f"لم تصبح كل الأجزاء جاهزة خلال {READY_WITHIN:.0f} ثانية: {json.dumps(found)}. السجلات في {logs}",
        f"Not everything was ready within {READY_WITHIN:.0f} s: {json.dumps(found)}. The logs are in {logs}",
    )


def _works(found: dict[str, Any]) -> bool:
    """Whether all parts do their work. A queue that is late is no reason to stop them: they are what catches up."""
    return found.get("database") == found.get("worker") == "ok" and found.get("mail") in ("ok", "off")


def _readiness(chosen: Environment) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{_own_address(chosen)}/readyz", timeout=5) as answer:  # noqa: S310 (our own)
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as not_yet:
        try:
            found = json.load(not_yet)
        except ValueError:
            return {}
    except (OSError, ValueError):
        return {}
    return found


def _own_address(chosen: Environment) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(chosen.bind, chosen.bind)  # noqa: S104 (compared, not bound)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{chosen.port}"


def _greet(
    chosen: Environment, children: dict[str, str], progress: Progress, *, seconds: float, is_new_demo: bool
) -> None:
    """Where everything is, and who may sign in to the demo."""
    progress.plain(f"\nReady in {seconds:.1f} s  ·  جاهز\n")
    lines = [
        ("Portal", "البوابة", f"{chosen.base_url}/"),
        ("Desk", "مكتب الموظفين", f"{chosen.base_url}/desk/"),
    ]
    if chosen.mode == "demo":
        lines.append(("Tour", "جولة", f"{chosen.base_url}/help/tour"))
    if chosen.mail_port is not None:
        lines.append(("Mail door", "باب البريد", f"smtp://{chosen.mail_bind}:{chosen.mail_port}"))
    if "WASL_LETTERBOX_PORT" in children:
        lines.append(("Sent mail", "البريد الصادر", f"{chosen.home / 'letterbox'}"))
    if "WASL_SMS_SIMULATOR_PORT" in children:
        lines.append(("Sent texts", "الرسائل النصية", f"http://127.0.0.1:{children['WASL_SMS_SIMULATOR_PORT']}/"))
    lines.append(("Logs", "السجلات", f"{chosen.home / 'logs'}"))
    for english, arabic, where in lines:
        progress.plain(f"  {english:<10} {where}   {arabic}")
    if chosen.mode == "demo":
        _show_accounts(children, progress, in_full=is_new_demo)
    progress.plain("\nCtrl-C stops everything  ·  للإيقاف اضغط Ctrl-C\n")


def _show_accounts(children: dict[str, str], progress: Progress, *, in_full: bool) -> None:
    progress.plain("\n  Accounts: wasl demo accounts   حسابات التجربة")
    if in_full:
        listed = subprocess.run(
            [sys.executable, "-m", "wasl.config.manage", "demo", "accounts"],
            env=children,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        progress.plain("\n" + listed.stdout.rstrip())


@contextmanager
def only_runner(home: Path) -> Iterator[None]:
    """Hold the home for this runner alone. The lock ends with the process, however it ends."""
    make_home(home)
    descriptor = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip() or "?"
        raise Refusal(
            f"«وصل» يعمل الآن من المجلد {home} (العملية {holder}). أوقفه أولاً، أو حدّد WASL_HOME لمجلد آخر.",
            f"Wasl already runs in {home} (process {holder}). Stop it first, or set WASL_HOME to another folder.",
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _asked_to_stop() -> Iterator[None]:
    def ask(number: int, frame: FrameType | None) -> None:
        raise StopAsked

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup the end of the terminal means nothing
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_ports(chosen: Environment) -> None:
    wanted = [("WASL_PORT", chosen.bind, chosen.port), ("WASL_MAIL_PORT", chosen.mail_bind, chosen.mail_port)]
    for name, address, port in wanted:
        if port is not None:
            _check_port(name, address, port)


def _check_port(name: str, address: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise _unusable(name, address, port, error) from None


def _unusable(name: str, address: str, port: int, error: OSError) -> Refusal:
    if error.errno == errno.EADDRINUSE:
        return Refusal(
            f"المنفذ {port} يستعمله برنامج آخر. أوقفه، أو حدّد منفذاً آخر في {name}.",
            f"Port {port} is used by another program. Stop that program, or set {name} to another port.",
        )
    return Refusal(
        f"لا يمكن الاستماع إلى {address}:{port} ({error.strerror}). اختر عنواناً من عناوين هذا الجهاز ومنفذاً فوق 1023.",
        f"Cannot listen on {address}:{port} ({error.strerror}). Choose an address of this machine and, unless you are "
        f"root, a port above 1023 in {name}.",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
