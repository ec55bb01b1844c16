"""Which words mean the same in search: the house's table of broken plurals and dialect, and what an agency adds."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from wasl.core.text import search_tokens

DATA = Path(__file__).resolve().parent / "data"


def spread(groups: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    """Each stem with all stems of its groups. Only words of one token take part; a group of fewer than two is void."""
    families: dict[str, set[str]] = {}
    for group in groups:
        stems = {tokens[0] for tokens in map(search_tokens, group) if len(tokens) == 1}
        for stem in stems:
            families.setdefault(stem, set()).update(stems)
    return {stem: frozenset(family) for stem, family in families.items() if len(family) > 1}


@lru_cache(maxsize=1)
def house_groups() -> tuple[tuple[str, ...], ...]:
    """The groups of `data/synonyms.yaml`."""
    return tuple(tuple(group) for groups in _table("synonyms.yaml").values() for group in groups)


@lru_cache(maxsize=1)
def empty_words() -> frozenset[str]:
    """The stems that search passes over."""
    return frozenset(search_tokens(_table("empty_words.yaml")["search"]))


@lru_cache(maxsize=1)
def empty_in_letters() -> frozenset[str]:
    """The stems that say nothing in a letter: those of search, and the ways of greeting and enclosing."""
    return empty_words() | frozenset(search_tokens(_table("empty_words.yaml")["letters"]))


def _table(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
