"""Authors and series at the desk: what is said about them has versions, and nobody's words are lost."""

from collections.abc import Callable

import pytest
from flask import Flask

from newsroom.accounts import queries as accounts
from newsroom.library import queries, service
from newsroom.library.queries import PieceVersion
from newsroom.pictures import service as pictures
from newsroom.pictures.encoding import encoded
from newsroom.platform.db import unit_of_work
from tests.cast import Cast, Editor
from tests.pictures.samples import jpeg

Save = Callable[..., PieceVersion]
AUTHOR = "/desk/library/authors/ana-duarte"
SERIES = "/desk/library/series/listening"


@pytest.fixture
def save(app: Flask) -> Save:
    return save_article


def save_article(title: str = "Listening twice", author: str = "Ana Duarte", **more: str) -> PieceVersion:
    public_id = more.pop("public_id", None)
    fields = {"author": author, "series": "Listening", **more}
    with unit_of_work():
        return service.save_piece(
            kind="Article", title=title, body="Words.", fields=fields, actor_id=None, public_id=public_id
        )


@pytest.fixture
def at_author(save: Save, editor: Editor) -> Editor:
    """An editor before the page of an author whom an article names."""
    save()
    editor.visit(AUTHOR)
    return editor


@pytest.fixture
def at_series(save: Save, editor: Editor) -> Editor:
    """An editor before the page of a series with one part."""
    save(part="1")
    editor.visit(SERIES)
    return editor


@pytest.mark.parametrize("address", ["/authors/nobody", "/authors/%00", "/series/nothing", "/series/%00"])
def test_an_address_of_nothing_is_a_404(app: Flask, address: str) -> None:
    Cast(app).editor().visit(f"/desk/library{address}", expect=404)


def test_an_administrator_does_not_enter_the_library(save: Save, cast: Cast) -> None:
    admin = cast.admin()
    for address in ("", "/authors", "/series"):
        admin.visit(f"/desk/library{address}", expect=403)


# Authors


def test_what_is_said_about_an_author_is_saved_once_as_a_version(at_author: Editor) -> None:
    at_author.submit("Save", words="She **listens**.")
    at_author.sees("Saved.", "She listens.")
    at_author.submit("Save", words="She **listens**.")
    card = queries.author("ana-duarte")
    assert card is not None
    assert (card.name, card.bio) == ("Ana Duarte", "She **listens**.")
    assert [each.version for each in queries.author_versions("ana-duarte")] == [2, 1]
    assert len(accounts.history("author:ana-duarte")) == 1


def test_two_editors_of_an_author_lose_nothing(at_author: Editor, cast: Cast) -> None:
    other = cast.publisher()
    other.visit(AUTHOR)
    other.submit("Save", words="Hers.")
    at_author.submit("Save", words="His.", expect=409)
    at_author.sees("Somebody saved this while you were typing", "Hers.", "His.")
    card = queries.author("ana-duarte")
    assert card is not None
    assert card.bio == "Hers."
    at_author.submit("Save")
    at_author.sees("Saved.", "His.")


def test_versions_of_an_author_are_compared_word_by_word_and_restored(at_author: Editor) -> None:
    at_author.submit("Save", words="She listens well.")
    at_author.submit("Save", words="She listens badly.")
    (gone,), (new,) = at_author.page.all("del"), at_author.page.all("ins")
    assert ("well" in "".join(gone.itertext())) and ("badly" in "".join(new.itertext()))
    at_author.sees("Ines Carvell, ")
    at_author.submit("/restore/2")
    at_author.sees("What version 2 said is in use again, as version 4.", "She listens well.")


def test_too_many_words_are_refused_and_kept(at_author: Editor) -> None:
    at_author.submit("Save", words="x" * 2001, expect=422)
    at_author.sees("Keep it to 2,000 characters")
    assert (at_author.page.form("Save").control("words")[0].text or "").strip() == "x" * 2001


def test_a_preview_shows_the_words_and_saves_nothing(at_author: Editor) -> None:
    at_author.submit("Preview", button="Preview", words="She **listens**.")
    at_author.sees("She listens.")
    assert queries.author_versions("ana-duarte") == []


def test_a_new_name_keeps_the_address_and_the_old_name_still_means_them(
    at_author: Editor, save: Save
) -> None:
    at_author.submit("Save", name="Ana Duarte Reis")
    at_author.sees("Saved.")
    assert save("Another", author="Ana Duarte").author_slug == "ana-duarte"
    assert save("A third", author="Ana Duarte Reis").author_slug == "ana-duarte"
    assert [card.name for card in queries.authors()] == ["Ana Duarte Reis"]


def test_a_name_that_somebody_has_is_refused(at_author: Editor, save: Save) -> None:
    save("Another", author="Una Yett")
    at_author.submit("Save", name="Una Yett", expect=422)
    at_author.sees("There is an author of this name, or who had it once: Una Yett. Choose another one.")
    at_author.submit("Save", name="", expect=422)
    at_author.sees("An author needs a name.")


