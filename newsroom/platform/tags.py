"""HTML cut into tags and words, in time in proportion to its length, whatever it is.

Pure. It builds no tree: the parsers at hand take the square of the length on deeply nested or never closed
tags, which anybody may paste or send. Comments, declarations and what no person reads (scripts, styles) are
left out; what looks like a tag and is none is words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape

UNSEEN = frozenset({"script", "style", "title", "template"})
"""Elements that hold no words for people."""

_NAME = re.compile(r"</?(?P<name>[a-zA-Z][^\s/<>\"']*)")
# Never steps back, so that a tag that is never closed costs one look and no more.
_ATTRIBUTES = re.compile(r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")
_ATTRIBUTES_WITHOUT_QUOTES = re.compile(r"[^<>]*+")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z0-9:_-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its name in lower case, whether it ends an element, and its attributes as they were written."""

    name: str
    is_end: bool
    written: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes by their names in lower case; of two of one name the first counts."""
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.written):
            found.setdefault(name.lower(), unescape(double or single or bare))
        return found


def parts(html: str, unseen: Collection[str] = UNSEEN) -> Iterator[Tag | str]:
    """Tags and words in their order; the words as they are read, with every reference resolved."""
    lower = html.lower() if len(html.lower()) == len(html) else html
    quoted, wasted = _ATTRIBUTES, 0
    words: list[str] = []
    place = 0
    while (opening := html.find("<", place)) >= 0:
        words.append(html[place:opening])
        place = opening
        if html.startswith(("<!", "<?"), place):
            place = _after(html, "-->" if html.startswith("<!--", place) else ">", place + 2)
            continue
        named = _NAME.match(html, place)
        attributes = quoted.match(html, named.end()) if named else None
        end = attributes.end() if attributes else place
        if named is None or attributes is None or not html.startswith(">", end):
            wasted += end - place
            if wasted > len(html):
                # Quotation marks that pair with everything: from here on a tag ends at the first bracket.
                quoted = _ATTRIBUTES_WITHOUT_QUOTES
            words.append("<")
            place += 1
            continue
        tag = Tag(named["name"].lower(), html.startswith("</", place), attributes[0])
        place = end + 1
        if tag.name in unseen and not tag.is_end:
            place = _after(html, ">", _after(lower, f"</{tag.name}", place))
            continue
        if said := "".join(words):
            yield unescape(said)
        # Also when there was nothing: of many tags in a row, each would join all the nothing before it.
        words.clear()
        yield tag
    if said := "".join([*words, html[place:]]):
        yield unescape(said)


def _after(html: str, mark: str, place: int) -> int:
    """Behind the next `mark`; at the end when there is none, as a browser reads it."""
    found = html.find(mark, place)
    return len(html) if found < 0 else found + len(mark)
