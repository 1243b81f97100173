"""Whatever a writer types, in any dialect, makes nothing that harmless words do not make."""

import unicodedata

import pytest

from newsroom.platform.markup import Dialect, as_html, parse, to_html, to_text
from newsroom.platform.markup.from_html import from_html as pasted
from tests.platform.markup.oracle import Frame, frame_of, strangers
from tests.platform.markup.payloads import FAMILIES, SHAPES

HARMLESS = """
Words, *stress*, **weight**, `code`, [an address](https://x.example "its title"), [an editor’s words]
and a line\\
that ends.

## A heading

### Deeper

#### Deeper

##### Deeper

###### Deepest

- a list
- of two

3. a number
7. another

> a quotation

---

![a quay](https://x.example/q.png "its caption")

Before ![a quay](https://x.example/q.png) and ![another](https://x.example/r.png "titled") after.

| a | b | c |
|:--|:-:|--:|
| 1 | 2 | 3 |

**A:** one

**B:** two
"""


def framed() -> Frame:
    return frame_of(to_html(HARMLESS, Dialect.ARTICLE))


def all_dialects(words: str) -> str:
    """The words as a story, an article and a title, one after the other."""
    return "\n".join(str(to_html(words, dialect)) for dialect in Dialect)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_words_in_any_dialect_make_what_harmless_words_do_not(family: str) -> None:
    frame = framed()
    found = {shape: strangers(all_dialects(shape), frame) for shape in FAMILIES[family]}
    assert {shape: said for shape, said in found.items() if said} == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_pasted_is_as_harmless_as_what_is_typed(family: str) -> None:
    frame = framed()
    found = {
        shape: strangers(str(to_html(pasted(shape).markdown, Dialect.ARTICLE)), frame)
        for shape in FAMILIES[family]
    }
    assert {shape: said for shape, said in found.items() if said} == {}


def test_a_text_edition_has_no_sign_that_a_terminal_would_obey() -> None:
    for shape in SHAPES:
        for dialect in Dialect:
            said = to_text(shape, dialect)
            assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"], shape


# The shapes and the oracle themselves


def test_there_are_more_than_two_hundred_shapes_and_no_two_are_alike() -> None:
    assert len(SHAPES) == len(set(SHAPES)) > 400
    assert all(len(family) > 15 for family in FAMILIES.values())


def test_without_escapes_and_sanitiser_the_oracle_speaks_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_html, "escape", str)
    monkeypatch.setattr(as_html, "sanitised", str)
    frame = framed()
    for family in ("elements", "forms", "handlers", "styles"):
        loud = [shape for shape in FAMILIES[family] if strangers(all_dialects(shape), frame)]
        assert len(loud) > 0.8 * len(FAMILIES[family]), set(FAMILIES[family]) - set(loud)


def test_without_the_list_of_addresses_the_oracle_speaks_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsroom.platform.markup.inline.kept_target", str)
    monkeypatch.setattr("newsroom.platform.markup.inline.kept_picture", str)
    monkeypatch.setattr(as_html, "sanitised", str)
    parse.cache_clear()
    frame = framed()
    loud = [shape for shape in FAMILIES["addresses"] if strangers(all_dialects(shape), frame)]
    parse.cache_clear()
    assert len(loud) > 40


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick=x>x</p>",
        "<script></script>",
        "<p><svg></svg>",
        "<a href='java&#9;script:x'>x</a>",
        "<a href='//x.example'>x</a>",
        "<a href=''>x</a>",
        "<img src=data:, alt=x>",
        "<img src='http://x.example/p.png' alt=x>",
        "<a href=/x target=_blank>x</a>",
        "<p style='background:url(x)'>x</p>",
        "<p style='display : none'>x</p>",
        "<span class=hidden>x</span>",
        "<p id=x>x</p>",
        "<p>x<!-- y --></p>",
        "<link rel=stylesheet>",
        "<o:p>x</o:p>",
        "<u>x</u>",
    ],
)
def test_the_oracle_finds_one_thing_wrong(html: str) -> None:
    assert strangers(html, framed())


def test_the_oracle_leaves_harmless_words_alone() -> None:
    assert strangers(str(to_html(HARMLESS, Dialect.ARTICLE)), framed()) == []
