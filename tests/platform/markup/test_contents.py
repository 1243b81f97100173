"""What a text holds, asked by checks and indexes."""

import pytest

from newsroom.platform.markup import (
    Dialect,
    Link,
    PictureLink,
    every_run,
    headings,
    links,
    parse,
    pictures,
    words,
)
from newsroom.platform.markup.blocks import Code, Editorial, List, Paragraph, Quote

ARTICLE, STORY = Dialect.ARTICLE, Dialect.STORY
SOURCE = """First [one](https://a.example/1).

> Quoted [two](https://a.example/2)

- [bad](javascript:x)

![A shop](/media/x.jpg "Cap") ![gone](data:x)

| a | b |
|---|---|
| [one](https://a.example/1) | c |
"""


def test_links_with_their_lines() -> None:
    assert links(SOURCE, ARTICLE) == [
        Link("one", "https://a.example/1", 1),
        Link("two", "https://a.example/2", 3),
        Link("bad", "javascript:x", 5, is_followed=False),
        Link("one", "https://a.example/1", 11),
    ]


def test_pictures_with_their_lines() -> None:
    assert pictures(SOURCE, ARTICLE) == [
        PictureLink("A shop", "/media/x.jpg", "Cap", 7),
        PictureLink("gone", "data:x", "", 7, is_shown=False),
    ]


def test_a_story_has_no_links() -> None:
    assert links(SOURCE, STORY) == []
    assert pictures(SOURCE, STORY) == []


def test_headings_in_order() -> None:
    found = headings("## One *two*\n\nx\n\n#### Four\n\n> ## Quoted", ARTICLE)
    assert [(heading.level, heading.text) for heading in found] == [(2, "One two"), (4, "Four")]


def test_words_leave_out_shown_pictures_and_targets() -> None:
    assert words("a[b](https://c.example)d ![e](/f.png) ![g](data:h) [i]", ARTICLE) == ["abd", "g", "i"]


def test_blocks_are_frozen_and_equal_by_value() -> None:
    blocks = parse("a\n\n> b\n\n- c", ARTICLE)
    assert [type(block) for block in blocks] == [Paragraph, Quote, List]
    assert hash(blocks) == hash(parse("a\n\n> b\n\n- c\n", ARTICLE))
    with pytest.raises(AttributeError):
        blocks[0].runs = ()  # type: ignore[misc,union-attr]


def test_every_run_reaches_the_inner_ones() -> None:
    runs = list(every_run(parse("- **a [b `c`]**", ARTICLE)))
    assert [type(run) for run in runs if isinstance(run, Editorial | Code)] == [Editorial, Code]
