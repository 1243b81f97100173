"""Stories are found by their words for as long as the desk may read them."""

from pathlib import Path

import pytest

from newsroom.platform import search
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.stories import queries, service, tasks
from newsroom.stories.models import StoryGlance
from tests.stories.conftest import NOTE, STORY, stored


def found(query):
    return search.found(queries.FOUND_AS, query)


def glance(public_id):
    return db.session.get(StoryGlance, stored(public_id).id)


def save(public_id, editor, *, title="The cable", text=STORY):
    version = stored(public_id).version
    if stored(public_id).state == "received":
        with unit_of_work():
            service.start_editing(public_id, actor_id=editor)
    with unit_of_work():
        service.save_revision(
            public_id, version=version, title=title, text=text, attribution="", note=NOTE, actor_id=editor
        )


def test_a_story_is_found_by_its_words_its_company_and_its_public_id(db_app, tell):
    public_id = tell()
    number = stored(public_id).id
    for query in ("lamp", "third time", "kettlewick", public_id, public_id[:5], "LUNCH"):
        assert found(query) == [number], query
    assert found("umbrella") == []


def test_a_title_is_found_as_soon_as_it_is_saved_and_the_original_stays_found(db_app, tell, staff):
    public_id, editor = tell(), staff()
    save(public_id, editor, title="Nobody looked up", text="Edited words about a hairdryer.")
    number = stored(public_id).id
    for query in ("looked up", "hairdryer", "lamp"):
        assert found(query) == [number], query
    save(public_id, editor, title="Another title", text="Edited words about a hairdryer.")
    assert found("looked") == []
    assert found("another title") == [number]


def test_a_withdrawn_story_is_found_by_none_of_its_words(db_app, tell, staff):
    public_id = tell()
    save(public_id, staff())
    with unit_of_work():
        service.withdraw(public_id)
    for query in ("lamp", "kettlewick", "cable", public_id):
        assert found(query) == [], query
    assert glance(public_id) is None
    tasks.catalogue()
    assert found("lamp") == []


def test_a_submission_that_is_refused_leaves_no_words_behind(db_app, tell):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        tell()
        raise ZeroDivisionError
    assert found("lamp") == []


def test_a_glance_counts_what_looks_private_in_the_newest_text(db_app, tell, staff):
    public_id, editor = (
        tell(story=f"{STORY} Write to rhona@reader.example or see https://a.example/x."),
        staff(),
    )
    seen = glance(public_id)
    assert (seen.private_count, seen.link_count, seen.title) == (1, 1, "")
    assert seen.opening.startswith("I rang them")
    assert seen.word_count > 40
    save(public_id, editor)
    seen = glance(public_id)
    assert (seen.private_count, seen.link_count, seen.title) == (0, 0, "The cable")


def test_a_list_names_nobody_from_a_story_that_nobody_has_edited(db_app, tell):
    words = "I rang Janet Miller on 07700 900123, and she wrote to janet@lampworks.example about it."
    seen = glance(tell(story=f"{words} {STORY}"))
    assert seen.opening.startswith("I rang [a person] on [a telephone number], and she wrote to")
    assert not {"Janet", "900123", "janet@"} & set(seen.opening.replace(",", " ").split())
    assert len(found("janet miller")) == 1


def test_stories_of_an_older_version_are_taken_up_by_the_worker(db_app, tell):
    public_id, other = tell(), tell()
    with unit_of_work():
        for row in (stored_in_unit(public_id), stored_in_unit(other)):
            service.forget(row)
    assert found("lamp") == []
    tasks.catalogue()
    assert len(found("lamp")) == 2
    assert glance(public_id).opening.startswith("I rang them")


def stored_in_unit(public_id):
    row = queries.story(public_id)
    assert row is not None
    return row


def test_of_an_erased_story_no_word_is_left_in_the_database_file(app, tell, staff):
    public_id = tell(story=f"Zanthoxylum grew there. {STORY}")
    tell(story="Nobody rang back, and I sat there all day with my coat on.", company="Umberfield Boilers")
    save(public_id, staff(), text=f"Zanthoxylum grew there, a quillwort did not. {STORY}")
    run_worker(app, drain=True)
    assert {b"anthoxylum", b"uillwort"} <= words_in_the_file(b"anthoxylum", b"uillwort")
    with unit_of_work():
        service.erase(public_id)
    run_worker(app, drain=True)
    assert words_in_the_file(b"anthoxylum", b"uillwort", b"kettlewick") == set()
    assert found("coat") != []


def words_in_the_file(*words):
    """Which of these words the file or its log holds, in any case, when the log has been taken over."""
    db.session.rollback()
    connection = db.engine.raw_connection()
    assert connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()
    path = Path(db.engine.url.database)
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*")).lower()
    return {word for word in words if word in held}
