"""Pieces of the library: versions are appended, addresses are kept, nothing is overwritten."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from newsroom.accounts.models import AuditEntry
from newsroom.library import queries, service
from newsroom.library.models import Author, PieceRevision, Series
from newsroom.library.queries import PieceVersion
from newsroom.platform.db import db, unit_of_work


def save(**different: Any) -> PieceVersion:
    given: dict[str, Any] = {
        "kind": "Article",
        "title": "Listening twice",
        "body": "Body.",
        "fields": {"author": "Ana Duarte", "series": "Listening"},
        "actor_id": None,
    }
    with unit_of_work():
        return service.save_piece(**{**given, **different})


def test_a_piece_begins_at_version_one_with_its_author_and_series(db_app: Flask) -> None:
    saved = save()
    assert (saved.version, saved.newest_version, saved.slug) == (1, 1, "listening-twice")
    assert (saved.author_slug, saved.series_slug) == ("ana-duarte", "listening")
    assert queries.piece(saved.public_id) == saved
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.subject) == ("saved", f"piece {saved.public_id}")


def test_other_words_are_a_new_version_and_the_old_one_stays(db_app: Flask) -> None:
    first = save()
    second = save(public_id=first.public_id, title="Listening thrice")
    assert (second.version, second.slug) == (2, first.slug)
    old = queries.piece(first.public_id, 1)
    assert old is not None
    assert (old.title, old.newest_version) == ("Listening twice", 2)
    assert [each.version for each in queries.revisions(first.public_id)] == [2, 1]


def test_the_same_words_are_no_new_version(db_app: Flask) -> None:
    first = save()
    assert save(public_id=first.public_id) == first
    assert db.session.scalar(select(func.count()).select_from(PieceRevision)) == 1


@pytest.mark.parametrize("different", [{"public_id": "nothing"}, {"kind": "Listing"}])
def test_an_id_that_is_not_there_or_of_another_kind_is_refused(app: Flask, different: dict[str, str]) -> None:
    first = save()
    with pytest.raises(service.UnknownPiece):
        save(**{"public_id": first.public_id, **different})


def test_two_pieces_of_one_title_have_addresses_of_their_own(db_app: Flask) -> None:
    assert [save().slug for _ in range(3)] == ["listening-twice", "listening-twice-2", "listening-twice-3"]


def test_an_author_and_a_series_are_made_once(db_app: Flask) -> None:
    save()
    save(title="Another")
    assert db.session.scalar(select(func.count()).select_from(Author)) == 1
    assert db.session.scalar(select(func.count()).select_from(Series)) == 1


def test_an_author_with_the_longest_name_there_is_fits(db_app: Flask) -> None:
    saved = save(fields={"author": "Ä" * 120, "series": "S" * 200})
    assert saved.author_slug
    assert saved.series_slug


def test_a_piece_keeps_the_id_that_it_had_elsewhere(db_app: Flask) -> None:
    assert save(new_public_id="k3y0fkinds01").public_id == "k3y0fkinds01"


def test_pinned_versions_are_read_together_and_only_those(db_app: Flask) -> None:
    first = save()
    save(public_id=first.public_id, body="Second.")
    other = save(title="Other")
    wanted = {(first.public_id, 1), (other.public_id, 1)}
    assert set(queries.pinned(wanted)) == wanted
    assert queries.pinned([("nothing", 1)]) == {}
    assert queries.newest_versions({first.public_id, other.public_id, "nothing"}) == {
        first.public_id: 2,
        other.public_id: 1,
    }


def test_a_page_far_beyond_the_last_is_empty(db_app: Flask) -> None:
    save()
    assert queries.newest_pieces(page=10**30).items == []
    assert [piece.title for piece in queries.newest_pieces(words="LISTENING").items] == ["Listening twice"]
    assert queries.newest_pieces(words="%").items == []
