"""Mail to staff: at once or in the digest, never at night unless urgent, once whatever dies."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.alerts import digest, links, operations, queries, writing
from wasl.alerts.digest import Line, Reader, Section
from wasl.alerts.jobs import digests, sweep, write_digest, write_now
from wasl.alerts.kinds import DAY, Way
from wasl.alerts.models import Alert, CaseLink, Letter
from wasl.alerts.tests.makers import CALLS, make_alert, opened_cases
from wasl.calendars import operations as calendars
from wasl.channels.email.tests.servers import smtp_sink
from wasl.core import clock, marks
from wasl.core.i18n import say
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import (
    LONG_AGO,
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_said,
    make_unit,
)
from wasl.messaging import operations as messaging
from wasl.messaging.jobs import send_message
from wasl.messaging.jobs import sweep as messages_sweep
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import clear_jobs, jobs, make_account, puppet

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM  # 9:00 of the agency's own day
DAY_LONG = timedelta(days=1)
State = Alert.MailState


@pytest.fixture
def agency() -> Agency:
    agency = make_agency()
    calendars.load_starting_calendars(agency, at=LONG_AGO)
    make_account(agency)
    return agency


@pytest.fixture
def said(agency: Agency) -> User:
    return make_said()


@pytest.fixture
def waiting() -> Iterator[list[Line]]:
    """A section with these lines, for everybody."""
    lines: list[Line] = []
    before = dict(digest._makers)
    digest._makers.clear()

    @digest.section("test", order=1)
    def maker(reader: Reader) -> Section | None:
        return Section(say("تنتظر قبولك", "To accept"), lines, len(lines) + 3, path="/desk/?view=accept")

    yield lines
    digest._makers.clear()
    digest._makers.update(before)


def local(at: datetime, hour: int, agency: Agency) -> datetime:
    return datetime.combine(at.astimezone(agency.zone).date(), time(hour), agency.zone)


class TestAtOnce:
    def test_an_urgent_one_goes_out_at_any_hour(self, said: User) -> None:
        night = AT.replace(hour=22)

        make_alert(said, kind=CALLS, at=night, urgent=True)
        (arguments, when) = jobs("alerts.write_now")[0]
        with clock.frozen(night):
            write_now(**arguments)

        message = Message.objects.get()
        assert when is None
        assert (message.to_address, message.subject, message.lane) == (
            said.email,
            "عاجل: تجاوز طلب موعده",
            "urgent",
        )
        assert Alert.objects.get().message == message

    def test_another_waits_for_working_time_of_the_unit(self, agency: Agency, said: User) -> None:
        thursday_evening = AT + timedelta(days=4, hours=10)

        make_alert(said, kind=CALLS, at=thursday_evening)

        assert writing.write_now(said.pk, at=thursday_evening + timedelta(days=1)) == []
        sunday = local(AT + timedelta(days=7), 8, agency)
        assert queries.people_to_write_to(at=sunday) == [said.pk]
        assert len(writing.write_now(said.pk, at=sunday)) == 1

    def test_a_unit_that_never_closes_is_written_to_at_night_and_on_friday_mornings(self, agency: Agency) -> None:
        crew = make_unit("CREW", agency=agency)
        round_the_clock = calendars.add_calendar(agency, code="always", name=both("دائم", "Always"), at=AT)
        calendars.use_calendar(agency, calendar=round_the_clock, unit=crew, at=AT)
        rashid, friday = make_person("specialist", crew), local(AT + timedelta(days=5), 9, agency)

        alert = make_alert(rashid, kind=CALLS, at=AT + timedelta(hours=14))

        assert alert.mail_at == AT + timedelta(hours=14)
        assert queries.people_without_digest(at=friday) == [rashid.pk]

    def test_a_holiday_that_came_meanwhile_is_kept_quiet(self, agency: Agency, said: User) -> None:
        alert = make_alert(said, kind=CALLS, at=AT + timedelta(hours=10))
        day = (AT + DAY_LONG).astimezone(agency.zone).date()
        calendars.add_holiday(agency, on_from=day, name=both("عيد", "Feast"), at=AT)

        assert writing.write_now(said.pk, at=AT + DAY_LONG) == []
        alert.refresh_from_db()
        assert alert.mail_state == State.WAITING
        assert alert.mail_at is not None
        assert alert.mail_at > AT + DAY_LONG
        assert queries.people_to_write_to(at=AT + DAY_LONG) == []

    def test_what_came_together_goes_in_one_mail_in_the_language_of_the_person(self, said: User) -> None:
        said.language = "en"
        said.save()
        for _ in range(3):
            make_alert(said, kind=CALLS)

        with clock.frozen(AT + timedelta(minutes=1)):
            sweep(0)
            sweep(0)
            waiting = jobs("alerts.write_now")
            for arguments, _ in [*waiting, *waiting]:
                write_now(**arguments)

        message = Message.objects.get()
        assert len(waiting) == 1
        assert message.subject == "3 new alerts"
        assert message.text.count("A case is overdue") == 3
        assert '<html lang="en" dir="ltr">' in message.html

    def test_arabic_reads_from_right_to_left(self, said: User) -> None:
        make_alert(said, kind=CALLS, reference="MR-2611-04173-2")

        writing.write_now(said.pk, at=AT)

        message = Message.objects.get()
        assert '<html lang="ar" dir="rtl">' in message.html
        assert "\u2066MR-2611-04173-2\u2069" in message.text
        assert (message.language, message.automatic) == ("ar", "auto-generated")

    def test_what_was_read_on_the_desk_is_not_mailed(self, said: User) -> None:
        make_alert(said, kind=CALLS)
        operations.read(said, at=AT)

        assert writing.write_now(said.pk, at=AT) == []

    def test_a_death_before_the_end_leaves_nothing_and_the_next_try_all(self, said: User) -> None:
        make_alert(said, kind=CALLS)
        with transaction.atomic():
            writing.write_now(said.pk, at=AT)
            transaction.set_rollback(True)
        assert not Letter.objects.exists()
        assert not Message.objects.exists()
        clear_jobs()

        with clock.frozen(AT + timedelta(minutes=1)), puppet() as sender:
            sweep(0)
            for arguments, _ in jobs("alerts.write_now"):
                write_now(**arguments)
            for arguments, _ in jobs("messaging.send_message"):
                send_message(**arguments)

        assert [one.to_address for one in sender.sent] == [said.email]

    def test_who_left_the_agency_gets_nothing(self, agency: Agency) -> None:
        stranger = make_person(None)
        make_alert(stranger, kind=CALLS, agency=agency)

        assert writing.write_now(stranger.pk, at=AT) == []
        assert Alert.objects.get().mail_state == State.NONE

    def test_nobody_gets_more_mail_than_a_person_can_want(self, said: User) -> None:
        for number in range(40):
            make_alert(said, kind=CALLS, dedupe_key=f"n{number}")
            writing.write_now(said.pk, at=AT)
        calm = make_alert(said, kind=CALLS, dedupe_key="calm")
        urgent = make_alert(said, kind=CALLS, urgent=True, dedupe_key="urgent")

        assert writing.write_now(said.pk, at=AT) == []
        assert Letter.objects.count() == 40
        calm.refresh_from_db()
        urgent.refresh_from_db()
        assert calm.mail_state == State.DIGEST
        assert (urgent.mail_state, urgent.mail_at) == (State.WAITING, AT + writing.LATER)

    def test_without_a_mail_account_it_waits_for_the_digest(self) -> None:
        make_agency()
        alert = make_alert(make_said(), kind=CALLS)

        assert writing.write_now(alert.person_id, at=AT) == []
        alert.refresh_from_db()
        assert alert.mail_state == State.DIGEST


class TestDigest:
    def test_everybody_gets_one_a_day_with_sections_alerts_and_links(
        self, agency: Agency, said: User, waiting: list[Line]
    ) -> None:
        waiting += [Line("حفرة في الطريق، بوشر", 12, "MR-2611-04173-2", "منذ يومين", "warn")]
        with opened_cases({12: "/desk/cases/x"}):
            make_alert(said, case_id=12, reference="MR-2611-04173-2")
            letter = writing.write_digest(said, at=AT)

        assert letter is not None
        assert letter.message is not None
        text, html = letter.message.text, letter.message.html
        assert letter.message.subject == "موجزك اليومي: الأحد 22 نوفمبر 2026"
        assert "■ تنتظر قبولك (4)" in text
        assert "وغيرها: 3" in text
        assert "/desk/?view=accept" in text
        assert "حفرة في الطريق، بوشر" in html
        assert "تجاوز طلب موعده" in text
        assert 'dir="rtl"' in html
        assert CaseLink.objects.filter(letter=letter, person=said, case_id=12).count() == 2
        assert text.count("/alerts/link/") == html.count("/alerts/link/") == 2
        assert Alert.objects.get().mail_state == State.MAILED

    def test_a_second_scheduler_or_a_second_run_never_doubles_it(self, said: User, waiting: list[Line]) -> None:
        waiting += [Line("حفرة", 12, "MR-2611-04173-2")]
        with clock.frozen(AT):
            digests(0)
            digests(0)
            found = jobs("alerts.write_digest")
            for arguments, _ in [*found, *found]:
                write_digest(**arguments)
            digests(0)

        assert len(jobs("alerts.write_digest")) == len(found) == 1
        assert Message.objects.count() == Letter.objects.count() == 1

    def test_a_death_while_writing_is_made_good_by_the_next_run(self, said: User, waiting: list[Line]) -> None:
        waiting += [Line("حفرة", 12, "MR-2611-04173-2")]
        with transaction.atomic():
            writing.write_digest(said, at=AT)
            transaction.set_rollback(True)

        assert queries.people_without_digest(at=AT) == [said.pk]
        assert writing.write_digest(said, at=AT) is not None
        assert Message.objects.count() == 1

    def test_with_nothing_to_say_none_goes_out_and_nobody_is_asked_again_today(self, said: User) -> None:
        letter = writing.write_digest(said, at=AT)

        assert letter is not None
        assert letter.message is None
        assert not Message.objects.exists()
        assert queries.people_without_digest(at=AT) == []
        assert queries.people_without_digest(at=AT + DAY_LONG) == [said.pk]
        links.sweep(at=AT + links.KEPT_FOR + DAY_LONG)
        assert not Letter.objects.exists()

    def test_it_comes_at_the_hour_of_the_agency_on_working_days(self, agency: Agency, said: User) -> None:
        operations.set_digest(agency, hour=9, is_on=True, by=None, at=AT)

        assert queries.people_without_digest(at=local(AT, 8, agency)) == []
        assert queries.people_without_digest(at=local(AT, 9, agency)) == [said.pk]
        assert queries.people_without_digest(at=local(AT, 20, agency)) == []
        friday = local(AT + timedelta(days=5), 9, agency)
        assert queries.people_without_digest(at=friday) == []

        operations.set_digest(agency, hour=9, is_on=False, by=None, at=AT)
        assert queries.people_without_digest(at=local(AT, 9, agency)) == []
        assert writing.write_digest(said, at=local(AT, 9, agency)) is None
        with pytest.raises(ValueError, match="23"):
            operations.set_digest(agency, hour=24, is_on=True, by=None, at=AT)

    def test_who_is_away_gets_none_until_back(self, said: User) -> None:
        unit, noora = said.memberships.get().unit, make_noora()
        appoint_substitute(said, substitute=noora, unit=unit, valid_from=AT, valid_to=AT + DAY_LONG, by=None, at=AT)

        assert queries.people_without_digest(at=AT) == [noora.pk]
        assert queries.people_without_digest(at=AT + DAY_LONG) == sorted([said.pk, noora.pk])

    def test_whoever_does_not_want_the_day_still_gets_what_they_chose(self, said: User, waiting: list[Line]) -> None:
        waiting += [Line("حفرة", 12, "MR-2611-04173-2")]
        operations.wish(said, kind=DAY.code, way=Way.DESK)
        make_alert(said)

        letter = writing.write_digest(said, at=AT)

        assert letter is not None
        assert letter.message is not None
        assert "تنتظر قبولك" not in letter.message.text
        assert "تجاوز طلب موعده" in letter.message.text

    def test_the_sweep_asks_little_whoever_many_work_here(self, agency: Agency) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as asked:
                queries.people_without_digest(at=AT)
            return len(asked)

        make_huda()
        queries.people_without_digest(at=AT)
        few = cost()
        for number in range(5):
            make_person("agent", email=f"p{number}@example.om")

        assert cost() == few


class TestTheWire:
    def test_a_worker_that_dies_after_sending_sends_the_same_letter_again_and_no_second_digest(
        self, agency: Agency, said: User, waiting: list[Line], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting += [Line("حفرة", 12, "MR-2611-04173-2")]
        with smtp_sink() as (sink, port):
            make_account(agency, settings={"smtp": {"host": "127.0.0.1", "port": port, "security": "none"}})
            with clock.frozen(AT):
                digests(0)
                run("alerts.write_digest", write_digest)
                with monkeypatch.context() as patch:
                    patch.setattr(messaging, "record_outcome", die)
                    with pytest.raises(SystemExit):
                        run("messaging.send_message", send_message)
            clear_jobs()  # with the worker its job is gone, too
            with clock.frozen(AT + timedelta(minutes=10)):
                digests(0)
                messages_sweep(0)
                run("messaging.send_message", send_message)
                messages_sweep(0)

        mails = [message_from_bytes(one, policy=default) for one in sink.mails]
        assert len(mails) == 2
        assert {mail["Message-ID"] for mail in mails} == {Message.objects.get().message_id}
        assert mails[0]["To"] == said.email
        assert mails[0]["Subject"] == "موجزك اليومي: الأحد 22 نوفمبر 2026"
        assert mails[0]["Auto-Submitted"] == "auto-generated"
        assert {part.get_content_type() for part in mails[0].iter_parts()} == {"text/plain", "text/html"}
        assert (Message.objects.get().state, Letter.objects.count()) == ("sent", 1)
        assert not jobs("messaging.send_message")
        assert not jobs("alerts.write_digest")


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_the_very_same_moment_write_one_letter_each(home: Path) -> None:
    make_account(make_agency())
    said, together = make_said(), Barrier(2)
    make_alert(said)
    make_alert(said, kind=CALLS)

    def one_scheduler(_: int) -> tuple[Letter | None, list[Letter]]:
        try:
            together.wait(60)
            return writing.write_digest(said, at=AT), writing.write_now(said.pk, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(one_scheduler, range(2)))

    assert sorted(letter is None for letter, _ in written) == [False, True]
    assert sorted(len(letters) for _, letters in written) == [0, 1]
    assert (Letter.objects.count(), Message.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_over_a_digest_leaves_nothing_and_the_next_writes_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(make_agency())
    said, armed = make_said(), home / "alerts.before_commit"
    make_alert(said)
    armed.touch()
    monkeypatch.setattr(marks, "_folder", home)

    worker = os.fork()
    if worker == 0:
        # Never comes back: it stands at the mark until it is killed, or ends without a word.
        try:
            connection.connection = None  # the parent's
            writing.write_digest(said, at=AT)
        finally:
            os._exit(1)
    reached = home / "alerts.before_commit.reached"
    while not reached.exists() and os.waitpid(worker, os.WNOHANG) == (0, 0):
        Event().wait(0.01)
    assert reached.exists()
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)

    assert not Letter.objects.exists()
    assert not Message.objects.exists()
    assert Alert.objects.get().mail_state == State.DIGEST
    assert queries.people_without_digest(at=AT) == [said.pk]
    letter = writing.write_digest(said, at=AT)
    assert letter is not None
    assert Message.objects.get() == letter.message


def die(*_: Any, **__: Any) -> None:
    """As kill -9 does, between the answer of the mail server and our writing it down."""
    raise SystemExit


def run(name: str, job: Any) -> None:
    """Take the waiting jobs of that name out of the queue and do them, as a worker."""
    waiting = jobs(name)
    clear_jobs()
    for arguments, _ in waiting:
        job(**arguments)
