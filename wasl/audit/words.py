"""What the facts of the log are called, for those that are not told on the page of a case."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import parse_qsl

from wasl.cases.wording import wording_of
from wasl.core.events import registered_events
from wasl.core.i18n import say, t
from wasl.web.moments import day_short

KINDS: Mapping[str, str] = MappingProxyType(
    {
        # Who comes in, and what they may do.
        "SignedIn": t("دخول إلى النظام", "Signed in"),
        "SignedOut": t("خروج من النظام", "Signed out"),
        "AccountCreated": t("إنشاء حساب", "Account made"),
        "PersonChanged": t("تعديل بيانات موظف", "Person changed"),
        "PersonInvited": t("دعوة موظف", "Person invited"),
        "InvitationAccepted": t("قبول دعوة", "Invitation accepted"),
        "PasswordResetAsked": t("طلب كلمة مرور جديدة", "Password reset asked for"),
        "PasswordReset": t("تعيين كلمة مرور جديدة", "Password reset"),
        "PasswordChanged": t("تغيير كلمة المرور", "Password changed"),
        "PersonDeactivated": t("إيقاف حساب", "Account stopped"),
        "PersonReactivated": t("إعادة تفعيل حساب", "Account opened again"),
        "RightsOfPersonChanged": t("تغيّر صلاحيات موظف", "Rights of a person changed"),
        "SecondFactorConfirmed": t("تفعيل الرمز الثاني", "Second factor set up"),
        "SecondFactorRemoved": t("إزالة الرمز الثاني", "Second factor removed"),
        "RecoveryCodeUsed": t("استعمال رمز احتياطي", "Recovery code used"),
        "RoleGranted": t("منح دور", "Role given"),
        "RoleEnded": t("إنهاء دور", "Role ended"),
        "RoleEndSet": t("تحديد نهاية دور", "End of a role set"),
        "SubstituteAppointed": t("تعيين نائب عن غائب", "Substitute appointed"),
        "SubstitutionEnded": t("انتهاء نيابة", "Substitution ended"),
        "PowersDelegated": t("تفويض صلاحيات", "Powers delegated"),
        "DelegationRevoked": t("إنهاء تفويض", "Delegation revoked"),
        # Who saw or took what.
        "PersonalDataRead": t("اطلاع على بيانات شخصية", "Personal data read"),
        "IdentityRevealed": t("إظهار رقم هوية كاملاً", "Identity number shown"),
        "BarredAttempt": t("محاولة فتح طلب ممنوع عليه", "Tried to open a case barred to them"),
        "RelationDeclared": t("تصريح بصلة قرابة أو مصلحة", "Relation declared"),
        "RelationEnded": t("إنهاء تصريح بصلة", "Declared relation ended"),
        "CasesExported": t("تصدير طلبات إلى ملف", "Cases exported"),
        "AccessFileMade": t("إعداد ملف بيانات شخص", "File of a person's data made"),
        "AccessFileTaken": t("تنزيل ملف بيانات شخص", "File of a person's data taken"),
        # People's data.
        "AddressAdded": t("إضافة وسيلة تواصل", "Address added"),
        "BeneficiaryCorrected": t("تصحيح بيانات مستفيد", "Beneficiary corrected"),
        "BeneficiaryErased": t("مسح بيانات مستفيد", "Beneficiary erased"),
        "IdentityRecorded": t("تسجيل رقم هوية", "Identity number recorded"),
        "PrivacyAsked": t("طلب يخص بيانات شخص", "Request about a person's data"),
        "PrivacyDecided": t("قرار في طلب بيانات", "Decision about such a request"),
        "PersonErased": t("حذف بيانات شخص", "Person erased"),
        "LegalHoldSet": t("حفظ لسبب قانوني", "Legal hold set"),
        "LegalHoldEnded": t("رفع الحفظ القانوني", "Legal hold ended"),
        "NoticeTextSet": t("تعديل نص الخصوصية", "Privacy notice set"),
        "RetentionSet": t("تحديد مدة حفظ", "Retention set"),
        "RetentionRan": t("تنفيذ مدد الحفظ", "Retention carried out"),
        "OptOutChanged": t("تغيير رغبة عدم المراسلة", "Opt-out changed"),
        # How the house is set up.
        "ConfigurationChanged": t("تعديل الإعدادات", "Configuration changed"),
        "AgencyCreated": t("إنشاء جهة", "Agency made"),
        "AgencyChanged": t("تعديل جهة", "Agency changed"),
        "AgencyEnded": t("إنهاء جهة", "Agency ended"),
        "AgencyResumed": t("إعادة جهة", "Agency resumed"),
        "UnitCreated": t("إنشاء وحدة", "Unit made"),
        "UnitChanged": t("تعديل وحدة", "Unit changed"),
        "UnitEnded": t("إنهاء وحدة", "Unit ended"),
        "UnitResumed": t("إعادة وحدة", "Unit resumed"),
        "OperatingModeChanged": t("تغيير وضع التشغيل", "Operating mode changed"),
        "CatalogueLoaded": t("تحميل دليل الخدمات", "Catalogue loaded"),
        "CategoryChanged": t("تعديل فئة خدمات", "Category changed"),
        "ServiceCreated": t("إنشاء خدمة", "Service made"),
        "ServiceChanged": t("تعديل خدمة", "Service changed"),
        "ServiceEnded": t("إنهاء خدمة", "Service ended"),
        "ServiceFormChanged": t("تعديل نموذج خدمة", "Form of a service changed"),
        "SynonymsChanged": t("تعديل المترادفات", "Synonyms changed"),
        "CalendarChanged": t("تعديل تقويم عمل", "Calendar changed"),
        "CalendarRenamed": t("إعادة تسمية تقويم", "Calendar renamed"),
        "CalendarEnded": t("إنهاء تقويم", "Calendar ended"),
        "CalendarResumed": t("إعادة تقويم", "Calendar resumed"),
        "CalendarUseChanged": t("تغيير تقويم وحدة", "Calendar of a unit changed"),
        "HolidayConfirmed": t("اعتماد عطلة", "Holiday confirmed"),
        "HijriMonthSighted": t("ثبوت شهر هجري", "Hijri month sighted"),
        "AreaAdded": t("إضافة منطقة", "Area added"),
        "AreaChanged": t("تعديل منطقة", "Area changed"),
        "AreaEnded": t("إنهاء منطقة", "Area ended"),
        "BoundarySet": t("تعديل حدود", "Boundary set"),
        "RuleAdded": t("إضافة قاعدة توجيه", "Routing rule added"),
        "RuleEnded": t("إنهاء قاعدة توجيه", "Routing rule ended"),
        "ImportanceMatrixChanged": t("تعديل معايير الأهمية", "Importance matrix changed"),
        "SupportLineChanged": t("تعديل خط دعم", "Support line changed"),
        "PolicySet": t("تحديد مدة إنجاز", "Service level set"),
        "PolicyEnded": t("إنهاء مدة إنجاز", "Service level ended"),
        "LadderSet": t("تحديد سلّم تصعيد", "Escalation ladder set"),
        "LadderEnded": t("إنهاء سلّم تصعيد", "Escalation ladder ended"),
        "HoldReasonSet": t("تحديد سبب تعليق", "Reason for holding set"),
        "HoldReasonEnded": t("إنهاء سبب تعليق", "Reason for holding ended"),
        "JumpReasonSet": t("تحديد سبب تقديم في الدور", "Reason for going ahead set"),
        "JumpReasonEnded": t("إنهاء سبب تقديم في الدور", "Reason for going ahead ended"),
        "FairnessRuleSet": t("تحديد أنماط تجاوز الدور", "Patterns of turns set"),
        "DueMomentsMoved": t("إعادة حساب مواعيد بعد تغيير التقويم", "Due moments moved by a calendar"),
        "TargetSet": t("تحديد مستهدف", "Target set"),
        "TargetEnded": t("إنهاء مستهدف", "Target ended"),
        "TemplateSaved": t("تعديل نص إشعار", "Wording saved"),
        "AccountSaved": t("ضبط قناة", "Channel saved"),
        "AccountTried": t("تجربة قناة", "Channel tried"),
        "DigestRuleSet": t("تعديل الملخص اليومي", "Daily digest set"),
        # Other systems.
        "KeyIssued": t("إصدار مفتاح برنامج", "Program key issued"),
        "KeyRevoked": t("إلغاء مفتاح برنامج", "Program key revoked"),
        "SubscriptionMade": t("اشتراك نظام آخر", "Webhook made"),
        "SubscriptionChanged": t("تعديل اشتراك", "Webhook changed"),
        "SubscriptionSecretTurned": t("تبديل سر اشتراك", "Webhook secret turned"),
        "SubscriptionPaused": t("إيقاف اشتراك", "Webhook paused"),
        "SubscriptionResumed": t("استئناف اشتراك", "Webhook resumed"),
        "SubscriptionEnded": t("إنهاء اشتراك", "Webhook ended"),
        "DeliveriesReplayed": t("إعادة إرسال إلى نظام", "Deliveries replayed"),
        # Work beside the cases.
        "ContactRecorded": t("تسجيل تواصل دون طلب", "Contact recorded"),
        "ContactWithdrawn": t("سحب تواصل", "Contact withdrawn"),
        "ContactBecameCase": t("تحويل تواصل إلى طلب", "Contact became a case"),
        "TaskOpened": t("فتح مهمة", "Task opened"),
        "TaskTaken": t("تولي مهمة", "Task taken"),
        "TaskHandedOver": t("تسليم مهمة", "Task handed over"),
        "TaskFinished": t("إنجاز مهمة", "Task finished"),
        "ManyCasesActedOn": t("إجراء على عدة طلبات", "Act on many cases"),
        "ViewSaved": t("حفظ قائمة", "List saved"),
        "ViewRemoved": t("حذف قائمة", "List removed"),
        "AlertGiven": t("تنبيه موظف", "Staff alerted"),
        "LinkOpened": t("فتح رابط من رسالة", "Link of a letter opened"),
        "LetterWritten": t("رسالة إلى موظف", "Letter to staff"),
        "MessageReceived": t("رسالة واردة", "Message received"),
        "MessageSent": t("رسالة صادرة", "Message sent"),
        "MessageDelivered": t("رسالة سُلّمت", "Message delivered"),
        "MessageFailed": t("رسالة لم تصل", "Message failed"),
        "ReceiptMissed": t("لا إيصال بالتسليم", "No receipt came"),
        "DeliveryParked": t("رسالة واردة معلّقة", "Delivery parked"),
        "DeliveryReleased": t("إطلاق رسالة معلّقة", "Delivery released"),
    }
)


# The places of a fact that stand on the page most often; the others keep the name they have in the record.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "account_id": t("رقم القناة", "Channel no."),
        "added": t("أُضيف", "Added"),
        "agency_id": t("رقم الجهة", "Agency no."),
        "alert_ids": t("أرقام التنبيهات", "Alert nos."),
        "alert_kind": t("نوع التنبيه", "Kind of alert"),
        "amount": t("المدة", "Length"),
        "calendar_id": t("رقم التقويم", "Calendar no."),
        "change": t("التغيير", "Change"),
        "clock": t("الموعد", "Clock"),
        "code": t("الرمز", "Code"),
        "fields": t("الحقول", "Fields"),
        "is_active": t("سارٍ", "In force"),
        "ladder_id": t("رقم السلّم", "Ladder no."),
        "letter_id": t("رقم الرسالة", "Letter no."),
        "measure": t("المؤشر", "Measure"),
        "message_id": t("رقم الرسالة", "Message no."),
        "people": t("الموظفون", "People"),
        "person_id": t("رقم الموظف", "Person no."),
        "policy_id": t("رقم المدة", "Service level no."),
        "relation": t("الصلة", "Relation"),
        "relation_id": t("رقم التصريح", "Declaration no."),
        "role": t("الدور", "Role"),
        "rule_id": t("رقم القاعدة", "Rule no."),
        "second_factor": t("برمز ثانٍ", "With a second code"),
        "second_factor_needed": t("يلزم رمز ثانٍ", "Second code needed"),
        "service_id": t("رقم الخدمة", "Service no."),
        "service_ids": t("أرقام الخدمات", "Service nos."),
        "services": t("الخدمات", "Services"),
        "target_id": t("رقم الهدف", "Target no."),
        "task_id": t("رقم المهمة", "Task no."),
        "task_kind": t("نوع المهمة", "Kind of task"),
        "unit": t("الوحدة", "Unit"),
        "unit_id": t("رقم الوحدة", "Unit no."),
        "urgent": t("عاجل", "Urgent"),
        "user_id": t("رقم الموظف", "Person no."),
        "value": t("القيمة", "Value"),
    }
)
# The pages of this room, as a reading of them is recorded: the page, a question mark, and what was asked.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "log": t("ما حدث", "What happened"),
        "reads": t("من اطّلع على البيانات", "Who read whose data"),
        "fairness": t("عدالة الدور", "Turns kept"),
        "fairness jumps": t("ما أُخذ بغير دوره", "Taken out of turn"),
        "fairness taken": t("ما تولّاه الموظفون", "Taken in hand"),
        "fairness signs": t("علامات أخرى", "Other signs"),
    }
)


def page_in_words(subject: str) -> str:
    """Which page was read, and for which days: "fairness?from=…&to=…" as people say it; else as it stands."""
    read, _, query = subject.partition("?")
    page = read.removesuffix(" file")
    if page not in PAGES:
        return subject
    asked = dict(parse_qsl(query))
    days = [_day(asked.pop("from", "")), _day(asked.pop("to", ""))]
    span = say("من {since} إلى {until}", "from {since} to {until}", since=days[0], until=days[1]) if all(days) else ""
    rest = [f"{name}={value}" for name, value in asked.items()]
    as_file = say("ملف", "as a file") if page != read else ""
    return say("، ", ", ").join(filter(None, [str(PAGES[page]), as_file, span, *rest]))


def _day(written: str) -> str:
    try:
        return day_short(date.fromisoformat(written))
    except ValueError:
        return written


def chosen_kinds() -> list[tuple[str, str]]:
    """The kinds to choose from, by their names: those with words here first, then the facts of cases."""
    kinds = {kind for kind, _ in registered_events()}
    named = [(kind, name) for kind, name in KINDS.items() if kind in kinds]
    of_cases = sorted(kind for kind in kinds - KINDS.keys() if wording_of(kind) is not None)
    return [*named, *((kind, kind) for kind in of_cases)]
