"""What happens to a message on its way, and must be noticed by whoever checks its signature."""

from __future__ import annotations

import re
from collections.abc import Callable

WAYS: dict[str, Callable[[bytes], bytes]] = {
    "a letter of the body": lambda raw: raw[:-200] + raw[-200:].replace(b"a", b"e").replace(b"=", b"-"),
    "the subject": lambda raw: re.sub(rb"(?im)^Subject: ", b"Subject: Re: ", raw, count=1),
    "the way out": lambda raw: re.sub(rb"(?im)^(List-Unsubscribe: ?\s*<)", rb"\1x", raw, count=1),
    "a second From": lambda raw: raw.replace(b"\r\n\r\n", b"\r\nFrom: eve@elsewhere.example\r\n\r\n", 1),
}
"""By what was changed. A message that lacks the thing stays as it is, and is not to be asked about."""


def copies(raw: bytes) -> dict[str, bytes]:
    """The tampered copies of a message, each really different."""
    made = {what: change(raw) for what, change in WAYS.items()}
    return {what: copy for what, copy in made.items() if copy != raw}
