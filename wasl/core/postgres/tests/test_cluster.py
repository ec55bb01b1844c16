"""A real cluster in a temporary folder: made, started, killed, started again."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from wasl.core.postgres import Cluster, running
from wasl.core.postgres.place import make_private
from wasl.core.refusal import Refusal


@contextmanager
def quick(home: Path) -> Iterator[Cluster]:
    with running(home, durable=False, keep=False) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with quick(tmp_path_factory.mktemp("home")) as cluster:
        yield cluster


def ask(cluster: Cluster, query: str, *, role: str = "app") -> object:
    with psycopg.connect(cluster.url(role)) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_the_database_sorts_and_folds_as_c_utf8(shared: Cluster) -> None:
    locale = ask(shared, "SELECT format('%s %s', datlocprovider, datlocale) FROM pg_database WHERE datname = 'wasl'")

    assert locale == "b C.UTF-8"
    assert ask(shared, "SELECT lower('ÀÉ')") == "àé"
    assert ask(shared, "SHOW data_checksums") == "on"


def test_the_application_uses_the_owners_tables_but_cannot_change_them(shared: Cluster) -> None:
    with psycopg.connect(shared.url("owner")) as owner:
        owner.execute("CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text)")

    with psycopg.connect(shared.url("app"), autocommit=True) as app:
        app.execute("INSERT INTO note (word) VALUES ('وصل')")
        for forbidden in ("DROP TABLE note", "ALTER TABLE note ADD COLUMN x int", "CREATE TABLE y ()", "TRUNCATE note"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)

    assert ask(shared, "SELECT word FROM note") == "وصل"
    assert (
        ask(shared, "SELECT count(*) FROM pg_roles WHERE rolname IN ('owner', 'app') AND (rolsuper OR rolcreatedb)")
        == 0
    )


def test_no_network_address_is_listened_on(shared: Cluster) -> None:
    assert ask(shared, "SHOW listen_addresses", role="postgres") == ""


def test_the_socket_folder_is_private_to_the_servers_user(shared: Cluster) -> None:
    found = shared.place.sockets.stat()

    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == shared.place.user.pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_servers_own_user_is_not_admitted_as_a_client(shared: Cluster) -> None:
    url = shared.url("app")
    child = os.fork()
    if child == 0:  # another program of the same unprivileged user tries
        os.setgid(shared.place.user.pw_gid)
        os.setuid(shared.place.user.pw_uid)
        try:
            psycopg.connect(url)
        except psycopg.OperationalError as refused:
            os._exit(7 if "Peer authentication failed" in str(refused) else 8)
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_it_under_the_own_name(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    place = Path("/tmp") / f"wasl-cluster-{os.getpid()}"
    place.mkdir(mode=0o700)
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        code = 9
        try:
            with quick(place / "home") as cluster:
                code = 0 if ask(cluster, "SELECT current_user") == "app" else 8
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    shutil.rmtree(place)


def test_what_was_committed_survives_kill_nine(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "home")
    with running(cluster.home):
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE word AS SELECT 'باقٍ' AS text")
        kill_postmaster(cluster)
        wait_until(lambda: not cluster.is_running())
        assert (cluster.place.data / "postmaster.pid").exists()

    with running(cluster.home, keep=False):
        assert ask(cluster, "SELECT text FROM word") == "باقٍ"


def test_a_stale_pid_file_whose_number_lives_on_elsewhere_stops_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home, durable=False) as cluster:
        text = (cluster.place.data / "postmaster.pid").read_text()
    stranger = subprocess.Popen(["sleep", "60"], user=cluster.place.user.pw_uid)  # a process of the server's user
    try:
        lines = [str(stranger.pid), *text.splitlines()[1:]]
        (cluster.place.data / "postmaster.pid").write_text("\n".join(lines))

        with quick(home):
            assert ask(cluster, "SELECT 1") == 1

        assert stranger.poll() is None  # and the stranger was left alone
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_left_behind_is_stopped_before_the_next_start(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "home", durable=False)
    cluster.prepare()
    left_behind = cluster.start_command().start()
    cluster.wait_ready()

    with quick(cluster.home):
        assert left_behind.wait(60) == 0
        assert ask(cluster, "SELECT 1") == 1


def test_a_making_cut_short_starts_afresh(tmp_path: Path) -> None:
    home = tmp_path / "home"
    half = Cluster(home)
    (home / "postgres" / "data.new" / "base").mkdir(parents=True)

    with quick(home) as cluster:
        assert ask(cluster, "SELECT 1") == 1

    assert not half.is_running()


def test_data_of_another_release_are_refused_with_a_way_out(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "home", durable=False)
    cluster.prepare()
    (cluster.place.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(Refusal, match=r"are of PostgreSQL 17 .*pg_dump") as refused:
        cluster.prepare()

    assert "انقلها أولاً" in refused.value.arabic
    cluster.discard()


def test_a_long_path_with_odd_letters_gets_a_short_socket_folder(tmp_path: Path) -> None:
    home = tmp_path / f"مجلد البلدية 'ب' {'x' * 90}" / "home"

    with quick(home) as cluster:
        assert ask(cluster, "SELECT 1") == 1
        assert len(os.fsencode(cluster.place.sockets)) < 90


def test_a_socket_folder_laid_by_somebody_else_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "wasl-run"
    trap.symlink_to(tmp_path)

    with pytest.raises(Refusal, match="is not private"):
        make_private(trap, pwd.getpwuid(os.geteuid()))


def test_only_tests_may_make_databases(tmp_path: Path) -> None:
    with running(tmp_path / "home", durable=False, may_create_databases=True, keep=False) as cluster:
        query = "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'owner'"
        allowed = ask(cluster, query)
        cluster.ensure_roles()

        assert (allowed, ask(cluster, query)) == (True, False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_no_folder_that_is_not_ours_changes_its_mode(tmp_path: Path) -> None:
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)

    with quick(above / "home") as cluster:
        assert cluster.place.folder.parent == Path("/var/lib")

    assert stat.S_IMODE(above.stat().st_mode) == 0o700
    assert not cluster.place.folder.exists() or cluster.place.folder == above / "home" / "postgres"


def kill_postmaster(cluster: Cluster) -> None:
    os.kill(int((cluster.place.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def wait_until(true: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)
