"""Stories that tell the same: found by the worker, compared, merged or told apart by an editor."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.stories import likeness, queries, rules, service
from newsroom.stories.likeness import bands, percent, shingles
from newsroom.stories.models import StoryBand, StoryLikeness
from newsroom.stories.rules import Label, StoryRefusal
from tests.stories.conftest import STORY, letters, stored

OTHER = (
    "The counter was closed when we came, although the sign said otherwise. My sister knocked on the glass, "
    "and a young woman came out of the back with her coat on, took it off again, and served us both without "
    "a word of complaint about the hour. She even wrapped the bowl twice because it was raining so hard."
)


def almost(text: str, every: int = 12) -> str:
    """Give the same text with every so-many-th word exchanged."""
    return " ".join("otherwise" if place % every == 5 else word for place, word in enumerate(text.split()))


def id_of(public_id):
    return stored(public_id).id


def pairs():
    db.session.rollback()
    rows = db.session.scalars(db.select(StoryLikeness).order_by(StoryLikeness.story_id)).all()
    return [(row.story_id, row.earlier_id, row.percent, row.dismissed) for row in rows]


# The pure part


@given(st.text(max_size=300))
def test_a_text_is_wholly_like_itself_and_its_signature_never_changes(text):
    mine = shingles(text)
    assert percent(mine, shingles(text)) == (100 if mine else 0)
    assert bands(mine) == bands(shingles(text))
    assert len(bands(mine)) == (likeness.BANDS if mine else 0)


def test_case_accents_and_punctuation_make_no_difference():
    assert shingles("The CAFÉ, at noon: closed!") == shingles("the cafe at noon closed")


def test_a_story_with_some_words_changed_is_found_and_another_story_is_not():
    mine = shingles(STORY)
    changed, other = shingles(almost(STORY)), shingles(OTHER)
    assert percent(mine, changed) >= likeness.ALIKE_FROM > percent(mine, other)
    assert set(enumerate(bands(mine))) & set(enumerate(bands(changed)))
    assert not set(enumerate(bands(mine))) & set(enumerate(bands(other)))


def test_a_hundred_percent_means_the_same_words_and_nothing_less():
    longer = STORY + " Indeed."
    assert percent(shingles(STORY), shingles(longer)) < 100


@pytest.mark.parametrize("text", ["word " * 5_000, "故" * 5_000, "", "one", "a\u0300" * 9_000])
def test_hostile_texts_have_few_shingles(text):
    assert len(shingles(text)) <= likeness.MOST_WORDS
    bands(shingles(text))


def test_only_the_beginning_of_an_endless_text_is_looked_at():
    endless = " ".join(f"word{number}" for number in range(100_000))
    assert len(shingles(endless)) < likeness.MOST_WORDS


# The worker


def test_a_near_duplicate_is_found_by_the_worker_whichever_came_first(db_app, tell):
    first, _other, second = tell(), tell(story=OTHER), tell(story=almost(STORY))
    assert pairs() == []
    assert run_worker(db_app, drain=True)
    ((later, earlier, how_much, dismissed),) = pairs()
    assert (later, earlier, dismissed) == (id_of(second), id_of(first), False)
    assert likeness.ALIKE_FROM <= how_much < 100


def test_comparing_again_changes_nothing(db_app, tell):
    tell()
    second = id_of(tell(story=almost(STORY)))
    run_worker(db_app, drain=True)
    before = pairs()
    with unit_of_work():
        service.sign(second)
        service.compare(second)
    assert pairs() == before
    assert db.session.query(StoryBand).count() == 2 * likeness.BANDS


def test_of_many_copies_each_names_only_the_first(app, tell):
    ids = [id_of(tell()) for _ in range(40)]
    run_worker(app, drain=True)
    found = pairs()
    assert len(found) <= len(ids)
    assert {row[2] for row in found} == {100}


def test_how_many_texts_are_read_has_a_limit(app, tell, monkeypatch):
    for number in range(60):
        tell(story=f"{STORY} That was visit number {number}.")
    run_worker(app, drain=True)
    last = id_of(tell(story=f"{STORY} That was visit number sixty."))
    read = []
    from newsroom.stories.service import likeness as verbs

    original = verbs._original

    def counted(story_id):
        read.append(story_id)
        return original(story_id)

    monkeypatch.setattr(verbs, "_original", counted)
    with unit_of_work():
        service.sign(last)
        service.compare(last)
    assert len(read) <= verbs._MOST_CANDIDATES + 2
    assert len([row for row in pairs() if row[0] == last]) <= verbs._MOST_KEPT


def test_a_withdrawn_story_is_like_nothing_any_more(db_app, tell):
    first, second = tell(), tell(story=almost(STORY))
    run_worker(db_app, drain=True)
    with unit_of_work():
        service.withdraw(first)
    assert pairs() == []
    one, other = id_of(first), id_of(second)
    with unit_of_work():
        service.sign(one)
        service.compare(other)
    assert pairs() == []
    assert db.session.query(StoryBand).filter_by(story_id=id_of(first)).count() == 0


# What an editor does


def test_merging_closes_the_later_story_and_writes_to_both_authors(db_app, tell, clock):
    earlier = tell(email="first@reader.example", name="Rhona Vale")
    later = tell(story=almost(STORY), email="second@reader.example", name="Una Lister")
    with unit_of_work():
        service.merge(later, earlier)
    found = stored(later)
    assert (found.state, found.duplicate_of_id) == ("duplicate", id_of(earlier))
    standing = rules.standing(found.state, wants_preview=False, reason=found.closed_reason)
    assert standing.label is Label.CLOSED
    assert "put together" in standing.next_step
    assert stored(earlier).state == "received"
    assert letters(db_app)[2:] == [
        ("story-merged", "second@reader.example"),
        ("story-joined", "first@reader.example"),
    ]
    assert history(queries.subject_of(later))[0].verb == "merged"
    assert history(queries.subject_of(earlier))[0].verb == "joined by another"


def test_a_merge_can_be_taken_back_with_both_letters(db_app, tell, clock):
    earlier = tell(email="first@reader.example")
    later = tell(story=almost(STORY), email="second@reader.example")
    with unit_of_work():
        service.merge(later, earlier)
    with unit_of_work():
        service.undo(later)
    assert (stored(later).state, stored(later).duplicate_of_id) == ("received", None)
    assert [kind for kind, _to in letters(db_app)] == ["story-received"] * 2
    with unit_of_work():
        service.merge(later, earlier)
    clock.shift(timedelta(minutes=11))
    with pytest.raises(StoryRefusal, match="cannot be undone"), unit_of_work():
        service.undo(later)


def test_merging_into_a_merged_story_leads_to_where_that_one_went(app, tell):
    first, second, third = tell(), tell(), tell()
    with unit_of_work():
        service.merge(second, first)
    with unit_of_work():
        service.merge(third, second)
    assert stored(third).duplicate_of_id == id_of(first)


@pytest.mark.parametrize("state", ["spam", "declined", "expired", "withdrawn", "unpublished"])
def test_nothing_is_merged_into_a_closed_story(app, tell, in_state, state):
    earlier, later = tell(), tell()
    in_state(earlier, state)
    with pytest.raises(StoryRefusal, match="closed"), unit_of_work():
        service.merge(later, earlier)
    assert stored(later).state == "received"


def test_a_story_is_never_merged_into_itself_not_even_by_way_of_another(app, tell):
    first, second = tell(), tell()
    with pytest.raises(StoryRefusal, match="itself"), unit_of_work():
        service.merge(first, first)
    with unit_of_work():
        service.merge(second, first)
    with pytest.raises(StoryRefusal, match="itself"), unit_of_work():
        service.merge(first, second)


def test_what_was_told_apart_is_never_shown_as_alike_again(db_app, tell):
    earlier, later = tell(), tell(story=almost(STORY))
    run_worker(db_app, drain=True)
    with unit_of_work():
        service.dismiss(later, earlier)
    with unit_of_work():
        service.dismiss(earlier, later)
    number = id_of(later)
    with unit_of_work():
        service.sign(number)
        service.compare(number)
    assert [row[3] for row in pairs()] == [True]
    assert [entry.verb for entry in history(queries.subject_of(later))].count("told apart") == 1


def test_two_stories_that_were_never_alike_cannot_be_told_apart(app, tell):
    with pytest.raises(StoryRefusal), unit_of_work():
        service.dismiss(tell(), tell(story=OTHER))
