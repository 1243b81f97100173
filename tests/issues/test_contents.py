"""Which sections the contents list names, under which label, and where its rows lead."""

import pytest

from newsroom.issues import kinds, render
from newsroom.issues.document import Section
from newsroom.issues.parts import grouped
from tests.issues.documents import bare


def rows(*sections: Section) -> list[tuple[str, str]]:
    return [(row.label, row.title) for row in render.contents(bare(*sections))]


def test_articles_columns_recommendations_and_engagements_are_listed_by_themselves() -> None:
    listed = {name for name in kinds.names() if rows(Section(name, "A title"))}
    assert listed == {
        "Article",
        "Thumbs up",
        "Thumbs down",
        "Recommended reading",
        "Book recommendation",
        "Speaking engagement",
    }


def test_a_contents_key_renames_the_row_and_lists_any_kind() -> None:
    assert rows(Section("Article", "A long title", fields={"contents": "Short"})) == [("Article", "Short")]
    assert rows(Section("Note", "A long title", fields={"contents": "Short"})) == [("Note", "Short")]


@pytest.mark.parametrize("word", ["no", "No"])
def test_no_leaves_a_section_out(word: str) -> None:
    assert rows(Section("Article", "A title", fields={"contents": word})) == []


def test_the_rows_stand_in_the_order_of_the_issue() -> None:
    sections = (Section("Book recommendation", "First"), Section("Article", "Second"))
    assert rows(*sections) == [("Book", "First"), ("Article", "Second")]


def test_a_column_is_labelled_for_both_thumbs_and_keeps_its_verdict() -> None:
    up, down = render.contents(bare(Section("Thumbs up", "Well done"), Section("Thumbs down", "Not done")))
    assert up.label == down.label == "Thumbs Up / Thumbs Down"
    assert (up.verdict, down.verdict) == ("up", "down")


def test_neighbours_of_one_label_share_it() -> None:
    found = grouped(
        render.contents(bare(Section("Thumbs up", "A"), Section("Thumbs down", "B"), Section("Article", "C")))
    )
    assert [(label, [row.title for row in group]) for label, group in found] == [
        ("Thumbs Up / Thumbs Down", ["A", "B"]),
        ("Article", ["C"]),
    ]


def test_a_stored_section_is_found_by_its_id_and_another_by_its_title() -> None:
    stored, new = render.contents(
        bare(Section("Article", "One", id="abc123"), Section("Article", "Number two"))
    )
    assert (stored.anchor, new.anchor) == ("abc123", "number-two")


def test_two_sections_of_one_title_have_two_anchors() -> None:
    anchors = [row.anchor for row in render.contents(bare(*[Section("Article", "Contents")] * 3))]
    assert len(set(anchors)) == 3
    assert "contents" not in anchors
