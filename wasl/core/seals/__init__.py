"""Seals of the log: stretches of facts under a hash chain, so that whoever changes, removes, adds or swaps a recorded
fact is found out, by name. A job seals what is settled (nobody who writes ever waits for it), the newest seal is
kept outside of the database too, and `verify` goes along the chain. Why and what against stands in
`docs/adr/0011-a-log-under-seal.md`.
"""

from wasl.core.sealed_lines import FOLDER, Line, Unreadable, lines_in
from wasl.core.seals.making import head, seal_settled
from wasl.core.seals.published import keep_newest, line_of
from wasl.core.seals.standing import Standing, standing
from wasl.core.seals.verifying import Broken, Verdict, verify

__all__ = [
    "FOLDER",
    "Broken",
    "Line",
    "Standing",
    "Unreadable",
    "Verdict",
    "head",
    "keep_newest",
    "line_of",
    "lines_in",
    "seal_settled",
    "standing",
    "verify",
]
