"""A name that a story keeps out of print is found wherever the public could see it, and nothing else is."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import preflight, render, surfaces
from newsroom.issues.checks import leaks
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.preflight import Facts, Finding, KeptOut
from newsroom.library import service as library
from newsroom.platform.db import unit_of_work
from newsroom.platform.surfaces import Depth, Passage, Register, register
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary
from tests.issues.documents import BASE_URL, IMPRINT, STANDING, bare, specimen

COLUMN = Section(
    "Thumbs down",
    "Nobody looked up",
    "We stood there. “We open at nine,” [the clerk] said.",
    "“Nobody looked up” was worse.\n\n- **Look up.** It costs nothing. [acknowledge presence]",
    {"lead-in": "A reader who left.", "attribution": "a reader in the north"},
    id="story0000001",
    slug="nobody-looked-up",
    consent_level=2,
)
OTHER = replace(COLUMN, id="story0000002", title="The lamp", slug="the-lamp")
ARTICLE = Section(
    "Article", "Listening twice", "Some words.", fields={"author": "Ana Duarte"}, id="piece0000001"
)


def whole(*sections: Section, **different: Any) -> IssueDocument:
    document = replace(bare(*sections), preheader="One sentence for the inbox.", imprint=IMPRINT)
    return replace(document, standing=STANDING, **different)


def kept(*forms: str, story: Section = COLUMN, thing: str = "company") -> list[KeptOut]:
    return [KeptOut(story.id, story.title, form, thing) for form in forms]


@pytest.fixture
def found(app: Flask) -> Any:
    entered = register(app.extensions)

    def find(document: IssueDocument, kept_out: list[KeptOut]) -> list[Finding]:
        return leaks_of(entered, document, kept_out)

    return find


def leaks_of(entered: Register, document: IssueDocument, kept_out: list[KeptOut]) -> list[Finding]:
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    passages = surfaces.passages(entered.surfaces, document, rendering)
    findings = preflight.check(document, rendering, Facts(), passages, kept_out)
    return [finding for finding in findings if finding.code == leaks.CODE]


def test_an_issue_without_a_planted_name_has_no_leak(found: Any) -> None:
    assert found(specimen(), kept("Quagwort", "Vexley & Sons", "quagwort.example")) == []


OWN = [
    ({"title": "Quagwort looked down"}, "title", "the headline"),
    ({"body": COLUMN.body + " At Quagwort’s."}, "body", "the text"),
    ({"body": COLUMN.body + " At **Quag**wort."}, "body", "the text"),
    ({"note": COLUMN.note + "\n\nShame on QUÁGWORT."}, "note", "the Editor’s note"),
    ({"note": COLUMN.note + "\n\n![The Quagwort counter](https://q.example/a.jpg)"}, "note", "description"),
    ({"note": COLUMN.note + '\n\n![A counter](https://q.example/a.jpg "Quagwort")'}, "note", "caption"),
    ({"note": COLUMN.note + "\n\n![A counter](https://q.example/quagwort_2.jpg)"}, "note", "file name"),
    ({"note": COLUMN.note + "\n\n[this](https://q.example/?from=Quag%77ort)"}, "note", "address of a link"),
    ({"note": COLUMN.note + "\n\n<!-- Quagwort -->"}, "note", "the Editor’s note"),
    ({"fields": {**COLUMN.fields, "lead-in": "At Quagwort"}}, "lead-in", "the field “lead-in”"),
    ({"fields": {**COLUMN.fields, "attribution": "a Quagwort man"}}, "attribution", "the field"),
    ({"slug": "how-quagwort-lost-me"}, "title", "the address of its page"),
]


@pytest.mark.parametrize(("different", "field", "what"), OWN, ids=[row[2] for row in OWN])
def test_in_a_story_its_note_and_its_page_a_name_blocks_with_the_way_to_its_field(
    found: Any, different: dict[str, Any], field: str, what: str
) -> None:
    blocking = found(whole(replace(COLUMN, **different)), kept("Quagwort"))
    assert [(one.severity, one.section_id, one.field) for one in blocking] == [
        ("blocker", COLUMN.id, field)
    ], blocking
    assert what in blocking[0].sentence


ELSEWHERE = [
    (whole(COLUMN, subject="What Quagwort did not see"), "Head", "subject"),
    (whole(COLUMN, preheader="About Quagwort."), "Head", "preheader"),
    (whole(COLUMN, replace(ARTICLE, body="![Quagwort](https://q.example/a.jpg)")), "Article", "body"),
    (whole(COLUMN, replace(ARTICLE, fields={"author": "Ana Quagwort"})), "Article", "author"),
    (whole(COLUMN, replace(OTHER, body="At Quagwort.")), "Thumbs down", "body"),
    (replace(whole(COLUMN), imprint=replace(IMPRINT, postal_address="1 Quagwort Lane")), "Settings", ""),
]


@pytest.mark.parametrize(
    ("document", "where", "field"), ELSEWHERE, ids=[f"{w} {f}" for _d, w, f in ELSEWHERE]
)
def test_elsewhere_in_the_issue_it_is_a_warning_that_somebody_has_to_answer_for(
    found: Any, document: IssueDocument, where: str, field: str
) -> None:
    (warning,) = found(document, kept("Quagwort"))
    assert warning.where.startswith(where)
    assert (warning.severity, warning.field) == ("warning", field)
    assert preflight.obstacles([warning], ()) == (warning,)
    assert preflight.obstacles([warning], {warning.mark}) == ()


def test_what_stands_in_no_issue_has_an_address_of_its_own(found: Any) -> None:
    with unit_of_work():
        library.save_piece(
            kind="Article", title="T", body="B", fields={"author": "Ana Duarte"}, actor_id=None
        )
        library.describe_author("ana-duarte", "She founded Quagwort.")
    block = replace(STANDING[0], body="We are no friends of Quagwort.")
    document = replace(whole(replace(ARTICLE, author_slug="ana-duarte"), COLUMN), standing=(block,))
    assert {(one.severity, one.path) for one in found(document, kept("Quagwort"))} == {
        ("warning", "/desk/settings/blocks/about"),
        ("warning", "/desk/library/authors/ana-duarte"),
    }


@pytest.mark.parametrize(
    ("form", "text", "severities"),
    [
        ("Next", "We went to Next, and waited.", ["warning"]),
        ("Next", "The next day nobody came.", []),
        ("O2", "At O2 again.", ["warning"]),
        ("q.example", "See q.example for more.", ["blocker"]),
    ],
)
def test_short_names_and_ordinary_words_warn_and_a_domain_blocks(
    found: Any, form: str, text: str, severities: list[str]
) -> None:
    assert [one.severity for one in found(whole(replace(COLUMN, body=text)), kept(form))] == severities


def test_a_name_that_two_stories_keep_out_blocks_both(found: Any) -> None:
    both = whole(replace(COLUMN, body="At Quagwort."), replace(OTHER, body="At Quagwort, too."))
    blocking = found(both, [*kept("Quagwort"), *kept("quagworts", "Quagwort", story=OTHER)])
    assert {(one.severity, one.section_id) for one in blocking} == {
        ("blocker", COLUMN.id),
        ("blocker", OTHER.id),
    }


def test_that_pictures_cannot_be_read_is_said_once_and_stops_nothing() -> None:
    picture = "![A quay](https://q.example/a.png)"
    document = whole(COLUMN, replace(ARTICLE, body=picture), replace(ARTICLE, body=picture, id="b"))
    (said,) = leaks.pictures_are_unread(document, has_kept_out=True)
    assert (said.section_id, said.field) == (ARTICLE.id, "body")
    assert preflight.obstacles([said], ()) == ()
    assert not list(leaks.pictures_are_unread(document, has_kept_out=False))


@cache
def passages_of_the_specimen() -> list[Passage]:
    from newsroom.archive import surfaces as archive

    document = specimen()
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    return list(surfaces.passages((*surfaces.OF_A_DOCUMENT, *archive.SURFACES), document, rendering))


# Rendered when the first example is drawn, and not by every process that only lists the tests.
PASSAGES = st.deferred(lambda: st.sampled_from(passages_of_the_specimen()))
NAMES = st.text("bdfgkmpvwxzou", min_size=5, max_size=12).filter(lambda name: not is_ordinary(name))


@given(PASSAGES, NAMES)
def test_a_planted_name_of_five_letters_is_found_on_every_surface(passage: Passage, name: str) -> None:
    story = KeptOut(passage.page or "another", "A story", name, "person")
    planted = replace(passage, text=f"{passage.text} {name.title()} ")
    (leak,) = leaks.leaks([planted], [story])
    assert leak.severity == ("blocker" if passage.page else "warning")
    assert (leak.section_id, leak.field) == (passage.section_id, passage.field)


@given(st.lists(st.text("qxzj", min_size=5, max_size=9), max_size=5))
def test_an_issue_without_planted_names_is_never_blocked(names: list[str]) -> None:
    kept_out = [KeptOut("piece0000002", "A story", name, "company") for name in names]
    assert leaks.leaks(passages_of_the_specimen(), kept_out) == ()


def test_what_an_edition_repeats_is_reported_where_it_was_written(found: Any) -> None:
    (blocking,) = found(whole(replace(COLUMN, title="Quagwort", slug="quagwort")), kept("Quagwort"))
    assert blocking.field == "title"
    assert {passage.depth for passage in passages_of_the_specimen()} == set(Depth)
