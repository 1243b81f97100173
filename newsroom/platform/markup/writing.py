"""Markdown of the article dialect, written from words and their places: the reader turned round.

Job: say words in Markdown so that reading it gives the same words again. What could be taken for mark-up is
escaped, and a mark that would not be read as one is left out. Pure; it reads no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from newsroom.platform.markup.blocks import Dialect, plain_text
from newsroom.platform.markup.inline import read_runs
from newsroom.platform.markup.targets import kept_target

BREAK = "\n"
"""A run that is a line's end."""
WIDEST_TABLE = 40
_LONGEST_TARGET = 1900

_MARKS = re.compile(r"[*`]|\\(?=[\\`*_{}\[\]()<>#+\-.!|~:&\"'])|(?<![^\W_])_|_(?![^\W_])|(?<=\])\(")
_LINE_START = re.compile(r"(#{1,6}|[-+>]|[0-9]{1,3}[.)])(?= |$)|>")
_RULED = re.compile(r"[-_*=:| ]+")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    words: str
    bold: bool = False
    italic: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One step of where a block stands: in a quotation (no marker), or in an item of a list.

    Blocks whose steps have the same `number` stand in the same quotation or item; `group` is the list's.
    """

    number: int
    group: int = 0
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block: its Markdown, whose lines are not indented yet, and where it stands."""

    kind: str
    markdown: str
    path: tuple[Place, ...] = ()


def written(pieces: Sequence[Piece]) -> str:
    """The pieces as one text."""
    lines: list[str] = []
    before: tuple[Place, ...] = ()
    for piece in pieces:
        shared = _shared(before, piece.path)
        if lines and not _is_next_item(before, piece.path, shared):
            lines.append(_prefix(piece.path[:shared], new_from=shared).rstrip())
        first, *others = piece.markdown.split("\n")
        lines.append(_prefix(piece.path, new_from=shared) + first)
        lines += [_prefix(piece.path, new_from=len(piece.path)) + line for line in others]
        before = piece.path
    return "\n".join(lines)


