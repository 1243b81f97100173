"""The words of a mail in HTML, as text: paragraphs, lines, list items, and quotations with `> ` before them.

Pure, and takes time in proportion to the length, whatever the HTML is: the parsers at hand take the square of
it on deeply nested or never closed tags, which anybody may send. It is no renderer: what cannot be read by a
person (styles, scripts, comments) is left out, everything else is kept as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# A tag ends at the first bracket: no mail program writes one into an attribute.
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = frozenset({"head", "script", "style", "title", "template"})
_PARAGRAPHS = frozenset({"p", "ul", "ol", "table", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "center"})


def text_of(html: str) -> str:
    """What a reader of this HTML sees, as text."""
    page = _Page()
    for name, is_end, words in _parts(html):
        if words:
            page.write(words)
        elif name:
            page.tag(name, is_end=is_end)
    return page.text()


def _parts(html: str) -> Iterator[tuple[str, bool, str]]:
    """Tags (name, whether it ends something, nothing) and words (nothing, False, the words), in order."""
    lower = html.lower()
    place = 0
    while place < len(html):
        opening = html.find("<", place)
        if opening < 0:
            yield "", False, unescape(html[place:])
            return
        if opening > place:
            yield "", False, unescape(html[place:opening])
        place = opening
        if html.startswith(("<!", "<?"), place):
            place = _after(html, "-->" if html.startswith("<!--", place) else ">", place + 2)
            continue
        tag = _TAG.match(html, place)
        if tag is None:
            yield "", False, "<"
            place += 1
            continue
        name = tag["name"].lower()
        place = tag.end()
        if name in _UNSEEN and not tag["close"]:
            place = _after(lower, f"</{name}", place)
            place = _after(html, ">", place)
            continue
        yield name, bool(tag["close"]), ""


def _after(html: str, mark: str, place: int) -> int:
    """Behind the next `mark`; at the end when there is none, as a browser reads it."""
    found = html.find(mark, place)
    return len(html) if found < 0 else found + len(mark)


class _Page:
    """The lines so far, each with the depth of quotation it stands in."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._depth = 0
        self._as_typed = False

    def write(self, words: str) -> None:
        if not self._as_typed:
            self._line.append(words)
            return
        first, *others = words.replace("\r\n", "\n").split("\n")
        self._line.append(first)
        for line in others:
            self._end_line()
            self._line.append(line)

    def tag(self, name: str, *, is_end: bool) -> None:
        if name == "br":
            self._end_line()
        elif name == "blockquote":
            self._begin_paragraph()
            self._depth = max(0, self._depth - 1) if is_end else self._depth + 1
        elif name in _PARAGRAPHS:
            self._begin_paragraph()
            self._as_typed = name == "pre" and not is_end
        elif name in _LINES:
            self._begin_line()
            if name == "li" and not is_end:
                self._line.append("- ")
        elif name in ("td", "th") and self._line:
            self._line.append(" ")

    def text(self) -> str:
        self._begin_line()
        # A tower of quotations says nothing more than a few of them, and would grow the text by its height.
        marked = (f"{'> ' * min(depth, 5)}{line}".rstrip() for depth, line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(marked)).strip("\n")

    def _begin_paragraph(self) -> None:
        self._begin_line()
        if self._lines and self._lines[-1][1]:
            self._lines.append((self._depth, ""))

    def _begin_line(self) -> None:
        if "".join(self._line).strip(" \t\r\n\f"):
            self._end_line()
        else:
            self._line.clear()

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line.clear()
        if not self._as_typed:
            line = _SPACE.sub(" ", line).strip(" ")
        self._lines.append((self._depth, line))
