"""How values of keys are put into words."""

import pytest

from newsroom.issues import wording


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2027-05-11", "Tuesday, 11 May 2027"),
        ("2027-05-11 to 2027-05-11", "Tuesday, 11 May 2027"),
        ("2027-04-20 to 2027-04-22", "Tuesday, 20 to Thursday, 22 April 2027"),
        ("2026-09-30 to 2026-10-02", "Wednesday, 30 September to Friday, 2 October 2026"),
        ("2026-12-31 to 2027-01-02", "Thursday, 31 December 2026 to Saturday, 2 January 2027"),
        ("some day in May", "some day in May"),
        ("2027-02-30", "2027-02-30"),
    ],
)
def test_days_are_long_and_say_month_and_year_once(typed: str, shown: str) -> None:
    assert wording.days(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("LETTER30", "LETTER30"),
        ("LETTER30 until 2026-10-31", "LETTER30, until 31 October 2026"),
        ("ONE until two until soon", "ONE until two, until soon"),
    ],
)
def test_an_offer_says_when_it_ends(typed: str, shown: str) -> None:
    assert wording.offer(typed) == shown


@pytest.mark.parametrize(
    ("series", "part", "stage", "shown"),
    [
        ("Listening twice", "2", "Hearing", "Listening twice, part 2: Hearing"),
        ("Listening twice", "", "Hearing", "Listening twice: Hearing"),
        ("Listening twice", "2", "", "Listening twice, part 2"),
        ("", "2", "Hearing", "Part 2: Hearing"),
        ("iLetters", "", "", "iLetters"),
        ("", "", "", ""),
    ],
)
def test_a_series_line_says_what_is_known(series: str, part: str, stage: str, shown: str) -> None:
    assert wording.series_line(series, part, stage) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.quarterly.example/left-hand", "quarterly.example"),
        ("mailto:ines@service-bell.example?subject=Hello", "ines@service-bell.example"),
        ("/share", ""),
        ("https://[broken", ""),
    ],
)
def test_a_link_without_words_says_where_it_leads(address: str, shown: str) -> None:
    assert wording.host(address) == shown


def test_a_download_is_called_by_its_file() -> None:
    assert wording.file_name("https://quay.example/cards/apology.pdf?v=2") == "apology.pdf"
    assert wording.file_name("https://quay.example/") == "quay.example"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("★★★★☆", "4 out of 5 stars"),
        ("★ ★ ★ ☆ ☆", "3 out of 5 stars"),
        ("★★★½☆", "3½ out of 5 stars"),
        ("★★★★★", "5 stars"),
        ("★", "1 star"),
        ("4/5", "4 out of 5"),
        ("4.5 / 5 stars", "4.5 out of 5 stars"),
        ("four stars", "four stars"),
        ("Read it twice ★", "Read it twice ★"),
        ("", ""),
    ],
)
def test_a_rating_can_be_read_aloud(typed: str, shown: str) -> None:
    assert wording.rating(typed) == shown
