"""What the review of turns tells the staff."""

from wasl.alerts.kinds import AlertKind, Way, register
from wasl.core.i18n import t

register(
    AlertKind(
        "fairness",
        t("عدالة الدور", "Turns kept"),
        t("نمط في تجاوز الدور يستحق السؤال.", "A pattern of turns not kept that is worth a question."),
        icon="scale",
        usual=Way.AT_ONCE,
        needful=True,
        order=16,
    )
)
