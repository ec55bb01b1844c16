"""What people are told about their data on each channel, and how long each class of records is kept."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Panel, Type, register
from wasl.core import personal
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.privacy import operations, queries, texts

CHANNEL_NAMES = {
    "phone": t("الهاتف", "Telephone"),
    "counter": t("الصالة", "Counter"),
    "portal": t("البوابة", "Portal"),
    "email": t("البريد الإلكتروني", "E-mail"),
    "sms": t("الرسائل النصية", "Text messages"),
}


class PrivacyTexts(Kind):
    code = "privacy_texts"
    title, singular = t("نصوص الخصوصية", "Privacy notices"), t("نص خصوصية", "privacy notice")
    sentence = t(
        "ما يُقال للناس عن بياناتهم في كل قناة. كل تغيير نسخة جديدة يُحفظ رقمها مع الطلب.",
        "What people are told about their data on each channel. Each change is a new version that cases remember.",
    )
    icon, group, order, can_add = "shield-check", Group.WORDS, 40, False
    can_end = False
    fields = (
        Field("text", t("النص", "Text"), Type.LONG_LOCALIZED, required=True, in_list=True),
        Field("version", t("النسخة", "Version"), computed=True, in_list=True),
    )

    def name_of(self, document: Document) -> str:
        return str(CHANNEL_NAMES.get(document["code"], document["code"]))

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        told = {channel: queries.notice_text(agency, channel, at=at) for channel in texts.CHANNELS}
        return [
            {"code": channel, "text": one.text, "version": one.code} for channel, one in told.items() if one is not None
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        channel = (after or before or {})["code"]
        text = Localized(after["text"]) if after else None
        operations.set_notice_text(
            agency, channel=channel, text=text if text != texts.HOUSE[channel] else None, by=by, at=at
        )


class Retentions(Kind):
    code = "retention"
    title, singular = t("مدد حفظ البيانات", "Retention"), t("مدة حفظ", "retention rule")
    sentence = t(
        "كم تُحفظ كلمات الناس وصورهم. لا يُحذف شيء قبل أن تفعّله هنا.",
        "How long people's words and photos are kept. Nothing goes before you switch it on here.",
    )
    icon, group, order = "archive", Group.WORDS, 50
    can_add = can_end = False
    right = Right.RUN_PRIVACY
    refusals = (operations.Refused,)
    fields = (
        Field(
            "days", t("تُحفظ (يوماً)", "Kept for (days)"), Type.WHOLE, required=True, in_list=True, least=1, most=36500
        ),
        Field("enabled", t("تُحذف تلقائياً", "Swept by itself"), Type.YES_NO, in_list=True),
    )

    def name_of(self, document: Document) -> str:
        names = {one.code: str(one.title) for one in personal.retentions()}
        return names.get(str(document["code"]), str(document["code"]))

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {"code": rule.retention.code, "days": rule.days, "enabled": rule.enabled}
            for rule in queries.decided(agency)
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            operations.set_retention(
                agency, code=after["code"], days=after["days"], enabled=after["enabled"], by=by, at=at
            )

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if after is None:
            return None
        due = queries.due(agency, after["code"], days=after["days"], at=at)
        told = t("تجاوز هذه المدة الآن: {n}.", "Past this time now: {n}.", n=due)
        then = (
            t("ستُحذف كلماتها الليلة، ولا رجعة.", "Their words go tonight, and there is no way back.")
            if after["enabled"]
            else t("لن يُحذف شيء؛ تقرير فقط.", "Nothing goes; this is a report only.")
        )
        return Panel(t("ماذا سيُحذف؟", "What would go?"), lines=(told, then))


for _kind in (PrivacyTexts(), Retentions()):
    register(_kind)
