"""What a letter prints of a section of which the editor chose the opening alone.

Pure. Only the two parts of the letter are cut so; the web page, the text edition of the archive and the
piece's own page have all of it. What fits the letter at all is for pre-flight to say.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from newsroom.issues.kinds.spec import OPENING
from newsroom.issues.parts import Action, Part
from newsroom.platform.markup import Blocks, Heading, parse, plain_text
from newsroom.platform.markup.blocks import Block, texts_of

LONGEST_OPENING = 600
"""Characters: blocks are taken while they stay within them, and at least one is."""
LONGEST_FIRST_BLOCK = 2_000
"""A first block of more characters would be no opening; the headline stands for it."""


def opening_of(blocks: Blocks) -> Blocks:
    """The first blocks, each of them whole; a heading never ends them."""
    taken: list[Block] = []
    length = 0
    for block in blocks:
        length += _length(block)
        if length > (LONGEST_OPENING if _has_words(taken) else LONGEST_FIRST_BLOCK):
            break
        taken.append(block)
    dangling = sum(1 for _ in takewhile(lambda block: isinstance(block, Heading), reversed(taken)))
    return tuple(taken[: len(taken) - dangling]) if len(taken) < len(blocks) else blocks


def in_letter(part: Part) -> Part:
    """The part as the letter prints it: whole, or its opening and the way to the rest.

    The Editor’s note goes with the rest of a story, and so does what stands at a section's end. A section
    that is no longer than its opening stays whole.
    """
    section = part.section
    if section.value("letter") != OPENING or not left_out(part):
        return part
    fields = {key.name: section.value(key.name) for key in part.kind.all_keys if not key.at_end}
    has_note = bool(section.note.strip())
    return replace(
        part,
        section=replace(section, note="", fields={name: value for name, value in fields.items() if value}),
        earlier=(),
        call=None,
        continuation=Action(
            "Continue on the web, with the Editor’s note" if has_note else "Continue on the web",
            part.path or f"#{part.anchor}",
            is_button=True,
        ),
    )


def left_out(part: Part) -> float:
    """The share of its words that the opening would leave out of the letter, 0 where it is all there is."""
    blocks = parse(part.section.body, part.kind.dialect)
    note = len(part.section.note.strip())
    left = note + sum(map(_length, blocks[len(opening_of(blocks)) :]))
    return left / (note + sum(map(_length, blocks))) if left else 0.0


def _has_words(blocks: list[Block]) -> bool:
    return any(_length(block) for block in blocks if not isinstance(block, Heading))


def _length(block: Block) -> int:
    return sum(len(plain_text(runs)) for runs in texts_of((block,)))
