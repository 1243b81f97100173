"""HTML that somebody pastes, from a word processor, a table or a web page, as Markdown of the article
dialect.

Job: keep every word that a reader of it sees, in order, with headings, lists, quotations, tables, links and
emphasis where Markdown has them. Words that were deleted as a tracked change, comments, hidden text and the
marks of word processors are no words of the text. Pictures are left out and counted.

Pure, and linear in the length: no tree is built, and nesting beyond what our dialect reads is flat.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from newsroom.platform.markup.writing import (
    BREAK,
    Piece,
    Place,
    Run,
    heading,
    paragraphs,
    table,
    written,
)
from newsroom.platform.tags import UNSEEN, Tag, parts
from newsroom.platform.text import clean_text

DEEPEST = 5
"""Quotations and lists inside each other beyond this stand on the deepest level."""
_MOST_TABLES = 3
# Every row is written as wide as the widest, so that one endless row would make all others endless.
_MOST_COLUMNS = 100
_LARGEST_NUMBER = 999

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside body button caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form header hgroup html legend main nav option p pre section summary".split()
)
_BOLD, _ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em", "cite", "dfn", "var"})
_STYLED = (
    frozenset({"span", "font", "a", "u", "s", "small", "big", "sub", "sup", "ins", "mark"}) | _BOLD | _ITALIC
)
_UNSEEN = UNSEEN | {"xml", "noframes"}

# What word processors write into style attributes.
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*comment|mso-special-character\s*:\s*comment"
)
_FAKE_ITEM = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d{1,2})")
_FAKE_MARKER = re.compile(r"mso-list\s*:\s*ignore")
_WEIGHT = re.compile(r"(?<![a-z-])font-weight\s*:\s*(bold|normal|[1-9]00)")
_SLANT = re.compile(r"(?<![a-z-])font-style\s*:\s*(italic|oblique|normal)")
_QUOTED = re.compile(r"\bmso(?:intense)?quote", re.IGNORECASE)
_TITLED = re.compile(r"\bmso(?:title|heading([1-9]))\b", re.IGNORECASE)

_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]?$")
_LETTERED = re.compile(r"\(?[a-zA-Z]{1,5}[.)]$|\d+(?:\.\d+)+[.)]?$")
# A dot at the beginning of a paragraph that is no list for its program.
_TYPED_BULLET = re.compile(r"[ \u00a0\t]*[\u2022\u2023\u25aa\u25e6\u00b7\u25cf\u2043][ \u00a0\t]+")
# Soft hyphens, and the private signs that symbol faces print: nobody can read them elsewhere.
_JUNK = re.compile("[\u00ad\ue000-\uf8ff\U000f0000-\U0010fffd]")


@dataclass(frozen=True)
class Pasted:
    """What became of something pasted."""

    markdown: str
    picture_count: int


def from_html(html: str) -> Pasted:
    """The Markdown for some HTML. Never raises, whatever the string."""
    page = _Page(has_title="<h1" in html.lower() or "msotitle" in html.lower())
    for part in parts(html, _UNSEEN):
        if isinstance(part, str):
            page.write(part)
        else:
            page.tag(part)
    return Pasted(clean_text(written(page.finished())), page.picture_count)


@dataclass
class _Style:
    """An element that changes how words look, until it ends."""

    name: str
    bold: bool
    italic: bool
    target: str


@dataclass
class _List:
    """A list that is open, and its item in hand."""

    group: int
    is_ordered: bool
    next_number: int = 1
    item: Place | None = None


@dataclass
class _Table:
    """A table that is open: rows of cells, each of them a row of blocks."""

    rows: list[list[list[Piece]]] = field(default_factory=list)

    def begin_cell(self) -> None:
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append([])

    def take(self, piece: Piece) -> None:
        if not self.rows or not self.rows[-1]:
            self.begin_cell()
        self.rows[-1][-1].append(piece)


@dataclass
class _Hidden:
    """Inside an element whose words are not the text's; `words` of a list's marker are kept aside."""

    name: str
    depth: int = 1
    is_marker: bool = False
    words: list[str] = field(default_factory=list)


class _Page:
    """What was read so far. Every tag costs the same, however deep it stands."""

    def __init__(self, *, has_title: bool) -> None:
        self.picture_count = 0
        self._shift = 1 if has_title else 0
        self._pieces: list[Piece] = []
        self._runs: list[Run] = []
        self._styles: list[_Style] = []
        self._named: dict[str, int] = {}
        self._containers: list[_List | Place] = []
        self._beyond = {"list": 0, "quote": 0, "table": 0}
        self._tables: list[_Table] = []
        self._fake: list[_List] = []
        self._block = ""
        self._level = 0
        self._marker = ""
        self._hidden: _Hidden | None = None
        self._deleted = 0
        self._as_typed = False
        self._count = 0

    def write(self, words: str) -> None:
        if self._hidden is not None:
            self._hidden.words.append(words)
            return
        if self._deleted:
            return
        words = _JUNK.sub("", words)
        style = self._styles[-1] if self._styles else _Style("", bold=False, italic=False, target="")
        lines = words.replace("\r\n", "\n").split("\n") if self._as_typed else [words]
        for place, line in enumerate(lines):
            if place:
                self._runs.append(Run(BREAK))
            if line:
                # A line end inside words is only a space; the run that is a line's end is its own.
                said = " " if line == BREAK else line
                self._runs.append(Run(said, style.bold, style.italic, style.target))

    def tag(self, tag: Tag) -> None:
        if self._hidden is not None:
            self._inside_hidden(tag)
        elif tag.name == "del":
            self._deleted = max(0, self._deleted + (-1 if tag.is_end else 1))
        elif handler := _HANDLERS.get(tag.name):
            handler(self, tag)

    def finished(self) -> list[Piece]:
        """All blocks."""
        self._flush()
        while self._tables:
            self._end_table()
        return self._pieces

    # Words and their looks

    def _styled(self, tag: Tag) -> None:
        if not tag.is_end:
            self._begin_style(tag)
        elif self._named.get(tag.name):
            while True:
                ended = self._styles.pop()
                self._named[ended.name] -= 1
                if ended.name == tag.name:
                    return

    def _begin_style(self, tag: Tag) -> None:
        given = tag.attributes if tag.written.strip(" /") else {}
        look = given.get("style", "").lower()
        if look and self._begins_hidden(tag, look):
            return
        last = self._styles[-1] if self._styles else _Style("", bold=False, italic=False, target="")
        bold, italic = last.bold or tag.name in _BOLD, last.italic or tag.name in _ITALIC
        if found := _WEIGHT.search(look):
            bold = found[1] == "bold" or (found[1][0].isdigit() and int(found[1]) >= 600)
        if found := _SLANT.search(look):
            italic = found[1] != "normal"
        target = given.get("href", "") if tag.name == "a" else last.target
        self._styles.append(_Style(tag.name, bold, italic, target))
        self._named[tag.name] = self._named.get(tag.name, 0) + 1

    def _begins_hidden(self, tag: Tag, look: str) -> bool:
        is_marker = _FAKE_MARKER.search(look) is not None
        if is_marker or _HIDDEN.search(look):
            self._hidden = _Hidden(tag.name, is_marker=is_marker)
            return True
        return False

    def _inside_hidden(self, tag: Tag) -> None:
        hidden = self._hidden
        assert hidden is not None
        if tag.name == hidden.name:
            hidden.depth += -1 if tag.is_end else 1
        # A paragraph ends where the next one begins, and no marker is longer than its paragraph.
        ends_by_itself = (hidden.name == "p" or hidden.is_marker) and tag.name in (
            *_BLOCKS,
            *_HEADINGS,
            "table",
            "li",
        )
        if hidden.depth > 0 and not ends_by_itself:
            return
        self._hidden = None
        if hidden.is_marker:
            self._marker = _JUNK.sub("", "".join(hidden.words)).strip(" \t\r\n\u00a0")
        if ends_by_itself:
            self.tag(tag)

    def _break(self, _tag: Tag) -> None:
        if not self._deleted:
            self._runs.append(Run(BREAK))

    def _picture(self, _tag: Tag) -> None:
        if not self._deleted:
            self.picture_count += 1

    # Blocks

    def _begin_block(self, tag: Tag) -> None:
        self._flush()
        self._as_typed = tag.name == "pre" and not tag.is_end
        if tag.is_end or not tag.written:
            return
        given = tag.attributes
        look = given.get("style", "").lower()
        if tag.name in ("p", "div") and self._begins_hidden(tag, look):
            return
        item = _FAKE_ITEM.search(look)
        if item and tag.name == "p":
            self._block, self._level = "item", int(item[1])
        named = given.get("class", "")
        if _QUOTED.search(named):
            self._block = "quote"
        elif found := _TITLED.search(named):
            self._block, self._level = "heading", int(found[1]) + self._shift if found[1] else 2

    def _heading(self, tag: Tag) -> None:
        self._flush()
        if not tag.is_end:
            self._block, self._level = "heading", _HEADINGS[tag.name] + self._shift

    def _rule(self, _tag: Tag) -> None:
        self._flush()
        self._add("rule", "* * *")

    def _flush(self) -> None:
        """End the block in hand, if it has words."""
        runs, self._runs = self._runs, []
        block, level, marker = self._block, self._level, self._marker
        self._block, self._level, self._marker = "", 0, ""
        if not any(run.words.strip(" \t\r\n\f\u00a0") for run in runs):
            return
        if block == "heading":
            if marker:
                runs = [Run(f"{marker} "), *runs]
            self._fake.clear()
            self._add("heading", heading(min(6, max(2, level)), runs))
        elif block == "item":
            self._fake_item(level, marker, runs)
        else:
            self._words(runs, marker, is_quotation=block == "quote")

    def _words(self, runs: list[Run], marker: str, *, is_quotation: bool) -> None:
        bullet = _TYPED_BULLET.match("".join(run.words for run in runs[:2]))
        if bullet and not marker:
            self._fake_item(1, "\u00b7", _without(runs, bullet.end()))
            return
        self._fake.clear()
        if marker:
            runs = [Run(f"{marker} "), *runs]
        path = self._path()
        if is_quotation and len(path) < DEEPEST:
            path = (*path, Place(self._new()))
        for words in paragraphs(runs):
            self._add("words", words, path)

    def _fake_item(self, level: int, marker: str, runs: list[Run]) -> None:
        """A paragraph that only looks like an item of a list."""
        base = self._path()
        level = max(1, min(level, len(self._fake) + 1, DEEPEST - len(base)))
        numbered = _NUMBERED.match(marker)
        del self._fake[level:]
        if len(self._fake) < level:
            self._fake.append(_List(self._new(), is_ordered=numbered is not None))
        if _LETTERED.match(marker):
            # Markdown has no letters for its items; as words they are still what the text refers to.
            runs = [Run(f"{marker} "), *runs]
        sign = f"{int(numbered[1])}. " if numbered else "- "
        self._fake[-1].item = Place(self._new(), self._fake[-1].group, sign)
        path = (*base, *(one.item for one in self._fake if one.item is not None))[:DEEPEST]
        for words in paragraphs(runs):
            self._add("words", words, path)

    # Quotations and lists

    def _quotation(self, tag: Tag) -> None:
        self._flush()
        self._fake.clear()
        if tag.is_end:
            self._leave("quote", lambda one: isinstance(one, Place))
        elif len(self._containers) < DEEPEST:
            self._containers.append(Place(self._new()))
        else:
            self._beyond["quote"] += 1

    def _list(self, tag: Tag) -> None:
        self._flush()
        self._fake.clear()
        if tag.is_end:
            self._leave("list", lambda one: isinstance(one, _List))
        elif len(self._containers) < DEEPEST:
            start = tag.attributes.get("start", "") if tag.name == "ol" else ""
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 4 else 1
            self._containers.append(_List(self._new(), tag.name == "ol", first))
        else:
            self._beyond["list"] += 1

    def _leave(self, kind: str, is_it: Callable[[_List | Place], bool]) -> None:
        if self._beyond[kind]:
            self._beyond[kind] -= 1
        elif any(map(is_it, self._containers)):
            while not is_it(self._containers.pop()):
                pass

    def _item(self, tag: Tag) -> None:
        self._flush()
        self._fake.clear()
        if tag.is_end:
            return
        here = next((one for one in reversed(self._containers) if isinstance(one, _List)), None)
        if here is None:
            here = _List(self._new(), is_ordered=False)
            if len(self._containers) >= DEEPEST:
                return
            self._containers.append(here)
        while self._containers[-1] is not here:
            self._containers.pop()
        is_numbered = here.is_ordered and here.next_number <= _LARGEST_NUMBER
        here.item = Place(self._new(), here.group, f"{here.next_number}. " if is_numbered else "- ")
        here.next_number += 1

    def _path(self) -> tuple[Place, ...]:
        steps = (one.item if isinstance(one, _List) else one for one in self._containers)
        return tuple(step for step in steps if step is not None)

    # Tables

    def _begin_table(self, tag: Tag) -> None:
        self._flush()
        self._fake.clear()
        if tag.is_end:
            if self._beyond["table"]:
                self._beyond["table"] -= 1
            elif self._tables:
                self._end_table()
        elif len(self._tables) < _MOST_TABLES:
            self._tables.append(_Table())
        else:
            self._beyond["table"] += 1

    def _row(self, tag: Tag) -> None:
        self._flush()
        if self._tables and not tag.is_end and not self._beyond["table"]:
            self._tables[-1].rows.append([])

    def _cell(self, tag: Tag) -> None:
        self._flush()
        if self._tables and not tag.is_end and not self._beyond["table"]:
            self._tables[-1].begin_cell()

    def _end_table(self) -> None:
        """A table where its cells hold words alone; what only arranges a page is its blocks, one by one."""
        done = self._tables.pop()
        rows = [row for row in done.rows if any(cell for cell in row)]
        cells = [cell for row in rows for cell in row]
        width = max((len(row) for row in rows), default=0)
        is_table = 1 < width <= _MOST_COLUMNS and all(_is_plain(cell) for cell in cells)
        if is_table:
            joined = [
                [" ".join(_on_one_line(piece.markdown) for piece in cell) for cell in row] for row in rows
            ]
            self._add("table", table(joined))
            return
        for piece in (piece for cell in cells for piece in cell):
            self._place(piece)

    # What they all need

    def _new(self) -> int:
        self._count += 1
        return self._count

    def _add(self, kind: str, markdown: str, path: tuple[Place, ...] | None = None) -> None:
        if markdown:
            self._place(Piece(kind, markdown, self._path() if path is None else path))

    def _place(self, piece: Piece) -> None:
        if self._tables:
            self._tables[-1].take(piece)
        else:
            self._pieces.append(piece)


_HANDLERS: dict[str, Callable[[_Page, Tag], None]] = {
    **dict.fromkeys(_STYLED, _Page._styled),
    **dict.fromkeys(_BLOCKS, _Page._begin_block),
    **dict.fromkeys(_HEADINGS, _Page._heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _Page._list),
    **dict.fromkeys(("td", "th"), _Page._cell),
    "img": _Page._picture,
    "li": _Page._item,
    "blockquote": _Page._quotation,
    "table": _Page._begin_table,
    "tr": _Page._row,
    "hr": _Page._rule,
    "br": _Page._break,
}


def _is_plain(cell: list[Piece]) -> bool:
    return all(piece.kind == "words" and not any(step.marker for step in piece.path[-1:]) for piece in cell)


def _on_one_line(markdown: str) -> str:
    return markdown.replace("  \n", " ").replace("\n", " ")


def _without(runs: list[Run], length: int) -> list[Run]:
    """The runs without their first characters."""
    rest = list(runs)
    while rest and length >= len(rest[0].words):
        length -= len(rest[0].words)
        rest.pop(0)
    if rest and length:
        rest[0] = Run(rest[0].words[length:], rest[0].bold, rest[0].italic, rest[0].target)
    return rest
