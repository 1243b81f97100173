"""Numbers in addresses, bounded once for all doors: no database has a row or a page beyond these.

A number too large in a path is an address that does not exist; a page too far is the furthest there may be,
which the lists then show as they show any page beyond their end.
"""

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map
from werkzeug.utils import cached_property

# What a whole number's column holds in PostgreSQL.
LARGEST = 2**31 - 1
LAST_PAGE = 10**6


class BoundedInteger(IntegerConverter):
    """`<int:number>` in a route."""

    def __init__(self, map: Map, fixed_digits: int = 0, **more: Any) -> None:  # noqa: A002
        super().__init__(map, fixed_digits, **{"max": LARGEST, **more})


class BoundedRequest(Request):
    """A request whose `?page=` is a page that a database can count to."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        given = super().args
        try:
            page = int(given.get("page", ""))
        except ValueError:
            return given
        if abs(page) <= LAST_PAGE:
            return given
        nearest = str(LAST_PAGE if page > 0 else 1)
        return ImmutableMultiDict({**given.to_dict(flat=False), "page": [nearest]})


def init_app(app: Flask) -> None:
    """Bound the numbers of this application's routes; before any is registered."""
    app.url_map.converters["int"] = BoundedInteger
    app.request_class = BoundedRequest
