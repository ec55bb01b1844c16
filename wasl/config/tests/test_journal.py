"""The logs hold no path with a private link in it and no row of the database."""

import json
import logging
import sys

import psycopg
import pytest
from django.test import RequestFactory
from django.urls import path

from wasl.config import journal

SECRET = "k7Qm2ZxT9pLw"
urlpatterns = [path("follow/<token>/", lambda request, token: None)]


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.urls(__name__)
def test_a_failed_request_is_named_by_its_route() -> None:
    request = RequestFactory().get(f"/follow/{SECRET}/")
    line = record("%s: %s", "Not Found", request.path, request=request)

    journal.RouteForPath().filter(line)

    assert line.getMessage() == "Not Found: /follow/<token>/"


@pytest.mark.urls(__name__)
def test_a_path_without_a_route_is_not_written_at_all() -> None:
    request = RequestFactory().get(f"/nowhere/{SECRET}")
    line = record("%s: %s", "Not Found", request.path, request=request)

    journal.RouteForPath().filter(line)

    assert SECRET not in line.getMessage()


def test_an_error_of_the_database_is_written_without_the_row_it_quotes() -> None:
    line = record("A job failed")
    error = psycopg.errors.UniqueViolation("duplicate key\nDETAIL:  Key (value)=(+96891234567) already exists.")
    try:
        raise error
    except psycopg.Error:
        line.exc_info = sys.exc_info()

    written = json.loads(journal.Line().format(line))

    assert "UniqueViolation: duplicate key" in written["exception"]
    assert "91234567" not in written["exception"]
