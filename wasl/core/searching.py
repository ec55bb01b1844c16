"""Finding words by an index that every PostgreSQL has: whole words or their beginnings, not letters within them."""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact


def all_begun(words: Sequence[str], column: str) -> SearchVectorExact:
    """The condition that, for each of these folded words, one of a text begins so; the index is over `vector_of`."""
    told = " & ".join(f"'{_plain(word)}':*" for word in words)
    return SearchVectorExact(vector_of(column), SearchQuery(told, config="simple", search_type="raw"))


def vector_of(column: str) -> SearchVector:
    """The words of a column as they stand in its index: `GinIndex(vector_of("…"), name="…")`."""
    return SearchVector(column, config="simple")


def _plain(word: str) -> str:
    return word.replace("\\", " ").replace("'", " ")
