"""Which addresses a text may lead to or load. Decides by an allow-list; knows nothing of what is at them."""

import re
from urllib.parse import quote

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_ENCRYPTED = re.compile(r"https://[^\s/?#]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\\\\]")
# What RFC 3986 (section 2) lets no address hold as it is, and a per cent sign that encodes nothing.
_NEVER_BARE = re.compile(r"""[\s"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})""")


def kept_target(typed: str) -> str:
    """The address when a link may lead there, else "".

    Allowed are http, https and mailto, and places of this site: ``/path`` and ``#part``. A host may not be
    smuggled in as ``//host`` or behind a backslash, and an address with invisible characters is never
    followed.
    """
    if _UNSEEN.search(typed):
        return ""
    if _WEB.match(typed) or _MAIL.match(typed):
        return typed
    return typed if _is_own_path(typed) or re.match(r"#[^\s]", typed) else ""


def kept_picture(typed: str) -> str:
    """The address when a picture may be loaded from it, else "": https and ``/path`` of this site.

    Never http: whoever stands between sees who reads which letter when, and may put another picture there.
    """
    if _UNSEEN.search(typed):
        return ""
    return typed if _ENCRYPTED.match(typed) or _is_own_path(typed) else ""


def _is_own_path(typed: str) -> bool:
    return typed.startswith("/") and not typed.startswith("//") and not _SCHEME.match(typed)


def absolute(target: str, base_url: str | None) -> str:
    """The target as a full address when it is a path of this site and ``base_url`` says where the site is.

    Either way it is encoded as far as an address must be (`encoded`).
    """
    return encoded(base_url.rstrip("/") + target if base_url and target.startswith("/") else target)


def encoded(target: str) -> str:
    """The address, percent-encoded where it must be; what is encoded already stays as it is."""
    return _NEVER_BARE.sub(lambda found: quote(found[0], safe=""), target)


def without_scheme(address: str) -> str:
    """How people write an address: without ``https://``, ``mailto:`` and a closing slash, in lower case."""
    return re.sub(r"^(?:https?://|mailto:)", "", address.strip(), flags=re.IGNORECASE).rstrip("/").lower()
