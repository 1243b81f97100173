from datetime import date

import pytest

from newsroom.archive import agenda


@pytest.mark.parametrize(
    ("when", "is_past"),
    [
        ("2026-11-23", True),
        ("2026-11-24", False),
        ("2026-11-20 to 2026-11-24", False),
        ("2026-11-20 to 2026-11-23", True),
        ("some day", False),
        ("", False),
    ],
)
def test_a_thing_is_past_on_the_day_after_its_last(when: str, is_past: bool) -> None:
    coming, past = agenda.parted([when], str, date(2026, 11, 24))
    assert (past if is_past else coming) == [when]


def test_the_next_comes_first_and_of_the_past_the_latest() -> None:
    days = ["2026-12-24", "", "2026-11-30", "2025-01-01", "2026-02-02"]
    coming, past = agenda.parted(days, str, date(2026, 11, 24))
    assert coming == ["2026-11-30", "2026-12-24", ""]
    assert past == ["2026-02-02", "2025-01-01"]
