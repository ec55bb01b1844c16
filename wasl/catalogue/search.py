"""Finding entries by a citizen's own words, in memory: stems, synonyms, half-typed words and slips of the finger.

Every entry has phrases: its names, and the ways people say it. A word of the query meets a word of a phrase exactly, as
a synonym, as a beginning, or in spite of a slip, and counts by how well it meets and how rare the word is among the
entries. The score of an entry is its best phrase (better when the phrase is met as a whole) and a share of all other
words it knows. So the reason of every hit can be told: the phrase, and the words that met it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from math import log

from wasl.catalogue.words import empty_in_letters, empty_words
from wasl.core.text import search_tokens, trigrams

SYNONYM, BEGINNING, SLIP = 0.85, 0.75, 0.7
SHARE_OF_OTHER_WORDS = 0.3
LONGEST_TEXT = 400  # words of a letter that are looked at
HEAD, BODY = 8, 0.5  # the matter stands in the subject and the first words; those after the head count half


@dataclass(frozen=True)
class Phrase:
    """One way of saying an entry; `weight` is lower for descriptions than for names and keywords."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Entry:
    """Something to be found, by its key."""

    key: str
    phrases: Sequence[Phrase]


@dataclass(frozen=True)
class Hit:
    """A found entry: `phrase` is the wording that was met best, `words` the stems of the query that met the entry.

    `score` is about 1 for one telling word that makes a whole phrase, in catalogues of any size; `share` says how much
    of the query's meaning (0 to 1) the entry knows.
    """

    key: str
    score: float
    phrase: str
    words: tuple[str, ...]
    share: float


@dataclass
class _Stored:
    entry: int
    phrase: Phrase
    tokens: frozenset[str]
    total: float = 0.0


@dataclass
class _Tally:
    """What one entry has gathered from a query: per query word its best meeting, and the best phrase."""

    words: dict[str, float] = field(default_factory=dict)
    best: float = 0.0
    phrase: str = ""


@dataclass
class _Meeting:
    """What a query meets in one phrase: the gain of each query word, and the words of the phrase that were met."""

    gains: dict[str, float] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def add(self, word: str, token: str, gain: float) -> None:
        self.gains[word] = max(self.gains.get(word, 0.0), gain)
        self.tokens.add(token)