def test_an_author_can_be_made_before_their_first_article(editor: Editor) -> None:
    editor.visit("/desk/library/authors")
    editor.follow("New author")
    form = editor.page
    for _ in range(2):
        editor._page = form
        editor.submit("Add", name="Una Yett", words="Una rows.")
        editor.sees("Una Yett", "Una rows.")
    assert [card.slug for card in queries.authors()] == ["una-yett"]
    editor._page = form
    editor.submit("Add", name="Una Yett", words="Una sails.", expect=422)
    editor.sees("There is an author of this name")


def test_a_picture_is_an_uploaded_one(at_author: Editor) -> None:
    with unit_of_work():
        card, _ = pictures.keep(encoded(jpeg()), "ana.jpg", pictures.Words("Ana at her desk"), actor_id=None)
    at_author.submit("Save", picture="https://elsewhere.example/a.jpg", expect=422)
    at_author.sees("That is no picture of ours")
    at_author.submit("Save", picture="/media/00000000000000000000-400x400.jpg", expect=422)
    at_author.sees("There is no uploaded picture at this address")
    at_author.submit("Save", picture=card.line)
    at_author.sees("Saved.")
    stored = queries.author("ana-duarte")
    assert stored is not None
    assert stored.picture == card.address
    assert queries.places_with(card.address) == [("Author “Ana Duarte”", AUTHOR)]
    (shown,) = at_author.page.all("img")
    assert shown.get("alt") == "Ana at her desk"


def test_an_author_is_removed_and_put_back_with_everything(at_author: Editor, save: Save, cast: Cast) -> None:
    at_author.submit("Save", words="She listens.")
    at_author.sees("A publisher does that")
    publisher = cast.publisher()
    publisher.visit(AUTHOR)
    publisher.submit("Remove Ana Duarte")
    publisher.sees("Ana Duarte was removed.", "Removed")
    assert queries.author("ana-duarte") is None
    assert queries.removed_among(["Ana Duarte", "Una Yett"]) == {"Ana Duarte"}
    later = save("Another")
    assert (later.author_slug, later.fields["author"]) == ("", "Ana Duarte")
    publisher.visit("/desk/library/authors")
    publisher.follow("Ana Duarte")
    publisher.submit("Put them back")
    publisher.sees("Ana Duarte is back")
    back = queries.piece(later.public_id)
    assert back is not None
    assert back.author_slug == "ana-duarte"
    card = queries.author("ana-duarte")
    assert card is not None
    assert card.bio == "She listens."


def test_what_was_typed_and_not_saved_is_offered_again(at_author: Editor) -> None:
    form = at_author.page.form("Save")
    form.fill("words", "Half a sentence")
    kept = at_author.client.post("/desk/drafts", data=dict(form.values), base_url=at_author.base_url)
    assert kept.status_code < 300, kept.get_data(as_text=True)
    at_author.visit(AUTHOR)
    at_author.sees("You typed something here")
    at_author.follow("Take it up")
    assert (at_author.page.form("Save").control("words")[0].text or "").strip() == "Half a sentence"
    at_author.submit("Save")
    at_author.does_not_see("You typed something here")
    card = queries.author("ana-duarte")
    assert card is not None
    assert card.bio == "Half a sentence"


# Series


def test_a_series_keeps_its_stages_in_their_order(at_series: Editor) -> None:
    at_series.submit("Save", words="In two stages.", stages="Understanding\n\n  Hearing ")
    at_series.sees("Saved.")
    card = queries.series("listening")
    assert card is not None
    assert (card.description, card.stages) == ("In two stages.", ("Understanding", "Hearing"))
    at_series.submit("Save", stages="Hearing\nUnderstanding")
    at_series.submit("/restore/2")
    card = queries.series("listening")
    assert card is not None
    assert (card.stages, card.version) == (("Understanding", "Hearing"), 4)
    at_series.submit("Save", stages="Hearing\nhearing", expect=422)
    at_series.sees("The stage “Hearing” stands there twice")


def test_two_editors_of_a_series_lose_nothing(at_series: Editor, cast: Cast) -> None:
    other = cast.publisher()
    other.visit(SERIES)
    other.submit("Save", stages="Hearing")
    at_series.submit("Save", stages="Speaking", expect=409)
    at_series.sees("Stages: stored now", "Hearing", "Speaking")
    at_series.submit("Save")
    card = queries.series("listening")
    assert card is not None
    assert card.stages == ("Speaking",)


def test_a_renamed_series_is_still_meant_by_its_old_name(at_series: Editor, save: Save) -> None:
    at_series.submit("Save", name="Listening well")
    assert save("Another").series_slug == "listening"
    assert [card.name for card in queries.all_series()] == ["Listening well"]


def test_the_parts_of_a_series_show_gaps_and_what_comes_next(at_series: Editor, save: Save) -> None:
    for title, part in (("The third", "3"), ("Also the third", "3")):
        save(title, part=part)
    at_series.visit(SERIES)
    at_series.sees("Part 2 is missing", "Two pieces say part 3", "The next part is number 4.", "On the shelf")
    at_series.follow("Write part 4")
    values = dict(at_series.page.form("Save").values)
    assert (values["key_series"], values["key_part"]) == ("Listening", "4")
