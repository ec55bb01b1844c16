"""Odd and hostile mails, made here. Each has a name, its bytes, and what must be understood of it."""

import base64
from dataclasses import dataclass, field
from typing import Any

from wasl.channels.contract import AutomaticKind

POTHOLE = "توجد حفرة كبيرة في شارع النور قرب المدرسة، نرجو إصلاحها قبل أن يقع حادث."
SUBJECT = "بلاغ عن حفرة في الشارع"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = (
    b"From: Maryam <maryam@example.org>\r\nTo: cases@example.om\r\n"
    b"Message-ID: <one@example.org>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0400\r\n"
)


@dataclass(frozen=True)
class Mail:
    """One mail: `expect` maps a field of InboundMessage to its value, `says` must stand in the text."""

    content: bytes
    says: str = ""
    expect: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    envelope_from: str | None = None


def simple(
    body: bytes, *, charset: str = "utf-8", encoding: str = "8bit", subject: bytes = b"x", extra: bytes = b""
) -> bytes:
    return (
        HEAD + extra + b"Subject: " + subject + b"\r\nMIME-Version: 1.0\r\n"
        + b"Content-Type: text/plain; charset=" + charset.encode()
        + b"\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + body
    )  # fmt: skip


def word(text: str, charset: str = "utf-8") -> bytes:
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="


def parts(*pieces: bytes, kind: str = "mixed", extra: bytes = b"", subject: bytes = b"x") -> bytes:
    body = b"".join(b"--BB\r\n" + piece + b"\r\n" for piece in pieces)
    return (
        HEAD + extra + b"Subject: " + subject + b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/" + kind.encode()
        + b'; boundary="BB"\r\n\r\n' + body + b"--BB--\r\n"
    )  # fmt: skip


def text_part(text: str, charset: str = "utf-8") -> bytes:
    return (
        b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(text.encode(charset))
    )  # fmt: skip


def file_part(disposition: bytes, content: bytes = PNG, kind: bytes = b"image/png", extra: bytes = b"") -> bytes:
    return (
        b"Content-Type: " + kind + b"\r\nContent-Disposition: " + disposition + b"\r\n" + extra
        + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)
    )  # fmt: skip


WINDOWS_1256_WITH_TWO_FILES = parts(
    text_part(POTHOLE, "cp1256").replace(b"cp1256", b"windows-1256"),
    file_part(b'attachment; filename="' + word("صورة الحفرة.png", "cp1256").replace(b"cp1256", b"windows-1256") + b'"'),
    file_part(b"attachment; filename*=windows-1256''%ED%C7%E6%C7%CA.pdf", b"%PDF-1.4 x", b"application/pdf"),
    subject=word(SUBJECT, "cp1256").replace(b"cp1256", b"windows-1256"),
)
_HALVES = SUBJECT.encode()
SPLIT_INSIDE_A_LETTER = (
    b"=?UTF-8?B?" + base64.b64encode(_HALVES[:9]) + b"?=\r\n =?UTF-8?B?" + base64.b64encode(_HALVES[9:]) + b"?="
)

REPORT = (
    b"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: cases@example.om\r\n"
    b"Subject: Undelivered Mail\r\nMessage-ID: <dsn@mx.example.net>\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="BB"\r\n\r\n'
    b"--BB\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n"
    b"--BB\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
    b"Final-Recipient: rfc822; Nobody@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 no such\r\n  mailbox\r\n\r\n"
    b"--BB\r\nContent-Type: message/rfc822\r\n\r\nFrom: cases@example.om\r\nMessage-ID: <our-key@example.om>\r\n"
    b"Subject: x\r\n\r\nhello\r\n--BB--\r\n"
)
REPORT_OF_DELAY = REPORT.replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")
REPORT_WITH_HEADERS_ONLY = REPORT.replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")