class Index:
    """The phrases of some hundred entries, ready for search. Built once, never changed."""

    def __init__(self, entries: Iterable[Entry], synonyms: Mapping[str, frozenset[str]]) -> None:
        self._entries = list(entries)
        self._synonyms = synonyms
        self._phrases = [
            _Stored(number, phrase, frozenset(_telling(search_tokens(phrase.text))))
            for number, entry in enumerate(self._entries)
            for phrase in entry.phrases
        ]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, stored in enumerate(self._phrases):
            for token in stored.tokens:
                self._places[token].append(place)
        self._rarest = log(1 + max(len(self._entries), 1))
        self._rarity = self._weigh()
        for stored in self._phrases:
            stored.total = sum(self._rarity[token] for token in stored.tokens)
        self._tokens_by_trigram: dict[str, set[str]] = defaultdict(set)
        for token in self._places:
            for trigram in trigrams(token):
                self._tokens_by_trigram[trigram].add(token)

    def find(self, words: str, *, limit: int) -> list[Hit]:
        """The best entries for what somebody types, the last word perhaps half; empty when nothing meets."""
        query = _once(_telling(search_tokens(words)[:LONGEST_TEXT]))
        meetings = {word: self._meet(word, begins=word == query[-1]) for word in query}
        return self._rank(meetings, {word: self._worth(met) for word, met in meetings.items()}, limit)

    def find_by_letter(self, text: str, *, limit: int) -> list[Hit]:
        """The best entries for a whole letter, its subject first; empty when nothing meets."""
        query = [word for word in _once(search_tokens(text)[:LONGEST_TEXT]) if word not in empty_in_letters()]
        meetings = {word: self._meet(word, begins=False) for word in query}
        worth = {
            word: self._worth(meetings[word]) * (1.0 if place < HEAD else BODY) for place, word in enumerate(query)
        }
        return self._rank(meetings, worth, limit)

    def _rank(self, meetings: Mapping[str, Mapping[str, float]], worth: Mapping[str, float], limit: int) -> list[Hit]:
        tallies = self._tally(meetings, worth)
        whole = sum(worth.values())
        hits = [self._hit(number, tally, whole) for number, tally in tallies.items()]
        hits.sort(key=lambda scored: (-scored[1].score, scored[0]))
        return [hit for _, hit in hits[:limit]]

    def _weigh(self) -> dict[str, float]:
        entries_of = {token: {self._phrases[p].entry for p in places} for token, places in self._places.items()}
        count = len(self._entries)
        return {token: log(1 + count / len(entries)) for token, entries in entries_of.items()}

    def _meet(self, word: str, *, begins: bool) -> dict[str, float]:
        """The known words that a word of the query meets, each with how well (0 to 1)."""
        met = {other: SYNONYM for other in self._synonyms.get(word, ()) if other in self._places}
        if word in self._places:
            met[word] = 1.0
        if begins and len(word) >= 2:
            for token in self._places:
                if token.startswith(word):
                    met.setdefault(token, BEGINNING)
        if not met and word not in self._synonyms:
            met = self._nearly(word)
        return met

    def _nearly(self, word: str) -> dict[str, float]:
        """Known words one would write for this one with a slip: by common trigrams, then by common letters."""
        if len(word) < 4 or word.isdigit():
            return {}
        candidates: set[str] = set().union(*(self._tokens_by_trigram.get(part, set()) for part in trigrams(word)))
        near: dict[str, float] = {}
        for token in candidates:
            likeness = SequenceMatcher(None, word, token).ratio()
            if likeness >= 0.75 and abs(len(word) - len(token)) <= 2:
                near[token] = SLIP * likeness
        return near

    def _worth(self, met: Mapping[str, float]) -> float:
        """How telling a word of the query is: the fewer entries know what it means the more; unknown words the most."""
        knowing = {self._phrases[place].entry for token in met for place in self._places[token]}
        return log(1 + len(self._entries) / max(len(knowing), 1))

    def _tally(self, meetings: Mapping[str, Mapping[str, float]], worth: Mapping[str, float]) -> dict[int, _Tally]:
        met_phrases: dict[int, _Meeting] = defaultdict(_Meeting)
        for word, met in meetings.items():
            for token, quality in met.items():
                for place in self._places[token]:
                    met_phrases[place].add(word, token, quality * worth[word])
        tallies: dict[int, _Tally] = defaultdict(_Tally)
        for place, meeting in met_phrases.items():
            self._count(tallies[self._phrases[place].entry], self._phrases[place], meeting)
        return tallies

    def _count(self, tally: _Tally, stored: _Stored, meeting: _Meeting) -> None:
        for word, gain in meeting.gains.items():
            tally.words[word] = max(tally.words.get(word, 0.0), gain * stored.phrase.weight)
        wholeness = sum(self._rarity[token] for token in meeting.tokens) / stored.total
        score = stored.phrase.weight * sum(meeting.gains.values()) * (0.5 + 0.5 * wholeness)
        if score > tally.best:
            tally.best, tally.phrase = score, stored.phrase.text

    def _hit(self, number: int, tally: _Tally, whole: float) -> tuple[int, Hit]:
        known = sum(tally.words.values())
        score = tally.best + SHARE_OF_OTHER_WORDS * known
        share = min(1.0, known / whole) if whole else 0.0
        entry = self._entries[number]
        score = round(score / self._rarest, 4)
        return number, Hit(entry.key, score, tally.phrase, tuple(tally.words), round(share, 3))


def _once(tokens: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tokens))


def _telling(tokens: Sequence[str]) -> list[str]:
    """The words that say something; all of them when none does."""
    return [token for token in tokens if token not in empty_words()] or list(tokens)
