"""A gateway for the demo and the tests: an HTTP server on this machine that keeps what it was sent, behaves as its mood
says, calls back with receipts, and lets somebody answer from a telephone that is none.

`POST /send` takes a message, `GET /` shows all, `GET /messages.json` lists them, `POST /mood` changes moods, `POST
/inbound` writes a message to us, `POST /clear` forgets everything. It knows nothing of Wasl but what it is sent.
"""

import hashlib
import hmac
import html
import itertools
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from wasl.channels.sms import segments

MOODS = ("ok", "slow", "error", "garbage", "refuses", "busy", "hangs", "twice")
RECEIPTS = ("prompt", "late", "disordered", "doubled", "never", "failed", "early", "strange")
SLOW_SECONDS = 3.0
LATE_SECONDS = 5.0
HANG_SECONDS = 25.0
MAX_BODY = 64 * 1024
KEPT = 2000


@dataclass
class Text:
    """One message that was taken. `tries` counts how often it was handed over under its reference."""

    id: str
    to: str
    sender: str
    text: str
    reference: str
    hook: str
    key: str
    at: float
    tries: int = 1
    fates: list[str] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        """What the page and the list tell of it."""
        count = segments.count(self.text)
        told = {name: getattr(self, name) for name in ("id", "to", "sender", "text", "reference", "tries", "at")}
        return {**told, "fates": list(self.fates), "encoding": count.encoding, "parts": count.parts}


class Gateway:
    """What the simulator remembers, and how it feels."""

    def __init__(self, *, key: str = "", hooks: Mapping[str, str] | None = None) -> None:
        self.key = key
        self.hooks = dict(hooks or {})
        self.mood, self.receipts = "ok", "prompt"
        self.slow_seconds, self.late_seconds, self.hang_seconds = SLOW_SECONDS, LATE_SECONDS, HANG_SECONDS
        self.inbound: list[dict[str, Any]] = []
        self._texts: dict[str, Text] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    @property
    def texts(self) -> list[Text]:
        """Everything taken, oldest first."""
        with self._lock:
            return list(self._texts.values())

    def take(self, fields: Mapping[str, str], key: str) -> Text:
        """Keep a message; one with a reference it has is the same message again."""
        reference = fields.get("reference", "")
        with self._lock:
            known = next((text for text in self._texts.values() if reference and text.reference == reference), None)
            if known is not None:
                known.tries += 1
                return known
            text = Text(
                id=f"sim-{time.time_ns():x}-{next(self._numbers)}",
                to=fields.get("to", ""),
                sender=fields.get("from", ""),
                text=fields.get("text", ""),
                reference=reference,
                hook=fields.get("hook", "") or self.hooks.get(fields.get("from", ""), ""),
                key=key,
                at=time.time(),
            )
            self._texts[text.id] = text
            if len(self._texts) > KEPT:
                del self._texts[next(iter(self._texts))]
            if text.hook:
                self.hooks[text.sender] = text.hook
        return text

    def clear(self) -> None:
        """Forget everything, and be well again."""
        with self._lock:
            self._texts.clear()
            self.inbound.clear()
        self.mood, self.receipts = "ok", "prompt"

    def report(self, text: Text) -> None:
        """Call back with receipts as the mood says, from threads of their own."""
        if text.hook and text.tries == 1:
            for wait, status in self._plan():
                threading.Thread(target=self._report, args=(text, status, wait), daemon=True).start()

    def early(self, text: Text) -> None:
        """A receipt before the answer."""
        self._report(text, "DELIVRD", 0)

    def write(self, *, sender: str, to: str, text: str) -> int:
        """Somebody writes to us: gives the status our door answered; 0 when it cannot be reached."""
        hook = self.hooks.get(to) or next(iter(self.hooks.values()), "")
        one = {"id": f"in-{time.time_ns():x}", "from": sender, "to": to, "text": text}
        self.inbound.append(one)
        return self._call(hook, self.key, one) if hook else 0

    def _plan(self) -> list[tuple[float, str]]:
        late = self.late_seconds
        return {
            "prompt": [(0.2, "DELIVRD")],
            "late": [(late, "DELIVRD")],
            "disordered": [(0.2, "DELIVRD"), (0.6, "ENROUTE"), (0.8, "ACCEPTD")],
            "doubled": [(0.2, "DELIVRD"), (0.3, "DELIVRD"), (0.4, "DELIVRD")],
            "failed": [(0.2, "UNDELIV")],
            "strange": [(0.2, "?!"), (0.4, "ENROUTE")],
        }.get(self.receipts, [])

    def _report(self, text: Text, status: str, wait: float) -> None:
        time.sleep(wait)
        text.fates.append(status)
        self._call(text.hook, text.key, {"id": text.id, "reference": text.reference, "status": status})

    @staticmethod
    def _call(hook: str, key: str, told: Mapping[str, str]) -> int:
        """Signed as the settings of the demo expect it; tried again while the door is shut."""
        body, stamp = json.dumps(told, ensure_ascii=False).encode(), str(int(time.time()))
        signature = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Time": stamp, "X-Signature": signature}
        status = 0
        for wait in (0.5, 2, 5, 0):
            try:
                request = urllib.request.Request(hook, body, headers, method="POST")  # noqa: S310 (our own door)
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    return int(answer.status)
            except urllib.error.HTTPError as refused:
                status = refused.code
                if status < 500 and status != 429:
                    return status
            except OSError:
                status = 0
            time.sleep(wait)
        return status


