"""A home in the middle of a restore does not start: half of a house would take reports that nobody finds again."""

from pathlib import Path

from wasl.core.refusal import Refusal

MARKER = "restore.unfinished"


def refuse_unfinished(home: Path) -> None:
    """Raises Refusal when a restore into this home was begun and not finished."""
    if (home / MARKER).exists():
        raise Refusal(
            f"لم يكتمل الاسترجاع في {home}. أعد أمر «wasl restore» نفسه ليكمل من حيث توقف.",
            f"A restore into {home} was not finished. Give the same `wasl restore` again: it goes on from there.",
        )
