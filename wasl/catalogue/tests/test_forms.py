"""Reading the answers to a service's own questions: what passes, what is said when it does not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from wasl.catalogue.forms import Condition, Datatype, Limits, Question, Value, condition_in_words, read, reread, told
from wasl.core.localized import both

TODAY = date(2026, 11, 22)
KINDS = (Value("one", both("عمود واحد", "One")), Value("street", both("الشارع كله", "The whole street")))
HOW_MANY = Question("how_many", both("كم عموداً؟", "How many?"), Datatype.ONE, required=True, values=KINDS)
POLE = Question(
    "pole",
    both("رقم العمود", "Pole"),
    required=True,
    condition=Condition("how_many", ("one",)),
    limits=Limits(mask="A-99"),
)


def ask(datatype: Datatype, given: Any, **more: Any) -> tuple[Any, str]:
    """The value of one answer, or the English sentence that refuses it."""
    question = Question("it", both("هو", "It"), datatype, **more)
    with translation.override("en"):
        answers = read([question], {"q_it": given}, today=TODAY)
        return answers.values.get("it"), str(answers.errors.get("it", ""))


@pytest.mark.parametrize(
    ("datatype", "given", "value"),
    [
        (Datatype.NUMBER, "٢٥", 25),
        (Datatype.NUMBER, "٢٫٥", 2.5),
        (Datatype.NUMBER, "1,250", 1250),
        (Datatype.NUMBER, " ۱۲ ", 12),
        (Datatype.DATE, "2026-11-20", "2026-11-20"),
        (Datatype.DATE, "٢٠/١١/٢٠٢٦", "2026-11-20"),
        (Datatype.DATETIME, "2026-11-20T07:05", "2026-11-20T07:05"),
        (Datatype.DATETIME, "20/11/2026 ٧:٠٥", "2026-11-20T07:05"),
        (Datatype.STRING, "  شارع \n النور ", "شارع النور"),
        (Datatype.TEXT, "سطر\r\nآخر", "سطر\nآخر"),
        (Datatype.YES_NO, "no", "no"),
    ],
)
def test_answers_are_read_in_either_set_of_digits(datatype: Datatype, given: str, value: Any) -> None:
    assert ask(datatype, given) == (value, "")


@pytest.mark.parametrize(
    ("datatype", "given", "limits", "sentence"),
    [
        (Datatype.NUMBER, "كثير", Limits(), "Write a number, such as 25 or 2.5."),
        (Datatype.NUMBER, "1e9", Limits(), "Write a number, such as 25 or 2.5."),
        (Datatype.NUMBER, "0", Limits(Decimal(1), Decimal(100)), "Write a number from 1 to 100."),
        (Datatype.NUMBER, "0", Limits(least=Decimal(1)), "The smallest number here is 1."),
        (Datatype.DATE, "31/2/2026", Limits(), "Write day, month and year, such as 29/11/2026."),
        (Datatype.DATE, "23/11/2026", Limits(when="past"), "Choose a day not later than today."),
        (Datatype.DATE, "21/11/2026", Limits(when="future"), "Choose today or a later day."),
        (Datatype.DATETIME, "20/11/2026 25:00", Limits(), "Write day and time, such as 29/11/2026 13:30."),
        (Datatype.STRING, "12", Limits(mask="A-99"), "Write it in this shape: A-12"),
        (Datatype.STRING, "طويل جداً", Limits(most=Decimal(4)), "You wrote 9 characters; the limit is 4 characters."),
        (Datatype.TEXT, "قصير", Limits(least=Decimal(10)), "Write a little more: at least 10 characters."),
        (Datatype.YES_NO, "maybe", Limits(), "Choose an answer from the list."),
    ],
)
def test_an_answer_that_does_not_do_is_told_how_to_mend_it(
    datatype: Datatype, given: str, limits: Limits, sentence: str
) -> None:
    value, said = ask(datatype, given, limits=limits)

    assert value is None
    assert said.startswith(sentence)


def test_a_shape_is_met_in_either_digits_and_case() -> None:
    assert ask(Datatype.STRING, "b-٤٢", limits=Limits(mask="A-99")) == ("B-42", "")


def test_several_choices_come_in_the_order_of_the_form_and_within_their_number() -> None:
    question = Question("it", both("هو", "It"), Datatype.SEVERAL, values=KINDS, limits=Limits(most=Decimal(1)))

    both_chosen = read([question], QueryDict("q_it=street&q_it=one"))
    unlimited = read(
        [Question("it", both("هو", "It"), Datatype.SEVERAL, values=KINDS)], QueryDict("q_it=street&q_it=one")
    )

    assert "it" in both_chosen.errors
    assert unlimited.values == {"it": ["one", "street"]}


def test_a_question_whose_condition_is_not_met_is_neither_read_nor_missed() -> None:
    whole_street = read([HOW_MANY, POLE], {"q_how_many": "street", "q_pole": "A-12"})
    one_pole = read([HOW_MANY, POLE], {"q_how_many": "one", "q_pole": ""})

    assert whole_street.values == {"how_many": "street"}
    assert whole_street.is_valid
    assert whole_street.given["pole"] == "A-12"  # comes back if the first answer is changed
    assert set(one_pole.errors) == {"pole"}


def test_a_question_behind_a_hidden_one_is_hidden_too() -> None:
    broken = Question(
        "broken", both("هل هو مكسور؟", "Broken?"), Datatype.YES_NO, condition=Condition("how_many", ("one",))
    )
    since = Question("since", both("منذ متى؟", "Since?"), required=True, condition=Condition("broken", ("yes",)))

    answers = read([HOW_MANY, broken, since], {"q_how_many": "street", "q_broken": "yes"})

    assert answers.is_valid
    assert answers.values == {"how_many": "street"}


def test_what_nobody_asked_is_passed_over_and_stored_answers_are_judged_anew() -> None:
    answers = read([HOW_MANY], {"q_how_many": "one", "q_salary": "1", "how_many": "street"})
    other_values = Question("how_many", both("كم؟", "How many?"), Datatype.ONE, values=KINDS[1:], required=True)

    assert answers.values == {"how_many": "one"}
    assert reread([HOW_MANY], answers.values).values == {"how_many": "one"}
    assert set(reread([other_values], answers.values).errors) == {"how_many"}


def test_a_case_keeps_answers_with_the_words_of_both_languages() -> None:
    day = Question("since", both("منذ متى؟", "Since when?"), Datatype.DATE)

    kept = told([HOW_MANY, POLE, day], {"how_many": "one", "pole": "A-12", "since": "2026-11-20", "gone": "x"})

    assert [one["code"] for one in kept] == ["how_many", "pole", "since"]
    assert kept[0]["text"] == {"ar": "عمود واحد", "en": "One"}
    assert kept[2]["text"] == {"ar": "الجمعة 20 نوفمبر 2026", "en": "Friday 20 November 2026"}
    assert kept[2]["label"] == {"ar": "منذ متى؟", "en": "Since when?"}


def test_a_condition_can_be_said_in_words() -> None:
    words = condition_in_words(POLE, [HOW_MANY, POLE])

    assert words["ar"] == "أجب إن اخترت «عمود واحد» في «كم عموداً؟»"
    assert words["en"] == "Answer if you chose “One” for “How many?”"
