"""Killing processes at marked points, and the ledger by which nothing acknowledged may be missing afterwards."""

import hashlib
import http.client
import json
import os
import re
import secrets
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any, Protocol

from tests.journeys.house import CARE, House
from tests.journeys.provider import Provider
from tests.journeys.visitor import REFERENCE, Refused, Visitor, photo

# Not a marked point: the process dies right after its answer was heard.
ANSWERED = "answered"
# All mails on their way arrive within: a lease of a minute, a stalled job found in half of one, and the next round.
LETTERS_WITHIN = 180.0


@dataclass(frozen=True)
class Point:
    """`process` is killed while `holder` stands at the mark `name`, on the way of an act."""

    process: str
    name: str
    act: str
    holder: str

    def __str__(self) -> str:
        return f"{self.process} at {self.name}"


WEB = (
    Point("web", "files.measured", "report", "web"),
    Point("web", "files.adopted", "report", "web"),
    Point("web", "intake.key_taken", "report", "web"),
    Point("web", "events.recorded", "report", "web"),
    Point("web", "events.queued", "report", "web"),
    Point("web", "intake.before_commit", "report", "web"),
    Point("web", "intake.after_commit", "report", "web"),
    Point("web", "case.before_commit", "add", "web"),
    Point("web", "case.after_commit", "add", "web"),
    Point("web", ANSWERED, "report", "web"),
)
WORKER = (
    Point("worker", "dispatch.begun", "report", "worker"),
    Point("worker", "dispatch.fanned_out", "report", "worker"),
    Point("worker", "delivery.marked", "report", "worker"),
    Point("worker", "delivery.before_commit", "report", "worker"),
    Point("worker", "delivery.after_commit", "report", "worker"),
    Point("worker", "send.claimed", "report", "worker"),
    Point("worker", "send.content_gone", "report", "worker"),
    Point("worker", "send.tried", "report", "worker"),
    Point("worker", "send.before_commit", "report", "worker"),
    Point("worker", "send.recorded", "report", "worker"),
    Point("worker", "send.claimed", "text", "worker"),
    Point("worker", "send.tried", "text", "worker"),
    Point("worker", "handle.understood", "mail", "worker"),
    Point("worker", "handle.files_staged", "mail", "worker"),
    Point("worker", "handle.before_commit", "mail", "worker"),
    Point("worker", "handle.after_commit", "mail", "worker"),
)
MAIL = (
    Point("mail", "door.recipient_named", "mail", "mail"),
    Point("mail", "door.recipient_known", "mail", "mail"),
    Point("mail", "door.content_heard", "mail", "mail"),
    Point("mail", "door.transaction_begun", "mail", "mail"),
    Point("mail", "receive.row_made", "mail", "mail"),
    Point("mail", "receive.job_queued", "mail", "mail"),
    Point("mail", "door.before_commit", "mail", "mail"),
    Point("mail", "door.after_commit", "mail", "mail"),
    Point("mail", "door.before_answer", "mail", "mail"),
    Point("mail", ANSWERED, "mail", "mail"),
)
POSTGRES = (
    Point("postgres", "files.adopted", "report", "web"),
    Point("postgres", "intake.key_taken", "report", "web"),
    Point("postgres", "intake.before_commit", "report", "web"),
    Point("postgres", "intake.after_commit", "report", "web"),
    Point("postgres", "case.before_commit", "add", "web"),
    Point("postgres", "door.transaction_begun", "mail", "mail"),
    Point("postgres", "door.before_commit", "mail", "mail"),
    Point("postgres", "door.after_commit", "mail", "mail"),
    Point("postgres", "delivery.before_commit", "report", "worker"),
    Point("postgres", "send.claimed", "report", "worker"),
    Point("postgres", "send.tried", "report", "worker"),
    Point("postgres", "handle.before_commit", "mail", "worker"),
)


class Ledger:
    """What was acknowledged to a client, written to the disk before the client goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def note(self, kind: str, **entry: str) -> None:
        """Write one line and see it on the disk."""
        with self.path.open("a", encoding="utf-8") as book:
            book.write(json.dumps({"kind": kind, **entry}, ensure_ascii=False) + "\n")
            book.flush()
            os.fsync(book.fileno())

    def entries(self, kind: str) -> list[dict[str, str]]:
        """The lines of a kind, in order."""
        lines = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["kind"] == kind]


def digest(content: str | bytes) -> str:
    """What the ledger keeps of contents."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


