"""Two texts compared word by word, for a page that shows what changed between two versions.

Pure. Joined together, what is `same` or `removed` is the earlier text and what is `same` or `added` the later
one, but for the white space between paragraphs, which is the page's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Part = Literal["same", "removed", "added"]

# A comparison looks at every pair of equal words. A stretch with more of them (one word a thousand times)
# counts as replaced whole: coarser to read, just as true.
_MOST_PAIRS = 400_000


@dataclass(frozen=True)
class Change:
    """A passage of a comparison: in both texts, only in the earlier one, or only in the later one."""

    part: Part
    text: str


Paragraph = tuple[Change, ...]


def compared(earlier: str, later: str) -> tuple[Paragraph, ...]:
    """The comparison of two texts, paragraph by paragraph; empty where neither has a word."""
    return tuple(_in_paragraphs(_changes(earlier, later)))


def _changes(earlier: str, later: str) -> Iterator[Change]:
    """Lines are compared first, and words within the lines that are not in both."""
    lines, other_lines = earlier.splitlines(keepends=True), later.splitlines(keepends=True)
    for same, before, after in _stretches(lines, other_lines):
        if same:
            yield Change("same", "".join(before))
            continue
        words, other_words = _words("".join(before)), _words("".join(after))
        for alike, old, new in _stretches(words, other_words):
            if alike:
                yield Change("same", "".join(old))
            else:
                yield from _replaced("".join(old), "".join(new))


def _replaced(old: str, new: str) -> Iterator[Change]:
    """What stands there instead of what; the white space that both begin with is no change."""
    space = old[: len(old) - len(old.lstrip())]
    if space and new.startswith(space):
        yield Change("same", space)
        old, new = old[len(space) :], new[len(space) :]
    if old:
        yield Change("removed", old)
    if new:
        yield Change("added", new)


def _stretches(
    before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Both in stretches, in order: what stands in both, and what stands there instead of what."""
    counted = Counter(after)
    if sum(counted[piece] * times for piece, times in Counter(before).items()) > _MOST_PAIRS:
        yield before == after, before, after
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        yield tag == "equal", before[start:end], after[other_start:other_end]


def _words(text: str) -> list[str]:
    """The text cut into words and signs, each with the white space before it; joined they are the text."""
    return re.findall(r"\s*\w+(?:[’']\w+)*|\s*[^\w\s]|\s+", text)


def _in_paragraphs(changes: Iterator[Change]) -> Iterator[Paragraph]:
    """The passages cut at their line ends."""
    paragraph: list[Change] = []
    for change in changes:
        first, *others = re.split(r"\n[ \t\n]*", change.text)
        if first:
            paragraph.append(Change(change.part, first))
        for piece in others:
            if paragraph:
                yield tuple(paragraph)
            paragraph = [Change(change.part, piece)] if piece else []
    if paragraph:
        yield tuple(paragraph)
