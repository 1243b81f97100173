"""Cleaning takes away what acts unseen and nothing that is read."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.platform.text import MARKS_PER_LETTER, clean_line, clean_text, problems_in, words_in

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "ab é\u0301\u0300\n\r\t \u00a0\u2028\u2029\x00\x0b\x85\x9f\u202a\u202e\u2066\u2069\ufeff"
            "\u200b\u200c\u200d\ufe0f\u20e3\u0e01\u0915\u094d\u0627👩🏽🚀🏴\U000e0067\U000e007f\ud800\u212b\u2329\u1100\u1161"
        ),
    ),
    max_size=60,
)


@given(NASTY)
@example("\u2329\u200da")
@example("e\u200d\u0301")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(NASTY)
def test_clean_text_can_be_encoded_and_holds_no_control_character(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert not [c for c in clean if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")
    assert unicodedata.is_normalized("NFC", clean)


@given(NASTY)
def test_clean_text_has_no_problems(text: str) -> None:
    assert problems_in(clean_text(text)) == []


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=80))
def test_no_word_is_lost_by_cleaning(text: str) -> None:
    assert words_in(clean_text(text)) == words_in(unicodedata.normalize("NFC", text))


@given(NASTY)
def test_a_clean_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert "\n" not in line
    assert "  " not in line
    assert line == line.strip()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("\ufeffBOM first", "BOM first"),
        ("ab\u202egnp.exe", "abgnp.exe"),
        ("Ac\u200bme and Ac\u200dme and Ac\u2060me", "Acme and Acme and Ac\u2060me"),
        ("a\tb", "a   b"),
        ("first  \nsecond   \n\nthird", "first  \nsecond\n\nthird"),
        ("trailing \t \nnext", "trailing\nnext"),
        ("\n\n  indented\n\n", "  indented"),
        ("half \ud83d only", "half \ufffd only"),
        ("nul\x00 and escape\x1b[31m", "nul and escape[31m"),
        ("\x93don\x92t\x94 \x96 \x8cuvre\x81 \x80 5", "\u201cdon\u2019t\u201d \u2013 \u0152uvre \u20ac 5"),
        ("page\x0cbreak\x0btab", "page\nbreak\ntab"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
    ],
)
def test_what_is_stored(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


@pytest.mark.parametrize(
    "kept",
    [
        "👩‍🚀 and 👨‍👩‍👧 and 👍🏽 and 1️⃣",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "क्‍ष",
        "می‌خواهم",
        "soft\u00adhyphen and no\u00a0break",
        "שָׁלוֹם",
        "ภาษา\u200bไทย",
    ],
)
def test_what_scripts_and_emoji_need_is_kept(kept: str) -> None:
    assert clean_text(kept) == unicodedata.normalize("NFC", kept)
    assert problems_in(kept) == []


def test_a_tower_of_accents_is_cut_to_the_cap() -> None:
    clean = clean_text("z" + "\u0323\u0335" * 500 + "algo")
    assert sum(unicodedata.combining(c) > 0 for c in clean) == MARKS_PER_LETTER
    assert clean.endswith("algo")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a\x00b", "control characters"),
        ("a\u202eb", "reverse the direction"),
        ("a\ud800b", "arrived broken"),
        ("a\u200bb", "invisible"),
        ("z" + "\u0323" * 50, "tower of accents"),
    ],
)
def test_each_problem_is_told_in_a_sentence(typed: str, said: str) -> None:
    (sentence,) = problems_in(typed)
    assert said in sentence
    assert sentence.endswith(".")
