"""Full text on both databases: what is put in is found, what is dropped is not, and no query fails."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsroom.platform import search
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import run_worker
from newsroom.platform.jobs.registry import ticks_of
from newsroom.platform.words import fold, passages
from tests.chance import SHARED_FIXTURE, examples


@pytest.fixture
def shelf(db_app):
    with unit_of_work():
        search.put(
            "page", 1, title="The second call", words="The café on Łódź Street did not look up. Naïve!"
        )
        search.put(
            "page", 2, title="Listening twice", words="Nobody’s lamp was mended; the Straße was empty."
        )
        search.put("page", 3, title="電話", words="お客様の電話が故障しました。修理の人はすぐ来ました。")
        search.put("other", 1, title="The second call", words="Another kind of thing with a lamp.")


def test_what_was_put_is_found_by_its_words_and_only_under_its_kind(shelf):
    assert search.found("page", "lamp") == [2]
    assert search.found("other", "lamp") == [1]
    assert search.found("page", "second") == [1]
    assert search.found("page", "nothing of that kind") == []


HITS = {
    "cafe": [1],
    "CAFÉ": [1],
    "cafe\u0301": [1],
    "lodz": [1],
    "strasse": [2],
    "STRASSE": [2],
    "nobodys": [2],
    "nobody's": [2],
    "mend": [2],
    "look up": [1],
    "look lamp": [],
    "up": [1],
    "故障": [3],
    "修理の人": [3],
    "障故": [],
    "電話が故障": [3],
}


def test_case_accents_apostrophes_and_endings_do_not_hide_anything(shelf):
    assert {query: search.found("page", query) for query in HITS} == HITS


def test_what_is_put_again_is_found_by_its_new_words_only(shelf):
    with unit_of_work():
        search.put("page", 1, title="Another title", words="A kettle.")
    assert search.found("page", "kettle") == [1]
    assert search.found("page", "second") == []
    assert search.found("page", "cafe") == []


def test_what_is_dropped_is_not_found_and_its_words_are_nowhere(shelf):
    with unit_of_work():
        assert search.drop("page", 1)
        assert not search.drop("page", 1)
    assert search.found("page", "cafe") == []
    assert search.found("page", "second") == []
    assert search.found("other", "second") == [1]
    left = db.session.execute(db.text("SELECT count(*) FROM search_entry_fts")).scalar_one()
    assert left == db.session.query(search.SearchEntry).count() == 3


def test_a_refused_unit_of_work_leaves_the_index_as_it_was(shelf):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        search.put("page", 9, title="", words="lamp")
        search.drop("page", 2)
        raise ZeroDivisionError
    assert search.found("page", "lamp") == [2]


def test_a_word_in_the_title_counts_for_more(db_app):
    with unit_of_work():
        search.put("page", 1, title="On chairs", words="kettle kettle and a great many other words besides")
        search.put(
            "page", 2, title="The kettle", words="something else that goes on for just as long as this"
        )
    assert search.found("page", "kettle") == [2, 1]


HOSTILE = [
    "",
    " ",
    '"',
    '"""',
    "*",
    "a*",
    "NEAR(",
    "NEAR(lamp look, 2)",
    "AND",
    "OR NOT",
    "lamp AND",
    "title:lamp",
    "{title words}: lamp",
    "^lamp",
    "-lamp",
    "lamp:*",
    "lamp & | ! <->",
    "'; DROP TABLE story; --",
    "\\",
    "(((((",
    "\x00",
    "la\x00mp",
    "🙂",
    "👩‍👩‍👧‍👦",
    "a" * 10_000,
    "lamp " * 2_000,
    '" ' * 5_000,
    "1e309",
    "-1",
    "½",
    "\u202elamp",
    "\ud800",
    "é" * 500,
    "故" * 5_000,
    "%",
    "_",
    "http://example.org/?q=lamp",
    "ana@example.org",
]


