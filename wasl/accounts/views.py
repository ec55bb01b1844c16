"""The pages of signing in, and of what a person may change about the own account."""

from typing import cast

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wasl.accounts import operations, pending, sessions, totp
from wasl.accounts.forms import ChangePasswordForm, CodeForm, PreferencesForm, SignInForm
from wasl.accounts.models import User
from wasl.core.clock import now
from wasl.core.i18n import counted, say, t
from wasl.web import languages, navigation
from wasl.web.client import address
from wasl.web.doors import public, signed_in

DEVICE_COOKIE = "wasl_device"
BACKEND = "wasl.accounts.backends.StaffBackend"
ISSUER = "Wasl"
get_or_post = require_http_methods(["GET", "POST"])


@public
@never_cache
@sensitive_post_parameters("password")
@get_or_post
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step: address and password."""
    next_path = _next(request)
    if request.user.is_authenticated and request.method == "GET":
        return redirect(next_path)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = request.COOKIES.get(DEVICE_COOKIE, "")
        try:
            user = operations.first_step(**form.cleaned_data, address=address(request), device=device)
        except operations.MustWait as wait:
            return _page(request, "sign_in", {"form": form, "next": next_path}, wait=wait)
        except operations.NotKnown as error:
            form.add_error(None, str(error))
        else:
            return _after_password(request, user, next_path)
    return _page(request, "sign_in", {"form": form, "next": next_path, "forgot": _forgot()})


@public
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    on_the_way = pending.load(request.session)
    if on_the_way is None or not on_the_way.user.has_second_factor:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    context = {"form": form, "person": on_the_way.user}
    if request.method == "POST" and form.is_valid():
        wait = _try_code(request, on_the_way.user, form)
        if wait is not None:
            return _page(request, "code", context, wait=wait)
        if not form.errors:
            return _complete(request, on_the_way.user, on_the_way.next, second_factor=True)
    return _page(request, "code", context)


@public
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def enrol(request: HttpRequest) -> HttpResponse:
    """The second step for whoever must have a second factor and has none yet: tie an app, then go in."""
    on_the_way = pending.load(request.session)
    if on_the_way is None or on_the_way.user.has_second_factor:
        return redirect("accounts:sign_in")
    answer, codes = _tie_app(request, on_the_way.user, back="")
    if codes is None:
        return answer
    _enter(request, on_the_way.user, second_factor=True)
    return _remember_browser(_show_codes(request, codes, onward=on_the_way.next), request, on_the_way.user)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the sign-in page."""
    if request.user.is_authenticated:
        operations.note_sign_out(request.user, at=now())
    auth.logout(request)
    messages.success(request, say("خرجت من النظام.", "You have signed out."))
    return redirect("accounts:sign_in")


@signed_in
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def again(request: HttpRequest) -> HttpResponse:
    """Ask for the code once more before a dangerous act."""
    person, next_path = _person(request), _next(request)
    if not person.has_second_factor:
        return redirect("accounts:second_factor")
    form = CodeForm(request.POST or None)
    context = {"form": form, "next": next_path, "person": person, "again": True}
    if request.method == "POST" and form.is_valid():
        wait = _try_code(request, person, form)
        if wait is not None:
            return _page(request, "code", context, wait=wait)
        if not form.errors:
            sessions.prove(request.session)
            return redirect(next_path)
    return _page(request, "code", context)


@signed_in
@never_cache
@sensitive_post_parameters()
@get_or_post
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = _change_password(request, form)
        except operations.MustWait as wait:
            return _page(request, "password", {"form": form}, wait=wait)
        if changed:
            messages.success(request, say("تغيّرت كلمة المرور.", "Your password was changed."))
            return redirect("accounts:password")
    return _page(request, "password", {"form": form})


@signed_in
@get_or_post
def preferences(request: HttpRequest) -> HttpResponse:
    """The own language and digits."""
    person = _person(request)
    form = PreferencesForm(request.POST or None, initial={"language": person.language, "digits": person.digits})
    if request.method == "POST" and form.is_valid():
        operations.change_preferences(person, **form.cleaned_data)
        messages.success(request, t("حُفظت تفضيلاتك.", "Your preferences were saved."))
        response = redirect("accounts:preferences")
        languages.remember(response, person.language)
        response.delete_cookie(languages.DIGITS_COOKIE)
        return response
    return _page(request, "preferences", {"form": form})


