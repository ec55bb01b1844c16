"""Where a home keeps its cluster, and which user its server runs as.

Usually that is `<home>/postgres` and the present user. PostgreSQL refuses to run as root, so root starts it as the
owner of the home folder or else as `nobody`; and where that user cannot reach the home folder, the cluster is kept in
`/var/lib/wasl-<mark>` and the file `<home>/postgres.path` says so. Nobody's folders but our own change their mode.
"""

import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from wasl.core.refusal import Refusal

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 107  # what the kernel allows for the address of a Unix socket
SYSTEM_FOLDER = Path("/var/lib")


@dataclass(frozen=True)
class Place:
    """The folders of one cluster."""

    folder: Path
    user: pwd.struct_passwd

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """A folder short enough for a socket address: ours in the cluster's folder, or a private one elsewhere."""
        own = self.folder / "run"
        if len(os.fsencode(own / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return own
        return _runtime_folder() / f"wasl-{self.user.pw_uid}-{_mark(self.folder)}"

    @property
    def is_another_users(self) -> bool:
        """Whether the server runs as a user other than ours (so: we are root)."""
        return self.user.pw_uid != os.geteuid()


def existing_place(home: Path) -> Place:
    """Where the cluster of the home is, or would be; makes nothing."""
    folder = _recorded_folder(home) or home / "postgres"
    return Place(folder, _server_user(home, folder))


def made_place(home: Path) -> Place:
    """The place of the home's cluster, its folders made and owned as needed."""
    make_home(home)
    place = existing_place(home)
    if place.is_another_users and not _can_enter(place.user, home) and _recorded_folder(home) is None:
        place = Place(_record_outside(home), place.user)
    place.folder.mkdir(mode=0o711, exist_ok=True)
    if place.is_another_users:
        place.folder.chmod(0o711)
    make_private(place.sockets, place.user)
    return place


def make_home(home: Path) -> None:
    """Make the home folder: closed to others, but root lets the server's user pass through it."""
    if not home.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def make_private(folder: Path, user: pwd.struct_passwd) -> None:
    """Make a folder that only `user` may enter. Refuses one that somebody else laid there."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, user.pw_uid, user.pw_gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.pw_uid or found.st_mode & 0o077:
            raise Refusal(
                f"المجلد {folder} موجود وليس مجلداً خاصاً بالمستخدم {user.pw_name}. احذفه ثم أعد التشغيل.",
                f"The folder {folder} exists but is not private to the user {user.pw_name}. Remove it and start again.",
            ) from None


def _recorded_folder(home: Path) -> Path | None:
    try:
        return Path((home / "postgres.path").read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None


def _record_outside(home: Path) -> Path:
    # A home that was deleted and made anew gets a new cluster; the database of the old one is never removed or reused.
    names = [f"wasl-{_mark(home)}", *(f"wasl-{_mark(home)}-{number}" for number in range(2, 100))]
    folder = next(SYSTEM_FOLDER / name for name in names if not (SYSTEM_FOLDER / name).exists())
    folder.mkdir(mode=0o711)
    (home / "postgres.path").write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _server_user(home: Path, folder: Path) -> pwd.struct_passwd:
    me = os.geteuid()
    owner = _owner(folder / "data")
    if me != 0:
        if owner not in (None, me):
            raise _foreign(folder)
        return _user(me)
    if owner is None:
        owner = _owner(home)
    return _user(owner) if owner else pwd.getpwnam("nobody")


def _user(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise Refusal(
            f"المستخدم رقم {uid} لا اسم له في هذا الجهاز، وPostgreSQL يحتاج إلى اسم. شغّل «وصل» بمستخدم مسجّل.",
            f"User number {uid} has no name on this machine and PostgreSQL needs one. Run Wasl as a registered user.",
        ) from None


def _foreign(folder: Path) -> Refusal:
    return Refusal(
        f"قاعدة البيانات في {folder} تخص مستخدماً آخر. شغّل «وصل» بذلك المستخدم أو حدّد WASL_HOME لمجلد آخر.",
        f"The database in {folder} belongs to another user. Run Wasl as that user or set WASL_HOME to another folder.",
    )


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError:
        raise _foreign(path.parent) from None


def _can_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether that user may walk down to the folder: asked of the kernel, which also knows ACLs and groups."""
    walk = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return walk.returncode == 0


def _runtime_folder() -> Path:
    if os.geteuid() == 0 and Path("/run").is_dir():
        return Path("/run")
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    if own and Path(own).is_dir() and len(own) < 50:
        return Path(own)
    return Path(tempfile.gettempdir()) if len(tempfile.gettempdir()) < 50 else Path("/tmp")  # noqa: S108


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]
