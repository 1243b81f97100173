"""The text of a letter as HTML, its addresses as links that can be followed.

Pure. It is for letters that lie in the outbox and are read on a page; what mail programs do is their own
business.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
# What stands behind an address in a sentence and does not belong to it.
_AFTER = re.compile(r"[.,;:!?)\]]+$")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def with_links(text: str) -> Markup:
    """Plain text, escaped, each web address in it a link that opens beside the page."""
    pieces: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = _AFTER.sub("", found[0])
        pieces += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return Markup("").join([*pieces, escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(address)


def opening_beside(html: str) -> str:
    """A letter's HTML whose links open beside the frame that it is shown in: inside it they could not."""
    return _HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', html, count=1)
