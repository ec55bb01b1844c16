"""How fast history comes in, and how much memory that takes: invented rows like those of a city, by a shipped mapping.

    python -m bench.importing --rows 1000000

starts a house of its own, writes a file of so many rows, and brings it in by `wasl import cases`, as an administrator
would. One JSON object a line on standard output.
"""

import argparse
import csv
import gzip
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from bench import exporting
from bench.figures import figure, line, tell
from bench.house import House, lent_house
from bench.settings import Plan

TOLD = (
    "rows",
    "imported",
    "known",
    "failed",
    "seconds",
    "rows_per_second",
    "memory_mb",
    "cpu_import",
    "cpu_postgres",
)
LEAST_ROWS, MOST_MEGABYTES = 2000.0, 400.0

ROOT = Path(__file__).resolve().parent.parent
AGENCY = ROOT / "docs" / "examples" / "boston-agency.yaml"
COLUMNS = (
    "case_enquiry_id",
    "open_dt",
    "target_dt",
    "closed_dt",
    "ontime_status",
    "case_status",
    "subject",
    "reason",
    "type",
    "queue",
    "department",
    "neighborhood",
    "ward",
    "latitude",
    "longitude",
    "source",
    "closed_as_duplicate",
    "duplicate_of",
)
DEPARTMENTS = ("PWDx", "ISD", "BTDT", "PARK", "INFO", "PROP")
SOURCES = ("Constituent Call", "Citizens Connect App", "City Worker App", "Employee Generated", "Self Service")
FORM = "%Y-%m-%d %H:%M:%S"
BEGINS = datetime(2015, 1, 1)  # noqa: DTZ001 - local time of the city, as its file writes it


def rows(number: int) -> Iterator[dict[str, str]]:
    """Invented requests in the columns of the Boston file: most closed, one in a hundred a duplicate."""
    dice = random.Random(311)
    for n in range(number):
        opened = BEGINS + timedelta(seconds=25.0 * n % 28_000_000)
        is_closed = dice.random() < 0.85
        is_double = is_closed and n > 100 and dice.random() < 0.01
        kind = dice.randrange(150)
        ended = opened + timedelta(hours=dice.expovariate(1 / 90))
        yield {
            "case_enquiry_id": str(200_000_000_000 + n),
            "open_dt": opened.strftime(FORM),
            "target_dt": (opened + timedelta(days=dice.choice((1, 3, 14)))).strftime(FORM) if kind % 4 else "",
            "closed_dt": ended.strftime(FORM) if is_closed else "",
            "case_status": "Closed" if is_closed else "Open",
            "subject": f"Department {kind % 16}",
            "reason": f"Group {kind % 50}",
            "type": f"Matter number {kind} of the city",
            "queue": f"Queue {kind}: some district",
            "department": DEPARTMENTS[kind % 6],
            "neighborhood": f"Quarter {dice.randrange(24)}",
            "ward": f"Ward {dice.randrange(22)}",
            "latitude": f"{42.23 + dice.random() * 0.16:.4f}",
            "longitude": f"{-71.18 + dice.random() * 0.18:.4f}",
            "source": dice.choice(SOURCES),
            "closed_as_duplicate": str(int(is_double)),
            "duplicate_of": str(200_000_000_000 + n - dice.randrange(1, 100)) if is_double else "",
        }


def write_file(path: Path, number: int) -> None:
    """The file, packed as cities publish theirs."""
    with gzip.open(path, "wt", newline="", encoding="utf-8", compresslevel=1) as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows(number))


def bring_in(house: House, path: Path, *more: str) -> dict[str, object]:
    """Run the command in a process of its own; gives its summary with its memory and the CPU on both sides."""
    before = house.spent()
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "wasl.config.cli", "import", "cases", str(path), "--agency", "BOS"]
    with subprocess.Popen(
        [*command, "--mapping", "boston311", "--json", "--allow-errors", *more],
        env=house.environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        most = _watched(process)
        said = process.stdout.read()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return json.loads(said) | {
        "memory_mb": round(most / 2**20),
        "cpu_import": round(own, 1),
        "cpu_postgres": round((house.spent() - before).of("postgres"), 1),
    }


def _watched(process: "subprocess.Popen[str]") -> int:
    """The most memory the process held, looked at until it ends."""
    most = 0
    while process.poll() is None:
        try:
            most = max(most, psutil.Process(process.pid).memory_info().rss)
            process.wait(0.5)
        except (psutil.NoSuchProcess, subprocess.TimeoutExpired):
            continue
    return most


def run(house: House, plan: Plan) -> None:
    """`import` of a whole run: into the house that runs already, and the same file once more."""
    path = house.home.parent / "history.csv.gz"
    write_file(path, plan.imported_rows)
    add_agency(house)
    told, again = bring_in(house, path), bring_in(house, path)
    path.unlink()
    said = {name: told[name] for name in ("rows", "imported", "failed", "seconds", "cpu_import", "cpu_postgres")}
    figure("import.rate", float(str(told["rows_per_second"])), "rows/s", least=LEAST_ROWS, **said)
    figure("import.memory", float(str(told["memory_mb"])), "MB", most=MOST_MEGABYTES, rows=told["rows"])
    figure("import.again", float(str(again["seconds"])), "s", rows=again["rows"], known=again["known"])
    tell(f"import: {told['imported']} cases at {told['rows_per_second']} rows/s, {told['memory_mb']} MB")


def add_agency(house: House) -> None:
    """The agency of the mapping, if it is not there yet."""
    made = [sys.executable, "-m", "wasl.config.cli", "config", "import", str(AGENCY), "--yes"]
    subprocess.run(made, env=house.environment, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print two lines, and two more for each export; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--file", type=Path, help="a file of the Boston columns instead of invented rows")
    parser.add_argument("--home", type=Path, help="a folder whose house is used, and stays for the next run")
    parser.add_argument("--exports", default="", help="formats, with commas, in which all of it is exported afterwards")
    chosen = parser.parse_args(arguments)
    with lent_house(chosen.home) as house:
        house.start()
        path = chosen.file or house.home.parent / "history.csv.gz"
        if chosen.file is None:
            tell(f"writing {chosen.rows} rows")
            write_file(path, chosen.rows)
        add_agency(house)
        for name in ("import", "import.again"):
            tell(name)
            told = bring_in(house, path)
            line({"name": name} | {key: told[key] for key in TOLD})
        for form in filter(None, chosen.exports.split(",")):
            exporting.export(house, form, agency="BOS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