class Act(Protocol):
    """What a client does at a point: once, and again until it was acknowledged."""

    def once(self) -> None: ...

    def until_acknowledged(self) -> None: ...


class Unheard(Exception):
    """No answer, or one that says "not now": the client comes again."""


class Reporting:
    """A citizen's report with a photo, retried under its key."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house, self.ledger = house, ledger
        self.mark = secrets.token_hex(6)
        self.email = f"citizen-{self.mark}@example.org"
        self.words = f"حفرة في الشارع أمام المدرسة، رقم التدريب {self.mark}"
        self.photo = photo("firebrick")
        self.visitor = Visitor(house.url)
        self.key, self.reference = "", ""

    def once(self) -> None:
        """Go on where the last try ended. Raises Unheard."""
        with _listening():
            if not self.key:
                self.visitor.fill_in(
                    self.words, service="RD-POTHOLE", photos=[self.photo], preferred_channel="email", email=self.email
                )
                self.key = self.visitor.key
            Visitor.must_lead("/report/done", self.visitor.send(self.key))
            self.ledger.note("report", words=digest(self.words), photo=digest(self.photo[1]), email=self.email)

    def until_acknowledged(self) -> None:
        """Retry, and read the number."""
        if not self._is_noted():
            _until_heard(self.once)
        reference, _ = self.visitor.receipt()
        self.ledger.note("number", words=digest(self.words), reference=reference)

    def _is_noted(self) -> bool:
        return any(entry["words"] == digest(self.words) for entry in self.ledger.entries("report"))


class Texting(Reporting):
    """The same, by somebody who wishes for text messages."""

    def once(self) -> None:
        """Go on where the last try ended. Raises Unheard."""
        with _listening():
            if not self.key:
                wish = {"preferred_channel": "sms", "phone": self.phone.removeprefix("+968")}
                self.visitor.fill_in(self.words, service="RD-POTHOLE", photos=[self.photo], **wish)
                self.key = self.visitor.key
            Visitor.must_lead("/report/done", self.visitor.send(self.key))
            self.ledger.note("report", words=digest(self.words), photo=digest(self.photo[1]), phone=self.phone)

    @property
    def phone(self) -> str:
        """A mobile number of this drill."""
        return f"+9689{int(self.mark, 16) % 10_000_000:07d}"


class Adding:
    """A citizen adds words to a case; after a lost answer they look whether they are there."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.report = Reporting(house, ledger)
        self.report.until_acknowledged()
        self.visitor, self.ledger = self.report.visitor, ledger
        self.number, self.path = self.visitor.receipt()
        self.visitor.get(self.path)
        self.words = f"أضيف أن الحفرة تتسع، {secrets.token_hex(6)}"

    def once(self) -> None:
        """Send the words. Raises Unheard."""
        with _listening():
            Visitor.must_lead(self.path, self.visitor.post(f"{self.path}/add", {"text": self.words}))
            self.ledger.note("words", reference=self.number, text=self.words)

    def until_acknowledged(self) -> None:
        """Look, and send again what is not there."""
        if self.words not in self.visitor.open(self.path).text:
            _until_heard(self.once)


