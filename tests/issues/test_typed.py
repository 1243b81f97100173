"""The issue as it would be with what stands in a form: nothing is refused, and nothing else changes."""

from dataclasses import replace
from datetime import date

import pytest

from newsroom.issues import kinds, render
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.kinds import Kind
from newsroom.issues.manuscript import LONGEST_BODY
from newsroom.issues.render import SAMPLE_LINKS
from newsroom.issues.typed import LONGEST_LINE, TypedHead, TypedSection
from tests.issues.acting import acting
from tests.issues.documents import BASE_URL, bare, specimen

# What people and their tools put into fields that ask for something else.
ODD = (
    "soon",
    "2026-13-45 to never",
    "http://[",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "\ud800\u202e\x00",
    " until ",
    "0",
    "x" * 3_000,
)


def editions(whole: IssueDocument) -> list[str]:
    return [
        render.letter_html(whole, BASE_URL, SAMPLE_LINKS),
        str(render.web_fragment(whole, BASE_URL)),
        render.letter_text(whole, BASE_URL, SAMPLE_LINKS),
    ]


@pytest.mark.parametrize("kind", kinds.by_name.values(), ids=kinds.names())
def test_whatever_stands_in_a_form_can_be_shown_and_none_of_it_acts(kind: Kind) -> None:
    for odd in ODD:
        said = Section(kind.name, odd, odd, odd, {key.name: odd for key in kind.all_keys})
        for typed in (TypedSection(said, new_id="abcdefghijkl"), TypedSection(said)):
            html, web, _text = editions(typed.put_into(bare()))
            assert acting(html) == acting(web) == [], odd


@pytest.mark.parametrize("kind", kinds.by_name.values(), ids=kinds.names())
def test_an_empty_form_of_each_kind_can_be_shown(kind: Kind) -> None:
    assert all(editions(TypedSection(Section(kind.name, "")).put_into(bare())))


def test_words_take_the_place_of_the_stored_ones_and_everything_around_stays() -> None:
    whole = specimen()
    place = next(n for n, one in enumerate(whole.sections) if one.kind == "Article")
    stored = whole.sections[place]
    said = Section("Article", "  Other  title ", "Other words.", fields={**stored.fields, "teaser": ""})
    typed = TypedSection(said, place).put_into(whole)
    section = typed.sections[place]
    assert (section.title, section.body) == ("Other title", "Other words.")
    assert "teaser" not in section.fields
    assert (section.id, section.slug, section.author_slug, section.series_slug) == (
        stored.id,
        stored.slug,
        stored.author_slug,
        stored.series_slug,
    )
    assert replace(typed, sections=whole.sections) == whole
    assert (
        typed.sections[:place] + typed.sections[place + 1 :]
        == whole.sections[:place] + whole.sections[place + 1 :]
    )


def test_a_new_section_comes_last_with_the_pages_that_it_will_have() -> None:
    whole = bare(Section("Note", "First", "Words."))
    fields = {"author": "Ana Duarte", "series": "Listening Twice", "part": "two"}
    said = Section("Article", "The second call", "Words.", fields=fields)
    *before, new = TypedSection(said, new_id="abcdefghijkl").put_into(whole).sections
    assert tuple(before) == whole.sections
    assert (new.id, new.slug) == ("abcdefghijkl", "the-second-call")
    assert (new.author_slug, new.series_slug) == ("ana-duarte", "listening-twice")
    assert new.fields["part"] == "two"


def test_another_author_and_no_series_any_more() -> None:
    whole = specimen()
    place = next(n for n, one in enumerate(whole.sections) if one.series_slug)
    stored = whole.sections[place]
    fields = {**stored.fields, "author": "Somebody Else", "series": ""}
    section = (
        TypedSection(Section("Article", stored.title, fields=fields), place).put_into(whole).sections[place]
    )
    assert (section.author_slug, section.series_slug) == ("somebody-else", "")


def test_the_words_of_a_readers_story_are_no_forms_business() -> None:
    whole = specimen()
    place = next(n for n, one in enumerate(whole.sections) if one.kind == "Thumbs down")
    stored = whole.sections[place]
    said = Section(stored.kind, "Forged", "Forged", "Forged", {"lead-in": "Typed.", "consent": ""})
    section = TypedSection(said, place, words_elsewhere=True).put_into(whole).sections[place]
    assert (section.title, section.body, section.note) == (stored.title, stored.body, stored.note)
    assert section.value("lead-in") == "Typed."
    assert section.value("consent") == stored.value("consent")


def test_nobody_writes_on_what_was_taken_back() -> None:
    gone = Section("Thumbs down", "A story that may not be printed", id="abcdefghijkl")
    whole = bare(gone)
    assert TypedSection(Section("Thumbs down", "Back", "Words"), 0).put_into(whole) == whole


def test_the_head_is_shown_as_it_is_typed() -> None:
    whole = bare()
    typed = TypedHead(date(2027, 1, 5), " A  subject ", "").put_into(whole)
    assert (typed.masthead.issue_on, typed.subject, typed.preheader) == (date(2027, 1, 5), "A subject", "")
    assert TypedHead(None, "", "").put_into(whole).masthead.issue_on == whole.masthead.issue_on


def test_a_paste_without_end_is_shown_as_far_as_it_could_be_saved() -> None:
    said = Section("Note", "t" * 9_000, "word " * 100_000)
    (section,) = TypedSection(said).put_into(bare()).sections
    assert len(section.body) <= LONGEST_BODY
    assert len(section.title) == LONGEST_LINE


def test_what_was_set_before_is_taken_only_for_the_same_words() -> None:
    """Parts are kept by their content: whatever differs around a part sets it anew."""
    whole = specimen()
    place = next(n for n, one in enumerate(whole.sections) if one.kind == "Article")
    first = editions(whole)
    changed = replace(whole.sections[place], body=whole.sections[place].body + "\n\nOne sentence more.")
    other = replace(whole, sections=(*whole.sections[:place], changed, *whole.sections[place + 1 :]))
    for edition in editions(other):
        assert "One sentence more." in edition
    assert editions(whole) == first
    number = replace(whole, masthead=replace(whole.masthead, number=901, editor="Nuala Fenwick"))
    assert editions(number)[0].count("Ines Carvell") < first[0].count("Ines Carvell")
    elsewhere = render.letter_html(bare(whole.sections[place]), "https://elsewhere.example", SAMPLE_LINKS)
    assert BASE_URL in render.letter_html(bare(whole.sections[place]), BASE_URL, SAMPLE_LINKS)
    assert BASE_URL not in elsewhere