REPLY_ARABIC = f"""شكراً، الحفرة أمام البوابة الشرقية.

في الأحد، 22 نوفمبر 2026 في 9:15 ص كتب مركز الاتصال <cases@example.om>:

> سجلنا طلبك
> رقم الطلب MR-2611-04173-2
> {POTHOLE}
"""
REPLY_OUTLOOK = """The hole is at the east gate.

From: Contact centre <cases@example.om>
Sent: Sunday, 22 November 2026 09:15
To: Maryam <maryam@example.org>
Subject: We registered your case

We registered your case.
"""
REPLY_OUTLOOK_ARABIC = """الحفرة عند البوابة.

________________________________
من: مركز الاتصال <cases@example.om>
تم الإرسال: الأحد، 22 نوفمبر 2026
إلى: مريم
الموضوع: سجلنا طلبك

سجلنا طلبك
"""
REPLY_BELOW = """On Sun, 22 Nov 2026 at 09:15, Contact centre
<cases@example.om> wrote:

> Where is it?

At the east gate.
"""
IN_REPLY = b"In-Reply-To: <our-key@example.om>\r\nReferences: <older@example.om> <our-key@example.om>\r\n"


def deep(levels: int) -> bytes:
    content = b"Content-Type: text/plain\r\n\r\nbottom\r\n"
    for level in range(levels):
        edge = b"L%d" % level
        content = (
            b'Content-Type: multipart/mixed; boundary="' + edge + b'"\r\n\r\n--' + edge + b"\r\n" + content
            + b"\r\n--" + edge + b"--\r\n"
        )  # fmt: skip
    return HEAD + b"Subject: deep\r\n" + content


def html_only(html: str, charset: str = "utf-8") -> bytes:
    return (
        HEAD
        + b"Subject: x\r\nContent-Type: text/html; charset="
        + charset.encode()
        + b"\r\n\r\n"
        + html.encode(charset)
    )


