"""The words of a mail in HTML, as text: paragraphs, lines, list items, and quotations with `> ` before them.

Pure, and takes time in proportion to the length, whatever the HTML is: the parsers at hand take the square of
it on deeply nested or never closed tags, which anybody may send. It is no renderer: what cannot be read by a
person (styles, scripts, comments) is left out, everything else is kept as words.
"""

from __future__ import annotations

import re

from newsroom.platform.tags import UNSEEN, parts

_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = UNSEEN | {"head"}
_PARAGRAPHS = frozenset({"p", "ul", "ol", "table", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "center"})


def text_of(html: str) -> str:
    """What a reader of this HTML sees, as text."""
    page = _Page()
    for part in parts(html, _UNSEEN):
        if isinstance(part, str):
            page.write(part)
        else:
            page.tag(part.name, is_end=part.is_end)
    return page.text()


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