def test_no_query_fails_whatever_was_typed(shelf):
    for query in HOSTILE:
        try:
            assert isinstance(search.found("page", query), list)
            chosen = search.matching("page", query)
            if chosen is not None:
                db.session.execute(chosen).all()
        except Exception as failed:
            failed.add_note(f"The query was {query[:60]!r}, of {len(query)} characters.")
            raise


def test_operators_are_words_like_any_other(shelf):
    with unit_of_work():
        search.put("page", 7, title="", words="cats AND dogs NEAR the door")
    assert search.found("page", "near") == [7]
    assert search.found("page", "AND dogs") == [7]
    # A quotation mark opens nothing, so the lamp is found beside it.
    assert search.found("page", '"lamp') == [2]


@hypothesis_settings(suppress_health_check=SHARED_FIXTURE, max_examples=examples(100, thorough=1000))
@given(words=st.text(max_size=80))
def test_whatever_is_put_is_found_by_each_of_its_words(app, words):
    with unit_of_work():
        search.put("page", 1, title="", words=words)
    for term in search.terms(words):
        assert search.found("page", " ".join(term)) == [1]


@given(st.text(max_size=200), st.text(max_size=40))
def test_marked_passages_put_together_are_the_text(text, query):
    pieces = passages(text, search.terms(query))
    assert "".join(piece.text for piece in pieces) == text


def test_a_marked_passage_begins_with_what_was_looked_for():
    pieces = passages("The Café’s <b>lamp</b> and the decaf", search.terms("cafe lamp"))
    assert [piece.text for piece in pieces if piece.found] == ["Café’s", "lamp"]


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


# An index keeps of a word only what the one before it does not begin with: so they begin differently here.


def bytes_of_the_database() -> bytes:
    """All that the file and its log hold, when the log has been taken over."""
    db.session.rollback()
    connection = db.engine.raw_connection()
    assert connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()
    name = db.engine.url.database
    assert name is not None
    return b"".join(path.read_bytes() for path in Path(name).parent.glob(f"{Path(name).name}*"))


def test_of_what_was_dropped_no_word_stays_in_the_file(app):
    with unit_of_work():
        search.put("page", 1, title="zanthoxyl", words="quillwort " * 30)
        search.put("page", 2, title="Another", words="harebell")
    held = bytes_of_the_database()
    assert b"anthoxyl" in held
    assert b"uillwort" in held
    with unit_of_work():
        search.drop("page", 1)
    run_worker(app, drain=True)
    held = bytes_of_the_database()
    assert b"anthoxyl" not in held
    assert b"uillwort" not in held
    assert search.found("page", "harebell") == [2]


def test_dropping_asks_for_one_sweep_however_much_is_dropped(app, monkeypatch):
    with unit_of_work():
        for number in range(5):
            search.put("page", number, title="One", words="of several")
    with unit_of_work():
        for number in range(5):
            search.drop("page", number)
    swept = []
    monkeypatch.setattr(search, "fold_log", lambda: swept.append(1))
    run_worker(app, drain=True)
    assert swept == [1]


def test_a_sweep_waits_for_no_reader(app):
    with unit_of_work():
        search.put("page", 1, title="One", words="harebell")
    with db.engine.connect() as reading:
        reading.exec_driver_sql("SELECT * FROM search_entry").all()
        search.sweep()
    assert search.found("page", "harebell") == [1]


def test_what_a_reader_kept_in_the_log_leaves_it_within_a_minute(app):
    with unit_of_work():
        search.put("page", 1, title="zanthoxyl", words="harebell")
    log = Path(f"{db.engine.url.database}-wal")
    with db.engine.connect() as reading:
        reading.exec_driver_sql("SELECT * FROM search_entry").all()
        with unit_of_work():
            search.drop("page", 1)
        search.sweep()
        assert b"anthoxyl" in log.read_bytes()
    ticks_of(app)["emptying of SQLite's log"]()
    assert b"anthoxyl" not in log.read_bytes()


def test_a_sweep_changes_nothing_that_is_found(shelf):
    search.sweep()
    assert search.found("page", "lamp") == [2]
