"""How often one visitor may do what costs something. A door says its own limit: `@limiter.limit("5/hour")`.

Counts live in this process's memory: they are for one process with threads, and begin anew with it.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Flask
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse_many

_PREFIXES = {4: (32, 24, 16), 6: (64, 48, 32)}


def network() -> str:
    """The network a request came from: an IPv4 address, or the /64 that one IPv6 customer has to themselves
    (RFC 6177), who could otherwise be somebody else with each request."""
    return networks()[0]


def networks() -> tuple[str, str, str]:
    """The network a request came from, its neighbourhood and its provider, the smallest first.

    A neighbourhood is what one customer may rent by the dozen: an IPv4 /24, an IPv6 /48. A provider is as
    much as one of them is given: a /16, a /32. What is no address stands for all three.
    """
    address = get_remote_address()
    try:
        number: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return (address,) * 3
    if isinstance(number, IPv6Address) and number.ipv4_mapped is not None:
        number = number.ipv4_mapped
    own, neighbourhood, provider = (
        str(ip_network((number, prefix), strict=False)) for prefix in _PREFIXES[number.version]
    )
    return own.removesuffix("/32") if number.version == 4 else own, neighbourhood, provider


limiter = Limiter(key_func=network, default_limits=[])


def init_app(app: Flask) -> None:
    """Count for this application, unless the settings switched limits off."""
    limiter.init_app(app)


def is_too_often(name: str, limit: str) -> bool:
    """Count one thing that a network did, for what no door stands before; whether it was one too many.

    `limit` is written as for a door, `60 per 15 minutes`.
    """
    try:
        with limiter.shared_limit(limit, scope=name):
            return False
    except RateLimitExceeded:
        return True


class Tally:
    """Counts what happened so often for a key, and counts it first: of a hundred requests that come at once,
    no more pass than may. What turns out not to count is given back.

    `limit` is written as for a door, `10 per 10 minutes;60 per day`; the longest window comes last.
    """

    def __init__(self, name: str, limit: str) -> None:
        self._name = name
        self._windows = parse_many(limit)

    def take(self, key: str) -> bool:
        """Count one; False, and nothing counted, when it would be one too many."""
        if not limiter.enabled:
            return True
        taken: list[RateLimitItem] = []
        for window in self._windows:
            taken.append(window)
            if not limiter.limiter.hit(window, self._name, key):
                self._release(taken, key)
                return False
        return True

    def give_back(self, key: str) -> None:
        """Count one less, because it was none."""
        if limiter.enabled:
            self._release(self._windows, key)

    def taken(self, key: str) -> int:
        """How many were counted in the longest window."""
        window = self._windows[-1]
        return window.amount - limiter.limiter.get_window_stats(window, self._name, key).remaining

    def _release(self, windows: list[RateLimitItem], key: str) -> None:
        for window in windows:
            limiter.storage.incr(window.key_for(self._name, key), window.get_expiry(), amount=-1)
