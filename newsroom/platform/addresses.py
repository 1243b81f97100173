"""E-mail addresses: whether a text is one, how it is written, and how two are compared.

Pure: it looks nothing up, so an address that passes may still belong to nobody. International domains and
local parts (RFC 6531) are welcome; display names, quoted local parts and bare domains are not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

import idna
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LONGEST: Final = 254
"""RFC 5321 4.5.3.1.3: a path has 256 octets, two of them angle brackets."""

# Nearly all addresses are as plain as this, and need no library. Whatever is not matched here gets the full
# check, so that the expressions may be as narrow as they like.
_PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_-]+(?:[.+][A-Za-z0-9_-]+)*")
_PLAIN_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?P<top>[a-z]{2,24})")
# A list of a million has few domains but the large ones; it is not worth much memory to know the others.
_DOMAINS_REMEMBERED: Final = 1024
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 253
_SPECIAL: Final = tuple(SPECIAL_USE_DOMAIN_NAMES)


class NoAddress(ValueError):
    """The text is no e-mail address. Its own text is a sentence for whoever typed it."""


class Address(NamedTuple):
    """`email` is what is written to; two addresses are the same when their `key` is."""

    email: str
    key: str


def parse(text: str) -> Address:
    """Read one address; white space around it does not count.

    The domain becomes lower case, in Unicode for `email` and in ASCII for `key`; the local part keeps its
    case in `email` and loses it in `key`, because no server of today tells `Ana` from `ana`.
    Raises `NoAddress`.
    """
    typed = text.strip()
    return _plain(typed) or _checked(typed)


def mailbox(email: str) -> tuple[str, str]:
    """The local part and the domain by which an address is counted: without capitals, dots and `+tag`.

    For counting alone: no letter goes there.
    """
    local, _, domain = email.lower().replace(".", "").rpartition("@")
    return local.partition("+")[0] or local, domain


def masked(email: str) -> str:
    """The address for eyes that need to recognise it, not to use it: `rh…@reader.example`."""
    local, _, domain = email.rpartition("@")
    return f"{local[: 2 if len(local) > 3 else 1]}…@{domain}"


def _plain(typed: str) -> Address | None:
    """A plain address as `_checked` would read it; None for any other text, which need not be wrong."""
    if len(typed) > LONGEST:
        return None
    local, _, domain = typed.partition("@")
    domain = _plain_domain(domain)
    if not domain or len(local) > _LONGEST_LOCAL or _PLAIN_LOCAL.fullmatch(local) is None:
        return None
    return Address(f"{local}@{domain}", f"{local.lower()}@{domain}")


def _checked(typed: str) -> Address:
    """The full check, by a library that knows the standards. Raises `NoAddress`."""
    if not typed:
        raise NoAddress("Write an e-mail address, such as name@domain.example.")
    if len(typed) > LONGEST:
        raise NoAddress(f"An e-mail address has at most {LONGEST} characters; this one has {len(typed):,}.")
    try:
        found = validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        raise NoAddress(_sentence(typed)) from None
    if len(found.local_part.encode("utf-8")) > _LONGEST_LOCAL:
        raise NoAddress(f"Before the @ an e-mail address has at most {_LONGEST_LOCAL} characters.")
    domain = found.ascii_domain or idna.encode(found.domain, uts46=True).decode("ascii")
    key = f"{found.local_part.casefold()}@{domain.lower()}"
    if max(len(key), len(found.normalized)) > LONGEST:
        raise NoAddress(f"An e-mail address has at most {LONGEST} characters.")
    return Address(found.normalized, key)


@lru_cache(_DOMAINS_REMEMBERED)
def _plain_domain(typed: str) -> str:
    """The domain in lower case when it needs no full check, or else nothing."""
    domain = typed.lower() if typed.isascii() else ""
    found = _PLAIN_DOMAIN.fullmatch(domain)
    if found is None or len(domain) > _LONGEST_DOMAIN:
        return ""
    # The third and fourth sign of a label mark an encoding (RFC 5891 4.2.3.1), which wants the full check.
    if "--" in domain or found["top"] in _SPECIAL:
        return ""
    return "" if domain.endswith(_SPECIAL_ENDS) else domain


_SPECIAL_ENDS: Final = tuple(f".{name}" for name in _SPECIAL)


# The commonest slips, each with what to do about it. The first one that is found is told.
_SLIPS: Final = (
    (
        re.compile(r"[^@]*"),
        "That is no e-mail address yet: it needs an @ with a name before it and a domain after it.",
    ),
    (re.compile(r".*[ \t,;<>].*"), "Write one address only, without spaces, commas or angle brackets."),
    (re.compile(r".*@.*@.*"), "An e-mail address has one @ only: take the others out."),
    (
        re.compile(r"@.*"),
        "The name before the @ is missing: write the whole address, such as name@domain.example.",
    ),
    (
        re.compile(r".*@"),
        "The domain after the @ is missing: write the whole address, such as name@domain.example.",
    ),
    (
        re.compile(r"\..*|.*\.\..*|.*\.@.*|.*@\..*|.*\."),
        "Look at the dots: each stands by itself between two other signs.",
    ),
    (re.compile(r".*@\[.*"), "After the @ write the name of a domain, not a number in brackets."),
    (re.compile(r".*@[^.]*"), "After the @ write the whole domain with its ending, such as domain.example."),
    (
        re.compile(r".*[@.]-.*|.*@.*-\..*|.*@.*-"),
        "Look at the hyphens: after the @ each stands between letters or digits.",
    ),
    (
        re.compile(r"[^@]*[\"()\[\]:\\].*"),
        "Write what stands before the @ without quotation marks, brackets, colons or backslashes.",
    ),
    (re.compile(r".*@.*[^\w.-].*|.*@.*_.*"), "After the @ use letters, digits, dots and hyphens only."),
)
_NO_DOMAIN: Final = "Check what stands after the @: no mail is delivered to a domain of that kind."
_UNSEEN: Final = "There is a sign in it that cannot be seen: type the address by hand instead of pasting it."


def _sentence(typed: str) -> str:
    """What to do about a text that is no address. The library's own reasons are for programmers."""
    if any(not sign.isprintable() and sign not in "\t\r\n" for sign in typed):
        return _UNSEEN
    in_one_line = " ".join(typed.splitlines())
    return next((told for slip, told in _SLIPS if slip.fullmatch(in_one_line)), _NO_DOMAIN)
