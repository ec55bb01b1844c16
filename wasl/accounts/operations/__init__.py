"""The verbs of accounts, one module per matter."""

from wasl.accounts.operations.passwords import (
    WeakPassword,
    WrongPassword,
    change_password,
    check_password_strength,
    request_reset,
    reset_password,
)
from wasl.accounts.operations.people import (
    AddressTaken,
    accept_invitation,
    change_preferences,
    deactivate,
    invite_person,
    reactivate,
    rights_changed,
)

__all__ = [
    "AddressTaken",
    "WeakPassword",
    "WrongPassword",
    "accept_invitation",
    "change_password",
    "change_preferences",
    "check_password_strength",
    "deactivate",
    "invite_person",
    "reactivate",
    "request_reset",
    "reset_password",
    "rights_changed",
]
