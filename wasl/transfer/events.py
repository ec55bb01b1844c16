"""What went in and out in numbers. The words of a citizen are in none of it."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class CasesExported(Event):
    count: int
    filters: str
    columns: str
    by_words: bool = False  # the words themselves may name a citizen and are not kept
    form: str = "csv"
    purpose: str = ""  # why names and numbers of people went along; empty where none did
