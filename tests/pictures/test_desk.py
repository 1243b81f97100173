"""Pictures at the desk, and the door at which everybody fetches them."""

import errno
import io
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from newsroom.pictures import encoding, queries, rules, service
from newsroom.pictures.events import Use, picture_sought
from newsroom.pictures.queries import PictureCard
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current
from tests.cast import Cast, Person, Reader, StaffMember
from tests.pictures.samples import SVG, jpeg


@pytest.fixture
def editor(cast: Cast) -> StaffMember:
    return cast.editor()


def as_file(data: bytes, name: str = "quay.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def upload(editor: StaffMember, data: bytes, name: str = "quay.jpg", **more: object) -> StaffMember:
    fields: dict[str, object] = {"alt": "A quay at dawn", "expect": 200} | more
    editor.visit("/desk/pictures")
    editor.submit("Upload", file=as_file(data, name), **fields)  # type: ignore[arg-type]
    return editor


def kept() -> list[PictureCard]:
    return list(queries.newest().items)


def files() -> list[str]:
    media = current().instance / "media"
    return sorted(path.name for path in media.iterdir()) if media.is_dir() else []


def test_a_picture_is_uploaded_described_and_fetched(editor: StaffMember) -> None:
    upload(editor, jpeg(1300, 650), "C:\\fotos\\quay.jpg", caption="The quay", credit="Una Reid")
    editor.sees("Copy this line", "Nowhere", "1200 × 600 pixels", "quay.jpg")
    (card,) = kept()
    assert 'value="![A quay at dawn](/media/' in editor.page.source
    answer = editor.app.test_client().get(card.address)
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "Set-Cookie" not in answer.headers
    again = editor.app.test_client().get(card.address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    editor.visit("/desk/pictures?words=dawn").words.index("A quay at dawn")
    editor.visit("/desk/pictures?words=midnight")
    editor.sees("Nothing fits")


def test_the_same_picture_is_kept_once_and_what_is_typed_beside_it_is_not_lost(editor: StaffMember) -> None:
    upload(editor, jpeg())
    upload(editor, jpeg())
    editor.sees("This picture was here already.")
    upload(editor, jpeg(), alt="A harbour", credit="Una Reid")
    editor.sees("is not saved")
    (card,) = kept()
    assert (card.alt, files()) == ("A quay at dawn", [card.name])
    editor.submit("Save")
    (card,) = kept()
    assert (card.alt, card.credit, card.version) == ("A harbour", "Una Reid", 2)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (SVG, "logo.svg", "Export it as PNG"),
        (b"GIF89a, or so it says", "<script>.gif", "not a picture"),
        (b"words", "../../a.jpg", "not a picture"),
        (b"", "", "Choose the file"),
    ],
)
def test_what_is_no_picture_is_refused_and_what_was_typed_stays(
    editor: StaffMember, data: bytes, name: str, words: str
) -> None:
    upload(editor, data, name, expect=422)
    editor.sees(words)
    assert 'value="A quay at dawn"' in editor.page.source
    assert not kept()
    assert not files()


def test_a_description_has_to_be_decided(editor: StaffMember) -> None:
    upload(editor, jpeg(), alt="", expect=422)
    editor.sees("Say what the picture shows", "Choose the file again")
    upload(editor, jpeg(), alt="", is_decorative=True)
    assert kept()[0].line == f"![](/media/{kept()[0].name})"


def sent(person: Person, megabytes: int) -> TestResponse:
    """The answer to an upload of that size, of which no more than the head ever arrives."""
    return person.client.post(
        "/desk/pictures",
        base_url=person.base_url,
        environ_overrides={"CONTENT_LENGTH": str(megabytes * 1024 * 1024)},
        content_type="multipart/form-data; boundary=b",
        input_stream=io.BytesIO(b"--b"),
    )


def test_fifty_megabytes_are_refused_with_a_sentence(editor: StaffMember) -> None:
    answer = sent(editor, 50)
    assert answer.status_code == 413
    assert "The file has 50 MB; 20 MB is the most." in answer.text


def test_a_stranger_may_send_no_more_than_any_form_holds(reader: Reader) -> None:
    answer = sent(reader, 3)
    assert answer.status_code == 413
    assert "Nobody is signed in here any more" in answer.text


def test_on_a_full_disk_nothing_is_kept(editor: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    upload(editor, jpeg(), expect=507)
    editor.sees("The disk is full")
    assert not kept()
    assert not files()


def test_two_who_describe_at_once_see_each_other_s_words(editor: StaffMember) -> None:
    upload(editor, jpeg())
    with unit_of_work():
        service.describe(kept()[0].key, service.Words("A harbour"), version=1)
    editor.submit("Save", alt="A pier", expect=409)
    editor.sees("Somebody saved this while you were typing", "A harbour")
    editor.submit("Save")
    assert kept()[0].alt == "A pier"


def test_a_picture_that_stands_somewhere_is_not_deleted(editor: StaffMember) -> None:
    upload(editor, jpeg())
    uses = [Use("Article “The quay”", "/desk/library")]

    def tell(_sender: object, *, address: str) -> list[Use]:
        return uses if address == kept()[0].address else []

    with picture_sought.connected_to(tell):
        with pytest.raises(service.StillUsed), unit_of_work():
            service.delete(kept()[0].key)
        editor.visit(f"/desk/pictures/{kept()[0].key}")
        editor.sees("Article “The quay”", "A picture that is used stays.")
    editor.visit(f"/desk/pictures/{kept()[0].key}")
    editor.submit("Delete this picture")
    assert not kept()
    assert not files()


def test_pictures_are_kept_and_deleted_on_both_databases(db_app: Flask) -> None:
    made = encoding.encoded(jpeg())
    for is_first in (True, False):
        with unit_of_work():
            card, is_new = service.keep(made, "quay.jpg", service.Words("A quay"), actor_id=None)
        assert is_new is is_first
    assert queries.at([card.address, f"/media/{'0' * 20}-1x1.png"]) == {card.address: card}
    with unit_of_work():
        service.delete(card.key)
    assert queries.picture(card.key) is None


def test_only_pictures_are_served(app: Flask, tmp_path: Path) -> None:
    media = current().instance / "media"
    media.mkdir()
    (media / ".half.part").write_bytes(b"half")
    (media / "page.source").write_text("<p>")
    client = app.test_client()
    wanted = [".half.part", "page.source", "..%2fsecret_key", f"{'0' * 20}-1x1.png"]
    assert [client.get(f"/media/{name}").status_code for name in wanted] == [404] * 4
    assert rules.is_name(f"{'0' * 20}-1x1.png")
