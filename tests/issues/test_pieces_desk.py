"""Pieces are written ahead in the library: version by version, with a preview, and nothing is ever lost."""

from typing import Any

import pytest
from flask import Flask

from newsroom.issues import letter, pieces, queries, rules, service
from newsroom.issues.kinds import Kind
from newsroom.library import queries as library
from newsroom.library import service as library_service
from newsroom.library.queries import PieceVersion
from newsroom.library.things import Said
from newsroom.platform.db import db, unit_of_work
from newsroom.stories.rules import StoryRefusal
from tests.cast import Cast, Editor
from tests.issues.conftest import approve, the_issue
from tests.issues.test_composer import VALUES

LIBRARY = "/desk/library"


@pytest.fixture
def piece(house: None) -> PieceVersion:
    """A listing on the shelf."""
    return save()


def save(title: str = "A room with a quay", kind: str = "Listing", **more: Any) -> PieceVersion:
    fields = {"sponsored": "Tansy Hill"} if kind == "Listing" else {"author": "Ana Duarte"}
    given = {"body": "Sleeps two.", "fields": fields, "actor_id": None, **more}
    with unit_of_work():
        return library_service.save_piece(kind=kind, title=title, **given)


def newest(piece: PieceVersion) -> PieceVersion:
    db.session.rollback()
    found = library.piece(piece.public_id)
    assert found is not None
    return found


def only_piece() -> PieceVersion:
    db.session.rollback()
    (found,) = library.newest_pieces().items
    assert isinstance(found, PieceVersion)
    return found


@pytest.mark.parametrize("kind", pieces.of_library(), ids=pieces.names_of_library())
def test_a_piece_of_each_kind_is_written_and_edited(house: None, editor: Editor, kind: Kind) -> None:
    typed = {
        key.name: VALUES.get(key.check.__name__, f"Words for {key.name}")
        for key in kind.all_keys
        if key.of_piece
    }
    fields = {f"key_{name.replace('-', '_')}": value for name, value in typed.items()}
    editor.visit(LIBRARY)
    editor.follow(f"New {kind.name.lower()}")
    offered = {name for name, _ in editor.page.form("Save").values}
    assert not {"key_contents", "key_intro", "key_lead_in"} & offered
    editor.submit("Save", title="A <title> & more", body="Words of it.", **fields)
    editor.sees(f"{kind.name} saved.", "A <title> & more", "On the shelf")
    saved = only_piece()
    assert (saved.kind, saved.body, saved.fields) == (kind.name, "Words of it.", typed)
    editor.follow("Edit")
    editor.submit("Save", body="Other words.")
    editor.sees("Version 2 is the newest now.", "Ines Carvell, ")
    assert only_piece().fields == typed


def test_a_form_that_is_sent_twice_makes_one_piece(house: None, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/new/listing")
    form = editor.page
    for _ in range(2):
        editor._page = form
        editor.submit("Save", title="A room", body="Sleeps two.")
        editor.sees("A room")
    assert only_piece().version == 1
    editor._page = form
    editor.submit("Save", title="Another room", body="Sleeps four.", expect=409)
    editor.sees("This form has made a piece already.")
    assert dict(editor.page.form("Save").values)["title"] == "Another room"
    editor.submit("Save")
    assert {found.title for found in library.newest_pieces().items} == {"A room", "Another room"}


def test_two_editors_of_a_piece_lose_neither_text(piece: PieceVersion, cast: Cast) -> None:
    editor, other = cast.editor(), cast.publisher()
    for person in (editor, other):
        person.visit(f"{LIBRARY}/pieces/{piece.public_id}/edit")
    editor.submit("Save", body="The words of Ines.")
    other.submit("Save", body="The words of Piet.", expect=409)
    other.sees("Somebody saved this while you were typing", "The words of Ines.", "The words of Piet.")
    assert newest(piece).body == "The words of Ines."
    other.submit("Save", button="Take both", expect=409)
    other.submit("Save", button="Save S")
    assert newest(piece).body == "The words of Ines.\n\nThe words of Piet."


def test_saving_what_is_stored_makes_no_version(piece: PieceVersion, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}/edit")
    editor.submit("Save")
    assert newest(piece).version == 1


def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(house: None, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/new/speaking-engagement")
    editor.submit("Save", title="", body="Come.", key_when="soon", expect=422)
    editor.sees("A piece needs a title.", "When has “soon” where a date is needed")
    form = editor.page.form("Save")
    assert (dict(form.values)["body"].strip(), dict(form.values)["key_when"]) == ("Come.", "soon")
    assert library.newest_pieces().items == []


def test_versions_are_compared_word_by_word_and_an_old_one_restored(
    piece: PieceVersion, editor: Editor
) -> None:
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}/edit")
    editor.submit("Save", body="Sleeps four.", key_sponsored="")
    (gone, sponsor), (new,) = editor.page.all("del"), editor.page.all("ins")
    assert ("two" in "".join(gone.itertext())) and ("four" in "".join(new.itertext()))
    assert "Tansy Hill" in "".join(sponsor.itertext())
    editor.submit("/restore/1")
    editor.sees("The words of version 1 are the newest again, as version 3.", "Tansy Hill")
    assert (newest(piece).version, newest(piece).body) == (3, "Sleeps two.")
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}?version=2")
    editor.sees("version 2 of 3")


