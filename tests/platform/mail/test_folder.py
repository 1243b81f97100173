"""The outbox folder."""

from pathlib import Path

import pytest
from flask import Flask

from newsroom.platform.mail import folder
from newsroom.platform.mail.message import Mailbox, build
from tests.platform.mail.samples import parts


def put(directory: Path, count: int = 1) -> list[str]:
    message = build(parts(subject="Der zweite Anruf – 🔔", to=Mailbox("ana@reader.example", "Zoë, Ōta")))
    return [
        folder.write(directory, "bounce+x@service-bell.example", "ana@reader.example", message)
        for _ in range(count)
    ]


def test_names_sort_by_the_order_of_writing_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    names = put(tmp_path, 20)
    assert sorted(names) == names
    assert sorted(file.name for file in tmp_path.iterdir()) == names


def test_a_letter_is_read_back_decoded(tmp_path: Path) -> None:
    (name,) = put(tmp_path)
    letter = folder.parse(name, tmp_path)
    assert letter is not None
    assert letter.header("subject") == "Der zweite Anruf – 🔔"
    assert letter.header("Return-Path") == "<bounce+x@service-bell.example>"
    assert letter.header("Delivered-To") == "ana@reader.example"
    assert letter.header("X-None") is None
    assert (letter.text, letter.html) == ("Hello.\n", "<p>Hello.</p>\n")


def test_a_text_only_letter_has_no_html(tmp_path: Path) -> None:
    name = folder.write(tmp_path, "", "ana@reader.example", build(parts(html=None)))
    letter = folder.parse(name, tmp_path)
    assert letter is not None
    assert (letter.text, letter.html) == ("Hello.\n", None)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret_key",
        "/etc/passwd",
        "outbox/../../x.eml",
        "x.eml\0",
        "..\\x.eml",
        "20261117T090000000000Z-000001-0a0a0a0a.eml",
    ],
)
def test_no_name_reaches_anything_else(tmp_path: Path, name: str) -> None:
    outbox = tmp_path / "outbox"
    put(outbox)
    (tmp_path / "secret_key").write_text("secret")
    (tmp_path / "x.eml").write_text("Subject: outside\n\n")
    assert folder.parse(name, outbox) is None


def test_the_newest_letters_come_first_and_pages_have_ends(tmp_path: Path) -> None:
    names = put(tmp_path, 5)
    (tmp_path / "notes.txt").write_text("not a letter")
    first, last = (folder.listing(page, 2, tmp_path) for page in (1, 99))
    assert [item.name for item in first.items] == names[:-3:-1]
    assert (first.page, first.page_count, first.total) == (1, 3, 5)
    assert [item.name for item in last.items] == names[:1]
    assert last.page == 3
    assert first.items[0].subject == "Der zweite Anruf – 🔔"
    assert first.items[0].to == '"Zoë, Ōta" <ana@reader.example>'
    assert first.items[0].size > 400


def test_a_folder_that_is_not_there_yet_is_empty(mail_app: Flask) -> None:
    page = folder.listing()
    assert (list(page.items), page.page_count, page.total) == ([], 1, 0)


def test_a_broken_file_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    (name,) = put(tmp_path)
    (tmp_path / name).write_bytes(
        b"Subject: =?utf-8?b?broken\r\nContent-Type: multipart/mixed\r\n\r\n\xff\xfe"
    )
    letter = folder.parse(name, tmp_path)
    assert letter is not None
    assert letter.text is None or isinstance(letter.text, str)
    assert folder.listing(1, 10, tmp_path).total == 1
