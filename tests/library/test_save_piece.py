"""Pieces of the library: versions are appended, addresses are kept, nothing is overwritten."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from newsroom.accounts.models import AuditEntry
from newsroom.library import queries, service
from newsroom.library.models import Author, Piece, PieceRevision, Series
from newsroom.library.queries import PieceVersion
from newsroom.library.rules import AuthorWords
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


# Written ahead at the desk


def make(public_id: str = "k3y0fkinds01", **different: Any) -> PieceVersion:
    given: dict[str, Any] = {"kind": "Listing", "title": "A room", "body": "", "fields": {}, "actor_id": None}
    with unit_of_work():
        return service.make_piece(public_id, **{**given, **different})


def test_a_form_that_is_sent_twice_makes_one_piece_and_says_so_when_it_says_something_else(
    db_app: Flask,
) -> None:
    assert make() == make()
    with pytest.raises(service.AlreadyMade):
        make(title="Another room")
    assert db.session.scalar(select(func.count()).select_from(PieceRevision)) == 1


def test_a_piece_is_revised_over_its_newest_version_only(db_app: Flask) -> None:
    first = save()
    words = {"title": "Twice", "body": "Body.", "fields": {}, "actor_id": None}
    with unit_of_work():
        assert service.revise_piece(first.public_id, base_version=1, **words).version == 2
    with unit_of_work():
        # The same words are no conflict, whichever version they were written over.
        assert service.revise_piece(first.public_id, base_version=1, **words).version == 2
    with pytest.raises(service.PieceConflict), unit_of_work():
        service.revise_piece(first.public_id, base_version=1, **{**words, "body": "Other."})
    with unit_of_work():
        assert service.restore_piece(first.public_id, 1, actor_id=None).version == 3
    newest = queries.piece(first.public_id)
    assert newest is not None
    assert (newest.title, newest.author_slug) == ("Listening twice", "ana-duarte")


def test_the_shelf_holds_the_kinds_that_are_asked_for_and_nothing_retired(db_app: Flask) -> None:
    article, listing, shown = save(), save(kind="Listing", title="A room"), save(kind="Testimonial")
    kinds = ("Article", "Listing")
    assert {piece.public_id for piece in queries.on_shelf(kinds)} == {article.public_id, listing.public_id}
    with unit_of_work():
        service.retire_piece(listing.public_id)
    assert [piece.public_id for piece in queries.on_shelf(kinds)] == [article.public_id]
    found = queries.newest_pieces(kinds=kinds, retired=True).items
    assert [piece.public_id for piece in found] == [listing.public_id]
    printed = select(Piece.public_id).where(Piece.public_id == article.public_id)
    left = queries.newest_pieces(retired=False, none_of=printed).items
    assert [piece.public_id for piece in left] == [shown.public_id]
    with unit_of_work():
        service.put_piece_back(listing.public_id)
    assert len(queries.on_shelf(kinds)) == 2


def test_the_parts_of_each_series_are_known_without_what_is_retired(db_app: Flask) -> None:
    for title, part in (("One", "1"), ("Three", "3"), ("Gone", "9")):
        saved = save(title=title, fields={"author": "Ana Duarte", "series": "Listening", "part": part})
    with unit_of_work():
        service.retire_piece(saved.public_id)
    assert queries.parts_taken() == {"Listening": ["1", "3"]}
    assert [piece.title for piece in queries.parts_of_series("listening")] == ["One", "Three"]
    assert [piece.title for piece in queries.pieces_by("ana-duarte")] == ["Gone", "Three", "One"]


def test_a_removed_author_is_known_by_every_name_they_had(db_app: Flask) -> None:
    save()
    with unit_of_work():
        service.save_author("ana-duarte", AuthorWords("Ana Reis"))
        service.remove_author("ana-duarte")
    names = {"Ana Duarte", "Ana Reis", "Una Yett"}
    assert queries.removed_among(names) == {"Ana Duarte", "Ana Reis"}
    assert queries.removed_among(set()) == frozenset()
    assert [card.name for card in queries.removed_authors()] == ["Ana Reis"]
    with pytest.raises(service.NameTaken), unit_of_work():
        service.add_author(AuthorWords("Ana Duarte"), actor_id=None)
