"""Words as authors type them, read once into blocks and set as safe HTML or as a plain-text edition.

Three dialects (``Dialect``): STORY for a reader's own words, ARTICLE for articles and notes, LINE for titles.
``parse`` gives frozen blocks; ``to_html`` and ``to_text`` are both made from them, so the two editions say
the same words in the same order. What the dialect does not know stays on the page as the words typed: HTML,
link definitions, ``#59``. Nothing here curls a quote, links an address by itself or replaces a symbol.

Pure: strings in, values out. No Flask, database, network or clock; what an issue or a letter is, it does
not know.
"""

from newsroom.platform.markup.as_html import blocks_to_html, runs_to_html, to_html
from newsroom.platform.markup.as_text import LinkNote, LinkNotes, blocks_to_text, to_text
from newsroom.platform.markup.blocks import Block, Blocks, Dialect, Heading, Runs, every_run, plain_text
from newsroom.platform.markup.contents import (
    Link,
    PictureLink,
    headings,
    links,
    passages,
    pictures,
    words,
)
from newsroom.platform.markup.editors_note import (
    CallToAction,
    Note,
    Takeaway,
    compose_note,
    join_note,
    parse_note,
    split_note,
)
from newsroom.platform.markup.reader import parse

__all__ = [
    "Block",
    "Blocks",
    "CallToAction",
    "Dialect",
    "Heading",
    "Link",
    "LinkNote",
    "LinkNotes",
    "Note",
    "PictureLink",
    "Runs",
    "Takeaway",
    "blocks_to_html",
    "blocks_to_text",
    "compose_note",
    "every_run",
    "headings",
    "join_note",
    "links",
    "parse",
    "parse_note",
    "passages",
    "pictures",
    "plain_text",
    "runs_to_html",
    "split_note",
    "to_html",
    "to_text",
    "words",
]
