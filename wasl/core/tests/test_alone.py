"""One at a time, whoever else would like to."""

import threading

import pytest
from django.db import connection

from wasl.core.alone import alone

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_else_may(name: str) -> bool:
    answers: list[bool] = []

    def ask() -> None:
        try:
            with alone(name) as is_mine:
                answers.append(is_mine)
        finally:
            connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    return answers[0]


def test_while_one_is_at_it_nobody_else_begins() -> None:
    with alone("a.sweep") as is_mine:
        assert is_mine
        assert not somebody_else_may("a.sweep")
        assert somebody_else_may("another.sweep")

    assert somebody_else_may("a.sweep")


def test_an_error_or_a_lost_connection_lets_others_in() -> None:
    with pytest.raises(ZeroDivisionError), alone("a.sweep"):
        raise ZeroDivisionError
    assert somebody_else_may("a.sweep")

    with alone("a.sweep"):
        connection.close()
    assert somebody_else_may("a.sweep")
