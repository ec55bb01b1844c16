"""Addresses that are kept are those Django would work out anew."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix

from wasl.web.addresses import address

NAME = "web:language"


def test_an_address_is_that_of_its_name_wherever_the_house_begins() -> None:
    plain, before = reverse(NAME), get_script_prefix()
    try:
        set_script_prefix("/care/")
        assert address(NAME) == reverse(NAME) != plain
    finally:
        set_script_prefix(before)
    assert address(NAME) == plain


def test_a_template_writes_it_with_and_without_a_name() -> None:
    told = Template(f'{{% load wasl %}}{{% url "{NAME}" %}}|{{% url "{NAME}" as x %}}{{{{ x }}}}|{{% url name %}}')

    assert told.render(Context({"name": NAME})) == "|".join([reverse(NAME)] * 3)


def test_an_unknown_name_is_an_error_each_time() -> None:
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            address("web:nowhere")
