"""The grammar of lines: where a heading, quotation, list or table begins, and how a list falls into items.

Pure functions over strings; they build no tree. The reader (blocks) and the Editor's note (source of its
items) use the same grammar, so they never disagree about what an item is.

Where this differs from Python-Markdown's own rules, it is so that no word gets lost and no prose is taken for
mark-up: ``#59`` and ``1986. A great year.`` are sentences, a list item keeps the number that was typed, and a
definition of a link is a line of words.
"""

import re
from dataclasses import dataclass

from newsroom.platform.markup.blocks import Dialect

_HEADING = re.compile(r" *(?P<signs>#{1,6}) ++(?P<words>.*[^\s#].*)")
_RULE = re.compile(r" *([-*_])(?: *\1){2,} *")
_QUOTE = re.compile(r" *>")
_BULLET = re.compile(r"(?P<indent> *)(?P<marker>[-*+]) +(?=\S)")
_NUMBER = re.compile(r"(?P<indent> *)(?P<marker>(?P<number>[0-9]{1,3})[.)]) +(?=\S)")
_LABEL = re.compile(r" *(?:\*\*(?=\S)[^*\n]{1,60}(?::\*\*|\*\*:)|__(?=\S)[^_\n]{1,60}(?::__|__:))(?= |$)")
_SEPARATOR_CELL = re.compile(r" *:?-+:? *")
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that are one block: ``kind`` is heading, rule, quote, list, table or words."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item of a list as written, without marker and indentation; ``number`` is None for a bullet."""

    source: str
    number: int | None
    is_loose: bool


def chunks(text: str) -> list[str]:
    """What blank lines divide, without those lines."""
    return [chunk for chunk in re.split(r"\n(?: *\n)+", text.strip("\n")) if chunk.strip()]


def pieces(source: str, dialect: Dialect) -> list[Piece]:
    """The blocks of lines without a blank line between them. One pass; linear in the number of lines."""
    lines = source.split("\n")
    found: list[tuple[str, list[str]]] = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        kind = found[-1][0] if found else ""
        begins = _what_begins(line, following, kind, found[-1][1] if found else [], dialect)
        if begins:
            found.append((begins, [line]))
        else:
            found[-1][1].append(line)
    return [Piece(kind, tuple(lines)) for kind, lines in found]


def _what_begins(line: str, following: str, kind: str, current: list[str], dialect: Dialect) -> str:
    """The kind of block that begins on this line, or "" when the line goes on with the current one."""
    if kind == "list" and indent_of(line) >= indent_of(current[0]) + 2:
        return ""
    if kind == "table" and dialect is Dialect.ARTICLE:
        # The separator is the second line; after it each line with a cell border is a row.
        return "" if len(current) == 1 or "|" in line else _what_begins(line, following, "", [], dialect)
    begins = kind_of(line, following, dialect)
    is_next_item = begins == kind == "list" and _is_numbered(line) == _is_numbered(current[0])
    if is_next_item or begins == kind == "quote":
        return ""
    if begins == "words":
        if kind == "words" and dialect is Dialect.ARTICLE and is_labelled(line):
            return "words"
        return "" if kind in ("words", "quote", "list") else "words"
    if begins == "list" and kind == "words" and not _may_interrupt(line, dialect):
        return ""
    return begins


def kind_of(line: str, following: str, dialect: Dialect) -> str:
    """The kind of block that a line would begin on its own; ``following`` is the line below it, or ""."""
    if dialect is Dialect.ARTICLE:
        if heading(line):
            return "heading"
        if is_rule(line):
            return "rule"
        if "|" in line and _is_table_head(line, following):
            return "table"
    if _QUOTE.match(line):
        return "quote"
    return "list" if item_marker(line) else "words"


def _is_numbered(line: str) -> bool:
    return bool(_NUMBER.match(line))


def _may_interrupt(line: str, dialect: Dialect) -> bool:
    """Whether a list may begin below words without a blank line.

    In a story it may not: a wrapped line of prose may begin with a dash. In an article a bullet may, and the
    number one: a wrapped line may well begin with ``14.``.
    """
    if dialect is not Dialect.ARTICLE:
        return False
    numbered = _NUMBER.match(line)
    return numbered is None or numbered["number"] == "1"


def indent_of(line: str) -> int:
    """How many spaces the line begins with."""
    return len(line) - len(line.lstrip(" "))


def heading(line: str) -> tuple[int, str] | None:
    """Level and words when the line is a heading. A space must follow the signs, so ``#59`` is a word.

    Level 1 belongs to the page: one given in a body is read as level 2.
    """
    found = _HEADING.fullmatch(line)
    if not found:
        return None
    words = found["words"].rstrip()
    closed = words.rstrip("#")
    if closed != words and closed.endswith(" "):
        words = closed.rstrip()
    return max(2, len(found["signs"])), words


def is_rule(line: str) -> bool:
    """Three or more stars, dashes or underscores alone on a line."""
    return bool(_RULE.fullmatch(line))


def is_labelled(line: str) -> bool:
    """Whether the line begins as a voice in a dialogue does: with a bold label and a colon."""
    return bool(_LABEL.match(line))


