"""The door at which everybody fetches pictures: from letters, from the web, from feeds.

An address always gives the same bytes, so whoever has them never asks again. It reads no session, no table
and nothing but the folder of pictures.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, send_file

from newsroom.pictures import folder, rules

bp = Blueprint("pictures", __name__)

_FOREVER = 365 * 24 * 60 * 60
# It is a picture and nothing else, whatever it is opened as.
_POLICY = "default-src 'none'; img-src 'self'; sandbox"


@bp.get("/media/<name>")
def media(name: str) -> Response:
    """One picture."""
    path = folder.path_of(name)
    if path is None:
        abort(404, "There is no such picture. It may have been deleted because nothing showed it any more.")
    kind = rules.TYPES[name.rpartition(".")[2]]
    response = send_file(path, mimetype=kind, conditional=True, etag=name, max_age=_FOREVER)
    response.cache_control.immutable = True
    response.headers["Content-Security-Policy"] = _POLICY
    # Mail programs on the web and readers of feeds show it on pages of their own.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
