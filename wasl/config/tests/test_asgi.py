"""The dispatcher in front of Django: which request goes which way, and what it is told about the visitor."""

import asyncio
from typing import Any

import pytest

from wasl.config import asgi


def send_to(path: str, *, headers: dict[str, str] | None = None, client: str = "203.0.113.9") -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    all_headers = {"host": "localhost", **(headers or {})}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
        "client": (client, 4711),
        "server": ("127.0.0.1", 8000),
    }
    asyncio.run(asgi.application(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The scopes that reach the pages."""
    scopes: list[dict[str, Any]] = []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    monkeypatch.setattr(asgi, "_pages", pages)
    return scopes


def trust(monkeypatch: pytest.MonkeyPatch, *networks: str) -> None:
    from dataclasses import replace

    monkeypatch.setattr(asgi, "_chosen", replace(asgi._chosen, trusted_proxies=networks))


def test_the_health_door_needs_neither_thread_nor_page(seen: list[dict[str, Any]]) -> None:
    status, body = send_to("/healthz")

    assert (status, body, seen) == (200, b'{"alive": true}', [])


def test_everything_else_goes_to_the_pages(seen: list[dict[str, Any]]) -> None:
    send_to("/track")

    assert [scope["path"] for scope in seen] == ["/track"]


def test_live_streams_go_to_their_own_app(seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"stream"})

    monkeypatch.setattr(asgi.live, "app", stream)

    assert send_to("/live/stream") == (200, b"stream")
    assert seen == []


def test_more_than_any_page_could_want_is_refused_unread(seen: list[dict[str, Any]]) -> None:
    status, body = send_to("/report", headers={"content-length": str(asgi.LARGEST_BODY + 1)})

    assert status == 413
    assert "المسموح" in body.decode("unicode-escape") or "المسموح" in body.decode()
    assert seen == []


def test_a_proxy_of_ours_tells_the_visitors_scheme(seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    trust(monkeypatch, "10.0.0.0/8")

    send_to("/", headers={"x-forwarded-proto": "https"}, client="10.0.0.5")

    assert seen[0]["scheme"] == "https"


def test_a_strangers_word_about_the_scheme_counts_for_nothing(
    seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    send_to("/", headers={"x-forwarded-proto": "https"})
    trust(monkeypatch, "10.0.0.0/8")
    send_to("/", headers={"x-forwarded-proto": "https"})
    send_to("/", headers={"x-forwarded-proto": "gopher"}, client="10.0.0.5")

    assert [scope["scheme"] for scope in seen] == ["http", "http", "http"]


@pytest.mark.parametrize(
    "error", [asyncio.CancelledError(), RuntimeError("cannot schedule new futures after shutdown")], ids=repr
)
def test_a_request_that_the_end_of_the_process_cuts_off_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    async def pages(scope: Any, receive: Any, send: Any) -> None:
        raise error

    monkeypatch.setattr(asgi, "_pages", pages)

    status, body = send_to("/report")

    assert status == 503
    assert "dir=" in body.decode()
