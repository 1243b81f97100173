"""The library at the desk: pieces are read, words about authors and series are written."""

from collections.abc import Callable

import pytest
from flask import Flask

from newsroom.accounts import queries as accounts
from newsroom.library import queries, service
from newsroom.library.queries import PieceVersion
from newsroom.platform.db import unit_of_work
from tests.cast import Cast

Save = Callable[..., PieceVersion]


@pytest.fixture
def save(app: Flask) -> Save:
    return _save


@pytest.fixture
def db_save(db_app: Flask) -> Save:
    return _save


def _save(
    title: str = "Listening twice", kind: str = "Article", body: str = "Words, **many**.", **more: str
) -> PieceVersion:
    public_id = more.pop("public_id", None)
    fields = {"author": "Ana Duarte", "series": "Listening"} if kind == "Article" else {}
    with unit_of_work():
        return service.save_piece(
            kind=kind, title=title, body=body, fields=fields, actor_id=None, public_id=public_id
        )


def test_pieces_are_found_by_kind_and_by_words(save: Save, cast: Cast) -> None:
    save()
    save("The Long Counter", "Book recommendation")
    editor = cast.editor()
    editor.visit("/desk/library")
    editor.sees("Listening twice", "The Long Counter")
    editor.submit("/desk/library", kind="Book recommendation")
    editor.sees("The Long Counter")
    editor.does_not_see("Listening twice")
    editor.visit("/desk/library?words=LISTENING")
    editor.sees("Listening twice")
    editor.does_not_see("The Long Counter")
    editor.visit("/desk/library?words=100%25_")
    editor.sees("Nothing fits")


@pytest.mark.parametrize(
    "asked", ["page=-1", "page=99999999999999999999", "kind=%00", "words=%00", "words=" + "x" * 5000]
)
def test_a_search_that_makes_no_sense_finds_what_it_can(db_app: Flask, db_save: Save, asked: str) -> None:
    db_save()
    Cast(db_app).editor().visit(f"/desk/library?{asked}")


def test_a_piece_shows_its_newest_version_and_keeps_the_old(save: Save, cast: Cast) -> None:
    first = save()
    save(body="Other words.", public_id=first.public_id)
    editor = cast.editor()
    editor.visit("/desk/library")
    editor.follow("Listening twice")
    editor.sees("Other words.", "Version 2")
    editor.follow("Version 1")
    editor.sees("Words, many.", "version 1 of 2")


@pytest.mark.parametrize(
    "address",
    [
        "/pieces/nosuchpiece1",
        "/pieces/%00",
        "/pieces/..%2fx",
        "/authors/nobody",
        "/authors/%00",
        "/series/%00",
    ],
)
def test_an_address_of_nothing_is_a_404(db_app: Flask, address: str) -> None:
    Cast(db_app).editor().visit(f"/desk/library{address}", expect=404)


def test_a_version_that_never_was_is_a_404(db_save: Save, db_app: Flask) -> None:
    piece = db_save()
    editor = Cast(db_app).editor()
    for version in ("9", "99999999999999999999"):
        editor.visit(f"/desk/library/pieces/{piece.public_id}?version={version}", expect=404)


def test_what_is_said_about_an_author_is_saved_once(save: Save, cast: Cast) -> None:
    save()
    editor = cast.editor()
    editor.visit("/desk/library/authors")
    editor.follow("Ana Duarte")
    editor.submit(words="She **listens**.")
    editor.sees("Saved.")
    editor.submit(words="She **listens**.")
    assert queries.author("ana-duarte") == queries.AuthorCard("ana-duarte", "Ana Duarte", "She **listens**.", "", 2)
    assert len(accounts.history("author:ana-duarte")) == 1


def test_what_is_said_about_a_series_is_saved(save: Save, cast: Cast) -> None:
    save()
    editor = cast.editor()
    editor.visit("/desk/library/series/listening")
    editor.submit(words="In two parts.\n\nBoth are short.")
    editor.sees("Saved.")
    editor.submit(words="In three parts.")
    card = queries.series("listening")
    assert card is not None
    assert card.description == "In three parts."


def test_two_editors_at_once_lose_nothing(save: Save, cast: Cast) -> None:
    save()
    editor, publisher = cast.editor(), cast.publisher()
    editor.visit("/desk/library/authors/ana-duarte")
    publisher.visit("/desk/library/authors/ana-duarte")
    publisher.submit(words="Hers.")
    editor.submit(words="His.", expect=409)
    editor.sees("Somebody saved other words meanwhile.", "Hers.")
    assert editor.page.form().control("words")[0].text.strip() == "His."
    card = queries.author("ana-duarte")
    assert card is not None
    assert card.bio == "Hers."
    editor.submit()
    editor.sees("Saved.")


def test_words_that_are_stored_untidily_can_be_changed(save: Save, cast: Cast) -> None:
    save()
    with unit_of_work():
        service.describe_author("ana-duarte", "  Untidy.  \n")
    editor = cast.editor()
    editor.visit("/desk/library/authors/ana-duarte")
    editor.submit(words="Tidy.")
    editor.sees("Saved.")


def test_too_many_words_are_refused_and_kept(save: Save, cast: Cast) -> None:
    save()
    editor = cast.editor()
    editor.visit("/desk/library/authors/ana-duarte")
    editor.submit(words="x" * 2001, expect=422)
    editor.sees("Keep it to 2,000 characters")
    assert (editor.page.form().control("words")[0].text or "").strip() == "x" * 2001


def test_an_administrator_does_not_enter_the_library(save: Save, cast: Cast) -> None:
    cast.admin().visit("/desk/library", expect=403)
