"""Advertising lines that a story quotes: by them a firm is found as surely as by its name.

Pure. Only quoted words beside a poster, an advert or a slogan; the lines of known firms are searched by
`house`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.found import Find

_QUOTED = re.compile(r"[“\"‘](?P<it>[^“”\"\n]{6,80})[”\"’]")
_CUE = (
    r"(?:slogan|motto|tagline|strapline|poster|advert|advertisement|brochure|flyer|leaflet|billboard|"
    r"banner|jingle)s?\b"
)
_BEFORE = re.compile(_CUE + r"[^.\n]{0,30}$", re.IGNORECASE)
_AFTER = re.compile(
    r"[^.\n]{0,20}?\b(?:say|says|said|promises|was|is)?[ ]?(?:the|their|every|on)[ ](?:\w+[ ])?" + _CUE,
    re.IGNORECASE,
)


def slogans(text: str) -> Iterator[Find]:
    """Quoted lines that are said to stand on a poster, in an advert or over a counter."""
    for match in _QUOTED.finditer(text):
        before, after = text[max(match.start() - 60, 0) : match.start()], text[match.end() : match.end() + 60]
        if _BEFORE.search(before) or _AFTER.match(after):
            yield Find(*match.span("it"), "slogan", "is quoted as advertising", 0.6)