class Handler(BaseHTTPRequestHandler):
    """The wire."""

    gateway: Gateway
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The page, and the list."""
        if self.path == "/messages.json":
            self._json(200, {"messages": [text.shown for text in self.gateway.texts], "inbound": self.gateway.inbound})
        elif self.path == "/":
            self._answer(200, page(self.gateway).encode(), "text/html; charset=utf-8")
        else:
            self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        """What a gateway does, and what the simulator is told."""
        fields = self._fields()
        acts: dict[str, Callable[[dict[str, str]], None]] = {
            "/send": self._send,
            "/mood": self._mood,
            "/inbound": self._inbound,
            "/clear": self._clear,
        }
        act = acts.get(self.path.partition("?")[0])
        if act is None:
            self._json(404, {"error": "not found"})
        else:
            act(fields)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: numbers and words of people belong in no log, not even here."""

    def _send(self, fields: dict[str, str]) -> None:
        gateway, mood = self.gateway, self.gateway.mood
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if gateway.key and not hmac.compare_digest(key, gateway.key):
            self._json(401, {"error": "wrong key"})
        elif mood == "error":
            self._json(500, {"error": "internal"})
        elif mood == "busy":
            self._json(429, {"error": "too many"})
        elif mood == "refuses":
            self._json(400, {"error": "invalid number"})
        elif mood == "garbage":
            self._answer(200, b"<html>\xff\xfe It works!</html>", "text/html")
        else:
            self._take(gateway.take(fields, key), mood)

    def _take(self, text: Text, mood: str) -> None:
        gateway = self.gateway
        if mood == "slow":
            time.sleep(gateway.slow_seconds)
        if gateway.receipts == "early" and text.hook:
            gateway.early(text)
        if mood == "hangs":
            gateway.report(text)
            time.sleep(gateway.hang_seconds)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = {"id": text.id, "status": "accepted"}
        self._json(200, answer)
        if mood == "twice":
            self._json(200, answer)
        gateway.report(text)

    def _mood(self, fields: dict[str, str]) -> None:
        mood, receipts = fields.get("mood") or self.gateway.mood, fields.get("receipts") or self.gateway.receipts
        if mood not in MOODS or receipts not in RECEIPTS:
            self._json(400, {"error": f"mood: {', '.join(MOODS)}; receipts: {', '.join(RECEIPTS)}"})
            return
        self.gateway.mood, self.gateway.receipts = mood, receipts
        self._done({"mood": mood, "receipts": receipts})

    def _inbound(self, fields: dict[str, str]) -> None:
        status = self.gateway.write(sender=fields.get("from", ""), to=fields.get("to", ""), text=fields.get("text", ""))
        self._done({"door_answered": status}, 200 if status == 200 else 502)

    def _clear(self, fields: dict[str, str]) -> None:
        self.gateway.clear()
        self._done({"cleared": True})

    def _fields(self) -> dict[str, str]:
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        body = self.rfile.read(length).decode("utf-8", "replace")
        if body.lstrip().startswith("{"):
            try:
                return {str(name): str(value) for name, value in json.loads(body).items()}
            except ValueError:
                return {}
        return dict(parse_qsl(body or self.path.partition("?")[2]))

    def _done(self, told: dict[str, Any], status: int = 200) -> None:
        """An answer for a program, or the page again for the person who pressed a button on it."""
        if "text/html" in self.headers.get("Accept", ""):
            self.send_response(303)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._json(status, told)

    def _json(self, status: int, told: dict[str, Any]) -> None:
        self._answer(status, json.dumps(told, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def page(gateway: Gateway) -> str:
    """What was sent, newest first, with the switches; one page without scripts."""
    texts = "".join(_row(text) for text in reversed(gateway.texts))
    empty = '<p class="mut">لم تُرسل رسالة بعد · Nothing was sent yet</p>'
    senders = "".join(f"<option>{html.escape(name)}</option>" for name in gateway.hooks)
    return _PAGE.format(
        moods=_options(MOODS, gateway.mood),
        receipts=_options(RECEIPTS, gateway.receipts),
        senders=senders,
        texts=texts or empty,
    )


def serve(gateway: Gateway, *, port: int) -> ThreadingHTTPServer:
    """A server on this machine alone, not yet running: call `serve_forever`."""
    handler = type("Bound", (Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


def _row(text: Text) -> str:
    shown = text.shown
    at = time.strftime("%H:%M:%S", time.localtime(text.at))
    fates = " → ".join(text.fates) or "—"
    return (
        f'<article><header><b dir="ltr">{html.escape(text.to)}</b> <span>{html.escape(text.sender)}</span>'
        f"<time>{at}</time></header><p dir=auto>{html.escape(text.text)}</p>"
        f"<footer>{shown['parts']} × {shown['encoding']} · {html.escape(fates)}"
        f"{f' · ×{text.tries}' if text.tries > 1 else ''}</footer></article>"
    )


def _options(names: tuple[str, ...], chosen: str) -> str:
    return "".join(f"<option{' selected' if name == chosen else ''}>{name}</option>" for name in names)


_PAGE = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><meta name="viewport"
content="width=device-width, initial-scale=1"><title>الرسائل النصية في التجربة · Sent texts</title><style>
body{{margin:0;background:#f4f6f5;color:#14201d;font:16px/1.6 "IBM Plex Sans Arabic",system-ui,sans-serif}}
main{{max-width:760px;margin:auto;padding:24px 16px}}h1{{font-size:22px;margin:0}}
form,article{{background:#fff;border:1px solid #dfe5e2;border-radius:12px;padding:14px 16px;margin:12px 0}}
form{{display:flex;gap:10px;flex-wrap:wrap;align-items:end}}label{{display:grid;gap:2px;font-size:13px;color:#43534e}}
label.w{{flex:1 1 200px}}input,select,button{{font:inherit;padding:7px 10px;border:1px solid #71807a;border-radius:8px;
background:#fff;min-height:40px}}button{{background:#0b5c52;color:#fff;border-color:#0b5c52;cursor:pointer}}
header{{display:flex;gap:10px;align-items:baseline}}header span,footer,.mut{{color:#4d5c57;font-size:13px}}
header time{{margin-inline-start:auto;color:#4d5c57;font-size:13px}}article p{{margin:8px 0;white-space:pre-wrap}}
</style></head><body><main><h1>الرسائل النصية في التجربة <span lang="en" class="mut">· Sent texts</span></h1>
<p class="mut">لا تخرج من هذا الجهاز. <span lang="en" dir="ltr">They never leave this machine.</span></p>
<form method="post" action="/mood"><label>مزاج البوابة · Mood<select name="mood">{moods}</select></label>
<label>التقارير · Receipts<select name="receipts">{receipts}</select></label><button>تغيير · Change</button></form>
<form method="post" action="/inbound"><label>من · From<input name="from" dir="ltr" value="+96892147705"></label>
<label>إلى · To<select name="to">{senders}</select></label><label class="w">النص · Text<input name="text"></label>
<button>إرسال إلى «وصل» · Send to Wasl</button></form>
{texts}</main></body></html>"""
