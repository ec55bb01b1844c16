"""Somebody writes to the public address from an office program, in Arabic, with two attachments; machines write too."""

import re
import smtplib
import time
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, make_msgid

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import CARE, House, wait_for
from tests.journeys.screens import at_screen, barriers, sign_in
from tests.journeys.sink import Letter, Sink
from tests.journeys.visitor import REFERENCE, photo

pytestmark = pytest.mark.journey

NAME = "خلفان بن سيف الهنائي"
SUBJECT = "بلاغ: عمود إنارة لا يعمل في الخوض"
WORDS = "السلام عليكم\n\nعمود الإنارة أمام منزلنا في الخوض السادسة لا يعمل منذ أسبوع، واللمبة طافية.\n\nشكراً لكم"
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
# What Outlook puts into what people write: a sign of nothing.
OUTLOOK = {"X-Mailer": "Microsoft Outlook 16.0", "X-Auto-Response-Suppress": "DR, OOF, AutoReply", "Importance": "High"}
CASES = """
SELECT c.reference, c.description, c.title, c.state, c.channel, c.preferred_channel, b.full_name, s.code, c.id
FROM cases_case c JOIN contacts_beneficiary b ON b.id = c.beneficiary_id
JOIN contacts_address a ON a.beneficiary_id = b.id LEFT JOIN catalogue_service s ON s.id = c.service_id
WHERE a.value = %s ORDER BY c.id
"""

FILES = """
SELECT f.name, f.content_type, f.sha256, f.state
FROM cases_casefile l JOIN core_storedfile f ON f.id = l.file_id WHERE l.case_id = %s ORDER BY f.id
"""


def deliver(
    house: House, sender: str, mail: EmailMessage | MIMEMultipart | MIMEText | bytes, *, to: str = CARE
) -> None:
    """Hand a mail to the house's own door, as any mail server would."""
    content = mail if isinstance(mail, bytes) else mail.as_bytes()
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=30) as door:
        assert door.sendmail(sender, [to], content) == {}


def outlook_mail(address: str, picture: bytes) -> MIMEMultipart:
    """What Outlook of an Arabic Windows makes: windows-1256 in every part."""
    mail = MIMEMultipart()
    mail["From"] = formataddr((NAME, address), charset="windows-1256")
    mail["To"] = CARE
    mail["Subject"] = Header(SUBJECT, "windows-1256").encode()
    mail["Message-ID"] = make_msgid(domain="example.org")
    for name, value in OUTLOOK.items():
        mail[name] = value
    mail.attach(MIMEText(WORDS, "plain", "windows-1256"))
    image, paper = MIMEImage(picture, "jpeg"), MIMEApplication(PDF, "pdf")
    image.add_header("Content-Disposition", "attachment", filename=("windows-1256", "", "صورة العمود.jpg"))
    paper.add_header("Content-Disposition", "attachment", filename=("windows-1256", "", "خطاب.pdf"))
    mail.attach(image)
    mail.attach(paper)
    return mail


@pytest.fixture(scope="module")
def address() -> str:
    return "khalfan@example.org"


@pytest.fixture(scope="module")
def picture() -> bytes:
    return photo("navy")[1]


@pytest.fixture(scope="module")
def answered(house: House, sink: Sink, address: str, picture: bytes) -> Letter:
    """The mail was written and answered; gives the answer."""
    deliver(house, address, outlook_mail(address, picture))
    return sink.wait_for(address, seconds=60)


@pytest.mark.requirement("F-10")
def test_it_becomes_a_case_with_everything_that_was_in_it(
    house: House, answered: Letter, address: str, picture: bytes
) -> None:
    [case] = house.rows(CASES, address)
    reference, description, title, state, channel, preferred, name, service, number = case

    assert "عمود الإنارة أمام منزلنا في الخوض السادسة لا يعمل منذ أسبوع" in description
    assert "عمود إنارة لا يعمل" in title
    assert (state, channel, preferred, name) == ("new", "email", "email", NAME)
    assert service == "LT-OUT"  # proposed from the words; a person confirms it
    kept = house.rows(FILES, number)
    assert [(name, kind, state) for name, kind, _, state in kept] == [
        ("صورة العمود.jpg", "image/jpeg", "kept"),
        ("خطاب.pdf", "application/pdf", "kept"),
    ]
    assert [house.content(sha256) for _, _, sha256, _ in kept] == [picture, PDF]
    assert REFERENCE.search(answered.text)
    assert reference in answered.text


