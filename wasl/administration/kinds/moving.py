"""How a review says what a change would have done to the cases of the last months."""

from wasl.administration.registry import Panel
from wasl.cases.operations import WhatIf
from wasl.core.i18n import t

SHOWN = 10


def moving_panel(found: WhatIf, *, to_units: bool) -> Panel:
    """Cases of the last ninety days that would have gone to another unit, or got another class."""
    if to_units:
        title = t("ما كان سيتغير في آخر 90 يوماً", "What would have gone elsewhere in the last 90 days")
        said = t(
            "من {all} طلباً كان {n} سيذهب إلى وحدة أخرى.",
            "Of {all} cases, {n} would have gone to another unit.",
            all=f"{found.looked_at:,}",
            n=f"{found.count:,}",
        )
        none = t(
            "لم يكن شيء من {all} طلباً سيذهب إلى وحدة أخرى.",
            "None of {all} cases would have gone to another unit.",
            all=f"{found.looked_at:,}",
        )
    else:
        title = t("ما كان سيتغير في آخر 90 يوماً", "What would have been graded otherwise in the last 90 days")
        said = t(
            "من {all} طلباً كان {n} سيأخذ درجة أخرى.",
            "Of {all} cases, {n} would have got another class.",
            all=f"{found.looked_at:,}",
            n=f"{found.count:,}",
        )
        none = t(
            "لم تكن درجة شيء من {all} طلباً ستتغير.",
            "None of {all} cases would have got another class.",
            all=f"{found.looked_at:,}",
        )
    return Panel(
        title,
        lines=(
            said if found.count else none,
            t(
                "الطلبات المسجلة لا تتغير؛ التغيير لما يأتي.",
                "Registered cases stay as they are; this is for what comes.",
            ),
        ),
        template="administration/parts/shifts.html" if found.shifts else "",
        context={"shifts": found.shifts[:SHOWN], "more": max(0, len(found.shifts) - SHOWN), "to_units": to_units},
    )
