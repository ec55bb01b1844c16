"""The house's own look at its chain: a piece each night, over and over. What a person asks for is `verify`."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from wasl.core.models import SealState
from wasl.core.sealed_lines import FOLDER, lines_in
from wasl.core.seals import making
from wasl.core.seals.verifying import Broken, Verdict, verify

NIGHT_SECONDS = 300.0


def check_on(home: Path, *, seconds: float = NIGHT_SECONDS) -> Verdict:
    """Look on where the last look ended, for so long, and begin again at the end; remembers what was found."""
    end = time.monotonic() + seconds
    state = making.state_of_log()
    verdict = verify(after=state.checked, published=lines_in(home / FOLDER), stop=lambda: time.monotonic() > end)
    remember(verdict)
    return verdict


def remember(verdict: Verdict, *, began: int | None = None) -> None:
    """Keep what a look found; `began` 0 is one from the first seal on, asked for by a person."""
    at = datetime.now(UTC)
    values: dict[str, object] = {"checked_at": at}
    if began is None or began == 0:
        # A break is looked at again the next night, from the seal before it.
        is_end = verdict.is_whole and verdict.is_sound
        values |= {"checked": 0 if is_end else verdict.last_seal, "fault": _fault(verdict.broken)}
        values |= {"whole_at": at} if is_end else {}
    elif verdict.broken is not None:
        values |= {"fault": _fault(verdict.broken)}
    SealState.objects.filter(pk=making.state_of_log().pk).update(**values)


def fault_of(state: SealState) -> Broken | None:
    """The break that was found and is not mended."""
    return Broken(**state.fault) if state.fault else None


def _fault(broken: Broken | None) -> dict[str, object] | None:
    return asdict(broken) if broken is not None else None