class Writing:
    """A citizen's mail, which its server delivers again until the door has said that it has it."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house, self.ledger = house, ledger
        mark = secrets.token_hex(6)
        self.email = f"writer-{mark}@example.org"
        self.words = f"عمود الإنارة أمام منزلنا لا يعمل، رقم التدريب {mark}"
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.email, CARE, "عمود إنارة لا يعمل"
        mail["Message-ID"] = make_msgid(domain="example.org")
        mail.set_content(self.words)
        self.photo = photo("seagreen")
        mail.add_attachment(self.photo[1], maintype="image", subtype="jpeg", filename="pole.jpg")
        self.content = mail.as_bytes()
        self.has_it = False

    def once(self) -> None:
        """One delivery. Raises Unheard."""
        try:
            with smtplib.SMTP("127.0.0.1", self.house.mail_port, timeout=60) as door:
                door.sendmail(self.email, [CARE], self.content)
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, _)] = refused.recipients.values()
            raise _come_again(code, refused) from None
        except smtplib.SMTPResponseException as refused:
            raise _come_again(refused.smtp_code, refused) from None
        except (OSError, smtplib.SMTPException) as lost:
            raise Unheard from lost
        self.has_it = True
        self.ledger.note("mail", words=digest(self.words), photo=digest(self.photo[1]), email=self.email)

    def until_acknowledged(self) -> None:
        if not self.has_it:
            _until_heard(self.once)


ACTS: dict[str, Callable[[House, Ledger], Act]] = {"report": Reporting, "text": Texting, "add": Adding, "mail": Writing}


def endure(house: House, ledger: Ledger, point: Point) -> float:
    """Kill at the point in the middle of an act; the client comes again. Gives the seconds until all was normal."""
    act = ACTS[point.act](house, ledger)
    if point.name == ANSWERED:
        act.once()
        died_at, dead = time.monotonic(), house.kill(point.process)
    else:
        died_at, dead = _kill_at(house, ledger, point, act)
    took = house.wait_normal(point.process, dead, since=died_at)
    act.until_acknowledged()
    return took


def _note_under_way(house: House, ledger: Ledger) -> None:
    """Messages with a provider at this moment may come once more: the killed process cannot say whether they arrived.

    What an earlier death has left is tried again a minute later, so one message may well be met twice.
    """
    for (name,) in house.rows("SELECT message_id FROM messaging_message WHERE lease_token <> ''"):
        ledger.note("under way", message=name)


def _kill_at(house: House, ledger: Ledger, point: Point, act: Act) -> tuple[float, int]:
    with ThreadPoolExecutor(1) as aside, house.held_at(point.name, process=point.holder) as held:
        doing = aside.submit(act.once)
        held.wait(seconds=60)
        if point.process in ("worker", "postgres"):
            _note_under_way(house, ledger)
        died_at, dead = time.monotonic(), house.kill(point.process)
        held.release()
        error = doing.exception(timeout=60)
    if error is not None and not isinstance(error, Unheard):
        raise error
    return died_at, dead


def audit(house: House, ledger: Ledger) -> dict[str, Any]:
    """Everything acknowledged is there, once; every letter came, and none twice but as itself. Gives the counts."""
    wait_until_quiet(house)
    reports, mails = ledger.entries("report"), ledger.entries("mail")
    for entry in [*reports, *mails]:
        _check_case(house, entry)
    for entry in ledger.entries("number"):
        assert house.value("SELECT count(*) FROM cases_case WHERE reference = %s", entry["reference"]) == 1
    for entry in ledger.entries("words"):
        count = "SELECT count(*) FROM cases_caseentry WHERE text = %s"
        assert house.value(count, entry["text"]) == 1, f"lost or doubled: {entry}"
    met = Counter(entry["message"] for entry in ledger.entries("under way"))
    repeated = sum(_check_letters(house, entry["email"], met) for entry in [*reports, *mails] if "email" in entry)
    repeated += sum(_check_texts(house, entry["phone"], met) for entry in reports if "phone" in entry)
    # A round of housekeeping that met a dead database is over, the calendar begins the next one; a try to send is
    # replaced by a job of the sweep, and what became of its message was checked above.
    failed = house.rows(
        "SELECT id, task_name, args FROM procrastinate_jobs "
        "WHERE status IN ('failed', 'doing') AND queue_name NOT IN ('housekeeping', 'send')"
    )
    assert failed == [], f"jobs without a good end: {failed}"
    log = json.loads(house.manage("audit", "verify", "--json"))
    assert log["sound"], log
    assert log["published"] > 0, log
    return {
        "sealed": log["records"],
        "acknowledged": len(reports) + len(mails) + len(ledger.entries("words")),
        "lost": 0,
        "letters": len(house.sink.letters()),
        "letters_sent_again_under_their_id": repeated,
    }


def _check_case(house: House, entry: dict[str, str]) -> None:
    found = [
        (number, reference)
        for number, reference, words in house.rows("SELECT id, reference, description FROM cases_case")
        if digest(words.strip()) == entry["words"]
    ]
    assert len(found) == 1, f"{len(found)} cases for {entry}"
    files = house.rows(
        "SELECT f.sha256, f.state FROM cases_casefile l JOIN core_storedfile f ON f.id = l.file_id WHERE case_id = %s",
        found[0][0],
    )
    assert files == [(entry["photo"], "kept")], f"{files} for {entry}"
    assert digest(house.content(entry["photo"])) == entry["photo"]


def _most(deaths: int) -> int:
    """How often a message may come whose sender was seen to die so often; other trials kill without looking."""
    return 1 + max(deaths, 1)


def _check_texts(house: House, phone: str, met: Counter[str]) -> int:
    """Gives how many texts were handed over again under their own reference."""
    texts = Provider(house).texts(phone)
    sent = house.rows("SELECT message_id, state FROM messaging_message WHERE to_address = %s", phone)
    assert sorted(text["reference"] for text in texts) == sorted(name for name, _ in sent), f"texts to {phone}"
    assert {state for _, state in sent} <= {"sent", "delivered"}, f"{sent} to {phone}"
    often = [text for text in texts if text["tries"] > _most(met[text["reference"]])]
    assert not often, f"came more often than its sender died: {often}"
    assert all(REFERENCE.search(text["text"]) for text in texts)
    return sum(text["tries"] - 1 for text in texts)


def _check_letters(house: House, email: str, met: Counter[str]) -> int:
    """Gives how many letters came again under their own Message-ID."""
    letters = house.sink.letters(email)
    sent = house.rows("SELECT message_id FROM messaging_message WHERE to_address = %s AND direction = 'out'", email)
    assert {letter.message_id for letter in letters} == {message_id for (message_id,) in sent}, f"letters to {email}"
    assert sent, f"nothing was sent to {email}"
    bodies = Counter(
        re.sub(r"\s+", " ", text) for text in {letter.message_id: letter.text for letter in letters}.values()
    )
    assert max(bodies.values()) == 1, f"one notice under two Message-IDs to {email}"
    assert all(REFERENCE.search(letter.text) for letter in letters)
    again = Counter(letter.message_id for letter in letters)
    often = {name: count for name, count in again.items() if count > _most(met[name])}
    assert not often, f"came more often than its sender died, to {email}: {often}"
    return sum(count - 1 for count in again.values())


# What is still to be done, by kind: nothing of it may stay.
OPEN_WORK = """
SELECT 'message ' || state || ' due ' || coalesce(next_try_at::text, 'now') FROM messaging_message
    WHERE direction = 'out' AND state IN ('created', 'sending', 'temporary_failure')
