"""Downloads: files by their content, each at an address that stays, taken and never shown."""

import errno
import io
from pathlib import Path

import pytest
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues import service as issues_service
from newsroom.library import filetypes, queries, service
from newsroom.library.things import Offered
from newsroom.platform.db import unit_of_work
from tests.archive import press
from tests.cast import Cast, StaffMember

PDF = b"%PDF-1.7\n" + b"1" * 240_000
NEW = "/desk/library/downloads/new"


@pytest.fixture
def desk(cast: Cast) -> StaffMember:
    return cast.editor()


def offer(
    desk: StaffMember,
    data: bytes = PDF,
    name: str = "Our list (final).pdf",
    address: str = NEW,
    expect: int = 200,
    **other: str,
) -> None:
    """Choose a file in the form at that address and send it."""
    page = desk.visit(address)
    form = page.form(address)
    typed = {**dict(form.values), "title": "The checklist", "words": "Ten things.", **other}
    typed.pop("preview", None)
    answer = desk.client.post(
        address,
        base_url=desk.base_url,
        data={**typed, "file": (io.BytesIO(data), name)} if name else typed,
        content_type="multipart/form-data",
    )
    shown = answer if answer.status_code not in (302, 303) else None
    assert (shown.status_code if shown else 200) == expect
    desk.answer = answer.get_data(as_text=True)  # type: ignore[attr-defined]


def said(desk: StaffMember) -> str:
    words: str = desk.answer  # type: ignore[attr-defined]
    return words


def files(app: Flask) -> list[str]:
    folder = Path(app.instance_path) / "downloads"
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_it_is_kept_by_its_content_and_taken_as_an_attachment(app: Flask, desk: StaffMember) -> None:
    offer(desk)
    (kept,) = queries.downloads()
    assert kept.described == "The checklist, PDF, 240 kB"
    assert files(app) == [kept.offered.file]
    answer = app.test_client().get("/downloads/the-checklist")
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=the-checklist.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    again = app.test_client().get(kept.address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_file_is_a_new_version_at_the_same_address(app: Flask, desk: StaffMember) -> None:
    offer(desk)
    (first,) = queries.downloads()
    etag = app.test_client().get(first.address).headers["ETag"]
    offer(desk, b"Plain words.", "list.txt", f"/desk/library/downloads/{first.public_id}")
    (second,) = queries.downloads()
    assert (second.version, second.address, second.type.ending) == (2, first.address, "txt")
    answer = app.test_client().get(first.address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (200, b"Plain words.")
    assert len(files(app)) == 2
    desk.visit(f"/desk/library/downloads/{first.public_id}")
    desk.submit("/restore/1")
    assert app.test_client().get(first.address).data == PDF


def test_words_alone_can_be_changed(app: Flask, desk: StaffMember) -> None:
    offer(desk)
    (kept,) = queries.downloads()
    offer(desk, name="", address=f"/desk/library/downloads/{kept.public_id}", title="The longer list")
    (after,) = queries.downloads()
    assert (after.offered.title, after.offered.file, after.slug) == (
        "The longer list",
        kept.offered.file,
        kept.slug,
    )


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"<svg onload='x()'>", "drawing.pdf", "can hold scripts"),
        (b"MZ program", "list.pdf", "a program"),
        (PDF, "", "Choose the file."),
    ],
)
def test_what_is_refused_keeps_what_was_typed_and_leaves_nothing(
    app: Flask, desk: StaffMember, data: bytes, name: str, sentence: str
) -> None:
    offer(desk, data, name, expect=422)
    assert sentence in said(desk)
    assert 'value="The checklist"' in said(desk)
    assert files(app) == []
    assert queries.downloads() == []


def test_a_file_without_a_title_has_to_be_chosen_again(desk: StaffMember) -> None:
    offer(desk, title="", expect=422)
    assert "Choose the file again" in said(desk)


