"""Uploaded pictures in an issue: described as it was decided, with their size, wherever they are printed."""

from dataclasses import replace

import pytest
from flask import Flask

from newsroom.accounts import service as accounts
from newsroom.accounts.rules import Role
from newsroom.demo import sample
from newsroom.issues import document as documents
from newsroom.issues import queries, render, service, surfaces
from newsroom.issues.checks.pictures import pictures_are_described
from newsroom.issues.checks.reading import in_section
from newsroom.issues.document import Section
from newsroom.library import service as library
from newsroom.pictures import events
from newsroom.pictures import service as pictures
from newsroom.pictures.encoding import encoded
from newsroom.pictures.queries import PictureCard
from newsroom.pictures.surfaces import SURFACES as PICTURES
from newsroom.platform.db import unit_of_work
from newsroom.publication import service as publication
from tests.issues.conftest import COLUMN, approve, take_in, the_issue
from tests.issues.documents import BASE_URL, bare
from tests.pictures.samples import jpeg
from tests.webpage import WebPage

ADDRESS = f"/media/{'a1' * 10}-1200x800.jpg"


def found(section: Section) -> list[str]:
    return [finding.code for words in in_section(section) for finding in pictures_are_described(words)]


def shown(source: str) -> tuple[str | None, ...]:
    (image,) = WebPage(BASE_URL, 200, source).all("img")
    return tuple(image.get(name) for name in ("src", "alt", "width", "height"))


def note(body: str) -> Section:
    return Section("Note", "The quay", body)


@pytest.mark.parametrize(
    ("body", "alts", "said"),
    [
        (f"![]({ADDRESS})", {ADDRESS: "A quay at dawn"}, "A quay at dawn"),
        (f"![Ours]({ADDRESS})", {ADDRESS: "A quay at dawn"}, "Ours"),
        (f"![]({ADDRESS})", {ADDRESS: ""}, ""),
        (f"- in a list: **![]({ADDRESS})**", {ADDRESS: "A quay"}, "A quay"),
    ],
)
def test_a_picture_says_what_its_text_says_or_else_what_was_decided(
    body: str, alts: dict[str, str], said: str
) -> None:
    whole = bare(replace(note(body), pictures=alts))
    edition = render.rendering(whole, BASE_URL, render.SAMPLE_LINKS)
    assert shown(edition.html) == (f"{BASE_URL}{ADDRESS}", said, "536", "357")
    assert shown(str(edition.web)) == (ADDRESS, said, "1200", "800")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"![A quay]({ADDRESS})", "picture-gone"),
        ("![](https://quay.example/quay.jpg)", "picture-without-alt"),
    ],
)
def test_a_picture_that_is_gone_or_that_nobody_described_stops_the_issue(body: str, code: str) -> None:
    assert found(note(body)) == [code]


def test_an_uploaded_picture_is_described_as_it_was_decided_or_only_decorates() -> None:
    for alt in ("A quay", ""):
        assert not found(replace(note(f"![]({ADDRESS})"), pictures={ADDRESS: alt}))


def test_what_was_approved_without_pictures_stays_approved() -> None:
    without = bare(note("Words."))
    assert "pictures" not in documents.canonical_json(without)
    shown = bare(replace(note("Words."), pictures={ADDRESS: "A quay"}))
    assert documents.content_hash(shown) != documents.content_hash(without)
    assert documents.from_json(documents.to_json(shown)) == shown


WITH_PICTURE = """---
number: 81
date: 2026-12-01
subject: The second call in the morning
preheader: Why the first answer is rarely the last
---

# Article: Listening twice
author: Ana Duarte

A quay.

![]({address})
"""


@pytest.fixture
def picture(db_house: None) -> PictureCard:
    with unit_of_work():
        kept, _ = pictures.keep(encoded(jpeg()), "quay.jpg", pictures.Words("A quay at dawn"), actor_id=None)
    return kept


@pytest.fixture
def db_house(db_app: Flask) -> None:
    with unit_of_work():
        publication.set_up(sample.SETTINGS)


def test_an_issue_takes_what_was_decided_and_keeps_its_picture(picture: PictureCard) -> None:
    text = WITH_PICTURE.format(address=picture.address)
    take_in(text)
    assert queries.document(the_issue()).sections[0].pictures == {picture.address: "A quay at dawn"}
    assert not [finding for finding in service.check(the_issue()) if finding.code.startswith("picture")]
    with unit_of_work():
        publisher = accounts.add("piet@service-bell.example", "Piet", [Role.PUBLISHER])
    approve(by_id=publisher.id)
    with unit_of_work():
        pictures.describe(picture.key, pictures.Words(is_decorative=True), version=1)
    whole = queries.document(the_issue())
    assert queries.live_approval(the_issue(), documents.content_hash(whole)) is None
    assert whole.sections[0].pictures == {picture.address: ""}
    assert take_in(text) == "unchanged"
    uses = events.uses_of(picture.address)
    assert [use.where for use in uses] == ["Article “Listening twice”"]
    with pytest.raises(pictures.StillUsed), unit_of_work():
        pictures.delete(picture.key)


def test_each_place_that_shows_a_picture_says_so(picture: PictureCard) -> None:
    line = picture.line
    take_in(
        WITH_PICTURE.format(address="").replace("![]()", "Words.")
        + f"\n# Note: The quay\n\n{line}\n"
        + COLUMN
        + line
    )
    with unit_of_work():
        publication.save_block("about", "About", line)
        library.describe_author("ana-duarte", line)
    assert {(use.where, use.path.rpartition("/")[0]) for use in events.uses_of(picture.address)} == {
        ("Standing block “About”", "/desk/settings/blocks"),
        ("Author “Ana Duarte”", "/desk/library/authors"),
        ("Editor’s note of “Nobody looked up”", "/desk/stories"),
        ("Issue 81", "/desk/issues"),
    }


def test_the_leak_check_reads_what_was_decided_about_a_picture(picture: PictureCard) -> None:
    whole = bare(note(f"![]({picture.address})"))
    edition = render.rendering(whole, BASE_URL, render.SAMPLE_LINKS)
    words = surfaces.passages(PICTURES, whole, edition)
    assert [(passage.text, passage.path) for passage in words] == [
        ("A quay at dawn", f"/desk/pictures/{picture.key}")
    ]
