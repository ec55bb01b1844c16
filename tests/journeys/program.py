"""Programs that send reports over Open311 from processes of their own. Needs nothing of Wasl but its address."""

import http.client
import json
import multiprocessing
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.journeys.house import House

SERVICE, POINT = "RD-POTHOLE", {"lat": "23.591234", "long": "58.170345"}
PATH = "/open311/v2/requests.json"


@dataclass(frozen=True)
class Program:
    """A program with its key."""

    url: str
    secret: str
    jurisdiction: str


def make_program(house: House, *, agency: str = "MUN") -> Program:
    """Issue a key from the command line, as an operator would."""
    asked = ("apikey", "create", "--agency", agency, "--scope", "open311:write", "--per-minute", "60000", "--json")
    return Program(house.url, json.loads(house.manage(*asked))["key"], agency)


def send(program: Program, key: str, words: str, *, patience: float = 120) -> str:
    """One report under an idempotency key, sent again until it was taken; gives its reference."""
    fields = {"api_key": program.secret, "jurisdiction_id": program.jurisdiction, "service_code": SERVICE}
    body = urlencode(fields | POINT | {"description": words})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key}
    end = time.monotonic() + patience
    while True:
        status, content = _post(program.url, body, headers)
        if status == 200:
            return str(json.loads(content)[0]["service_request_id"])
        if status not in (0, 429, 500, 503) or time.monotonic() > end:
            raise AssertionError(f"{status}: {content[:300]!r}")
        time.sleep(0.2)


def send_many(program: Program, series: str, many: int) -> list[str]:
    """The references of a row of reports."""
    return [send(program, f"{series}-{number}", f"حفرة رقم {number} من {series}") for number in range(many)]


def send_side_by_side(program: Program, *, processes: int, each: int) -> list[str]:
    """Several processes send a row of reports each, all at the same time; gives all references."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        rows = pool.starmap(send_many, [(program, f"process-{number}", each) for number in range(processes)])
    return [reference for row in rows for reference in row]


def _post(url: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        line.request("POST", PATH, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()