def test_on_a_full_disk_nothing_is_kept(
    app: Flask, desk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    offer(desk, expect=507)
    assert "The disk is full" in said(desk)
    assert files(app) == []
    assert queries.downloads() == []


def test_the_same_file_twice_is_kept_once_and_goes_with_the_last(app: Flask, desk: StaffMember) -> None:
    offer(desk)
    offer(desk, title="Another list")
    first, second = queries.downloads()
    assert len(files(app)) == 1
    for kept, left in ((first, 1), (second, 0)):
        desk.visit(f"/desk/library/downloads/{kept.public_id}")
        desk.submit(f"Delete {kept.offered.title}")
        assert len(files(app)) == left
        assert app.test_client().get(kept.address).status_code == 404


@pytest.mark.parametrize("slug", ["nothing", "..%2f..%2fetc%2fpasswd", "%00", "A-B", "a" * 400])
def test_an_address_of_nothing_is_a_written_404(app: Flask, slug: str) -> None:
    assert app.test_client().get(f"/downloads/{slug}").status_code == 404


# What leads to it


def article_with(address: str) -> None:
    """Issue 79 in preparation, its article with that download."""
    press.set_up()
    press.draft(press.sample_issue(79))
    row = issues.issue(79)
    assert row is not None
    section = next(section for section in row.sections if section.kind == "Article")
    with unit_of_work():
        row = issues.issue(79)
        assert row is not None
        said = issues.written(next(one for one in row.sections if one.public_id == section.public_id))
        issues_service.save_section(
            row,
            section.public_id,
            type(said)(**{**said.__dict__, "id": "", "fields": {**said.fields, "download": address}}),
            base_version=section.version,
            by_id=None,
        )


def kept_one() -> None:
    with unit_of_work():
        file = service.keep_file(PDF, filetypes.PDF, "list.pdf", actor_id=None)
        service.add_download("dowoff234567", Offered("The checklist", "", file, "list.pdf"), actor_id=None)


def test_letter_web_and_text_say_name_type_and_size(app: Flask) -> None:
    from newsroom.issues import render

    kept_one()
    article_with("/downloads/the-checklist")
    row = issues.issue(79)
    assert row is not None
    edition = render.rendering(issues.document(row), issues.base_url(), render.SAMPLE_LINKS)
    for words in (edition.html, str(edition.web), edition.text, edition.text_edition):
        assert "The checklist, PDF, 240 kB" in " ".join(words.split())
    assert "/downloads/the-checklist" in edition.html


def test_pre_flight_stops_a_download_that_is_gone(app: Flask) -> None:
    article_with("/downloads/the-checklist")
    row = issues.issue(79)
    assert row is not None
    found = [one for one in issues_service.check(row) if one.code == "download-gone"]
    assert [(one.severity, one.field) for one in found] == [("blocker", "download")]
    kept_one()
    assert "download-gone" not in [one.code for one in issues_service.check(row)]


def test_one_that_an_article_leads_to_is_not_deleted(app: Flask, desk: StaffMember) -> None:
    kept_one()
    article_with("/downloads/the-checklist")
    desk.visit("/desk/library/downloads/dowoff234567")
    desk.sees("These lead to it, so it cannot be deleted now:", "Four times, from the beginning")
    desk.does_not_see("Delete The checklist")
    with pytest.raises(service.StillUsed), unit_of_work():
        service.delete_download("dowoff234567")
    assert app.test_client().get("/downloads/the-checklist").status_code == 200


def test_an_article_s_form_offers_it(app: Flask, desk: StaffMember) -> None:
    kept_one()
    page = desk.visit("/desk/library/pieces/new/article")
    assert '<option value="/downloads/the-checklist"' in page.source


def test_an_address_that_begins_like_another_is_no_use_of_it(app: Flask) -> None:
    kept_one()
    with unit_of_work():
        file = service.keep_file(b"Plain words.", filetypes.TEXT, "list.txt", actor_id=None)
        second = Offered("The checklist", "", file, "list.txt")
        made = service.add_download("dowtwo234567", second, actor_id=None)
    assert made.slug == "the-checklist-2"
    article_with("/downloads/the-checklist-2")
    with unit_of_work():
        service.delete_download("dowoff234567")
    with pytest.raises(service.StillUsed), unit_of_work():
        service.delete_download("dowtwo234567")


@pytest.mark.parametrize(
    ("person", "words"), [("editor", "The file has 50 MB; 20 MB is the most"), ("reader", "")]
)
def test_a_file_that_is_far_too_large_is_refused_with_a_sentence(cast: Cast, person: str, words: str) -> None:
    sender = getattr(cast, person)()
    answer = sender.client.post(
        NEW,
        base_url=sender.base_url,
        environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=b",
        input_stream=io.BytesIO(b"--b"),
    )
    assert answer.status_code == 413
    assert words in answer.get_data(as_text=True)


def test_a_file_is_kept_once_on_every_database(db_app: Flask) -> None:
    names = set()
    for _ in range(2):
        with unit_of_work():
            names.add(service.keep_file(PDF, filetypes.PDF, "list.pdf", actor_id=None))
    assert len(names) == 1
    with unit_of_work():
        offered = Offered("The checklist", "", names.pop(), "list.pdf")
        service.add_download("dowoff234567", offered, actor_id=None)
    with unit_of_work():
        service.delete_download("dowoff234567")
    assert queries.downloads() == []
    assert files(db_app) == []
