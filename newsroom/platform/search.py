"""Full text: what can be found, by the words of it, on SQLite (FTS5) and PostgreSQL (tsvector) alike.

A feature says `put` for what it has under a kind and a number of its own, `drop` for what must not be found
any more, both in the unit of work of the change itself; it embeds `matching` into its own queries. Words are
folded here before they are stored and before they are looked up (`platform.words`), so no extension of a
database is needed and both find the same. It knows no story and no page, and has no query language: whatever
was typed is words, so no query fails.

What is dropped is found no more at once; that its words leave SQLite's file as well is a job of its own,
because it writes the whole index anew.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import (
    DDL,
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    String,
    UniqueConstraint,
    column,
    delete,
    event,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import enqueue, task
from newsroom.platform.words import folded_words

MOST_TERMS = 12
"""Words of one query that are looked at."""

_MOST_WORDS = 5_000
_PREFIX_FROM = 3
# What is looked through before it is folded: a form field may be asked to hold a megabyte.
_LONGEST_QUERY = 2_000

SWEEP = "search.sweep"
"""The task that takes the words of what was dropped out of the database file."""

SQLITE_TABLE = "CREATE VIRTUAL TABLE search_entry_fts USING fts5(title, words, tokenize = 'unicode61')"
POSTGRES_TABLE = (
    "CREATE TABLE search_entry_fts ("
    "entry_id integer PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, "
    "document tsvector NOT NULL)"
)
POSTGRES_INDEX = "CREATE INDEX ix_search_entry_fts_document ON search_entry_fts USING gin (document)"


class SearchEntry(db.Model):
    """Something that can be found: of which kind, and its number there.

    Its words stand in `search_entry_fts`, which each database keeps in a way of its own.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]


_NEW_ENTRY = text(
    "INSERT INTO search_entry (kind, subject_id) VALUES (:kind, :subject_id) "
    "ON CONFLICT (kind, subject_id) DO NOTHING RETURNING id"
)
_KNOWN_ENTRY = text("SELECT id FROM search_entry WHERE kind = :kind AND subject_id = :subject_id")

_PUT_ON_POSTGRES = text(
    "INSERT INTO search_entry_fts (entry_id, document) VALUES (:id, "
    "setweight(to_tsvector('simple', :title), 'A') || to_tsvector('simple', :words)) "
    "ON CONFLICT (entry_id) DO UPDATE SET document = EXCLUDED.document"
)

_sqlite = table("search_entry_fts", column("rowid"), column("search_entry_fts"), column("rank"))
_postgres = table("search_entry_fts", column("entry_id"), column("document"))


def _index_is_made_with_the_table() -> None:
    made = SearchEntry.__table__
    for statement, dialect in (
        (SQLITE_TABLE, "sqlite"),
        (POSTGRES_TABLE, "postgresql"),
        (POSTGRES_INDEX, "postgresql"),
    ):
        event.listen(made, "after_create", DDL(statement).execute_if(dialect=dialect))
    event.listen(made, "before_drop", DDL("DROP TABLE IF EXISTS search_entry_fts"))


_index_is_made_with_the_table()


def put(kind: str, subject_id: int, *, title: str, words: str) -> None:
    """Make something findable by these words, or by these instead of those before. Joins the unit of work."""
    entry_id, is_new = _entry(kind, subject_id)
    given = {"id": entry_id, "title": _stored(title), "words": _stored(words)}
    if _is_postgres():
        db.session.execute(_PUT_ON_POSTGRES, given)
        return
    if not is_new:
        db.session.execute(text("DELETE FROM search_entry_fts WHERE rowid = :id"), {"id": entry_id})
    db.session.execute(
        text("INSERT INTO search_entry_fts (rowid, title, words) VALUES (:id, :title, :words)"), given
    )


def drop(kind: str, subject_id: int) -> bool:
    """Let something be found no more; gives whether it could be. Joins the unit of work."""
    where = (SearchEntry.kind == kind, SearchEntry.subject_id == subject_id)
    if not _is_postgres():
        db.session.execute(
            text(
                "DELETE FROM search_entry_fts WHERE rowid IN "
                "(SELECT id FROM search_entry WHERE kind = :kind AND subject_id = :subject_id)"
            ),
            {"kind": kind, "subject_id": subject_id},
        )
        enqueue(SWEEP, 0)
    gone = db.session.execute(delete(SearchEntry).where(*where))
    return cast("CursorResult[Any]", gone).rowcount > 0


