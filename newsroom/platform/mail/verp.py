"""Return paths that name the delivery they belong to (VERP), signed so that nobody can invent one.

Pure.  `bounce+<token>.<signature>@domain`: all lower-case letters, digits and hyphens, since some servers
change the case of what they send back; at most 64 bytes before the @ (RFC 5321 4.5.3.1.1).

It will not read bounces nor know what a token stands for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

LONGEST_TOKEN = 40
"""Characters that a token may have: 64, less the prefix, the dot and the signature."""

_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOCAL_PART = re.compile(r"bounce\+(?P<token>[a-z0-9-]{1,40})\.(?P<signature>[a-z2-7]{16})")


def make(token: str, domain: str, secret: str) -> str:
    """Give the return path for a token of lower-case letters, digits and single hyphens (at most 40)."""
    if not _TOKEN.fullmatch(token) or len(token) > LONGEST_TOKEN:
        raise ValueError(f"{token!r} cannot stand in a return path: use a-z, 0-9 and hyphens, at most 40.")
    return f"bounce+{token}.{_signature(token, secret)}@{domain}"


def parse(address: str, secret: str, domain: str | None = None) -> str | None:
    """Give the token of a genuine return path, else None.  Angle brackets and upper case do not matter.

    With `domain` given, an address at another domain is not ours.
    """
    local, _, host = address.strip().removeprefix("<").removesuffix(">").lower().rpartition("@")
    found = _LOCAL_PART.fullmatch(local)
    if found is None or (domain is not None and host != domain.lower()):
        return None
    token = found["token"]
    genuine = hmac.compare_digest(found["signature"], _signature(token, secret))
    return token if genuine else None


def _signature(token: str, secret: str) -> str:
    """80 bits: enough against guessing, when each guess costs a message sent to us."""
    key = b"newsroom.verp:" + secret.encode("utf-8")
    digest = hmac.new(key, token.encode("ascii"), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()