def test_a_preview_shows_what_is_typed_and_saves_nothing(house: None, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/new/article")
    form = editor.page.form("Save")
    for name, value in {"title": "Half a", "body": "Said *once*.", "key_part": "not a number"}.items():
        form.fill(name, value)
    address = f"{LIBRARY}/pieces/preview/article"
    for mode, seen in {"web": "<em>once</em>", "desktop": "<em", "dark": "<em", "text": "once"}.items():
        answer = editor.client.post(
            address, data={**dict(form.values), "preview": mode}, base_url=editor.base_url
        )
        assert answer.status_code == 200
        assert seen in answer.text
        assert "Half a" in answer.text
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert library.newest_pieces().items == []


def test_the_page_of_a_piece_shows_each_version_as_readers_meet_it(
    piece: PieceVersion, editor: Editor
) -> None:
    for mode in pieces.MODES:
        page = editor.visit(f"{LIBRARY}/pieces/{piece.public_id}/seen?version=1&preview={mode}")
        assert "Sleeps two." in page.source
        assert "Sponsored by Tansy Hill" in page.source
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}/seen?version=9", expect=404)


@pytest.mark.parametrize(
    "address",
    [
        "/pieces/nosuchpiece1",
        "/pieces/%00",
        "/pieces/nosuchpiece1/edit",
        "/pieces/nosuchpiece1/seen",
        "/pieces/new/announcement",
        "/pieces/new/nothing",
        "/pieces/preview/thumbs-up",
    ],
)
def test_an_address_of_nothing_is_a_404(app: Flask, address: str) -> None:
    Cast(app).editor().visit(f"{LIBRARY}{address}", expect=404)


@pytest.mark.parametrize(
    "asked", ["page=-1", "page=9" * 9, "kind=%00", "words=%00", "show=x", "words=100%25_"]
)
def test_a_search_that_makes_no_sense_finds_what_it_can(
    piece: PieceVersion, editor: Editor, asked: str
) -> None:
    editor.visit(f"{LIBRARY}?{asked}")


def test_a_version_that_never_was_is_a_404(piece: PieceVersion, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}?version=9", expect=404)
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}?version=99999999999999999999")
    editor.sees("Version 1")


# The shelf


def test_pieces_are_found_by_kind_words_and_whether_they_were_printed(issue_81: int, editor: Editor) -> None:
    save()
    editor.visit(LIBRARY)
    editor.sees("A room with a quay", "Listening twice", "Issue 81 (in preparation)", "On the shelf")
    editor.submit("Find", kind="Listing")
    editor.sees("A room with a quay")
    editor.does_not_see("Listening twice")
    editor.visit(f"{LIBRARY}?words=LISTENING")
    editor.does_not_see("A room with a quay")
    send_out(issue_81)
    editor.visit(f"{LIBRARY}?show=unprinted")
    editor.sees("A room with a quay")
    editor.does_not_see("Listening twice")
    editor.visit(f"{LIBRARY}?words=nothing+of+the+sort")
    editor.sees("Nothing fits")


def send_out(publisher_id: int) -> None:
    approve(by_id=publisher_id)
    with unit_of_work():
        service.freeze(the_issue(), letter.SLOT_LINKS)
        service.publish(the_issue(), recipient_count=1)


def test_what_has_a_page_of_its_own_is_not_among_the_pieces(house: None, editor: Editor) -> None:
    shown = save("A kind word", kind="Testimonial")
    editor.visit(LIBRARY)
    editor.sees("The library is empty")
    editor.visit(f"{LIBRARY}/pieces/{shown.public_id}/edit", expect=404)


def test_a_retired_piece_is_offered_to_nobody_until_it_is_put_back(issue_81: int, editor: Editor) -> None:
    piece = save()
    editor.visit(f"{LIBRARY}/pieces/{piece.public_id}")
    editor.submit("Take it off the shelf")
    editor.sees("Retired")
    editor.visit(LIBRARY)
    editor.does_not_see("A room with a quay")
    editor.visit("/desk/issues/81")
    editor.does_not_see("A room with a quay")
    with pytest.raises(rules.Refused), unit_of_work():
        service.place_piece(the_issue(), piece.public_id, by_id=None)
    editor.visit(f"{LIBRARY}?show=retired")
    editor.follow("A room with a quay")
    editor.submit("Put it back on the shelf")
    editor.visit("/desk/issues/81")
    editor.sees("A room with a quay")


