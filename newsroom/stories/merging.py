"""Two edits of one text put together, word by word, over the text both began with.

Pure. It keeps every edit of both sides: where only one side changed something, that is taken; where both did
the same, it is taken once; where they did different things to the same words, it decides nothing and reports
a clash with both. Edits that touch each other count as edits of the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newsroom.stories.redaction import Span, spans_from_edit

Whose = Literal["nobody", "theirs", "mine", "both", "clash"]


@dataclass(frozen=True)
class Piece:
    """A passage as it was and as both sides left it.

    Law: the pieces of a merge, joined, are the base, theirs and mine. A base that nobody knows is None.
    """

    base: str | None
    theirs: str
    mine: str

    @property
    def whose(self) -> Whose:
        """Who changed it."""
        if self.theirs == self.mine:
            return "nobody" if self.mine == self.base else "both"
        if self.mine == self.base:
            return "theirs"
        return "mine" if self.theirs == self.base else "clash"


@dataclass(frozen=True)
class Merge:
    """What became of a text that two people changed."""

    pieces: tuple[Piece, ...]

    @property
    def clashes(self) -> tuple[Piece, ...]:
        """The passages that both changed, and not in the same way."""
        return tuple(piece for piece in self.pieces if piece.whose == "clash")

    @property
    def whose(self) -> Whose:
        """Who changed the whole text: `both` where their edits go together, `clash` where they do not."""
        found = {piece.whose for piece in self.pieces} - {"nobody"}
        if len(found) > 1:
            return "clash" if "clash" in found else "both"
        return found.pop() if found else "nobody"

    def text(self, at_a_clash: Literal["theirs", "mine"] = "mine") -> str:
        """Both edits in one text, with one side's words where they clash."""
        return "".join(self._chosen(piece, at_a_clash) for piece in self.pieces)

    @staticmethod
    def _chosen(piece: Piece, at_a_clash: Literal["theirs", "mine"]) -> str:
        if piece.whose == "theirs" or (piece.whose == "clash" and at_a_clash == "theirs"):
            return piece.theirs
        return piece.mine


def merge(base: str | None, theirs: str, mine: str) -> Merge:
    """Put two edits of `base` together; where nobody knows what they began with, two texts are one clash."""
    if theirs == mine:
        return Merge((Piece(mine if base is None else base, theirs, mine),))
    if base is None:
        return Merge((Piece(None, theirs, mine),))
    pieces = []
    position = 0
    for start, end, of_theirs, of_mine in _runs(base, theirs, mine):
        between = base[position:start]
        pieces += [
            Piece(between, between, between),
            Piece(base[start:end], _edited(base, start, end, of_theirs), _edited(base, start, end, of_mine)),
        ]
        position = end
    pieces.append(Piece(base[position:], base[position:], base[position:]))
    return Merge(tuple(piece for piece in pieces if piece.base or piece.theirs or piece.mine))


_Run = tuple[int, int, list[Span], list[Span]]


def _runs(base: str, theirs: str, mine: str) -> Iterator[_Run]:
    """The places where anything was changed, with the spans of each side; touching spans are one place."""
    spans = [(span, 0) for span in spans_from_edit(base, theirs)]
    spans += [(span, 1) for span in spans_from_edit(base, mine)]
    run: _Run | None = None
    for span, side in sorted(spans):
        if run is None or span.start > run[1]:
            if run is not None:
                yield run
            run = (span.start, span.end, [], [])
        start, end, *both = run
        both[side].append(span)
        run = (start, max(end, span.end), both[0], both[1])
    if run is not None:
        yield run


def _edited(base: str, start: int, end: int, spans: list[Span]) -> str:
    pieces: list[str] = []
    position = start
    for span in spans:
        pieces += (base[position : span.start], span.replacement)
        position = span.end
    return "".join((*pieces, base[position:end]))
