"""A form of questions as a page shows it: what was given, what is wrong, and when each question is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wasl.catalogue.forms import (
    LINE_LETTERS,
    PREFIX,
    TEXT_LETTERS,
    Answers,
    Datatype,
    Question,
    condition_in_words,
    example_of,
)
from wasl.core.localized import Localized

MOST_BUTTONS = 7  # above it a list is a menu
MOST_IN_A_ROW = 3


@dataclass(frozen=True)
class Choice:
    """One thing to choose, and whether it is chosen."""

    key: str
    label: Localized
    id: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One question on a page."""

    question: Question
    name: str
    given: str
    choices: list[Choice]
    error: str
    only_if: Localized
    only_if_name: str
    only_if_values: str

    @property
    def id(self) -> str:
        """The id of the control or the group."""
        return f"id_{self.name}"

    @property
    def control(self) -> str:
        """Which control fits: radio, checkbox, select, textarea, date, datetime-local or a line."""
        datatype, choices = self.question.datatype, len(self.choices)
        if datatype == Datatype.ONE:
            return "radio" if choices <= MOST_BUTTONS else "select"
        kinds = {
            Datatype.YES_NO: "radio",
            Datatype.SEVERAL: "checkbox",
            Datatype.TEXT: "textarea",
            Datatype.DATE: "date",
            Datatype.DATETIME: "datetime-local",
        }
        return kinds.get(datatype, "text")

    @property
    def in_a_row(self) -> bool:
        """Few and short choices stand side by side."""
        short = all(len(text) <= 18 for choice in self.choices for text in choice.label.values())
        return self.control == "radio" and len(self.choices) <= MOST_IN_A_ROW and short

    @property
    def letters(self) -> int:
        """How long a text may be."""
        most = self.question.limits.most
        usual = TEXT_LETTERS if self.question.datatype == Datatype.TEXT else LINE_LETTERS
        return min(int(most), usual) if most is not None else usual

    @property
    def example(self) -> str:
        """What an answer looks like where it has a shape."""
        return example_of(self.question.limits.mask)

    @property
    def described_by(self) -> str:
        """The ids of what explains the control."""
        parts = (
            ("hint", self.question.hint or self.example),
            ("when", self.only_if),
            ("error", self.error),
        )
        return " ".join(f"{self.id}-{name}" for name, is_there in parts if is_there)


@dataclass(frozen=True)
class Asking:
    """All questions of a form with what was answered; stands beside a form of Django in the summary of errors."""

    questions: Sequence[Question]
    answers: Answers = field(default_factory=Answers)
    prefix: str = PREFIX

    @property
    def is_bound(self) -> bool:
        """Was it sent?"""
        return bool(self.answers.given)

    @property
    def items(self) -> list[Asked]:
        """The questions in their order."""
        return [self._item(question) for question in self.questions]

    def error_items(self) -> Iterator[tuple[str, str, str]]:
        """Each error as (anchor, label, sentence)."""
        for item in self.items:
            if item.error:
                yield item.id, str(item.question.label).rstrip("؟?:"), item.error

    def _item(self, question: Question) -> Asked:
        given = self.answers.given.get(question.code, "")
        name, condition = self.prefix + question.code, question.condition
        return Asked(
            question=question,
            name=name,
            given=given if isinstance(given, str) else "",
            choices=[
                Choice(
                    value.key, value.label, f"id_{name}_{value.key}", value.key == given or value.key in _many(given)
                )
                for value in question.choices
            ],
            error=str(self.answers.errors.get(question.code, "")),
            only_if=condition_in_words(question, self.questions),
            only_if_name=self.prefix + condition.question if condition else "",
            only_if_values=" ".join(condition.values) if condition else "",
        )


def asking(questions: Sequence[Question], answers: Any = None, errors: Any = None, prefix: str = PREFIX) -> Asking:
    """The questions with answers that were read, or with stored values, or with none yet."""
    if isinstance(answers, Answers):
        return Asking(questions, answers, prefix)
    values: Mapping[str, Any] = answers or {}
    given = {code: value if isinstance(value, list) else str(value) for code, value in values.items()}
    return Asking(questions, Answers(dict(values), dict(errors or {}), given), prefix)


def _many(given: Any) -> list[str]:
    return given if isinstance(given, list) else []
