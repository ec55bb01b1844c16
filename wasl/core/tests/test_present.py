"""Language and time zone of what runs now, kept by ourselves and asked by Django."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.urls import base as urls
from django.utils import timezone, translation
from django.utils.translation import trans_real

from wasl.core.present import Present, install

MUSCAT, TOKYO = ZoneInfo("Asia/Muscat"), ZoneInfo("Asia/Tokyo")


def test_django_asks_us() -> None:
    assert isinstance(trans_real._active, Present)
    assert isinstance(timezone._active, Present)
    assert isinstance(urls._prefixes, Present)
    assert isinstance(urls._urlconfs, Present)


def test_addresses_begin_where_the_request_does() -> None:
    before = urls.get_script_prefix()
    try:
        urls.set_script_prefix("/care/")
        assert urls.get_script_prefix() == "/care/"
        urls.clear_script_prefix()
        assert urls.get_script_prefix() == "/"
        urls.set_urlconf("wasl.config.urls")
        assert urls.get_urlconf() == "wasl.config.urls"
        urls.set_urlconf(None)
        assert urls.get_urlconf() is None
    finally:
        urls.set_script_prefix(before)


def test_what_was_chosen_comes_back_after_what_was_chosen_within() -> None:
    with translation.override("en"), timezone.override(TOKYO):
        with translation.override("ar"), timezone.override(MUSCAT):
            assert (translation.get_language(), timezone.get_current_timezone()) == ("ar", MUSCAT)
        assert (translation.get_language(), timezone.get_current_timezone()) == ("en", TOKYO)
        with translation.override(None):
            assert translation.get_language() is None
        assert translation.get_language() == "en"


def test_what_was_taken_back_is_the_houses_own_again() -> None:
    with translation.override("en"), timezone.override(TOKYO):
        translation.deactivate()
        timezone.deactivate()
        assert translation.get_language() == "ar"
        assert timezone.get_current_timezone() == timezone.get_default_timezone()


def test_a_thread_begins_with_nothing_and_leaves_nothing_behind() -> None:
    def inside() -> tuple[str | None, str | None]:
        before = translation.get_language()
        translation.activate("en")
        return before, translation.get_language()

    with translation.override("ar"), ThreadPoolExecutor(1) as pool:
        translation.activate("ar")
        first = pool.submit(inside).result()
        assert translation.get_language() == "ar"
    assert first[1] == "en"


def test_work_handed_to_a_thread_keeps_the_language_of_its_task() -> None:
    async def page(language: str) -> str | None:
        with translation.override(language):
            await asyncio.sleep(0)
            return await sync_to_async(translation.get_language)()

    async def both() -> list[str | None]:
        return list(await asyncio.gather(page("en"), page("ar"), page("en")))

    assert async_to_sync(both)() == ["en", "ar", "en"]


def test_installing_again_keeps_what_is_chosen() -> None:
    with translation.override("en"):
        install()
        assert translation.get_language() == "en"


def test_what_is_unset_is_no_attribute() -> None:
    kept = Present("test_present")

    assert not hasattr(kept, "value")
    kept.value = 1
    assert kept.value == 1
    del kept.value
    with pytest.raises(AttributeError):
        _ = kept.value
