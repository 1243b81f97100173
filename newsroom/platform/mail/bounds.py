"""Which messages the standard library would read for too long: asked of whatever strangers send, before it is
parsed. Pure; linear in the number of bytes.

Its reader takes the square of the length for some descriptions of parts, and works once for each line and
level of what is nested. Letters have dozens of headers and a handful of parts.
"""

from __future__ import annotations

import re
from itertools import islice

_DESCRIPTION = re.compile(
    rb"^content-(?P<what>type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_LONGEST_DESCRIPTION = 10_000
_MOST_NESTED = 50
# A hundred thousand headers, or parts, take minutes.
_MOST_HEADERS = 10_000
_MOST_DIVIDERS = 5_000
_HEADER = re.compile(rb"(?:\A|[\r\n])[!-9;-~]+:")


def takes_too_long(data: bytes) -> bool:
    """Whether a message should be left unread, for how it is built and not for its length."""
    if data.count(b"\n--") + data.count(b"\r--") > _MOST_DIVIDERS:
        return True
    if sum(1 for _ in islice(_HEADER.finditer(data), _MOST_HEADERS + 1)) > _MOST_HEADERS:
        return True
    nested_count = 0
    for found in _DESCRIPTION.finditer(data):
        if len(found[0]) > _LONGEST_DESCRIPTION:
            return True
        nested_count += b"multipart/" in found[0].lower()
    return nested_count > _MOST_NESTED