@task(SWEEP)
def sweep(_all: int = 0) -> None:
    """Let no word of what was dropped stay in SQLite's file.

    FTS5 notes down that a word is gone and keeps the word until it happens to merge the two. (Its own setting
    for this, `secure-delete`, came with SQLite 3.42, and makes a file that older ones cannot read.)
    PostgreSQL clears away dead rows by itself.
    """
    if _is_postgres():
        return
    with unit_of_work():
        db.session.execute(text("INSERT INTO search_entry_fts (search_entry_fts) VALUES ('optimize')"))
    fold_log()


def take_words(there: Connection, here: Connection) -> None:
    """Take the words of a SQLite database into a PostgreSQL one whose entries are the same."""
    for row in there.execute(text("SELECT rowid AS id, title, words FROM search_entry_fts")).mappings():
        here.execute(_PUT_ON_POSTGRES, dict(row))


def fold_log() -> None:
    """A tick as well: empty SQLite's log, which holds pages as they were before words were destroyed.

    Nobody has to wait for it: where somebody reads this moment it is left alone. That is often the very
    person who had something destroyed and is shown so, and on a quiet site nobody else might come for days;
    so it is tried again each minute. Does nothing on PostgreSQL.
    """
    if _is_postgres():
        return
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={patience}")
    finally:
        connection.close()


def terms(query: str) -> list[list[str]]:
    """What a query asks for, folded: everything that spaces or signs divide. All of it has to be there.

    A term is one word, or the letters in a row of a script that is written without spaces.
    """
    found: list[list[str]] = []
    for part in query[:_LONGEST_QUERY].replace("\x00", " ").split():
        words = folded_words(part)
        if words and all(len(word) == 1 for word in words) and not part.isascii():
            found.append(words)
        else:
            found += [[word] for word in words]
    unique = list(dict.fromkeys(map(tuple, found)))
    return [list(term) for term in unique[:MOST_TERMS]]


def matching(kind: str, query: str) -> Select[int] | None:
    """The numbers of all that a query finds, as a select to embed; None for a query without a single word."""
    sought = terms(query)
    if not sought:
        return None
    # As a set, because SQLite would ask its full text once for each entry of a join; and by a kind that no
    # index is used for, because it would read all entries of that kind to find the few that match.
    return select(SearchEntry.subject_id).where(
        SearchEntry.kind.concat("") == kind, SearchEntry.id.in_(select(_key()).where(_matches(sought)))
    )


def found(kind: str, query: str, limit: int = 20) -> list[int]:
    """The numbers of what a query finds, the best first: a word in a title counts for several in the text."""
    sought = terms(query)
    if not sought:
        return []
    order: ColumnElement[Any]
    if _is_postgres():
        order = func.ts_rank(_postgres.c.document, _tsquery(sought)).desc()
    else:
        order = func.bm25(text("search_entry_fts"), 8.0, 1.0)
    best = (
        select(SearchEntry.subject_id)
        .join(_index(), SearchEntry.id == _key())
        .where(SearchEntry.kind == kind, _matches(sought))
        .order_by(order, SearchEntry.id.desc())
    )
    return list(db.session.scalars(best.limit(limit)))


def _entry(kind: str, subject_id: int) -> tuple[int, bool]:
    """The number of an entry, and whether it was made this moment."""
    given = {"kind": kind, "subject_id": subject_id}
    made = db.session.execute(_NEW_ENTRY, given).scalar()
    if made is not None:
        return made, True
    known = db.session.execute(_KNOWN_ENTRY, given).scalar_one()
    return known, False


def _stored(said: str) -> str:
    return " ".join(folded_words(said)[:_MOST_WORDS])


def _is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def _index() -> Any:
    return _postgres if _is_postgres() else _sqlite


def _key() -> ColumnElement[int]:
    return _postgres.c.entry_id if _is_postgres() else _sqlite.c.rowid


def _matches(sought: list[list[str]]) -> ColumnElement[bool]:
    if _is_postgres():
        return _postgres.c.document.op("@@")(_tsquery(sought))
    return _sqlite.c.search_entry_fts.op("MATCH")(_fts5(sought))


def _fts5(sought: list[list[str]]) -> str:
    """Words hold nothing but letters and digits, so a quoted one is nothing but itself."""
    return " AND ".join(f'"{" ".join(term)}"' + ("*" if _is_beginning(term) else "") for term in sought)


def _tsquery(sought: list[list[str]]) -> ColumnElement[Any]:
    said = " & ".join(
        " <-> ".join(f"'{word}'" for word in term) + (":*" if _is_beginning(term) else "") for term in sought
    )
    return func.to_tsquery("simple", said)


def _is_beginning(term: list[str]) -> bool:
    return len(term) == 1 and len(term[0]) >= _PREFIX_FROM
