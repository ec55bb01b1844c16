"""Wordings of notices, and the accounts over which they go."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Link, Panel, Type, Use, Wrong, register
from wasl.administration.values import moment
from wasl.channels.sms import gateway
from wasl.channels.sms.gateway import Gateway
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.messaging import operations as messaging
from wasl.messaging import queries as accounts
from wasl.messaging.jobs import PER_MINUTE
from wasl.messaging.models import ChannelAccount
from wasl.notices import operations as notices
from wasl.notices import queries
from wasl.notices.starting import starting, starting_wordings

CHANNELS = [("sms", t("رسالة نصية", "Text message")), ("email", t("بريد إلكتروني", "E-mail"))]
_GATEWAYS = [("http", t("بوابة HTTP لمزود", "HTTP gateway of a provider"))]
_SIMULATOR = ("simulator", t("محاكي التجربة", "Demo simulator"))
_SECURITY = [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", t("بلا تشفير", "none"))]


class Wordings(Kind):
    """Every notice on each channel, always there: an agency's own text, else the text of the house."""

    code = "wordings"
    title, singular = t("نصوص الإشعارات", "Wordings"), t("نص إشعار", "wording")
    sentence = t(
        "ما يُرسل إلى المستفيد عند كل خطوة، رسالة نصية أو بريداً، بالعربية والإنجليزية.",
        "What citizens are told at each step, by text message or mail, in Arabic and English.",
    )
    icon, group, order = "message-square-text", Group.WORDS, 20
    right = Right.CONFIGURE
    refusals = (notices.UnknownPlace, notices.TooLong)
    can_add = can_end = resumable = False
    form_include = "administration/parts/wording.html"
    scripts = ("administration/wording.js",)
    fields = (
        Field(
            "notice",
            t("الإشعار", "Notice"),
            Type.CHOICE,
            required=True,
            fixed=True,
            choices=lambda agency: [(code, str(one.title)) for code, one in starting_wordings().items()],
            half=True,
        ),
        Field(
            "channel",
            t("الوسيلة", "Means"),
            Type.CHOICE,
            required=True,
            fixed=True,
            in_list=True,
            choices=CHANNELS,
            half=True,
        ),
        Field(
            "subject",
            t("العنوان", "Subject"),
            Type.LOCALIZED,
            hint=t("للبريد فقط؛ لا عنوان للرسالة النصية.", "For mail only; a text message has none."),
            max_length=200,
        ),
        Field(
            "body",
            t("النص", "Text"),
            Type.LONG_LOCALIZED,
            hint=t(
                "فارغ: يعود نص النظام. السطر الذي لا قيمة له لا يُرسل.",
                "Empty: the text of the house comes back. A line whose values are all empty is not sent.",
            ),
            max_length=4000,
        ),
        Field("own", t("نص الجهة", "Own text"), Type.YES_NO, computed=True, in_list=True),
        Field("since", t("ساري منذ", "In force since"), Type.MOMENT, computed=True, in_list=True),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        own = {(one.code, one.channel): one for one in queries.present_templates(agency, at=at)}
        return [
            self._document(agency, code, channel, own.get((code, channel)))
            for code in starting_wordings()
            for channel, _ in CHANNELS
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            return
        if self._is_of_house(after):
            notices.end_template(agency=agency, code=after["notice"], channel=after["channel"], by=by, at=at)
            return
        notices.save_template(
            agency=agency,
            code=after["notice"],
            channel=after["channel"],
            subject=Localized(after["subject"]),
            body=Localized(after["body"]),
            by=by,
            at=at,
        )

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        try:
            notices.check_wording(
                code=after["notice"],
                channel=after["channel"],
                subject=Localized(after["subject"]),
                body=Localized(after["body"]),
            )
        except (notices.UnknownPlace, notices.TooLong) as wrong:
            raise Wrong({"body": str(wrong)}) from None

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        house = self._document(agency, after["notice"], after["channel"], None)
        kept = dict(after)
        if not any(after["body"].values()):
            kept |= {"subject": house["subject"], "body": house["body"]}
        elif after["channel"] == "sms" or not any(after["subject"].values()):
            kept["subject"] = house["subject"]
        return kept

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        return Panel(
            t("كما تصل إلى المستفيد", "As people get it"),
            template="administration/parts/wording_shown.html",
            context={"document": after, "agency": agency, "is_review": True},
        )

    def is_own(self, agency: Agency, document: Document) -> bool:
        return bool(document.get("own"))

    def code_for(self, document: Document) -> str:
        return f"{document.get('notice', '')}-{document.get('channel', '')}"

    def name_of(self, document: Document) -> Any:
        known = starting_wordings().get(document.get("notice", ""))
        return str(known.title) if known else document.get("code", "")

    def sort_key(self, document: Document) -> Any:
        codes = list(starting_wordings())
        return codes.index(document["notice"]) if document.get("notice") in codes else len(codes), document["channel"]

    def _document(self, agency: Agency, code: str, channel: str, own: Any) -> Document:
        house = starting(code).for_channel(channel)
        body, subject = (own.body, own.subject) if own else (house.body, house.subject)
        if channel == "sms":
            subject = Localized()
        return {
            "notice": code,
            "channel": channel,
            "subject": {"ar": subject.get("ar", ""), "en": subject.get("en", "")},
            "body": {"ar": body.get("ar", ""), "en": body.get("en", "")},
            "own": own is not None,
            "since": moment(own.valid_from, agency) if own else "",
        }

    def _is_of_house(self, document: Document) -> bool:
        house = starting(document["notice"]).for_channel(document["channel"])
        is_same_subject = document["channel"] == "sms" or _same(document["subject"], house.subject)
        return is_same_subject and _same(document["body"], house.body)


_HTTP = ("gateway", ("http",))


def _line(code: str, arabic: str, english: str, **more: Any) -> Field:
    """A code or the name of a field of the provider's."""
    return Field(code, t(arabic, english), ltr=True, half=True, show_when=_HTTP, **more)


def _list(code: str, arabic: str, english: str, **more: Any) -> Field:
    return Field(code, t(arabic, english), Type.WORDS, ltr=True, half=True, show_when=_HTTP, **more)


def _one_of(code: str, arabic: str, english: str, allowed: tuple[str, ...]) -> Field:
    choices = [(one, one) for one in allowed]
    return Field(code, t(arabic, english), Type.CHOICE, choices=choices, default=allowed[0], show_when=_HTTP, half=True)


def _secret(code: str, arabic: str, english: str, **more: Any) -> Field:
    return Field(code, t(arabic, english), Type.SECRET, half=True, **more)


def _gateways(agency: Agency) -> list[tuple[str, str]]:
    return _GATEWAYS if settings.WASL_MODE == "production" else [*_GATEWAYS, _SIMULATOR]


def _same(one: Any, other: Any) -> bool:
    return all((one.get(language) or "").strip() == (other.get(language) or "").strip() for language in ("ar", "en"))


class _Accounts(Kind):
    """What accounts of every channel have in common: a sender, settings, secrets that nobody reads, and a trial."""

    channel: ClassVar[str]
    secrets: ClassVar[tuple[str, ...]]
    group = Group.WORDS
    right = Right.MANAGE_CHANNELS
    refusals = (messaging.AddressInUse,)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        own = [account for account in accounts.accounts(agency) if account.channel == self.channel]
        return [self._document(account) for account in own]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        document = after if after is not None else before
        assert document is not None
        account = messaging.save_account(
            agency=agency,
            channel=self.channel,
            code=document["code"],
            name=document["name"],
            address=document["address"],
            settings=self._settings(agency, document),
            is_active=after is not None,
            by=by,
            at=at,
        )
        messaging.change_secrets(account, {name: document[name] for name in self.secrets if document.get(name)})

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        wrong = self._faults(agency, after)
        known = accounts.account_by_code(agency, after["code"])
        if known is not None and known.channel != self.channel:
            wrong["code"] = t("لقناة أخرى حساب بهذا الرمز.", "An account of another channel has this code.")
        if wrong:
            raise Wrong(wrong)

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        account = accounts.account_by_code(agency, code)
        if account is None:
            return []
        return [Use(t("رسائل بانتظار الإرسال", "Messages waiting to be sent"), accounts.waiting(account), blocks=True)]

    def links(self, agency: Agency, document: Document) -> list[Link]:
        if document.get("ended"):
            return []
        url = reverse("administration:trial", args=[agency.code, self.code, document["code"]])
        return [Link(t("إرسال رسالة تجربة", "Send a test message"), url, icon="send")]

    def _faults(self, agency: Agency, document: Document) -> dict[str, str]:
        raise NotImplementedError

    def _settings(self, agency: Agency, document: Document) -> dict[str, Any]:
        raise NotImplementedError

    def _shown(self, account: ChannelAccount) -> dict[str, Any]:
        raise NotImplementedError

    def _document(self, account: ChannelAccount) -> Document:
        plain = {field.code: field.default for field in self.fields if field.default is not None}
        shown = {name: value for name, value in self._shown(account).items() if value is not None}
        return {
            **plain,
            **shown,
            "code": account.code,
            "name": account.name,
            "address": account.address,
            "per_minute": int(account.settings.get("per_minute") or PER_MINUTE),
            "ended": not account.is_active,
        }

    def _unshown(self, agency: Agency, code: str, *known: str) -> dict[str, Any]:
        """Settings that no form knows: files and commands set them, and they stay."""
        account = accounts.account_by_code(agency, code)
        shown = {field.code for field in self.fields} | set(known)
        return {name: value for name, value in (account.settings if account else {}).items() if name not in shown}


_CODE = Field("code", t("الرمز", "Code"), required=True, fixed=True, ltr=True, max_length=40, half=True)
_NAME = Field("name", t("الاسم", "Name"), required=True, max_length=120, half=True)
_PACE = Field(
    "per_minute",
    t("أكثر ما يُرسل في الدقيقة", "Most messages a minute"),
    Type.WHOLE,
    required=True,
    default=PER_MINUTE,
    least=1,
    most=60_000,
    half=True,
)


class Mailboxes(_Accounts):
    code, channel = "mail", "email"
    title, singular = t("حسابات البريد", "Mail accounts"), t("حساب بريد", "mail account")
    sentence = t(
        "عنوان البريد الذي تراسل به الجهة وخادمه، مع تجربة حقيقية.",
        "The address an agency writes under, its server, and a trial with a real mail.",
    )
    icon, order = "mail", 12
    secrets = ("smtp_password",)
    fields = (
        _CODE,
        _NAME,
        Field(
            "address",
            t("عنوان البريد", "Mail address"),
            required=True,
            in_list=True,
            ltr=True,
            max_length=254,
            half=True,
        ),
        _PACE,
        Field(
            "smtp_host",
            t("خادم البريد الصادر", "Outgoing mail server"),
            hint=t("فارغ: خادم إعدادات النظام.", "Empty: the server of the house's settings."),
            in_list=True,
            ltr=True,
        ),
        Field("smtp_port", t("منفذه", "Its port"), Type.WHOLE, least=1, most=65535, half=True),
        Field(
            "smtp_security",
            t("تشفيره", "Its security"),
            Type.CHOICE,
            choices=_SECURITY,
            default="starttls",
            half=True,
        ),
        Field("smtp_username", t("اسم المستخدم", "User name"), ltr=True, half=True),
        _secret("smtp_password", "كلمة المرور", "Password"),
        Field(
            "trusts_results_of",
            t("خوادم يُصدق فحصها للمرسل", "Servers whose findings on senders are trusted"),
            Type.WORDS,
            hint=t("أسماء خوادم تفحص DMARC قبلنا.", "Names of servers that check DMARC before us."),
            ltr=True,
        ),
    )

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "address": after["address"].lower()}

    def _faults(self, agency: Agency, document: Document) -> dict[str, str]:
        name, _, domain = document["address"].rpartition("@")
        if name and "." in domain and "+" not in name:
            return {}
        return {"address": t("اكتب عنوان بريد كاملاً.", "Write a whole mail address.")}

    def _shown(self, account: ChannelAccount) -> dict[str, Any]:
        smtp = account.settings.get("smtp") or {}
        mail = {f"smtp_{name}": smtp.get(name) for name in ("host", "port", "security", "username")}
        return {**mail, "trusts_results_of": account.settings.get("trusts_results_of")}

    def _settings(self, agency: Agency, document: Document) -> dict[str, Any]:
        names = ("host", "port", "security", "username")
        smtp = {name: document[f"smtp_{name}"] for name in names if document[f"smtp_{name}"] not in ("", None)}
        kept = {name: document[name] for name in ("per_minute", "trusts_results_of") if document[name]}
        others = self._unshown(agency, document["code"], "smtp")
        return {**others, **kept, **({"smtp": smtp} if smtp.get("host") else {})}


class TextAccounts(_Accounts):
    code, channel = "sms", "sms"
    title, singular = t("حسابات الرسائل النصية", "Text message accounts"), t("حساب رسائل نصية", "text message account")
    sentence = t(
        "اسم المرسل وبوابة المزود وتقارير التسليم، مع تجربة برسالة حقيقية.",
        "The sender's name, the provider's gateway and its receipts, and a trial with a real message.",
    )
    icon, order = "message-square-text", 10
    secrets = ("key", "hook_secret")
    fields = (
        _CODE,
        _NAME,
        Field(
            "address",
            t("اسم المرسل", "Sender"),
            hint=t(
                "كما سجله المزود، مثل MUSCAT أو 90909.", "As the provider has registered it, such as MUSCAT or 90909."
            ),
            required=True,
            in_list=True,
            ltr=True,
            max_length=20,
            half=True,
        ),
        _PACE,
        Field(
            "prefixes",
            t("رموز الدول المسموحة", "Countries that are written to"),
            Type.WORDS,
            hint=t("أرقام غيرها لا تُراسل، فلا تُكلّف.", "Other numbers are not written to, so they cost nothing."),
            default=["+968"],
            required=True,
            ltr=True,
        ),
        Field(
            "gateway", t("البوابة", "Gateway"), Type.CHOICE, choices=_gateways, default="http", required=True, half=True
        ),
        Field(
            "receipt_hours",
            t("ساعات انتظار تقرير التسليم", "Hours to wait for a receipt"),
            Type.WHOLE,
            required=True,
            default=gateway.RECEIPT_HOURS,
            least=1,
            most=168,
            half=True,
        ),
        Field(
            "gives_receipts", t("يرسل المزود تقارير التسليم", "The provider sends receipts"), Type.YES_NO, default=True
        ),
        Field(
            "url",
            t("عنوان البوابة", "Address of the gateway"),
            hint=t("مثل https://sms.example.om/send", "Such as https://sms.example.om/send"),
            ltr=True,
            show_when=_HTTP,
        ),
        _one_of("method", "الطريقة", "Method", gateway.METHODS),
        _one_of("format", "صيغة الطلب", "Format of the request", gateway.FORMATS),
        Field(
            "template",
            t("قالب الطلب", "Template of the request"),
            Type.LONG_TEXT,
            hint=t(
                "JSON، أو سطور «الاسم: القيمة». القيم: {to} {from} {text} {reference} {unicode} {hook}",
                "JSON, or lines “name: value”. Values: {to} {from} {text} {reference} {unicode} {hook}",
            ),
            default=Gateway().template,
            ltr=True,
            show_when=_HTTP,
        ),
        Field("headers", t("ترويسات إضافية", "Further headers"), Type.LONG_TEXT, ltr=True, show_when=_HTTP),
        _one_of("number_format", "صيغة الرقم", "Form of numbers", gateway.NUMBER_FORMATS),
        _one_of(
            "auth", "كيف نثبت هويتنا للبوابة", "How we prove ourselves", ("bearer", "header", "basic", "query", "none")
        ),
        _line("auth_name", "اسم حقل المفتاح", "Name of the key's field"),
        _line("username", "اسم المستخدم", "User name"),
        _secret("key", "المفتاح", "Key", show_when=_HTTP),
        _line("id_field", "حقل معرّف الرسالة في الجواب", "Field of the id in the answer", default="id"),
        _line("success_field", "حقل النجاح في الجواب", "Field of success in the answer"),
        _list("success_values", "قيمه عند النجاح", "Its values of success"),
        _line("code_field", "حقل رمز الخطأ", "Field of the error code"),
        _list("permanent_codes", "رموز «الرقم لا يصله شيء»", "Codes of numbers out of reach"),
        _list("temporary_codes", "رموز «حاول لاحقاً»", "Codes that mean “later”"),
        _line("receipt_id", "حقل المعرّف في التقرير", "Field of the id in receipts", default="id"),
        _line("receipt_reference", "حقل مرجعنا في التقرير", "Field of our reference in receipts"),
        _line("receipt_status", "حقل الحالة في التقرير", "Field of the state in receipts", default="status"),
        _list("receipt_delivered", "كلمات «وصلت»", "Words for “delivered”"),
        _list("receipt_failed", "كلمات «لم تصل»", "Words for “failed”"),
        _line("inbound_from", "حقل المرسل في الوارد", "Field of the sender of inbound", default="from"),
        _line("inbound_text", "حقل النص في الوارد", "Field of the text of inbound", default="text"),
        _line("inbound_id", "حقل المعرّف في الوارد", "Field of the id of inbound", default="id"),
        _line("hook_list", "مسار القائمة في نداء المزود", "Path of the list in the provider's calls"),
        _one_of("hook_auth", "كيف يثبت المزود هويته لنا", "How the provider proves itself", gateway.HOOK_AUTHS),
        _line("hook_name", "اسم حقل سره", "Name of its secret's field", default="X-Hook-Secret"),
        _line("hook_username", "اسم مستخدمه", "Its user name"),
        _line("hook_time_name", "حقل الوقت الموقّع", "Field of the signed time"),
        _secret("hook_secret", "سر المزود", "The provider's secret", show_when=_HTTP),
        Field(
            "hook",
            t("العنوان الذي يناديه المزود", "The address the provider calls"),
            hint=t("للتقارير والرسائل الواردة.", "For receipts and inbound messages."),
            computed=True,
            ltr=True,
        ),
    )

    def _faults(self, agency: Agency, document: Document) -> dict[str, str]:
        return gateway.problems(self._settings(agency, document))

    def _shown(self, account: ChannelAccount) -> dict[str, Any]:
        known = {field.code for field in self.fields if field.code not in ("hook", *self.secrets)}
        own = {name: value for name, value in account.settings.items() if name in known}
        return {"gateway": "http", **own, "hook": accounts.hook_url(account)}

    def _settings(self, agency: Agency, document: Document) -> dict[str, Any]:
        apart = ("code", "name", "address", "hook", *self.secrets)
        chosen = {field.code: document[field.code] for field in self.fields if field.code not in apart}
        return {**self._unshown(agency, document["code"]), **chosen}


register(Wordings())
register(Mailboxes())
register(TextAccounts())
