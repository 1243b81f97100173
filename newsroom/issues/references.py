"""Issues that a text names: “editions 70 to 77”. Where they are said, and the links that they become.

Pure, over the blocks of `platform.markup`. Whether an issue was sent, it is told. What a reader told is never
asked for links: “issue 70” may be anything there, from a ticket to a magazine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from newsroom.issues.bodies import with_words
from newsroom.platform.markup import Blocks, Runs
from newsroom.platform.markup.blocks import Anchor, Text

# “Issue 12 of The Lobby Review” is somebody else's, and so is what a title in italics is followed by.
NAMED = re.compile(
    r"\b(?P<word>issues?|editions?) (?:no\.? ?|number )?#?(?P<first>[1-9]\d{0,5})"
    r"(?: ?(?:to|and|or|–|-) ?#?(?P<last>[1-9]\d{0,5}))?(?![\d.,]*\d)(?! of (?!this|our|the Service)[\w“‘])",
    re.IGNORECASE,
)


def numbers_named(text: str) -> frozenset[int]:
    """The numbers of the issues that a text names; both ends of a range, not what lies between them."""
    return frozenset(
        int(number) for found in NAMED.finditer(text) for number in found.group("first", "last") if number
    )


def linked(blocks: Blocks, numbers: Collection[int]) -> Blocks:
    """The blocks, each mention of one of these issues as a link to it.

    Not inside links and code. The words stay what they are: “editions 70” and “77” lead to an issue each.
    """
    return with_words(blocks, lambda words: _split(words, numbers)) if numbers else blocks


def _split(words: str, numbers: Collection[int]) -> Runs:
    """Words with their mentions cut out as links; joined again they are the same words."""
    runs: list[Text | Anchor] = []
    told = 0
    for start, end, number in _mentions(words):
        if number not in numbers:
            continue
        if told < start:
            runs.append(Text(words[told:start]))
        path = f"/issues/{number}"
        runs.append(Anchor((Text(words[start:end]),), path, typed=path))
        told = end
    if told < len(words):
        runs.append(Text(words[told:]))
    return tuple(runs)


def _mentions(words: str) -> Iterator[tuple[int, int, int]]:
    """Where each issue is named: the first with the word before it, another by its number alone."""
    for found in NAMED.finditer(words):
        yield found.start(), found.end("first"), int(found["first"])
        if found["last"]:
            yield found.start("last"), found.end("last"), int(found["last"])
