"""The door at which everybody fetches downloads: one address a download, whatever file it has today.

What is sent is taken, never shown: a browser saves it and opens nothing here. It reads no session.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, send_file

from newsroom.library import folder, queries, things

bp = Blueprint("library", __name__)

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 160
_FIVE_MINUTES = 300
# Whatever a browser makes of it after all, it may run, load and frame nothing.
_POLICY = "default-src 'none'; sandbox"


@bp.get("/downloads/<slug>")
def download(slug: str) -> Response:
    """One file, to be saved."""
    is_one = len(slug) <= _LONGEST_SLUG and _SLUG.fullmatch(slug)
    found = queries.download_called(slug) if is_one else None
    path = folder.path_of(found.offered.file) if found else None
    if found is None or path is None:
        abort(404, "There is nothing to download here. It may have been deleted.")
    file = found.offered.file
    response = send_file(
        path,
        mimetype=found.type.media_type,
        as_attachment=True,
        download_name=things.name_to_take(found.slug, file),
        conditional=True,
        etag=file.partition(".")[0],
        max_age=_FIVE_MINUTES,
    )
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
