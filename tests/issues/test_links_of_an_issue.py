"""Which addresses of an issue are asked, what is kept of the answers, and what an editor is shown."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from newsroom.issues import queries, service
from newsroom.issues.checks.finding import Facts
from newsroom.issues.checks.pictures import pictures_are_light
from newsroom.issues.checks.reading import written
from newsroom.issues.document import Section
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.reach import Answer
from tests.cast import Cast
from tests.issues.conftest import WHOLE, take_in
from tests.issues.documents import bare

BODY = (
    "[A map](https://maps.example/a) and [again](https://maps.example/a), [ours](/issues/80), "
    "[a letter](mailto:a@b.example).\n\n![A bell](https://pictures.example/bell.png)"
)


def test_each_address_of_another_site_is_asked_once_and_leads_to_its_field() -> None:
    section = Section("Announcement", "Come", BODY, fields={"link": "https://tickets.example/"}, id="abcd")
    found = queries.links_of(bare(section))
    assert [(link.address, link.field, link.is_picture) for link in found] == [
        ("https://maps.example/a", "body", False),
        ("https://pictures.example/bell.png", "body", True),
        ("https://tickets.example/", "link", False),
    ]
    assert {link.section_id for link in found} == {"abcd"}


def test_materials_that_come_later_are_no_address() -> None:
    section = Section(
        "Speaking engagement", "Talk", "Words.", fields={"when": "2027-03-16", "materials": "later"}
    )
    assert queries.links_of(bare(section)) == ()


@pytest.fixture
def links(app: Flask) -> tuple[queries.Link, ...]:
    return queries.links_of(bare(Section("Announcement", "Come", BODY)))


def test_a_good_answer_is_believed_for_a_day_and_a_bad_one_for_minutes(
    links: tuple[queries.Link, ...],
) -> None:
    good, bad = links
    with time_machine.travel(clock.now(), tick=False) as then:
        with unit_of_work():
            service.remember({good.address: Answer(200), bad.address: Answer(0, "Nobody answers there.")})
        assert [one.is_due for one in queries.asked(links)] == [False, False]
        then.shift(timedelta(minutes=11))
        assert [one.is_due for one in queries.asked(links)] == [False, True]
        then.shift(timedelta(days=1))
        assert [one.is_due for one in queries.asked(links)] == [True, True]


def test_the_newest_answer_is_kept(links: tuple[queries.Link, ...]) -> None:
    for answer in (Answer(404), Answer(200, byte_count=7, width=9)):
        with unit_of_work():
            service.remember({links[1].address: answer})
    assert queries.asked(links)[1].answer == Answer(200, byte_count=7, width=9)
    assert queries.measured({links[1].address}) == {links[1].address: Answer(200, byte_count=7, width=9)}


def test_what_nobody_asked_for_long_is_forgotten(links: tuple[queries.Link, ...]) -> None:
    old, new = links
    with time_machine.travel(clock.now(), tick=False) as then:
        with unit_of_work():
            service.remember({old.address: Answer(200)})
        then.shift(timedelta(days=61))
        with unit_of_work():
            service.remember({new.address: Answer(200)})
        assert [one.answer for one in queries.asked(links)] == [None, Answer(200)]


def test_an_editor_has_them_asked_and_reads_what_they_said(app: Flask, cast: Cast, issue_81: int) -> None:
    """The worker asks nobody in a private network; an editor is shown that, with the way to the field."""
    take_in(WHOLE.replace("Body, with", "[Inside](http://10.1.2.3/) is more. Body, with"))
    desk = cast.editor()
    page = "/desk/issues/81/links"
    desk.visit(page)
    desk.sees("1 of 1 addresses were not asked yet")
    desk.submit(page)
    app.test_cli_runner().invoke(args=["work", "--drain"])
    shown = desk.visit(page)
    desk.sees("It leads into a private network, which readers cannot reach.")
    assert any(address.endswith("#body") for _, address in shown.links)
    said = app.test_cli_runner().invoke(args=["issues", "links", "81"])
    assert said.exit_code == 1
    assert "1 of 1 addresses in issue 81 do not answer" in said.stderr


@pytest.mark.parametrize(
    ("address", "sizes", "said"),
    [
        ("https://pictures.example/bell-2400x1600.jpg", {}, "is 2,400 pixels wide, and 1,200 are enough"),
        (
            "https://pictures.example/bell.jpg",
            {"https://pictures.example/bell.jpg": (1201, 9)},
            "1,201 pixels",
        ),
        ("/media/2ad68aa561371b490dbe-1200x750.jpg", {"": (0, 0)}, ""),
        (
            "/media/2ad68aa561371b490dbe-1200x750.jpg",
            {"/media/2ad68aa561371b490dbe-1200x750.jpg": (1200, 1_000_001)},
            "weighs more than 1 MB",
        ),
        ("https://pictures.example/bell-1200x1600.jpg", {}, ""),
        ("https://pictures.example/bell.jpg", {}, ""),
    ],
)
def test_a_picture_that_is_too_large_is_named(
    address: str, sizes: dict[str, tuple[int, int]], said: str
) -> None:
    document = bare(Section("Announcement", "Come", f"![A bell]({address})"))
    facts = Facts(picture_sizes=sizes)
    found = [
        finding.sentence
        for words in written(document)
        for finding in pictures_are_light(words, document, facts)
    ]
    assert found == [one for one in found if said and said in one]
    assert len(found) == bool(said)
