"""How a preview looks at an issue: day and night of the very same letter, rows of an inbox, the meter."""

import re

import pytest

from newsroom.issues import meter, palette, render, seen
from newsroom.issues.document import Section
from newsroom.issues.render import SAMPLE_LINKS
from tests.issues.documents import BASE_URL, bare, specimen

NIGHT = palette.dark().page
DARK_RULES = re.compile(r"@media ([^{]+)\{\s*body, \.ground \{ background-color: " + NIGHT)


@pytest.fixture(scope="module")
def html() -> str:
    return render.letter_html(specimen(), BASE_URL, SAMPLE_LINKS)


def test_by_night_the_letters_own_dark_rules_count_always(html: str) -> None:
    night = seen.by_night(html)
    assert [found.strip() for found in DARK_RULES.findall(html)] == ["(prefers-color-scheme: dark)"]
    assert [found.strip() for found in DARK_RULES.findall(night)] == ["all"]
    assert "prefers-color-scheme" not in night
    assert "color-scheme: light dark" not in night
    assert '<meta name="color-scheme" content="dark">' in night


def test_by_day_they_never_do(html: str) -> None:
    day = seen.by_day(html)
    assert [found.strip() for found in DARK_RULES.findall(day)] == ["not all"]
    assert "color-scheme: light dark" not in day


def test_day_and_night_change_nothing_but_when_the_sheet_counts(html: str) -> None:
    def without_light(text: str) -> str:
        for words in ("@media (prefers-color-scheme: dark)", "@media all", "@media not all"):
            text = text.replace(words, "@media X")
        return re.sub(r"(content=\"|color-scheme:\s*)(light dark|light|dark)\b", r"\1X", text)

    assert without_light(seen.by_night(html)) == without_light(html) == without_light(seen.by_day(html))


def test_words_that_look_like_the_sheet_are_words() -> None:
    words = "@media (prefers-color-scheme: dark) and color-scheme: light dark"
    whole = bare(Section("Note", words, words))
    html = render.letter_html(whole, BASE_URL, SAMPLE_LINKS)
    assert seen.by_night(html).count(words) == html.count(words) > 1


def test_every_name_of_a_mode_is_known_and_no_other() -> None:
    assert [seen.mode_of(name) for name in seen.MODES] == list(seen.MODES)
    assert {seen.mode_of(name) for name in (None, "", "hologram", "Desktop")} == {seen.DESKTOP}


@pytest.mark.parametrize(
    ("words", "longest", "shown"),
    [("short", 5, "short"), ("a little long", 9, "a little…"), ("abc", 2, "a…"), ("abc", 1, ""), ("", 0, "")],
)
def test_programs_cut_with_an_ellipsis(words: str, longest: int, shown: str) -> None:
    assert seen.cut(words, longest) == shown
    assert len(shown) <= max(longest, 0)


def test_a_row_holds_no_more_than_its_program_has_room_for(html: str) -> None:
    found = seen.inbox("The Service Bell and all of its friends and neighbours", "s" * 200, "p" * 200, html)
    assert (len(found.subject), len(found.preheader)) == (200, 200)
    assert {row.program.device for row in found.rows} == {"desktop", "phone"}
    for row in found.rows:
        assert len(row.sender) <= row.program.sender
        assert len(row.subject) <= row.program.subject
        beside = len(row.subject) if row.program.one_line else 0
        assert len(row.beginning) + beside <= row.program.beginning


def test_a_program_shows_how_the_letter_begins(html: str) -> None:
    whole = specimen()
    assert seen.first_words(html).startswith(f"{whole.preheader} {whole.masthead.publication}")
    without = render.letter_html(bare(Section("Note", "A title")), BASE_URL, SAMPLE_LINKS)
    assert seen.first_words(without).startswith("The Slip Issue 7")
    assert seen.inbox("A", "", "", without).rows[0].subject == seen.NO_SUBJECT


def test_the_meter_counts_words_minutes_bytes_and_thumbs(html: str) -> None:
    found = meter.measured(specimen(), html)
    assert (found.up, found.down) == (1, 1)
    assert found.decoded == len(html.encode())
    assert found.encoded > found.decoded
    assert found.shown()["balance"] == "in balance"
    assert not found.warning
    small = meter.measured(bare(Section("Note", "Two words", "and three more")), "<p>é</p>")
    assert (small.words, small.minutes, small.decoded) == (5, 1, 9)
    assert small.shown()["balance"] == "no thumbs yet"
    empty_place = meter.measured(bare(Section("Thumbs up", "", "")), "<p></p>")
    assert empty_place.shown()["balance"] == "no thumbs yet"


def test_the_meter_warns_before_a_letter_is_clipped() -> None:
    assert not meter.Meter(1, 90_000, 102_000, 0, 0).warning
    assert meter.Meter(1, 90_001, 95_000, 0, 0).warning
    assert meter.Meter(1, 80_000, 102_001, 2, 1).warning
    assert meter.Meter(1, 1, 1, 2, 1).shown()["balance"] == "more praise"