def unquoted(lines: tuple[str, ...]) -> str:
    """The inside of a quotation: each line without its first ``>`` and one space."""
    return "\n".join(re.sub(r"^ *> ?", "", line, count=1) for line in lines)


def item_marker(line: str) -> re.Match[str] | None:
    """The bullet or number that begins a list item, or None. A rule made of stars is no item."""
    found = _BULLET.match(line) or _NUMBER.match(line)
    return None if found is None or is_rule(line) else found


def _number_of(marker: re.Match[str]) -> int | None:
    return int(marker["number"]) if marker.re is _NUMBER else None


def take_list(first: tuple[str, ...], following: list[str], dialect: Dialect) -> list[SourceItem]:
    """The items of the list that begins with the lines ``first`` and goes on in the chunks after it.

    Chunks are what blank lines divide. Those that belong to the list are taken from the front of
    ``following``: chunks indented below an item, and further items of the same kind. When the kind changes
    (bullets to numbers), the rest is put back as a chunk.
    """
    opening = item_marker(first[0])
    assert opening is not None, "a list begins with a marker"
    margin, is_ordered = len(opening["indent"]), _number_of(opening) is not None
    items: list[_ItemInMaking] = []
    lines: tuple[str, ...] = first
    is_first_chunk = True
    while True:
        rest = _add_lines(items, lines, margin, is_ordered, after_blank=not is_first_chunk)
        if rest:
            following.insert(0, "\n".join(rest))
            break
        is_first_chunk = False
        if not following or not _goes_on(following[0], margin, is_ordered):
            break
        pieces_of_chunk = pieces(following.pop(0), dialect)
        if indent_of(pieces_of_chunk[0].lines[0]) >= margin + 2:
            lines, others = _indented_part(pieces_of_chunk, margin)
        else:
            lines, others = pieces_of_chunk[0].lines, pieces_of_chunk[1:]
        if others:
            following.insert(0, "\n".join("\n".join(piece.lines) for piece in others))
    return [item.finished() for item in items]


def _indented_part(found: list[Piece], margin: int) -> tuple[tuple[str, ...], list[Piece]]:
    """The lines of a chunk that are still indented below an item, and the pieces that are not."""
    lines: list[str] = []
    for place, piece in enumerate(found):
        if place and indent_of(piece.lines[0]) < margin + 2:
            marker = item_marker(piece.lines[0])
            if marker is None or piece.kind != "list":
                return tuple(lines), found[place:]
        lines += piece.lines
    return tuple(lines), []


def _goes_on(chunk: str, margin: int, is_ordered: bool) -> bool:
    first = chunk.split("\n", 1)[0]
    if indent_of(first) >= margin + 2:
        return True
    marker = item_marker(first)
    return marker is not None and (_number_of(marker) is not None) == is_ordered


class _ItemInMaking:
    """Collects the lines of one item; ``offset`` is where its words begin."""

    def __init__(self, marker: re.Match[str], line: str) -> None:
        self.number = _number_of(marker)
        self.offset = marker.end() if marker.end() - marker.start() <= 8 else marker.start() + 4
        self.lines = [line[marker.end() :]]
        self.is_loose = False

    def add(self, line: str) -> None:
        self.lines.append(line[min(indent_of(line), self.offset) :])

    def finished(self) -> SourceItem:
        return SourceItem("\n".join(self.lines), self.number, self.is_loose)


def _add_lines(
    items: list[_ItemInMaking], lines: tuple[str, ...], margin: int, is_ordered: bool, after_blank: bool
) -> tuple[str, ...]:
    """Puts the lines into the items; gives back the lines from where a list of the other kind begins."""
    for place, line in enumerate(lines):
        marker = item_marker(line) if indent_of(line) < margin + 2 else None
        if marker is None:
            if after_blank and place == 0:
                items[-1].lines.append("")
                items[-1].is_loose = True
            items[-1].add(line)
        elif (_number_of(marker) is not None) != is_ordered:
            return lines[place:]
        else:
            if after_blank and place == 0:
                items[-1].is_loose = True
            items.append(_ItemInMaking(marker, line))
    return ()


def numbering(items: list[SourceItem]) -> list[int]:
    """The numbers that the items of an ordered list carry.

    As typed, gaps and all, because a number is a word of its author. Only when all are the same
    (``1. 1. 1.``, Markdown's way of asking for it) are they counted from there.
    """
    typed = [item.number or 0 for item in items]
    if len(set(typed)) == 1:
        return list(range(typed[0], typed[0] + len(typed)))
    return typed


def cells(row: str) -> list[str]:
    """The cells of a table row. A border at either end is optional; an escaped one is a character."""
    row = row.strip()
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip() for cell in _CELL_END.split(row)]


def _is_table_head(line: str, following: str) -> bool:
    if "-" not in following or ("|" not in following and ":" not in following):
        return False
    rulers = cells(following)
    return all(_SEPARATOR_CELL.fullmatch(cell) for cell in rulers) and len(rulers) == len(cells(line))


def alignment(separator: str) -> list[str]:
    """How the columns below a separator row are aligned: "", "left", "centre" or "right"."""
    words = {(False, False): "", (True, False): "left", (True, True): "centre", (False, True): "right"}
    return [words[cell.startswith(":"), cell.endswith(":")] for cell in cells(separator)]
