"""What can be done to a case: one verb, one transaction, one fact."""

from wasl.cases.operations.change import Missing, NotAtThisLine, NotNow, StaleCase
from wasl.cases.operations.clocks import fresh_due, pauses_of, promise_of
from wasl.cases.operations.escalate import AtTop, escalate
from wasl.cases.operations.forecast import Forecast, Move, forecast
from wasl.cases.operations.freshness import must_be_fresh
from wasl.cases.operations.merge import merge, unmerge
from wasl.cases.operations.pending import (
    LastReason,
    answer_extension,
    end_hold_reason,
    hold,
    miss_review,
    set_hold_reason,
)
from wasl.cases.operations.presence import be_seen, leave
from wasl.cases.operations.recount import recount
from wasl.cases.operations.refer import NOBODY_KNOWS, Whose, accept_referral, assign, refer, return_referral
from wasl.cases.operations.register import (
    NUMBERS,
    NewCase,
    Numbers,
    Place,
    access_code,
    code_hash,
    numbers_of,
    register_case,
)
from wasl.cases.operations.remind import note_call, remind_unit, set_silence
from wasl.cases.operations.talk import add_files, add_information, add_note, link_message, rate, reply
from wasl.cases.operations.third_line import decide, decide_owner, raise_case
from wasl.cases.operations.what_if import Shift, WhatIf, regrade, reroute
from wasl.cases.operations.work import (
    REOPEN_DAYS,
    TooLate,
    acknowledge,
    answer_from_beneficiary,
    ask_beneficiary,
    change_importance,
    classify,
    close,
    exclude,
    reject,
    reopen,
    resolve,
    schedule,
    start_work,
    withdraw,
)

__all__ = [
    "NOBODY_KNOWS",
    "NUMBERS",
    "REOPEN_DAYS",
    "AtTop",
    "Forecast",
    "LastReason",
    "Missing",
    "Move",
    "NewCase",
    "NotAtThisLine",
    "NotNow",
    "Numbers",
    "Place",
    "Shift",
    "StaleCase",
    "TooLate",
    "WhatIf",
    "Whose",
    "accept_referral",
    "access_code",
    "acknowledge",
    "add_files",
    "add_information",
    "add_note",
    "answer_extension",
    "answer_from_beneficiary",
    "ask_beneficiary",
    "assign",
    "be_seen",
    "change_importance",
    "classify",
    "close",
    "code_hash",
    "decide",
    "decide_owner",
    "end_hold_reason",
    "escalate",
    "exclude",
    "forecast",
    "fresh_due",
    "hold",
    "leave",
    "link_message",
    "merge",
    "miss_review",
    "must_be_fresh",
    "note_call",
    "numbers_of",
    "pauses_of",
    "promise_of",
    "raise_case",
    "rate",
    "recount",
    "refer",
    "register_case",
    "regrade",
    "reject",
    "remind_unit",
    "reopen",
    "reply",
    "reroute",
    "resolve",
    "return_referral",
    "schedule",
    "set_hold_reason",
    "set_silence",
    "start_work",
    "unmerge",
    "withdraw",
]