def test_a_piece_says_which_issue_holds_which_version_of_it(issue_81: int, editor: Editor) -> None:
    held = next(section for section in the_issue().sections if section.kind == "Article")
    editor.visit(f"{LIBRARY}/pieces/{held.piece_id}/edit")
    editor.submit("Save", body="Other words.")
    editor.sees("in preparation, with version 1", "not the newest")
    assert queries.newer_versions(the_issue()) == {held.public_id: 2}


def test_the_form_offers_who_and_what_there_is_and_the_next_part(issue_81: int, editor: Editor) -> None:
    with unit_of_work():
        card = library.series("listening")
        assert card is not None
        library_service.save_series("listening", type(card.words)("Listening", "", ("Hearing", "Asking")))
    editor.visit(f"{LIBRARY}/pieces/new/article")
    editor.sees("What comes next: part 2 of “Listening”.")
    offered = {(item.get("value") or "") for item in editor.page.all("option")}
    assert offered >= {"Ana Duarte", "Listening", "Hearing", "Asking"}
    editor.visit(f"{LIBRARY}/pieces/new/article?series=listening")
    editor.sees("The next part of “Listening” is 2.")
    assert dict(editor.page.form("Save").values)["key_part"] == "2"


def test_what_was_typed_and_not_saved_is_offered_again(house: None, editor: Editor) -> None:
    editor.visit(f"{LIBRARY}/pieces/new/listing")
    form = editor.page.form("Save")
    form.fill("body", "Half a sentence")
    kept = editor.client.post("/desk/drafts", data=dict(form.values), base_url=editor.base_url)
    assert kept.status_code < 300, kept.text
    editor.visit(f"{LIBRARY}/pieces/new/listing")
    editor.sees("You typed something here")
    editor.visit(LIBRARY)
    editor.sees("Typed here and not saved")
    editor.follow("New listing")
    editor.submit("Save", title="A room")
    assert only_piece().body == "Half a sentence"
    editor.visit(f"{LIBRARY}/pieces/new/listing")
    editor.does_not_see("You typed something here")


# Authors who are removed


def test_removing_an_author_takes_back_the_approval_of_an_issue_that_names_them(
    issue_81: int, publisher_at_author: Any
) -> None:
    approve(by_id=issue_81)
    publisher_at_author.submit("Remove Ana Duarte")
    publisher_at_author.sees("Issue 81 names them and has to be approved again.")
    db.session.rollback()
    assert the_issue().state == rules.DRAFTING
    (void,) = the_issue().approvals
    assert void.void_reason == "the author Ana Duarte was removed"
    assert "author-removed" in {found.code for found in service.check(the_issue())}
    article = queries.document(the_issue()).sections[1]
    assert (article.value("author"), article.author_slug) == ("Ana Duarte", "")
    publisher_at_author.submit("Put them back")
    db.session.rollback()
    assert "author-removed" not in {found.code for found in service.check(the_issue())}


@pytest.fixture
def publisher_at_author(issue_81: int, cast: Cast) -> Any:
    person = cast.publisher("Petra Quill", "petra@service-bell.example")
    person.visit(f"{LIBRARY}/authors/ana-duarte")
    return person


def test_what_was_sent_keeps_the_name_and_the_page_of_a_removed_author_says_so(
    issue_81: int, publisher_at_author: Any, cast: Cast
) -> None:
    send_out(issue_81)
    record = queries.frozen(81)
    assert record is not None
    before = record.web_fragment
    publisher_at_author.submit("Remove Ana Duarte")
    db.session.rollback()
    after = queries.frozen(81)
    assert after is not None
    assert after.web_fragment == before
    reader = cast.reader()
    reader.visit("/authors/ana-duarte", expect=410)
    reader.sees("The page of an author stood here")
    assert "/authors/ana-duarte" not in reader.visit("/authors").source
    assert "/authors/ana-duarte" not in reader.visit("/articles/listening-twice").source
    reader.sees("By Ana Duarte")
    reader.visit("/authors/nobody-at-all", expect=404)


def test_what_belongs_in_no_issue_is_no_piece_to_look_at_to_restore_or_to_fill_in(
    issue_81: int, editor: Editor
) -> None:
    with unit_of_work():
        library_service.add_testimonial("tesaid234567", Said("Kind.", "Una", "", "by letter"), actor_id=None)
        with pytest.raises(StoryRefusal, match="no longer on the shelf"):
            service.fill_from_shelf(the_issue(), ["tesaid234567"], by_id=None)
    editor.visit(f"{LIBRARY}/pieces/tesaid234567/seen", expect=404)
    editor.app.config["WTF_CSRF_ENABLED"] = False
    answer = editor.client.post(f"{LIBRARY}/pieces/tesaid234567/restore/1", base_url=editor.base_url)
    assert answer.status_code == 404
