"""One spelling for an address of sign-in, so that capitals, blanks and look-alike widths make no second account."""

import unicodedata

from wasl.core.text import clean_line


def same_address(typed: str) -> str:
    """The spelling under which an address is stored and looked up."""
    return unicodedata.normalize("NFKC", clean_line(typed)).lower()
