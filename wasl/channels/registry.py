"""Which adapter serves which channel, by dotted path."""

from functools import lru_cache
from importlib import import_module

from wasl.channels.contract import Adapter

_paths: dict[str, str] = {
    "email": "wasl.channels.email.adapter.EmailAdapter",
    "sms": "wasl.channels.sms.adapter.SmsAdapter",
}


class NoSuchChannel(LookupError):
    """No adapter is registered under this name."""


def register(channel: str, path: str) -> None:
    """Let `path` ("package.module.Class") serve the channel from now on."""
    _paths[channel] = path
    adapter.cache_clear()


def channels() -> list[str]:
    """The names of all channels that have an adapter."""
    return sorted(_paths)


@lru_cache
def adapter(channel: str) -> Adapter:
    """The adapter of a channel. Raises NoSuchChannel."""
    if channel not in _paths:
        raise NoSuchChannel(channel)
    module, _, name = _paths[channel].rpartition(".")
    found: Adapter = getattr(import_module(module), name)()
    return found
