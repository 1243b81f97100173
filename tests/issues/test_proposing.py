"""What a balanced issue would take from the shelf."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import kinds, rules
from newsroom.issues.proposing import (
    MOST_EVENTS,
    Offered,
    Standing,
    habit_of,
    house_order,
    place_for,
    proposal,
    runway_words,
)

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 1)
BALANCE = {"up": 1, "down": 1}
SHELVED = sorted(kind.name for kind in kinds.by_name.values() if kind.source != "own")
KINDS = sorted(kinds.by_name)


def offered(name: str, kind: str, days: int = 10, **given: object) -> Offered:
    says = {key: str(given.pop(key)) for key in ("when", "until", "part") if key in given}
    since = datetime(2026, 11, 24, 9, tzinfo=UTC) - timedelta(days=days)
    return Offered(name, kind, name.title(), since, says, **given)  # type: ignore[arg-type]


def taken(shelf: list[Offered], standing: Standing | None = None) -> list[str]:
    return [one.offered.public_id for one in proposal(shelf, standing or Standing(), BALANCE, DAY, TODAY)]


def test_a_balanced_issue_takes_one_of_each() -> None:
    shelf = [
        offered("up-new", "Thumbs up", 3),
        offered("up-old", "Thumbs up", 40),
        offered("down", "Thumbs down"),
        offered("part-3", "Article", series="listening", part=3),
        offered("part-2", "Article", 2, series="listening", part=2),
        offered("other-5", "Article", series="queues", part=5),
        offered("part-1", "Article", series="listening", part=1, is_printed=True),
        offered("other-4", "Article", series="queues", part=4, held_in=80),
        offered("unheard", "Article", 95, series="doors", part=1),
        offered("alone", "Article", 90),
        offered("book", "Book recommendation", 50),
        offered("read", "Recommended reading", 20),
        offered("talk", "Speaking engagement", when="2026-12-09"),
        offered("fair", "Listing", when="2026-12-03 to 2026-12-04"),
    ]
    assert taken(shelf) == ["other-5", "part-2", "up-old", "down", "book", "fair", "talk"]


def test_what_stands_in_the_issue_counts_towards_its_balance() -> None:
    shelf = [
        offered("up", "Thumbs up"),
        offered("down", "Thumbs down"),
        offered("part-2", "Article", series="listening", part=2),
        offered("alone", "Article"),
        offered("book", "Book recommendation"),
        offered("talk", "Speaking engagement", when="2026-12-09"),
    ]
    standing = Standing(
        ("Article", "Thumbs up", "Recommended reading", "Speaking engagement"), frozenset({"listening"})
    )
    assert taken(shelf, standing) == ["down", "talk"]


def test_what_waited_longest_is_taken_where_no_series_runs() -> None:
    alone = [offered("new", "Article", 1), offered("old", "Article", 9)]
    begins = [offered(f"part-{n}", "Article", 20 - n, series="doors", part=n) for n in (2, 1)]
    assert taken(alone) == ["old"]
    assert taken(alone + begins) == ["part-1"]


def test_what_is_over_by_then_is_left_on_the_shelf() -> None:
    shelf = [
        offered("gone", "Speaking engagement", when="2026-11-28 to 2026-11-30"),
        offered("sale", "Book recommendation", until="2026-11-30"),
        offered("last day", "Listing", when="2026-11-30 to 2026-12-01"),
    ]
    assert taken(shelf) == ["last day"]


def test_a_date_nobody_can_read_is_no_reason_to_fall_over() -> None:
    assert taken([offered("odd", "Listing", when="soon"), offered("undated", "Listing")]) == []


SHELF = st.lists(
    st.builds(
        lambda name, kind, days, series, part, printed, held, when: offered(
            f"id{name}",
            kind,
            days,
            series=series if kind == "Article" else "",
            part=part,
            when=when,
            is_printed=printed,
            held_in=held,
        ),
        st.integers(0, 10_000),
        st.sampled_from(SHELVED),
        st.integers(0, 400),
        st.sampled_from(["", "listening", "queues"]),
        st.sampled_from(["", "1", "2", "nonsense"]),
        st.booleans(),
        st.sampled_from([None, None, 81, 82]),
        st.sampled_from(["", "2026-12-09", "2026-10-09", "2026-12-02 to 2026-12-05"]),
    ),
    max_size=30,
    unique_by=lambda one: one.public_id,
)
ISSUE = st.lists(st.sampled_from(KINDS), max_size=12)


@given(SHELF, ISSUE, st.sets(st.sampled_from(["listening", "queues"])), st.randoms(use_true_random=False))
def test_a_proposal_is_balanced_new_and_the_same_however_the_shelf_lies(
    shelf: list[Offered], held: list[str], series: set[str], chance: Random
) -> None:
    standing = Standing(tuple(held), frozenset(series))
    found = proposal(shelf, standing, BALANCE, DAY, TODAY)
    shuffled = list(shelf)
    chance.shuffle(shuffled)
    assert proposal(shuffled, standing, BALANCE, DAY, TODAY) == found
    pieces = [one.offered for one in found]
    assert len({one.public_id for one in pieces}) == len(pieces)
    assert all(one.is_free and not one.is_over(DAY) for one in pieces)
    assert not {one.series for one in pieces if one.series} & series
    for verdict in ("up", "down"):
        now = sum(kinds.kind_of(kind).verdict == verdict for kind in held)
        added = sum(kinds.kind_of(one.kind).verdict == verdict for one in pieces)
        assert added == 0 or now + added <= BALANCE[verdict]
    assert sum(kinds.kind_of(one.kind).key("when") is not None for one in pieces) <= MOST_EVENTS
    assert all(count == 1 for count in Counter(one.series for one in pieces if one.series).values())


def test_the_habit_is_what_most_issues_did_and_the_newer_one_decides_a_tie() -> None:
    both, up = ("Thumbs up", "Article", "Thumbs down"), ("Thumbs up", "Thumbs up")
    assert habit_of([]) == {"up": 1, "down": 1}
    assert habit_of([up, both, both]) == {"up": 1, "down": 1}
    assert habit_of([up, both]) == {"up": 2, "down": 0}


def test_sections_are_put_where_their_kind_usually_stands() -> None:
    order = house_order([("Announcement", "Article", "Thumbs up", "Topics"), ("Article", "Topics")])
    assert place_for("Article", ("Announcement", "Thumbs up", "Topics"), order) == 1
    assert place_for("Article", ("Article", "Topics"), order) == 1
    assert place_for("Thumbs up", ("Article", "Topics"), order) == 1
    assert place_for("Note", ("Article", "Topics"), order) == 2
    assert place_for("Article", ("Note",), order) == 0


@given(st.sampled_from(KINDS), ISSUE, st.lists(ISSUE, max_size=4))
def test_a_place_is_always_one_of_the_issue(kind: str, held: list[str], before: list[list[str]]) -> None:
    assert 0 <= place_for(kind, held, house_order(before)) <= len(held)


def test_the_runway_is_said_in_words() -> None:
    assert runway_words(2, 0) == "Two up, none down"
    assert runway_words(0, 12) == "None up, 12 down"
    assert runway_words(0, 0) == "No story"


@given(st.lists(st.text(max_size=3), min_size=1, unique=True), st.data(), st.integers(-5, 90))
def test_a_section_goes_to_its_place_and_the_others_keep_their_order(
    order: list[str], data: st.DataObject, place: int
) -> None:
    item = data.draw(st.sampled_from(order))
    after = rules.placed(order, item, place)
    assert after.index(item) == min(max(place, 1), len(order)) - 1
    assert [one for one in after if one != item] == [one for one in order if one != item]
