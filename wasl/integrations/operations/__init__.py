"""Everything that changes subscriptions and tellings."""

from wasl.integrations.operations.noting import note, withdraw
from wasl.integrations.operations.replaying import replay, replay_failed
from wasl.integrations.operations.sending import (
    TooManyTrials,
    Tried,
    begin_trial,
    claim_next,
    give_up_overdue,
    record_outcome,
    sweep,
)
from wasl.integrations.operations.subscriptions import (
    AlreadyMade,
    BadSubscription,
    Ended,
    Made,
    StillTurning,
    add_subscription,
    change_subscription,
    check_url,
    end,
    forget_previous_secret,
    pause,
    resume,
    turn_secret,
)

__all__ = [
    "AlreadyMade",
    "BadSubscription",
    "Ended",
    "Made",
    "StillTurning",
    "TooManyTrials",
    "Tried",
    "add_subscription",
    "begin_trial",
    "change_subscription",
    "check_url",
    "claim_next",
    "end",
    "forget_previous_secret",
    "give_up_overdue",
    "note",
    "pause",
    "record_outcome",
    "replay",
    "replay_failed",
    "resume",
    "sweep",
    "turn_secret",
    "withdraw",
]
