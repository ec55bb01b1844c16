"""The verbs of the administration: change a row, end it, take an act back, bring in a file."""

from wasl.administration.operations.changing import (
    ChangedMeanwhile,
    StillNeeded,
    change_row,
    code_taken,
    do_act,
    end_row,
    rehearse,
)
from wasl.administration.operations.importing import CannotImport, Mistake, import_file, import_into
from wasl.administration.operations.undoing import CannotUndo, undo, what_hinders

__all__ = [
    "CannotImport",
    "CannotUndo",
    "ChangedMeanwhile",
    "Mistake",
    "StillNeeded",
    "change_row",
    "code_taken",
    "do_act",
    "end_row",
    "import_file",
    "import_into",
    "rehearse",
    "undo",
    "what_hinders",
]