UNION ALL SELECT 'delivery ' || id FROM messaging_rawdelivery WHERE state = 'stored'
UNION ALL SELECT 'notice ' || state || ' of ' || created_at FROM notices_notice
    WHERE finished_at IS NULL AND task_id IS NULL
UNION ALL SELECT 'job ' || task_name || ' ' || status || ' at ' || coalesce(scheduled_at::text, 'once')
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name <> 'housekeeping'
"""


def wait_until_quiet(house: House) -> None:
    """Wait for the end of all work that machines can end; fails with what is left."""
    end = time.monotonic() + LETTERS_WITHIN
    while left := [work for (work,) in house.rows(OPEN_WORK)]:
        assert time.monotonic() < end, f"still open after {LETTERS_WITHIN:.0f} s: {left[:20]}"
        time.sleep(0.2)


class _listening:  # noqa: N801 - reads as a word in a with statement
    """Within: a lost connection, or a page that says "not now, come again in n seconds", is Unheard."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused) and error.answer.status == 503:
            assert error.answer.headers["Retry-After"], "a 503 without Retry-After"
            raise Unheard from error
        if isinstance(error, OSError | http.client.HTTPException):
            raise Unheard from error


def _come_again(code: int, refused: Exception) -> Exception:
    """4xx says "later"; anything else is a fault."""
    return Unheard(str(refused)) if 400 <= code < 500 else refused


def _until_heard(act: Callable[[], None], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Unheard:
            assert time.monotonic() < end, "the client never got an answer"
            time.sleep(0.5)
