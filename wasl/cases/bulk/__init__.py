"""Whole histories of cases by COPY, for imports: what the operations would have left, and nobody told."""

from wasl.cases.bulk.book import Book
from wasl.cases.bulk.rows import ENDS, BadRow, CaseRow, problems
from wasl.cases.bulk.writing import Batch, Written, prepare, write_cases

__all__ = [
    "ENDS",
    "BadRow",
    "Batch",
    "Book",
    "CaseRow",
    "Written",
    "prepare",
    "problems",
    "write_cases",
]
