import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.channels import registry
from wasl.channels.contract import AccountFacts, OutboundMessage, Outcome, Result
from wasl.core.clock import frozen
from wasl.core.models import EventRecord
from wasl.directory import queries
from wasl.directory.tests.makers import PASSWORD, SUNDAY_9AM, make_agency, make_person, make_unit
from wasl.messaging import operations as messaging
from wasl.messaging.models import Message
from wasl.verification import operations
from wasl.verification.jobs import NotSent, send_letter
from wasl.verification.letters import LETTERS, written
from wasl.verification.subscribers import write_to_the_person

posted: list[tuple[AccountFacts, OutboundMessage]] = []
answers: list[Result] = []


class Postman:
    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        posted.append((account, message))
        return Outcome(answers.pop() if answers else Result.SENT)


@pytest.fixture(autouse=True)
def _postman(monkeypatch: pytest.MonkeyPatch) -> None:
    posted.clear()
    answers.clear()
    monkeypatch.setattr(registry, "adapter", lambda channel: Postman())


def with_mail(code: str = "MUN") -> None:
    messaging.save_account(
        agency=make_agency(code), code="mail", name="بلدية", address=f"care@{code.lower()}.example.om", at=SUNDAY_9AM
    )


def letter(kind: str, person: User) -> OutboundMessage:
    with frozen(SUNDAY_9AM):
        send_letter(user_id=person.pk, kind=kind, event_id=7)
    return posted[-1][1]


def token_in(message: OutboundMessage) -> str:
    found = re.search(r"/(?:invite|reset)/(\S+)", message.text)
    assert found is not None
    return found[1]


def test_a_reset_letter_carries_a_link_that_works() -> None:
    with_mail()
    salem = make_person("agent", email="salem@example.om", password=PASSWORD)

    message = letter("reset", salem)

    assert message.to_address == "salem@example.om"
    assert message.automatic == "auto-generated"
    assert operations.reset(token=token_in(message), password="نخلة وبحر وجبل وريح", at=SUNDAY_9AM) == salem


def test_the_link_of_an_invitation_works_in_the_letter_and_as_handed_over() -> None:
    with_mail()
    handed = operations.invite(
        email="noora@example.om", full_name="نورة", role="agent", unit=make_unit("ROADS"), by=None, at=SUNDAY_9AM
    )

    message = letter("invitation", handed.user)

    assert operations.invited_person(token_in(message), at=SUNDAY_9AM) == handed.user
    operations.join(token=handed.link.rpartition("/")[2], password=PASSWORD, full_name="", at=SUNDAY_9AM)
    with pytest.raises(operations.BadToken):
        operations.invited_person(token_in(message), at=SUNDAY_9AM)


def test_whoever_joined_meanwhile_gets_no_invitation_and_the_deactivated_get_nothing() -> None:
    with_mail()
    joined = make_person("agent", password=PASSWORD)
    gone = accounts.deactivate(make_person("agent", password=PASSWORD), by=None, at=SUNDAY_9AM)

    send_letter(user_id=joined.pk, kind="invitation", event_id=1)
    send_letter(user_id=gone.pk, kind="reset", event_id=1)

    assert posted == []


def test_a_letter_leaves_from_the_persons_own_agency() -> None:
    with_mail("MUN")
    with_mail("HOU")
    person = make_person("agent", queries.triage_unit(make_agency("HOU")), password=PASSWORD)

    letter("password", person)

    assert posted[-1][0].address == "care@hou.example.om"


def test_no_table_keeps_the_letter() -> None:
    with_mail()
    letter("reset", make_person("agent", password=PASSWORD))

    assert not Message.objects.exists()


@pytest.mark.parametrize("result", [Result.TEMPORARY, Result.TECHNICAL])
def test_a_letter_that_was_not_taken_is_tried_again_under_the_same_message_id(result: Result) -> None:
    with_mail()
    salem = make_person("agent", password=PASSWORD)
    answers.append(result)

    with pytest.raises(NotSent):
        send_letter(user_id=salem.pk, kind="password", event_id=7)
    send_letter(user_id=salem.pk, kind="password", event_id=7)

    assert len({message.message_id for _, message in posted}) == 1


def test_a_house_without_mail_goes_on() -> None:
    send_letter(user_id=make_person("agent", password=PASSWORD).pk, kind="reset", event_id=1)

    assert posted == []


def test_each_fact_that_matters_to_its_owner_queues_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[dict[str, object]] = []
    monkeypatch.setattr(type(send_letter), "defer", lambda self, **arguments: queued.append(arguments))
    salem = make_person("agent", email="salem@example.om", password=PASSWORD)
    accounts.request_reset("salem@example.om", at=SUNDAY_9AM)
    accounts.reset_password(salem, password="نخلة وبحر وجبل وريح", at=SUNDAY_9AM)
    from wasl.core import events

    queued.clear()
    for record in EventRecord.objects.filter(kind__startswith="PasswordReset").order_by("pk"):
        write_to_the_person(events.load(record), record)

    assert [one["kind"] for one in queued] == ["reset", "password"]


@pytest.mark.parametrize("kind", sorted(LETTERS))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_letter_speaks_both_languages_that_of_the_reader_first(kind: str, language: str) -> None:
    subject, text = written(kind, language=language, link="https://wasl.example.om/x")

    assert (("\u0600" <= text[0] <= "\u06ff"), ("\u0600" <= subject[0] <= "\u06ff")) == (language == "ar",) * 2
    assert LETTERS[kind].arabic[1] in text
    assert LETTERS[kind].english[1] in text


def test_the_first_administrator_is_invited_from_the_shell() -> None:
    make_agency("MUN")
    said = StringIO()

    with frozen(SUNDAY_9AM):
        call_command("invite", "badr@example.om", "--name", "بدر", "--role", "administrator", stdout=said)

    person = User.objects.get(email="badr@example.om")
    assert operations.invited_person(said.getvalue().strip().rpartition("/")[2], at=SUNDAY_9AM) == person
    assert person.second_factor_needed
    for wrong in (["badr@example.om"], ["new@example.om", "--agency", "NONE"], ["new@example.om", "--unit", "NONE"]):
        with pytest.raises(CommandError):
            call_command("invite", *wrong, "--name", "بدر", "--role", "agent")
