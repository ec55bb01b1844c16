"""An example of each body, shown in the document and on its page; a test reads every one into its Struct."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "NewCase": {
        "service": "RD-POTHOLE",
        "description": "حفرة عميقة أمام البوابة الشمالية للمدرسة، تتسع كل يوم.",
        "place": {"wilayat": "OM-MA-MTR", "area": "روي", "latitude": 23.5977, "longitude": 58.5455},
        "contact": {"name": "مريم بنت سعيد", "phone": "9214 7705", "preferred_channel": "sms"},
        "language": "ar",
        "facts": {"danger": 1, "site": 2},
    },
    "NewNote": {"text": "وصل القاطع البديل، والفرقة في الموقع بعد الظهر."},
    "NewAttachments": {"files": ["WzEyLCJhYmMiXQ:1w0aBc:example"], "public": True},
    "Classify": {"kind": "report", "service": "RD-POTHOLE"},
    "ChangeImportance": {"importance": "P2", "reason": "الحفرة أمام مدرسة."},
    "Refer": {"unit": "ROADS", "reason": "الرجاء الردم قبل يوم الأحد."},
    "Return": {"reason": "العمود على رصيف الشركة.", "owner_unit": "LIGHT"},
    "DecideOwner": {"unit": "ROADS", "reason": "الموضع في حرم الطريق."},
    "Raise": {
        "unit": "DG-SERVICES",
        "question": "الجدار مشترك مع مالك خاص: من يدفع؟",
        "handed": {"tried": "عاينّا الموضع مرتين وخاطبنا المالك."},
    },
    "Decide": {
        "decision": "من ميزانية الصيانة، كتاب رقم 12.",
        "stays": False,
        "public": "تقرر الإصلاح، ويبدأ هذا الشهر.",
    },
    "Start": {},
    "Assign": {"to": "noora@example.om"},
    "Reason": {"reason": "الموقع تابع لجهة أخرى."},
    "Schedule": {"scheduled_for": "2026-11-29T09:00:00+04:00", "text": "تزور الفرقة الموقع صباح الأحد."},
    "Hold": {
        "reason_code": "materials",
        "review_on": "2026-12-03",
        "text": "ننتظر وصول المادة، ونراجع الأمر يوم الخميس.",
        "external": False,
    },
    "Ask": {"question": "هل الحفرة في المسار الأيمن أم الأيسر؟"},
    "Said": {"text": "المسار الأيمن، قبل الدوار بخمسين متراً."},
    "Resolve": {"text": "رُدمت الحفرة ورُصف الموضع."},
    "Merge": {"into": "MR-2611-04173-2"},
    "AddInformation": {"text": "اتسعت الحفرة بعد المطر."},
    "Rate": {"rating": 5, "comment": "سرعة في الإنجاز."},
    "AskReview": {"words": "الموقع طريق عام، والصك قديم."},
    "DecideReview": {
        "outcome": "changed",
        "reasons": "الموقع طريق عام، ويُردم قبل نهاية الأسبوع.",
        "unit": "ROADS",
        "move_reason": "الموضع في حرم الطريق.",
    },
    "Nothing": {},
}
