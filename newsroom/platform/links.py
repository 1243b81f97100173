"""Addresses for letters, feeds and the terminal: absolute, and the same wherever they are made.

The host is the one in the settings, never the one a request claims: a forged Host header must not end up
in somebody's letter. Links inside a page are `url_for`'s business.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app

from newsroom.platform.settings import current


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of an endpoint, such as `absolute("issues.show", number=80)`.

    Works in a request, in the worker and at the terminal. `_anchor` adds a fragment. Raises
    `werkzeug.routing.BuildError` for an endpoint that does not exist.
    """
    base = urlsplit(current().base_url)
    anchor = values.pop("_anchor", None)
    urls = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    address = urls.build(endpoint, values, force_external=True)
    return address if anchor is None else f"{address}#{quote(str(anchor))}"