@signed_in
@never_cache
@require_http_methods(["GET"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where the second factor stands, and what can be done about it."""
    person = _person(request)
    return _page(request, "second_factor", {"person": person, "left": operations.recovery_codes_left(person)})


@signed_in
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def new_app(request: HttpRequest) -> HttpResponse:
    """Tie an app, the first one or a new one in place of the old."""
    person = _person(request)
    if person.has_second_factor and not sessions.proved_within(request.session, sessions.SECOND_STEP_LIMIT):
        return redirect(f"{reverse('accounts:again')}?next={reverse('accounts:new_app')}")
    answer, codes = _tie_app(request, person, back=reverse("accounts:second_factor"))
    if codes is None:
        return answer
    auth.update_session_auth_hash(request, person)
    sessions.prove(request.session)
    return _show_codes(request, codes, onward=reverse("accounts:second_factor"))


@signed_in
@never_cache
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones."""
    if not sessions.proved_within(request.session, sessions.SECOND_STEP_LIMIT):
        return redirect(f"{reverse('accounts:again')}?next={reverse('accounts:second_factor')}")
    codes = operations.make_recovery_codes(_person(request), at=now())
    return _show_codes(request, codes, onward=reverse("accounts:second_factor"))


@signed_in
@never_cache
@require_POST
def remove_app(request: HttpRequest) -> HttpResponse:
    """Go back to a password alone, where no role forbids it."""
    if not sessions.proved_within(request.session, sessions.SECOND_STEP_LIMIT):
        return redirect(f"{reverse('accounts:again')}?next={reverse('accounts:second_factor')}")
    person = _person(request)
    try:
        operations.disable_totp(person, by=person, at=now())
    except operations.SecondFactorNeeded as error:
        messages.error(request, str(error))
    else:
        auth.update_session_auth_hash(request, person)
        messages.success(request, say("أُلغي التحقق بخطوتين.", "The second step was removed."))
    return redirect("accounts:second_factor")


def _after_password(request: HttpRequest, user: User, next_path: str) -> HttpResponse:
    if not (user.has_second_factor or user.second_factor_needed):
        return _complete(request, user, next_path, second_factor=False)
    pending.begin(request.session, user, next_path)
    return redirect("accounts:code" if user.has_second_factor else "accounts:enrol")


def _complete(request: HttpRequest, user: User, next_path: str, *, second_factor: bool) -> HttpResponse:
    _enter(request, user, second_factor=second_factor)
    return _remember_browser(HttpResponseRedirect(next_path), request, user)


def _enter(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    # login() gives the session a new key, so one that was planted before is worth nothing.
    pending.end(request.session)
    auth.login(request, user, backend=BACKEND)
    sessions.stamp(request.session, second_factor=second_factor)
    operations.note_sign_in(user, second_factor=second_factor, at=now())


def _remember_browser(response: HttpResponse, request: HttpRequest, user: User) -> HttpResponse:
    languages.remember(response, languages.chosen(request) or user.language)
    response.set_cookie(
        DEVICE_COOKIE,
        operations.device_mark(user),
        max_age=operations.DEVICE_SECONDS,
        path=reverse("accounts:sign_in"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _try_code(request: HttpRequest, user: User, form: CodeForm) -> operations.MustWait | None:
    try:
        operations.second_step(user, code=form.cleaned_data["code"], address=address(request), at=sessions.true_time())
    except operations.MustWait as wait:
        return wait
    except operations.WrongCode as error:
        form.add_error("code", str(error))
    return None


def _tie_app(request: HttpRequest, person: User, *, back: str) -> tuple[HttpResponse, list[str] | None]:
    secret = pending.secret(request.session) if request.method == "POST" else None
    form = CodeForm(request.POST or None)
    codes: list[str] | None = None
    if secret is not None and form.is_valid():
        try:
            codes = operations.confirm_totp(
                person, secret=secret, code=form.cleaned_data["code"], at=sessions.true_time()
            )
            pending.end(request.session)
        except operations.WrongCode as error:
            form.add_error("code", str(error))
    if codes is None and secret is None:
        secret = totp.new_secret()
        pending.keep_secret(request.session, secret)
    otp_address = totp.address_for_app(secret or "", account=person.email, issuer=ISSUER)
    context = {
        "form": form,
        "picture": totp.picture(otp_address),
        "otp_address": otp_address,
        "secret": totp.grouped(secret or ""),
        "back": back,
    }
    return _page(request, "enrol", context), codes


def _change_password(request: HttpRequest, form: ChangePasswordForm) -> bool:
    person, typed = _person(request), form.cleaned_data
    if not operations.check_password_again(person, password=typed["present"], address=address(request)):
        form.add_error("present", say("كلمة المرور الحالية غير صحيحة.", "The present password is not right."))
        return False
    try:
        changed = operations.change_password(person, present=typed["present"], new=typed["password"], at=now())
    except operations.WeakPassword as weak:
        form.add_error("password", weak.reasons)
        return False
    auth.update_session_auth_hash(request, changed)
    return True


def _show_codes(request: HttpRequest, codes: list[str], *, onward: str) -> HttpResponse:
    return _page(request, "recovery_codes", {"codes": codes, "onward": onward})


def _page(
    request: HttpRequest, name: str, context: dict[str, object], *, wait: operations.MustWait | None = None
) -> HttpResponse:
    if wait is None:
        return render(request, f"accounts/{name}.html", context)
    minutes, seconds = divmod(wait.seconds, 60)
    context["wait"] = counted(minutes + 1, "minute") if minutes else counted(seconds, "second")
    response = render(request, f"accounts/{name}.html", context, status=429)
    response["Retry-After"] = str(wait.seconds)
    return response


def _next(request: HttpRequest) -> str:
    wished = request.POST.get("next") or request.GET.get("next")
    if not wished:
        return reverse("web:start")
    return languages.safe_path(request, wished)


def _forgot() -> str:
    return str(navigation.address_or("verification:forgot", ""))


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
