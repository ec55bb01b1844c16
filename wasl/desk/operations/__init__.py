"""What the desk can do to its own things: keep views and habits, act on many cases."""

from wasl.desk.operations.bulk import CannotUndo, apply, begin, begin_again, plan, tidy, undo, work_off
from wasl.desk.operations.saved import (
    MayNotShare,
    NameTaken,
    TooManyViews,
    change_view,
    choose_columns,
    pin,
    remove_view,
    save_view,
)

__all__ = [
    "CannotUndo",
    "MayNotShare",
    "NameTaken",
    "TooManyViews",
    "apply",
    "begin",
    "begin_again",
    "change_view",
    "choose_columns",
    "pin",
    "plan",
    "remove_view",
    "save_view",
    "tidy",
    "undo",
    "work_off",
]
