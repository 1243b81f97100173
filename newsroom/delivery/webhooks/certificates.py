"""Fetches the certificate that a message names, and keeps it: there is a new one about once a year.

Which address may be asked is decided before. What is fetched is small, in a few seconds, without redirection;
a stranger who invents certificates makes us ask no more than a few times a minute.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import urllib3

from newsroom.delivery.webhooks.posted import NotNow

Fetch = Callable[[str], bytes]

_SECONDS = 5.0
_MOST_BYTES = 20_000
_MOST_KEPT = 8
_MOST_A_MINUTE = 10

_kept: dict[str, bytes] = {}
_asked_at: deque[float] = deque(maxlen=_MOST_A_MINUTE)
_lock = threading.Lock()


def fetched(address: str) -> bytes:
    """The certificate at an https address, in PEM. Raises NotNow where it cannot be had."""
    known = _kept.get(address)
    if known is not None:
        return known
    _count()
    found = _get(address)
    with _lock:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[address] = found
    return found


def _count() -> None:
    now = time.monotonic()
    with _lock:
        if len(_asked_at) == _MOST_A_MINUTE and now - _asked_at[0] < 60:
            raise NotNow("Too many certificates were asked for; try again in a minute.")
        _asked_at.append(now)


def _get(address: str) -> bytes:
    try:
        with urllib3.PoolManager() as pool:
            answer = pool.request(
                "GET", address, timeout=_SECONDS, retries=False, redirect=False, preload_content=False
            )
            data = answer.read(_MOST_BYTES + 1)
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError):
        raise NotNow("The certificate could not be fetched; try again.") from None
    if answer.status != 200 or len(data) > _MOST_BYTES:
        raise NotNow("The certificate could not be fetched; try again.")
    return data
