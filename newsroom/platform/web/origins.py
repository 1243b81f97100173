"""Where a request came from, by the browser's own word: from a page of ours, or from somebody else's.

Browsers say it in headers that no page can change (Fetch Metadata; RFC 6454 for Origin). It decides nothing
about who may do what.
"""

from urllib.parse import urlsplit

from flask import request

from newsroom.platform.settings import current


def own_origins() -> set[str]:
    """Scheme and host of this site, as the settings say it and as it was asked for."""
    return {_origin(current().base_url), _origin(request.url_root)}


def is_from_our_own_page() -> bool:
    """Whether the browser says that a page of ours sent this. Who says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or _origin(request.headers.get("Referer", ""))
    return origin in own_origins()


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
