"""Issues that a text names become links in every edition: those that were sent, and no others."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import render
from newsroom.issues.document import IssueDocument, Masthead, Navigation, Section, from_json, to_json
from newsroom.issues.references import linked, numbers_named
from newsroom.platform.markup import Dialect, parse, plain_text
from newsroom.platform.markup.blocks import Anchor, every_run, texts_of
from tests.issues.conftest import WHOLE, take_in, the_issue

SITE = "https://bell.example"


def targets(text: str, *numbers: int) -> list[tuple[str, str]]:
    blocks = linked(parse(text, Dialect.ARTICLE), numbers)
    return [(plain_text(run.runs), run.target) for run in every_run(blocks) if isinstance(run, Anchor)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As we said in issue 79.", [("issue 79", "/issues/79")]),
        ("See editions 70 to 77.", [("editions 70", "/issues/70"), ("77", "/issues/77")]),
        ("Issues 70–77 and **issue no. 71**", [
            ("Issues 70", "/issues/70"), ("77", "/issues/77"), ("issue no. 71", "/issues/71")
        ]),
        ("- Edition #70\n- another", [("Edition #70", "/issues/70")]),
        ("Issue 95 is not out yet, issue 70 is.", [("issue 70", "/issues/70")]),
    ],
)  # fmt: skip
def test_the_name_of_a_sent_issue_leads_to_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert targets(text, 70, 71, 77, 79) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`issue 70`",
        "[issue 70](https://elsewhere.example)",
        "Issue 70 of The Lobby Review",
        "70 people had one issue.",
        "issue 700,000",
        "issue 70.5",
    ],
)
def test_what_is_code_a_link_or_no_issue_of_ours_stays_as_it_is(text: str) -> None:
    assert [target for _, target in targets(text, 70, 700) if target.startswith("/issues")] == []


@given(st.text(alphabet="issue edton0123456789 –to#*`[].\n", max_size=80), st.sets(st.integers(1, 99)))
def test_no_word_is_lost_and_nothing_leads_to_an_issue_that_was_not_sent(
    text: str, numbers: set[int]
) -> None:
    blocks = parse(text, Dialect.ARTICLE)
    mended = linked(blocks, numbers)
    assert list(map(plain_text, texts_of(mended))) == list(map(plain_text, texts_of(blocks)))
    led_to = {run.target for run in every_run(mended) if isinstance(run, Anchor) and run.target}
    assert {target for target in led_to if target.startswith("/issues/")} <= {
        f"/issues/{number}" for number in numbers
    }


def test_every_edition_links_our_words_and_not_a_readers() -> None:
    sections = (
        Section("Note", "From the desk", "Read editions 70 to 77 again."),
        Section(
            "Thumbs down",
            "Ticket",
            "They closed issue 70 without a word.",
            note="We wrote about it in issue 77.",
            consent_level=2,
        ),
    )
    masthead = Masthead("Service Bell", 81, date(2026, 12, 1))
    document = IssueDocument(masthead, "Subject", sections=sections, navigation=Navigation(issues=(70, 77)))
    letter = render.letter_html(document, SITE, render.SAMPLE_LINKS)
    web = str(render.web_fragment(document, ""))
    text = render.text_edition(document, SITE)
    assert f'href="{SITE}/issues/70"' in letter
    assert '<a href="/issues/70">editions 70</a> to <a href="/issues/77">77</a>' in web
    assert f"{SITE}/issues/70" in text
    assert web.count("/issues/70") == 1
    assert web.count("/issues/77") == 2
    assert "closed issue 70 without" in text


def test_a_frozen_document_keeps_its_links_and_an_older_one_has_none() -> None:
    document = IssueDocument(
        Masthead("Service Bell", 81, date(2026, 12, 1)), "S", navigation=Navigation(issues=(70, 77))
    )
    data = to_json(document)
    assert from_json(data) == document
    del data["navigation"]["issues"]
    assert from_json(data) == replace(document, navigation=Navigation())


@pytest.mark.usefixtures("house")
def test_only_issues_that_were_sent_are_looked_up() -> None:
    from newsroom.issues import queries
    from newsroom.platform.db import unit_of_work

    text = WHOLE.replace("We open the season in November.", "See issues 78 and 79, and issue 80.")
    for number in (78, 79):
        take_in(f"---\nnumber: {number}\ndate: 2026-11-10\nsubject: A subject of it\n---\n")
    with unit_of_work():
        the_issue(79).state = "sent"
    take_in(text)
    assert numbers_named("See issues 78 and 79, and issue 80.") == {78, 79, 80}
    assert queries.document(the_issue()).navigation.issues == (79,)
