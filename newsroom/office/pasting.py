"""The door that makes Markdown of what somebody pastes; every form of the desk with a long text may send it
there.

It stores nothing, and shows nothing but what was sent; so it is open to everybody who writes at the desk,
to who edits standing blocks as well.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, needs
from newsroom.platform.markup.from_html import from_html
from newsroom.platform.web.room import make_room

bp = Blueprint("pasting", __name__, url_prefix="/desk")
# What a word processor brings for a book's chapter; sent as it is, not percent-encoded.
make_room(bp, "paste")


@bp.post("/paste")
@needs(Permission.ENTER)
def paste() -> ResponseReturnValue:
    """Markdown for the field `html`, and a sentence about what could not come along."""
    pasted = from_html(request.form.get("html", ""))
    return jsonify(markdown=pasted.markdown, said=_said(pasted.picture_count))


def _said(picture_count: int) -> str:
    if not picture_count:
        return ""
    were = "One picture was" if picture_count == 1 else f"{picture_count:,} pictures were"
    them = "it" if picture_count == 1 else "them"
    return f"{were} left out: upload {them} at Desk, Pictures, and copy the line that shows {them} in here."
