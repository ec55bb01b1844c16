"""The door for a provider's calls: receipts and messages of people. Stored first, answered at once, read by a job."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wasl.channels.contract import Call
from wasl.channels.sms.gateway import Gateway
from wasl.core import limits
from wasl.core.clock import now
from wasl.core.marks import mark
from wasl.messaging import operations, queries
from wasl.web.client import address
from wasl.web.doors import keeps_raw_input, public

MAX_CALL = 256 * 1024
# Receipts of a busy hour come in hundreds a second; whoever guesses secrets gets twenty tries an hour.
CALLS_A_MINUTE = 12_000
WRONG_TRIES, WRONG_SECONDS = 20, 3600


@csrf_exempt
@public
@keeps_raw_input
@never_cache
@require_http_methods(["POST", "GET"])
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """Take one call of the account's provider. Everybody else hears nothing but "no"."""
    account, who = queries.account_for_hook(token), address(request)
    if account is None or limits.used(f"hook:wrong:{who}", WRONG_SECONDS) >= WRONG_TRIES:
        return _answer(404, "")
    if not limits.allow(f"hook:{account.pk}", CALLS_A_MINUTE, 60):
        return _answer(429, "", retry_after=5)
    content = request.read(MAX_CALL + 1)
    if len(content) > MAX_CALL:
        return _answer(413, "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Call(request.method or "", request.META.get("QUERY_STRING", ""), content, headers)
    try:
        operations.receive_call(account, call, at=now())
    except operations.NotGenuine:
        limits.allow(f"hook:wrong:{who}", WRONG_TRIES, WRONG_SECONDS)
        return _answer(403, "")
    mark("hook.before_answer")
    return _answer(200, Gateway.read(account.settings).hook_answer)


def _answer(status: int, text: str, *, retry_after: int = 0) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    if retry_after:
        answer["Retry-After"] = str(retry_after)
    return answer
