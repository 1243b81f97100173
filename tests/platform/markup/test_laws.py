"""What holds for every source: no word is lost, nothing forbidden comes out, lines keep to their width."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.lines import display_width, is_address
from newsroom.platform.markup import Dialect, LinkNotes, parse, parse_note, to_html, to_text, words
from newsroom.platform.text import clean_text, words_in
from tests.effort import grows_in_proportion
from tests.platform.markup.page import Page, assert_allowed, is_subsequence
from tests.platform.markup.sources import Draft, documents, numbered_soups, soups

DIALECTS = st.sampled_from(Dialect)


@given(documents())
def test_every_word_of_an_article_is_in_both_editions_in_order(draft: Draft) -> None:
    assert words(draft.source, Dialect.ARTICLE) == draft.words
    assert words_in(Page(to_html(draft.source, Dialect.ARTICLE)).text) == draft.words
    assert is_subsequence(draft.words, words_in(to_text(draft.source, Dialect.ARTICLE, notes=LinkNotes())))


@given(documents(is_story=True))
def test_every_word_of_a_story_is_in_both_editions_in_order(draft: Draft) -> None:
    assert words(draft.source, Dialect.STORY) == draft.words
    assert words_in(Page(to_html(draft.source, Dialect.STORY)).text) == draft.words
    assert is_subsequence(draft.words, words_in(to_text(draft.source, Dialect.STORY)))


@given(soups)
@example("[the clerk]: No.")
@example("a\n\n[x]: https://b.example 'title'")
@example("<script>alert</script>")
@example("    indented\n\tcode")
def test_no_story_without_digits_loses_a_word_however_it_is_typed(source: str) -> None:
    assert words_in(Page(to_html(source, Dialect.STORY)).everything) == words_in(clean_text(source))
    assert words_in(to_text(source, Dialect.STORY)) == words_in(clean_text(source))


@given(soups)
@example("| a | b |\n|---|---|\n| c | d | e | f |")
@example("![alt](//evil.example) [a](b c)")
def test_no_article_without_digits_loses_a_word_however_it_is_typed(source: str) -> None:
    # A link's target is the one thing that may leave the page, so whatever could be one is not asked for.
    asked = re.sub(r"\]\((?:[^()<>]|<[^<>\n]*>|\([^()]*\))*\)", "] ", clean_text(source))
    assert is_subsequence(words_in(asked), words_in(Page(to_html(source, Dialect.ARTICLE)).everything))
    letters = "".join(words_in(to_text(source, Dialect.ARTICLE, notes=LinkNotes())))
    assert is_subsequence("".join(words_in(asked)), letters)


@given(soups)
def test_no_title_loses_a_word(source: str) -> None:
    assert words_in(Page(to_html(source, Dialect.LINE)).text) == words_in(clean_text(source))


@given(st.one_of(numbered_soups, st.text(max_size=80)), DIALECTS)
def test_html_is_valid_and_within_the_allow_list(source: str, dialect: Dialect) -> None:
    assert_allowed(to_html(source, dialect))


@given(st.one_of(numbered_soups, documents().map(lambda draft: draft.source)), st.integers(40, 100), DIALECTS)
def test_lines_of_the_text_edition_keep_to_the_width(source: str, width: int, dialect: Dialect) -> None:
    for line in to_text(source, dialect, width).split("\n"):
        assert display_width(line) <= width or is_one_address(line), line
        assert line == line.rstrip()


def is_one_address(line: str) -> bool:
    """Whether an address stands on a line of its own, after nothing but what makes it hang."""
    _, _, last = line.rpartition(" ")
    return is_address(last) and not re.search(r"\w", re.sub(r"\[?\d+[\].]", "", line.removesuffix(last)))


@given(numbered_soups, DIALECTS)
def test_the_same_source_gives_the_same_editions(source: str, dialect: Dialect) -> None:
    html, text = to_html(source, dialect), to_text(source, dialect)
    parse.cache_clear()
    assert to_html(source, dialect) == html
    assert to_text(source, dialect) == text


@given(numbered_soups, DIALECTS)
def test_the_words_asked_for_are_in_the_html(source: str, dialect: Dialect) -> None:
    # Exactly as a browser joins the words of neighbouring elements.
    loaded = re.sub(r"<img[^>]*>", " ", to_html(source, dialect))
    assert words(source, dialect) == words_in(Page(loaded).text)


@pytest.mark.parametrize(
    "shape",
    [
        "[", "]", "*", "_", "`", ">", "|", "![", "](", "[a](", "**a*", "*a ", "_*", "> ", "- ", "1. ",
        "- a\n", "> a\n\n",
        "## a\n", "a|b\n-|-\n", "**a:** b\n", "- a\n1. b\n", "  - a\n    - b\n",
        "\\", " ", "`a", "[x](y) ", "<", "&", "\u0301",
        "[x](u \"", "क\u200d",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [Dialect.STORY, Dialect.ARTICLE])
def test_twenty_thousand_markers_are_set_in_linear_time(shape: str, dialect: Dialect) -> None:
    def is_set(size: int) -> None:
        source = (shape * size)[:size] + "x"
        assert "x" in Page(to_html(source, dialect)).everything
        assert "x" in to_text(source, dialect)
        parse_note(source)

    assert grows_in_proportion(is_set, 20_000)


@pytest.mark.parametrize("shape", ["> ", "- ", "1. ", "> - ", "[", "*a ", "**a _b ", "> 1. - "])
def test_deep_nesting_ends_in_words(shape: str) -> None:
    closing = {"[": "]", "*a ": " a*", "**a _b ": " b_ a**"}.get(shape, "")
    source = shape * 3000 + "core" + closing * 3000
    html = to_html(source, Dialect.ARTICLE)
    assert "core" in html
    assert "core" in to_text(source, Dialect.ARTICLE)
    assert_allowed(html)
