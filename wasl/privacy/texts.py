"""What the house tells people about their data until an agency writes its own, channel by channel."""

from collections.abc import Mapping
from types import MappingProxyType

from wasl.core.localized import Localized, both

# Version 0 is the house's own.
HOUSE: Mapping[str, Localized] = MappingProxyType(
    {
        "phone": both(
            "نسجل اسمك ورقمك وما تقوله لمعالجة طلبك فقط، ولا نعطيها لأحد خارج الجهة المختصة. "
            "لك أن تطلب نسخة منها أو تصحيحها أو حذفها، ويمكنك البلاغ دون اسم.",
            "We note your name, number and words only to handle your request, and give them to nobody outside the body "
            "responsible. You may ask for a copy, a correction or erasure, and you may report without a name.",
        ),
        "counter": both(
            "نسجل بياناتك لإنجاز طلبك فقط، ويراها الموظفون المختصون به. لك أن تطلب نسخة منها أو تصحيحها أو حذفها.",
            "We record your data only to handle your request; the staff who handle it see them. You may ask for a "
            "copy, a correction or erasure.",
        ),
        "portal": both(
            "نستعمل رقمك وبريدك لهذا الطلب وحده، ولا يظهران لأحد من الجمهور. لك أن تطلب نسخة من بياناتك أو حذفها.",
            "We use your number and e-mail for this request only; the public never sees them. You may ask for a "
            "copy of your data or its erasure.",
        ),
        "email": both(
            "نحفظ رسالتك ومرفقاتها لمعالجة طلبك فقط. لك أن تطلب نسخة من بياناتك أو تصحيحها أو حذفها.",
            "We keep your message and its attachments only to handle your request. You may ask for a copy, "
            "a correction or erasure.",
        ),
        "sms": both("نستعمل رقمك لطلبك فقط.", "We use your number for your request only."),
    }
)
CHANNELS = tuple(HOUSE)