UNDERSTOOD: dict[str, Mail] = {
    "plain utf-8": Mail(
        simple(POTHOLE.encode(), subject=word(SUBJECT)),
        POTHOLE,
        {"subject": SUBJECT, "language": "ar", "automatic": None},
    ),
    "windows-1256 with two files": Mail(
        WINDOWS_1256_WITH_TWO_FILES, POTHOLE, {"subject": SUBJECT}, ("صورة الحفرة.png", "ياوات.pdf")
    ),
    "windows-1256 eight bit": Mail(simple(POTHOLE.encode("cp1256"), charset="windows-1256"), POTHOLE),
    "iso-8859-6": Mail(simple(POTHOLE.encode("iso8859-6", "ignore"), charset="iso-8859-6"), "توجد حفرة كبيرة في شارع"),
    "iso-8859-6 called 1256": Mail(
        simple(POTHOLE.encode("iso8859-6", "ignore"), charset="windows-1256"), "توجد حفرة كبيرة في شارع"
    ),
    "1256 called iso-8859-6": Mail(simple(POTHOLE.encode("cp1256"), charset="iso-8859-6"), POTHOLE),
    "1256 called latin-1": Mail(simple(POTHOLE.encode("cp1256"), charset="iso-8859-1"), POTHOLE),
    "1256 called utf-8": Mail(simple(POTHOLE.encode("cp1256"), charset="utf-8"), POTHOLE),
    "utf-8 called 1256": Mail(simple(POTHOLE.encode(), charset="windows-1256"), POTHOLE),
    "utf-8 called us-ascii": Mail(simple(POTHOLE.encode(), charset="us-ascii"), POTHOLE),
    "unknown charset": Mail(simple(POTHOLE.encode("cp1256"), charset="x-unknown-8bit"), POTHOLE),
    "charset that is a compressor": Mail(simple(POTHOLE.encode(), charset="zlib"), POTHOLE),
    "no charset at all": Mail(HEAD + b"Subject: x\r\n\r\n" + POTHOLE.encode("cp1256"), POTHOLE),
    "utf-16 with mark": Mail(
        simple(base64.b64encode(POTHOLE.encode("utf-16")), charset="utf-16", encoding="base64"), POTHOLE
    ),
    "encoded twice": Mail(simple(POTHOLE.encode().decode("cp1256", "ignore").encode(), charset="utf-8"), "حفرة"),
    "french in latin-1": Mail(
        simple("Réponse à côté, déjà vérifié".encode("latin-1"), charset="iso-8859-1"), "déjà vérifié"
    ),
    "german in latin-1": Mail(
        simple("Straße für Fußgänger größer".encode("latin-1"), charset="iso-8859-1"), "Fußgänger"
    ),
    "subject cut inside a letter": Mail(simple(b"x", subject=SPLIT_INSIDE_A_LETTER), expect={"subject": SUBJECT}),
    "subject without its end": Mail(simple(b"x", subject=word(SUBJECT)[:-2]), expect={"subject": SUBJECT}),
    "subject without padding": Mail(simple(b"x", subject=word("حفرة").replace(b"==", b"")), expect={"subject": "حفرة"}),
    "subject raw 1256": Mail(simple(b"x", subject=SUBJECT.encode("cp1256")), expect={"subject": SUBJECT}),
    "subject raw utf-8": Mail(simple(b"x", subject=SUBJECT.encode()), expect={"subject": SUBJECT}),
    "subject q with blanks": Mail(
        simple(b"x", subject=b"=?utf-8?Q?=D8=AD=D9=81=D8=B1=D8=A9 =D9=83=D8=A8=D9=8A=D8=B1=D8=A9?="),
        expect={"subject": "حفرة كبيرة"},
    ),
    "subject of unknown charset": Mail(
        simple(b"x", subject=word("حفرة في الشارع", "cp1256").replace(b"cp1256", b"x-oops")),
        expect={"subject": "حفرة في الشارع"},
    ),
    "subject with a line break inside": Mail(
        simple(b"x", subject=word("a\r\nBcc: everyone@example.org")), expect={"subject": "a Bcc: everyone@example.org"}
    ),
    "name with a line break inside": Mail(
        simple(b"x").replace(b"Maryam <", word("Mar\r\nyam") + b" <"), expect={"sender_address": "maryam@example.org"}
    ),
    "name that hides a second sender": Mail(
        simple(b"x").replace(b"Maryam <", word("Boss <boss@example.om>,") + b" <"),
        expect={"sender_address": "maryam@example.org"},
    ),
    "name with right-to-left override": Mail(
        simple(b"x").replace(b"Maryam <", word("\u202eمريم\u2066") + b" <"), expect={"sender_name": "مريم"}
    ),
    "whole sender encoded": Mail(
        simple(b"x").replace(b"Maryam <maryam@example.org>", word("مريم <maryam@example.org>")),
        expect={"sender_address": "maryam@example.org", "sender_name": "مريم"},
    ),
    "sender in capitals": Mail(
        simple(b"x").replace(b"maryam@", b"MARYAM@"), expect={"sender_address": "maryam@example.org"}
    ),
    "no from but a sender": Mail(
        simple(b"x").replace(b"From:", b"Sender:"), expect={"sender_address": "maryam@example.org"}
    ),
    "broken base64 body": Mail(
        simple(base64.b64encode(POTHOLE.encode())[:-3] + b"!!\x80*", encoding="base64"), "توجد حفرة كبيرة"
    ),
    "NUL bytes": Mail(simple(b"be\x00fore " + POTHOLE.encode()), "before " + POTHOLE),
    "bare line feeds": Mail(simple(POTHOLE.encode()).replace(b"\r\n", b"\n"), POTHOLE),
    "quoted printable, broken": Mail(simple(b"=D8=AD=D9=81=D8=B1=D8=A9 =ZZ 50=", encoding="quoted-printable"), "حفرة"),
    "unknown transfer encoding": Mail(simple(POTHOLE.encode(), encoding="x-odd"), POTHOLE),
    "html only": Mail(
        html_only(
            f"<html><head><title>t</title><style>p{{}}</style></head><body><p>{POTHOLE}</p><p>سطر<br>آخر</p></body></html>"
        ),
        f"{POTHOLE}\n\nسطر\nآخر",
    ),
    "html with a script": Mail(
        html_only("<p onclick='x()'>مرحبا</p><script>steal()</script><img src='http://spy.example.net/p.gif'>"), "مرحبا"
    ),
    "html rebuilt by one-pass strippers": Mail(html_only("<scr<script>ipt>alert(1)</scr</script>ipt><p>نص</p>"), "نص"),
    "html in 1256 without a label": Mail(
        HEAD + b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + f"<p>{POTHOLE}</p>".encode("cp1256"), POTHOLE
    ),
    "html deeper than a browser goes": Mail(html_only("<div>" * 50_000 + "عميق" + "</div>" * 50_000), "عميق"),
    "both kinds of text": Mail(
        parts(text_part(POTHOLE), b"Content-Type: text/html\r\n\r\n<p>other</p>", kind="alternative"), POTHOLE
    ),
    "inline picture": Mail(
        parts(text_part(POTHOLE), file_part(b"inline; filename=p.png", extra=b"Content-ID: <pic@x>\r\n")),
        POTHOLE,
        files=("p.png",),
    ),
    "file name with folders": Mail(
        parts(text_part("x"), file_part(b'attachment; filename="../../etc/passwd"')), files=("passwd",)
    ),
    "file name with override": Mail(
        parts(text_part("x"), file_part(b'attachment; filename="' + word("photo\u202egpj.exe") + b'"')),
        files=("photogpj.exe",),
    ),
    "file name in pieces": Mail(
        parts(
            text_part("x"),
            file_part(b"attachment; filename*0*=utf-8''%D8%B5%D9%88; filename*1*=%D8%B1%D8%A9; filename*2=.png"),
        ),
        files=("صورة.png",),
    ),
    "file without a name": Mail(parts(text_part("x"), file_part(b"attachment")), files=("file-1.png",)),
    "very long file name": Mail(
        parts(text_part("x"), file_part(b"attachment; filename=" + b"a" * 400 + b".png")), files=("a" * 116 + ".png",)
    ),
    "forwarded as a file": Mail(
        parts(
            text_part("see"), b"Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\nSubject: inner\r\n\r\ninner"
        ),
        "see",
        {"subject": "x"},
        ("file-1.eml",),
    ),
    "winmail.dat": Mail(
        parts(
            text_part("x"),
            file_part(b"attachment; filename=winmail.dat", b"\x78\x9f\x3e\x22\x00\x01\x00", b"application/ms-tnef"),
        ),
        files=("winmail.dat",),
    ),
    "calendar part": Mail(
        parts(text_part("x"), b"Content-Type: text/calendar; name=i.ics\r\n\r\nBEGIN:VCALENDAR"), "x", files=("i.ics",)
    ),
    "cut in the middle": Mail(WINDOWS_1256_WITH_TWO_FILES[:900], POTHOLE[:20], {"subject": SUBJECT}),
    "no boundary given": Mail(HEAD + b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nloose text", ""),
    "forty levels deep": Mail(deep(40), expect={"subject": "deep"}),
    "a thousand parts": Mail(parts(*[text_part("x")] * 1000), "x", {"notes": ("parts_left_out",)}),
    "five megabytes of text": Mail(simple(b"a" * 5_000_000), "a", {"notes": ("text_cut",)}),
    "five megabytes of file": Mail(
        parts(text_part(POTHOLE), file_part(b"attachment; filename=b.bin", b"\xff" * 5_000_000)),
        POTHOLE,
        files=("b.bin",),
    ),
    "ten thousand recipients": Mail(simple(b"x").replace(b"cases@example.om", b"a@example.org," * 10_000), "x"),
    "date out of the calendar": Mail(simple(b"x").replace(b"22 Nov 2026", b"99 Foo 99999"), "x", {"date": None}),
    "fifty received headers": Mail(simple(b"x", extra=b"Received: from a by b\r\n" * 50), "x"),
    "colon without a name": Mail(
        simple(b"hello", extra=b": odd\r\nAnother odd line\r\n").replace(b"From", b"From", 1), ""
    ),
    "answer in Arabic": Mail(
        simple(REPLY_ARABIC.encode(), extra=IN_REPLY),
        "البوابة الشرقية",
        {"text": "شكراً، الحفرة أمام البوابة الشرقية.", "in_reply_to": "<our-key@example.om>"},
    ),
    "answer from Outlook": Mail(
        simple(REPLY_OUTLOOK.encode(), extra=IN_REPLY),
        expect={"text": "The hole is at the east gate.", "language": "en"},
    ),
    "answer from Arabic Outlook": Mail(
        simple(REPLY_OUTLOOK_ARABIC.encode(), extra=IN_REPLY),
        "الحفرة عند البوابة.",
        {"in_reply_to": "<our-key@example.om>"},
    ),
    "answer below the quote": Mail(simple(REPLY_BELOW.encode(), extra=IN_REPLY), expect={"text": "At the east gate."}),
    "letter that only looks like a quote": Mail(simple(REPLY_OUTLOOK.encode()), "We registered your case."),
    "answer with nothing new": Mail(simple(b"> only quoted", extra=IN_REPLY), "> only quoted"),
    "from a person with Outlook's header": Mail(
        simple(b"help", extra=b"X-Auto-Response-Suppress: All\r\n"), "help", {"automatic": None}
    ),
    "Auto-Submitted: no": Mail(simple(b"help", extra=b"Auto-Submitted: no\r\n"), "help", {"automatic": None}),
    "word vacation in a report": Mail(
        simple(b"x", subject="الحديقة مغلقة، والحارس في إجازة".encode()), expect={"automatic": None}
    ),
    "vacation answer": Mail(
        simple(b"away", extra=b"Auto-Submitted: auto-replied (vacation)\r\n"),
        expect={"automatic": AutomaticKind.VACATION},
    ),
    "vacation by its Arabic subject": Mail(
        simple(b"away", subject=word("رد تلقائي: خارج المكتب")), expect={"automatic": AutomaticKind.VACATION}
    ),
    "vacation by its English subject": Mail(
        simple(b"away", subject=b"Out of Office: back on Sunday"), expect={"automatic": AutomaticKind.VACATION}
    ),
    "machine mail": Mail(
        simple(b"x", extra=b"Auto-Submitted: auto-generated\r\n"), expect={"automatic": AutomaticKind.GENERATED}
    ),
    "empty envelope sender": Mail(simple(b"x"), expect={"automatic": AutomaticKind.GENERATED}, envelope_from=""),
    "empty return path": Mail(
        simple(b"x", extra=b"Return-Path: <>\r\n"), expect={"automatic": AutomaticKind.GENERATED}
    ),
    "mailing list": Mail(simple(b"x", extra=b"List-Id: <l.example.org>\r\n"), expect={"automatic": AutomaticKind.LIST}),
    "bulk": Mail(simple(b"x", extra=b"Precedence: bulk\r\n"), expect={"automatic": AutomaticKind.BULK}),
    "no-reply sender": Mail(
        simple(b"x").replace(b"maryam@", b"no-reply@"), expect={"automatic": AutomaticKind.NO_REPLY}
    ),
    "our own mail": Mail(simple(b"x", extra=b"X-Wasl-Message: 1\r\n"), expect={"automatic": AutomaticKind.OWN}),
    "delivery report": Mail(REPORT, expect={"automatic": AutomaticKind.BOUNCE}),
    "report of delay": Mail(REPORT_OF_DELAY, expect={"automatic": AutomaticKind.BOUNCE}),
    "bounce without a report": Mail(
        simple(b"x").replace(b"maryam@example.org", b"MAILER-DAEMON@mx.example.net"),
        expect={"automatic": AutomaticKind.BOUNCE},
    ),
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "only blanks and NULs": (b"\x00\r\n \x00\n", "empty"),
    "no headers": ("مرحبا، هناك حفرة".encode(), "no_headers"),
    "random bytes": (bytes(range(256)) * 40, "no_headers"),
    "headers without a sender": (b"To: cases@example.om\r\nSubject: x\r\n\r\nhello", "no_sender"),
    "a sender that is no address": (b"From: Maryam\r\nSubject: x\r\n\r\nhello", "no_sender"),
    "deeper than the parser can go": (deep(2000), "too_deep"),
}
