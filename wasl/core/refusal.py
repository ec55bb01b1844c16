"""A refusal: something that whoever runs Wasl has to mend, said in a sentence of each language."""


class Refusal(Exception):
    """Wasl cannot go on; the sentences say what is wrong and what to do about it."""

    def __init__(self, arabic: str, english: str) -> None:
        super().__init__(english)
        self.arabic = arabic
        self.english = english
