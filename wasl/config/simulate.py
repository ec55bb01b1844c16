"""`wasl simulate sms`: the gateway of the demo as a process, and the words that tell a running one what to do."""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlencode

from wasl.channels.sms import simulator
from wasl.core.refusal import Refusal

PORT = 8034


def main(arguments: list[str]) -> int:
    """Start the simulator, or speak with one that runs; gives the exit code."""
    chosen = _parser().parse_args(arguments)
    acts = {"serve": _serve, "mood": _mood, "inbound": _inbound, "list": _list, "clear": _clear}
    return acts[chosen.act](chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wasl simulate", description="Play a provider on this machine.")
    parser.add_argument("what", choices=["sms"])
    parser.add_argument("act", nargs="?", default="serve", choices=["serve", "mood", "inbound", "list", "clear"])
    parser.add_argument("name", nargs="?", default="", help=f"for mood: {', '.join(simulator.MOODS)}")
    parser.add_argument("--port", type=int, default=int(os.environ.get("WASL_SMS_SIMULATOR_PORT") or PORT))
    parser.add_argument("--receipts", default="", help=", ".join(simulator.RECEIPTS))
    parser.add_argument("--hook", action="append", default=[], metavar="SENDER=URL", help="the door of an account")
    parser.add_argument("--from", dest="sender", default="+96892147705")
    parser.add_argument("--to", default="")
    parser.add_argument("--text", default="")
    return parser


def _serve(chosen: argparse.Namespace) -> int:
    hooks = dict(pair.split("=", 1) for pair in chosen.hook if "=" in pair)
    gateway = simulator.Gateway(key=os.environ.get("WASL_SMS_SIMULATOR_KEY", ""), hooks=hooks)
    try:
        server = simulator.serve(gateway, port=chosen.port)
    except OSError as error:
        raise Refusal(
            f"المنفذ {chosen.port} مشغول ({error.strerror}). اختر غيره: --port",
            f"Port {chosen.port} cannot be used ({error.strerror}). Choose another with --port.",
        ) from None
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    with server:
        server.serve_forever()
    return 0


def _mood(chosen: argparse.Namespace) -> int:
    return _tell(chosen.port, "/mood", {"mood": chosen.name, "receipts": chosen.receipts})


def _inbound(chosen: argparse.Namespace) -> int:
    return _tell(chosen.port, "/inbound", {"from": chosen.sender, "to": chosen.to, "text": chosen.text})


def _clear(chosen: argparse.Namespace) -> int:
    return _tell(chosen.port, "/clear", {})


def _list(chosen: argparse.Namespace) -> int:
    return _tell(chosen.port, "/messages.json", None)


def _tell(port: int, path: str, fields: dict[str, str] | None) -> int:
    body = None if fields is None else urlencode(fields).encode()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=30) as answer:
            print(json.dumps(json.load(answer), ensure_ascii=False, indent=1))
    except urllib.error.HTTPError as refused:
        print(refused.read().decode("utf-8", "replace"), file=sys.stderr)
        return 1
    except OSError as error:
        raise Refusal(
            f"لا يعمل المحاكي على المنفذ {port}. شغّله: wasl simulate sms --port {port} ({error})",
            f"No simulator runs on port {port}. Start it with: wasl simulate sms --port {port} ({error})",
        ) from None
    return 0
