"""Setting in lines: what is wide, where a line may end, and which way it runs."""

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform import lines
from newsroom.platform.lines import directed, display_width, fill, is_address, wrap
from newsroom.platform.text import words_in

SCRIPTS = {
    "Latin": "abc déß — - ’",
    "Cyrillic": "привет мир — ",
    "Greek": "καλημέρα ά ",
    "Arabic": "مرحبا يا عالم، كَتَبَ ",
    "Hebrew": "שָׁלוֹם עולם ",
    "Devanagari": "नमस्ते क्ष दुनिया ",
    "Japanese": "東京、。「大阪」ッャーへ行く…… ！？・",
    "Chinese": "我们去北京，《书》。",
    "Korean": "안녕하세요 세계 여러분 ",
    "Thai": "ภาษาไทยง่ายนิดเดียว ",
    "emoji": "👍🏽 👨‍👩‍👧 🇬🇧 1️⃣ ☎️ ❤ ",
    "spaces and marks": "\u00a0\u3000\u00ad\u200dé\u0301\u20ac",
}
PROSE = st.lists(st.sampled_from([*SCRIPTS.values(), *"".join(SCRIPTS.values()), " "]), max_size=30).map(
    "".join
)
NEVER_FIRST = "、。，．！？）」』】》・ーッャュョ……；："
NEVER_LAST = "（「『【《"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3), ("東京", 4), ("e\u0301", 1), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("1️⃣", 2), ("🇬🇧", 2),
        ("\u00ad", 0), ("한", 2), ("ｱ", 1), ("привет", 6), ("كَتَبَ", 3), ("שָׁלוֹם", 4), ("☎️", 2), ("☎", 1),
        ("\u200f", 0), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2),
    ],
)  # fmt: skip
def test_width_in_columns(text: str, columns: int) -> None:
    assert display_width(text) == columns


def test_a_long_row_of_flags_is_measured_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """What measures takes the square of the row: without it a page of flags would take minutes."""
    lengths, columns_of = [], lines.columns_of

    def measured(text: str, **how: Any) -> int:
        lengths.append(len(text))
        return columns_of(text, **how)

    monkeypatch.setattr(lines, "columns_of", measured)
    assert display_width("é" + "🇬🇧" * 160 + "🇬" + "東") == 1 + 2 * 160 + display_width("🇬") + 2
    assert max(lengths) <= 100


@given(PROSE, st.integers(12, 40), st.sampled_from(["", "* ", "[12] "]))
def test_no_line_of_any_script_is_wider_than_asked(text: str, width: int, initial: str) -> None:
    for line in wrap(text, width, initial, " " * len(initial)):
        assert display_width(line) <= width


@given(PROSE, st.integers(2, 40))
@example("コーヒー「おかわり」、どうぞ。", 6)
def test_wrapping_changes_nothing_but_white_space(text: str, width: int) -> None:
    bare = r"[^\S\u00a0]+"
    assert re.sub(bare, "", "".join(wrap(text, width))) == re.sub(bare, "", text)


@given(st.text(st.sampled_from("abc déß 東京、。 — -\u00a0क्ष👍🏽é\u0301\n\t"), max_size=120))
def test_no_word_that_fits_a_line_is_divided(text: str) -> None:
    assert words_in("\n".join(wrap(text, 400))) == words_in(text)


@given(st.lists(st.sampled_from(SCRIPTS["Japanese"].replace(" ", "") + "東京大阪"), max_size=60).map("".join))
def test_japanese_lines_begin_and_end_as_they_may(text: str) -> None:
    # Where signs stand in a row that would fill the line, one of them has to begin it.
    rows = re.findall(f"[{NEVER_FIRST}{NEVER_LAST}]{{8,}}", text)
    lines = wrap(text, 24)
    for before, after in pairwise(lines if not rows else []):
        assert after[0] not in NEVER_FIRST
        assert before[-1] not in NEVER_LAST


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("東京東京。", 8, ["東京東", "京。"]),
        ("キャッツ", 6, ["キャッ", "ツ"]),
        ("「あ」と", 6, ["「あ」", "と"]),
        ("안녕하세요 세계여러분", 12, ["안녕하세요", "세계여러분"]),
        ("ภาษาไทยง่าย", 8, ["ภาษาไทย", "ง่าย"]),
        ("well—known e-mail", 8, ["well—", "known", "e-mail"]),
        ("東京　大阪", 20, ["東京　大阪"]),
        ("見るhttps://a.example/b-c/d?e=fから", 12, ["見る", "https://a.example/b-c/d?e=f", "から"]),
        ("https://例え.example/道を行く", 12, ["https://例え.example/道を行く"]),
    ],
)
def test_a_line_ends_where_its_script_lets_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_an_address_is_never_broken() -> None:
    address = "https://service-bell.example/" + "a" * 90
    assert wrap(f"Read on at {address} today", 30) == ["Read on at", address, "today"]
    assert [is_address(word) for word in (address, f"({address})", "me@a.example", "a" * 90)] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["!" * 100_000 + "電", "a+" * 50_000 + "電", "電http://a" * 9_000], ids=len)
def test_a_word_as_long_as_a_book_is_read_once_and_not_once_for_each_letter(word: str) -> None:
    """Each of them took minutes, or hours, while the search for addresses began anew everywhere."""
    assert "".join(wrap(word)) == word


def test_a_word_wider_than_a_line_is_divided_between_whole_characters() -> None:
    assert wrap("a " + "é\u0301" * 12 + " b", 10) == ["a", "é\u0301" * 10, "é\u0301" * 2 + " b"]
    assert wrap("👩‍🚀" * 5, 6) == ["👩‍🚀" * 3, "👩‍🚀" * 2]


def test_hanging_indents() -> None:
    assert fill("one two three four", 11, "* ", "  ") == "* one two\n  three\n  four"


@pytest.mark.parametrize(
    ("line", "direction", "marked"),
    [
        ("Plain words", "rtl", "Plain words"),
        ("مرحبا", "ltr", "مرحبا"),
        ("مرحبا Anna", "rtl", "مرحبا Anna"),
        ("> Anna قالت", "rtl", "> \u200fAnna قالت"),
        ("  قالت Anna", "ltr", "  \u200eقالت Anna"),
        ("[1] https://a.example/", "rtl", "[1] https://a.example/"),
        ("------ ▲", "rtl", "------ ▲"),
    ],
)
def test_only_a_line_that_would_fall_apart_gets_a_mark(line: str, direction: str, marked: str) -> None:
    assert directed(line, direction) == marked


@given(st.lists(PROSE, max_size=5).map("\n".join), st.sampled_from(["ltr", "rtl"]))
def test_marks_are_all_that_is_added_and_they_are_added_once(page: str, direction: str) -> None:
    marked = directed(page, direction)
    assert re.sub("[\u200e\u200f]", "", marked) == page
    assert directed(marked, direction) == marked
    assert [display_width(line) for line in marked.split("\n")] == [
        display_width(line) for line in page.split("\n")
    ]
