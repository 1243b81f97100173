"""The Marked view of a story: its original, cut where a change or a suggestion begins or ends.

Pure. It lays out what others decided and decides nothing itself. Every piece knows where in the original it
stands, so that whoever selects words on the page selects them in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol, TypeVar

from newsroom.stories.redaction import Part, Span, in_order


class Marked(Protocol):
    """A passage that is to be marked, as far as the layout cares."""

    @property
    def start(self) -> int:
        """Its first code point in the original."""

    @property
    def end(self) -> int:
        """The code point behind its last."""


Placed = TypeVar("Placed", bound=Marked)


@dataclass(frozen=True)
class Piece:
    """A run of words that are all alike: what they are, where the original has them, what marks them.

    `at` is the place in the original (of added words: where they are put in). `begins` is where the change or
    the mark begins, on its first piece alone, so that a link can lead to it once.
    """

    part: Part
    text: str
    at: int
    span: Span | None = None
    mark: Marked | None = None
    begins: int | None = None


def marked_text(
    original: str, spans: Iterable[Span], marks: Iterable[Marked]
) -> tuple[tuple[Piece, ...], ...]:
    """The paragraphs of the original as rows of pieces, with every change and every mark.

    Marks must not overlap each other; where a span covers a mark, both are told of. Words that are put in
    stand behind those that they replace.
    """
    changes = in_order(original, spans)
    return tuple(_paragraphs(original, list(_pieces(original, changes, tuple(marks)))))


def _pieces(original: str, spans: tuple[Span, ...], marks: tuple[Marked, ...]) -> Iterator[Piece]:
    put_in = {span.start: span for span in spans if span.start == span.end}
    replaced = [span for span in spans if span.start < span.end]
    ordered = sorted(marks, key=lambda mark: mark.start)
    cuts = {0, len(original), *put_in}
    cuts |= {place for one in (*replaced, *ordered) for place in (one.start, one.end)}
    for start, end in pairwise([*sorted(cuts), len(original)]):
        if start in put_in:
            yield Piece("added", put_in[start].replacement, start, put_in[start], None, start)
        if start == end:
            continue
        span, mark = _covering(replaced, start), _covering(ordered, start)
        begins = start if start in (span and span.start, mark and mark.start) else None
        part: Part = "removed" if span else "same"
        yield Piece(part, original[start:end], start, span, mark, begins)
        if span and span.end == end and span.replacement:
            yield Piece("added", span.replacement, end, span)


def _covering(ordered: list[Placed], place: int) -> Placed | None:
    """The one that covers this place, of several in order and apart from each other."""
    at = bisect_right(ordered, place, key=lambda one: one.start) - 1
    return ordered[at] if at >= 0 and ordered[at].end > place else None


def _paragraphs(original: str, pieces: list[Piece]) -> Iterator[tuple[Piece, ...]]:
    row: list[Piece] = []
    for piece in pieces:
        for line in _lines(piece):
            if line is None:
                if row:
                    yield tuple(row)
                row = []
            else:
                row.append(line)
    if row:
        yield tuple(row)


def _lines(piece: Piece) -> Iterator[Piece | None]:
    """The piece cut at its line ends, each of which is a None."""
    place = 0
    begins = piece.begins
    for gap in (*re.finditer(r"\n[ \n]*", piece.text), None):
        words = piece.text[place : gap.start() if gap else len(piece.text)]
        if words:
            at = piece.at if piece.part == "added" else piece.at + place
            yield replace(piece, text=words, at=at, begins=begins)
            begins = None
        if gap:
            yield None
            place = gap.end()
