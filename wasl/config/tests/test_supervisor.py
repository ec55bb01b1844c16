"""The supervisor with real processes: what dies is started again, what crashes is given up loudly, all is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wasl.config.runner import journals, supervisor
from wasl.config.runner.processes import Process, program
from wasl.config.runner.supervisor import Supervisor
from wasl.core.refusal import Refusal

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Supervisor]:
    said: list[str] = []
    one = Supervisor(tmp_path / "logs", lambda arabic, english: said.append(english))
    one.said = said  # type: ignore[attr-defined]
    yield one
    one.stop()


def python(name: str, code: str, **options: object) -> Process:
    def start(journal: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", code], stdout=journal, stderr=journal)

    return Process(name, start, **options)  # type: ignore[arg-type]


def until(watch: Supervisor, true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        watch.look()
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def log(watch: Supervisor, name: str) -> str:
    return (watch.logs / f"{name}.log").read_text()


def test_a_killed_process_is_started_again(watch: Supervisor) -> None:
    watch.start(python("web", SLEEP))
    first = watch.pid("web")
    assert first is not None

    os.kill(first, signal.SIGKILL)
    until(watch, lambda: watch.pid("web") not in (None, first))

    assert watch.is_alive("web")
    assert watch.said == ["web ended (signal 9); starting it again"]  # type: ignore[attr-defined]


def test_being_killed_often_is_no_reason_to_give_up(watch: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "WAITS", (0.01,))
    watch.start(python("web", SLEEP))

    for _ in range(supervisor.PATIENCE + 2):
        before = watch.pid("web")
        os.kill(before or 0, signal.SIGKILL)
        until(watch, lambda before=before: watch.pid("web") not in (None, before))

    assert watch.is_alive("web")


def test_a_process_that_crashes_at_once_again_and_again_is_given_up_with_its_log(
    watch: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WAITS", (0.01,))
    watch.start(python("mail", "raise SystemExit('the port is taken')"))

    with pytest.raises(Refusal) as given_up:
        until(watch, lambda: False)

    assert "mail ended 5 times in a row" in given_up.value.english
    assert str(watch.logs / "mail.log") in given_up.value.english
    assert "the port is taken" in given_up.value.english
    assert "mail.log" in given_up.value.arabic


def test_it_waits_longer_before_each_further_start(watch: Supervisor) -> None:
    watch.start(python("web", "raise SystemExit(1)"))

    until(watch, lambda: log(watch, "web") == "" and len(watch.said) == 2)  # type: ignore[attr-defined]

    assert tuple(sorted(supervisor.WAITS)) == supervisor.WAITS
    assert not watch.is_alive("web")  # the second pause has begun


def test_what_has_to_be_done_before_a_start_is_done_before_each(watch: Supervisor) -> None:
    done: list[int] = []
    watch.start(python("postgres", SLEEP, before=lambda: done.append(1)))

    os.kill(watch.pid("postgres") or 0, signal.SIGKILL)
    until(watch, lambda: len(done) == 2)

    assert watch.is_alive("postgres")


def test_all_are_stopped_round_after_round(watch: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(note)!r}, 'a').write(NAME + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
    )
    for name, number in (("postgres", 2), ("web", 0), ("letterbox", 1)):
        watch.start(python(name, f"NAME = {name!r}\n{code}", round=number))
    until(watch, lambda: all("up" in log(watch, name) for name in ("postgres", "web", "letterbox")))

    watch.stop()

    assert note.read_text().split() == ["web", "letterbox", "postgres"]


def test_who_does_not_stop_when_asked_is_killed(watch: Supervisor) -> None:
    watch.start(python("worker", STUBBORN, seconds_to_stop=0.3))
    until(watch, lambda: "up" in log(watch, "worker"))
    pid = watch.pid("worker")

    watch.stop()

    assert not Path(f"/proc/{pid}").exists()


def test_children_die_with_a_runner_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEP)
    runner = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from wasl.config.runner.processes import program\n"
        "from wasl.config.runner.supervisor import Supervisor\n"
        f"watch = Supervisor(Path({str(tmp_path)!r}))\n"
        f"environment = {{**os.environ, 'PYTHONPATH': {str(tmp_path)!r}}}\n"
        "watch.start(program('sleeper', 'sleeper', environment=environment))\n"
        "print(watch.pid('sleeper'), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", runner], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = Path(f"/proc/{int(parent.stdout.readline())}")
    while "up" not in (tmp_path / "sleeper.log").read_text():
        time.sleep(0.02)

    parent.kill()
    parent.wait()

    end = time.monotonic() + 60
    while child.exists() and "\nState:\tZ" not in (child / "status").read_text():
        assert time.monotonic() < end, "the child outlived its runner"
        time.sleep(0.02)


def test_ctrl_c_in_the_terminal_reaches_the_runner_alone(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEP)
    watch = Supervisor(tmp_path)
    watch.start(program("sleeper", "sleeper", environment={**os.environ, "PYTHONPATH": str(tmp_path)}))

    assert os.getsid(watch.pid("sleeper") or 0) != os.getsid(0)
    watch.stop()


def test_a_log_that_grew_too_large_is_moved_aside_and_written_on(tmp_path: Path) -> None:
    descriptor = journals.open_journal(tmp_path, "web")
    for number in range(1, 4):
        os.write(descriptor, f"line {number}\n".encode() * 20)
        journals.turn_over(tmp_path, largest=100, kept=2)
    os.write(descriptor, b"now\n")
    os.close(descriptor)

    assert (tmp_path / "web.log").read_text() == "now\n"
    assert (tmp_path / "web.log.1").read_text().startswith("line 3")
    assert (tmp_path / "web.log.2").read_text().startswith("line 2")
    assert not (tmp_path / "web.log.3").exists()
    assert (tmp_path / "web.log.1").stat().st_mode & 0o077 == 0


def test_once_all_has_worked_it_never_gives_up_and_says_clearly_what_it_waits_for(
    watch: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WAITS", (0.01,))
    watch.goes_on = True
    cause = watch.logs.parent / "cause"
    cause.touch()
    code = f"import os, time; os.path.exists({str(cause)!r}) and exit('the disk is full'); time.sleep(60)"
    watch.start(python("postgres", code))

    until(watch, lambda: len(watch.said) > 2 * supervisor.PATIENCE + 2)  # type: ignore[attr-defined]
    cause.unlink()
    until(watch, lambda: watch.is_alive("postgres") and watch.seconds_since_start("postgres") > 0.5)

    said = " ".join(watch.said)  # type: ignore[attr-defined]
    assert f"postgres has ended {supervisor.PATIENCE} times in a row" in said
    assert "postgres.log says why" in said


def test_what_cannot_even_be_prepared_is_tried_again(watch: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "WAITS", (0.01,))
    watch.goes_on = True
    failures = iter([OSError("No space left on device"), Refusal("؟", "not now")])

    def prepare() -> None:
        for failure in failures:
            raise failure

    watch.start(python("web", SLEEP))
    watch._watched[0].process = python("web", SLEEP, before=prepare)
    first = watch.pid("web")
    os.kill(first or 0, signal.SIGKILL)
    until(watch, lambda: watch.pid("web") not in (None, first))

    assert "web cannot start (No space left on device)" in watch.said  # type: ignore[attr-defined]
    assert "web cannot start (not now)" in watch.said  # type: ignore[attr-defined]
