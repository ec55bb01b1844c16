"""The pages behind the links of invitations and resets, and the one that asks for a reset."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wasl.accounts import operations as accounts
from wasl.accounts.forms import AddressForm, InvitationForm, NewPasswordForm
from wasl.core import limits
from wasl.core.clock import now
from wasl.core.i18n import say
from wasl.verification import operations
from wasl.web import errors, pages
from wasl.web.client import address
from wasl.web.doors import private_page, public

get_or_post = require_http_methods(["GET", "POST"])


@public
@never_cache
@get_or_post
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password. The answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not limits.allow(f"forgot:{address(request)}", 20, 3600, closed=True):
            return errors.page(request, 429)
        # More often than this a mailbox is not filled, whoever asks.
        if limits.allow(f"forgot:{email.lower()}", 3, 3600, closed=True):
            accounts.request_reset(email, at=now())
        return _sent(request)
    return render(request, "verification/forgot.html", {"form": form})


@public
@private_page
@never_cache
@sensitive_post_parameters()
@get_or_post
def invite(request: HttpRequest, token: str) -> HttpResponse:
    """Join: choose a password, mend the name."""
    at = now()
    if not _may_try(request):
        return errors.page(request, 429)
    try:
        person = operations.invited_person(token, at=at)
    except operations.BadToken as error:
        return _bad_link(request, error)
    form = InvitationForm(request.POST or None, initial={"full_name": person.full_name})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            operations.join(token=token, password=typed["password"], full_name=typed["full_name"], at=at)
        except accounts.WeakPassword as weak:
            form.add_error("password", weak.reasons)
        except operations.BadToken as error:
            return _bad_link(request, error)
        else:
            messages.success(request, say("مرحباً بك. ادخل بكلمة مرورك.", "Welcome. Sign in with your password."))
            return redirect("accounts:sign_in")
    return render(request, "verification/invite.html", {"form": form, "person": person})


@public
@private_page
@never_cache
@sensitive_post_parameters()
@get_or_post
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password."""
    at = now()
    if not _may_try(request):
        return errors.page(request, 429)
    form = NewPasswordForm(request.POST or None)
    try:
        operations.peek(purpose=operations.RESET, token=token, at=at)
        if request.method == "POST" and form.is_valid():
            operations.reset(token=token, password=form.cleaned_data["password"], at=at)
            messages.success(request, say("تغيّرت كلمة المرور.", "Your password was changed."))
            return redirect("accounts:sign_in")
    except accounts.WeakPassword as weak:
        form.add_error("password", weak.reasons)
    except operations.BadToken as error:
        return _bad_link(request, error)
    return render(request, "verification/reset.html", {"form": form})


def _may_try(request: HttpRequest) -> bool:
    return limits.allow(f"token:{address(request)}", 60, 600, closed=True)


def _sent(request: HttpRequest) -> HttpResponse:
    return pages.message(
        request,
        title=say("راجع بريدك", "Look into your mail"),
        paragraphs=[
            say(
                "إن كان العنوان مسجلاً لدينا فستصلك رسالة فيها رابط صالح لساعة واحدة.",
                "If we know the address, a message with a link is on its way. The link is good for one hour.",
            )
        ],
        icon="mail",
        actions=[(say("العودة إلى الدخول", "Back to sign-in"), reverse("accounts:sign_in"))],
    )


def _bad_link(request: HttpRequest, error: operations.BadToken) -> HttpResponse:
    return pages.message(
        request,
        title=say("هذا الرابط لم يعد صالحاً", "This link is no longer good"),
        paragraphs=[
            str(error),
            say(
                "اطلب رابطاً جديداً من مدير النظام أو من صفحة الدخول.",
                "Ask your administrator or the sign-in page for a new one.",
            ),
        ],
        tone="warn",
        actions=[(say("صفحة الدخول", "Sign-in page"), reverse("accounts:sign_in"))],
        status=404,
    )