def paragraphs(runs: Sequence[Run]) -> list[str]:
    """Paragraphs for a row of runs: divided where two line ends follow each other."""
    lines = _lines(runs)
    found: list[list[list[Run]]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["  \n".join(_protected(_inline(line)) for line in lines) for lines in found if lines]


def one_line(runs: Sequence[Run], *, plain: bool = False) -> str:
    """The runs on one line, for a heading (`plain`: without emphasis) or a cell."""
    flat = [
        replace(run, words=" " if run.words == BREAK else run.words, bold=False, italic=False)
        if plain
        else replace(run, words=" " if run.words == BREAK else run.words)
        for run in runs
    ]
    return " ".join(_inline(line) for line in _lines(flat) if line)


def heading(level: int, runs: Sequence[Run]) -> str:
    """A heading; empty where it has no words."""
    words = one_line(runs, plain=True)
    if words.endswith("#"):
        words = f"{words[:-1]}\\#"
    return f"{'#' * level} {words}" if words else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of cells, the first row its head; a row keeps every cell that it has."""
    rows = [
        row if len(row) <= WIDEST_TABLE else [*row[: WIDEST_TABLE - 1], " ".join(row[WIDEST_TABLE - 1 :])]
        for row in rows
    ]
    width = max(len(row) for row in rows)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    head, *others = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in full]
    return "\n".join([head, "|" + " --- |" * width, *others])


# Lines


def _lines(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs line by line, white space squeezed across their borders, runs of one style joined."""
    lines: list[list[tuple[Run, list[str]]]] = [[]]
    ends_in_space = True
    for run in runs:
        if run.words == BREAK:
            lines.append([])
            ends_in_space = True
            continue
        words = _squeezed(run.words)
        if ends_in_space:
            words = words.removeprefix(" ")
        if not words:
            continue
        ends_in_space = words.endswith(" ")
        line = lines[-1]
        if line and (words == " " or _is_alike(line[-1][0], run)):
            line[-1][1].append(words)
        else:
            line.append((run, [words]))
    return [_trimmed([replace(run, words="".join(words)) for run, words in line]) for line in lines]


def _trimmed(line: list[Run]) -> list[Run]:
    if line:
        line[-1] = replace(line[-1], words=line[-1].words.rstrip(" \u00a0"))
    return [run for run in line if run.words]


def _squeezed(words: str) -> str:
    # A no-break space holds two words together; beside another space, or in a row, it only fills a line.
    words = _SPACE.sub(" ", words)
    if "\u00a0" in words:
        words = re.sub(r" *\u00a0[ \u00a0]+|\u00a0 ", " ", words)
        words = re.sub(r" \u00a0", " ", words)
    return words


def _is_alike(one: Run, other: Run) -> bool:
    return (one.bold, one.italic, one.target) == (other.bold, other.italic, other.target)


def _inline(line: Sequence[Run]) -> str:
    """A line in Markdown: with all its marks if it reads back as its words, else with fewer."""
    said = "".join(run.words for run in line)
    plain = _escaped(said)
    if not any(run.bold or run.italic or run.target for run in line):
        return plain
    bare = [replace(run, bold=False, italic=False) for run in line]
    for attempt in (_without_marks_inside_words(line, said), bare):
        rich = "".join(
            _linked(target, list(runs)) for target, runs in groupby(attempt, lambda run: run.target)
        )
        if plain_text(read_runs(rich, Dialect.ARTICLE)) == said.strip(" "):
            return rich
    return plain


def _without_marks_inside_words(line: Sequence[Run], said: str) -> list[Run]:
    """The runs; those that begin or end in the middle of a word lose their emphasis: no mark says it."""
    kept: list[Run] = []
    end = 0
    for run in line:
        start, end = end, end + len(run.words)
        cuts = any(
            said[place - 1 : place].isalnum() and said[place : place + 1].isalnum() for place in (start, end)
        )
        kept.append(replace(run, bold=False, italic=False) if cuts else run)
    return kept


def _linked(target: str, runs: list[Run]) -> str:
    """Runs that lead to one place, as one link; the spaces at its ends stand outside."""
    address = _target(target)
    inside = "".join(map(_marked, runs))
    words = inside.strip(" ")
    if not address or not words:
        return inside
    before, _, after = inside.partition(words)
    return f"{before}[{words}]({address}){after}"


def _marked(run: Run) -> str:
    words = run.words.strip(" ")
    if not words:
        return run.words
    before, _, after = run.words.partition(words)
    mark = ("**" if run.bold else "") + ("*" if run.italic else "")
    return f"{before}{mark}{_escaped(words)}{mark}{after}"


def _target(address: str) -> str:
    """An address as a link's destination; empty where no link may lead there from a text of ours."""
    address = re.sub(r"\s", "%20", address.strip())
    if len(address) > _LONGEST_TARGET or not address.startswith(("http://", "https://", "mailto:")):
        return ""
    if not kept_target(address):
        return ""
    address = address.replace("<", "%3C").replace(">", "%3E")
    return f"<{address}>" if re.search(r"[()\"']", address) else address


def _escaped(words: str) -> str:
    return _MARKS.sub(r"\\\g<0>", words)


def _protected(line: str) -> str:
    """The line so that it begins no heading, quotation, list, rule or table."""
    if _RULED.fullmatch(line):
        return f"\\{line}"
    found = _LINE_START.match(line)
    if found is None:
        return line
    end = found.end() - 1 if found[0][0].isdigit() else 0
    return f"{line[:end]}\\{line[end:]}"


# Places


def _shared(one: tuple[Place, ...], other: tuple[Place, ...]) -> int:
    """How many steps two places have in common."""
    shortest = min(len(one), len(other))
    return next((i for i in range(shortest) if one[i].number != other[i].number), shortest)


def _is_next_item(before: tuple[Place, ...], path: tuple[Place, ...], shared: int) -> bool:
    """Whether an item follows an item, or goes a level deeper: then no blank line stands between them."""
    if shared >= len(path) or not path[shared].marker:
        return False
    is_below = 0 < shared == len(before) and bool(before[-1].marker)
    return is_below or (shared < len(before) and before[shared].group == path[shared].group)


def _prefix(path: tuple[Place, ...], new_from: int) -> str:
    steps = (
        "> " if not place.marker else place.marker if depth >= new_from else " " * len(place.marker)
        for depth, place in enumerate(path)
    )
    return "".join(steps)