@pytest.mark.requirement("F-10")
def test_the_acknowledgement_carries_the_number_and_is_marked_as_automatic(answered: Letter) -> None:
    assert answered.mail["Auto-Submitted"] == "auto-replied"
    assert re.search(r"/t/\w{14}", answered.text)
    assert answered.mail["In-Reply-To"]
    assert re.search("[\u0621-\u064a]{3}", answered.subject)


def test_replies_land_on_the_same_case(house: House, answered: Letter, address: str) -> None:
    by_thread = _reply(address, CARE, "أضيف أن العمود رقم SB-0482.")
    by_thread["In-Reply-To"] = answered.message_id
    token_address = re.search(r"[\w.]+\+[0-9a-f]{40}@[\w.]+", str(answered.mail["Reply-To"]))
    assert token_address
    by_token = _reply(address, token_address[0], "والعمود المجاور بدأ يومض أيضاً.")

    deliver(house, address, by_thread)
    deliver(house, address, by_token, to=token_address[0])

    words = "SELECT e.text FROM cases_caseentry e JOIN cases_case c ON c.id = e.case_id WHERE c.reference = %s"
    reference = REFERENCE.search(answered.text)
    assert reference
    wait_for(lambda: len(house.rows(words, reference[0])) == 2, what="two answers on the case")
    said = " ".join(text for (text,) in house.rows(words, reference[0]))
    assert "SB-0482" in said
    assert "بدأ يومض" in said
    assert len(house.rows(CASES, address)) == 1


def test_machines_get_neither_case_nor_answer(house: House, sink: Sink, answered: Letter, address: str) -> None:
    before = len(sink.letters(address))
    vacation = _reply(address, CARE, "أنا في إجازة حتى نهاية الشهر.", subject="رد تلقائي: استلمنا طلبك")
    vacation["Auto-Submitted"] = "auto-replied"
    vacation["In-Reply-To"] = answered.message_id
    deliver(house, address, vacation)
    deliver(house, "", _bounce(answered))
    deliver(house, CARE, answered.content)  # our own letter, sent back by somebody's forwarding
    last = _reply("noreply@example.org", CARE, "عرض خاص")
    deliver(house, "noreply@example.org", last)

    # Receipts for texts of the demo come in meanwhile too.
    states = "SELECT state FROM messaging_rawdelivery WHERE channel = 'email' ORDER BY id DESC LIMIT 4"
    wait_for(lambda: house.rows(states) == [("ignored",)] * 4, what="four mails set aside")
    time.sleep(2)  # an answer would be on its way by now
    assert len(sink.letters(address)) == before
    assert sink.letters("noreply@example.org") == sink.letters(CARE) == []
    assert len(house.rows(CASES, address)) == 1
    assert house.rows(CASES, "noreply@example.org") == []


@pytest.mark.browser
def test_what_cannot_be_understood_waits_for_a_person(house: House, browser: Browser) -> None:
    deliver(house, "broken@example.org", b"")

    wait_for(
        lambda: house.value("SELECT 1 FROM messaging_rawdelivery WHERE state = 'parked'"), what="a parked delivery"
    )
    with at_screen(browser, house, address="198.19.2.1") as salem:
        sign_in(salem, house, "salem@muscat.example.om")
        salem.goto(f"{house.url}/desk/parked")
        row = salem.locator("main tr, main li", has_text="broken@example.org").first
        assert row.is_visible()
        assert barriers(salem) == []
        row.locator("a").first.click()
        salem.wait_for_url("**/desk/parked/*")
        assert barriers(salem) == []


def _reply(sender: str, to: str, words: str, *, subject: str = "رد: استلمنا طلبك") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = formataddr((NAME, sender)), to, subject
    mail["Message-ID"] = make_msgid(domain="example.org")
    mail.set_content(words)
    return mail


def _bounce(letter: Letter) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
        f"To: {CARE}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: {make_msgid()}\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nMailbox full.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.recipient}\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n--B--\r\n"
    ).encode()
