"""The address a request really comes from: what a proxy says counts only when the proxy is one of ours."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's address, for limits and the audit; X-Forwarded-For is read from trusted proxies only."""
    nearest = request.META.get("REMOTE_ADDR", "")
    return forwarded_address(nearest, request.headers.get("X-Forwarded-For", ""), tuple(settings.WASL_TRUSTED_PROXIES))


def forwarded_address(nearest: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    """Walk back from the nearest hop while hops are trusted; the first stranger is the client."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    client = nearest
    while hops and is_trusted(client, trusted):
        client = _without_port(hops.pop())
    return client if _parsed(client) is not None else nearest


def is_trusted(host: str, trusted: tuple[str, ...]) -> bool:
    """Whether an address belongs to one of the trusted networks; a unix socket has no address and is ours."""
    if host in ("", "unix"):
        return bool(trusted)
    parsed = _parsed(host)
    return parsed is not None and any(parsed in network for network in _networks(trusted))


@lru_cache
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one, strict=False) for one in trusted)


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
