"""The issue and its pieces on the web: the site's components, links within the site, anchors that hold."""

import re
from itertools import pairwise

import pytest

from newsroom.issues import render
from newsroom.issues.document import Section
from tests.issues.documents import BASE_URL, bare, specimen
from tests.webpage import WebPage


def page_of(fragment: str) -> WebPage:
    return WebPage(
        f"{BASE_URL}/issues/900",
        200,
        f"<!doctype html><title>t</title><main><h1>Issue 900</h1>{fragment}</main>",
    )


@pytest.fixture(scope="module")
def issue() -> WebPage:
    return page_of(render.web_fragment(specimen(), ""))


def test_every_row_of_the_contents_leads_to_a_section(issue: WebPage) -> None:
    anchors = {section.get("id") for section in issue.all("section")}
    rows = [link.get("href", "") for link in issue.all("a") if link.get("href", "").startswith("#")]
    assert len(rows) == len(render.contents(specimen()))
    assert {row.removeprefix("#") for row in rows} <= anchors


def test_no_id_stands_twice(issue: WebPage) -> None:
    ids = [item.get("id") for item in issue.tree.iter() if item.get("id")]
    assert len(ids) == len(set(ids))


def test_each_section_is_named_by_its_headline(issue: WebPage) -> None:
    sections = [section for section in issue.all("section") if section.get("id")]
    assert len(sections) == len(specimen().sections)
    for section, stored in zip(sections, specimen().sections, strict=True):
        headline = section.find(f".//*[@id='{section.get('aria-labelledby')}']")
        assert headline is not None
        assert "".join(headline.itertext()) == stored.title


def test_headings_go_down_one_level_at_a_time(issue: WebPage) -> None:
    levels = [int(item.tag[1]) for item in issue.tree.iter() if re.fullmatch("h[1-6]", str(item.tag))]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_it_carries_no_style_and_no_script(issue: WebPage) -> None:
    assert not re.search(r"<(?:style|script)\b|\sstyle=|\son\w+=", issue.source)


def test_links_stay_within_the_site_or_get_its_address() -> None:
    inside = str(render.web_fragment(specimen(), ""))
    outside = str(render.web_fragment(specimen(), BASE_URL + "/"))
    assert 'href="/share"' in inside
    assert f'href="{BASE_URL}/share"' in outside
    assert not re.search(r'href="/', outside)


def test_a_place_in_the_issue_is_a_place_on_its_page_in_a_letter() -> None:
    document = bare(Section("Note", "T", body="See [below](#other)."))
    assert 'href="#other"' in render.web_fragment(document, "")
    assert f'href="{BASE_URL}/issues/7#other"' in render.letter_html(document, BASE_URL, render.SAMPLE_LINKS)


def test_a_piece_on_its_own_page_has_the_h1_and_no_link_to_itself() -> None:
    article = next(section for section in specimen().sections if section.kind == "Article")
    html = str(render.section_web(article, specimen(), ""))
    assert re.search(r'<h1 class="opener__title" id="[^"]+">The letter that says sorry</h1>', html)
    assert "<h2>What comes between</h2>" in html
    assert 'href="/articles/the-letter-that-says-sorry"' not in html


def test_the_headline_level_can_be_chosen() -> None:
    article = next(section for section in specimen().sections if section.kind == "Article")
    html = str(render.section_web(article, specimen(), "", level=2))
    assert '<h2 class="opener__title"' in html
    assert "<h3>What comes between</h3>" in html


def test_a_piece_leaves_out_what_belongs_to_one_issue() -> None:
    story = next(section for section in specimen().sections if section.kind == "Thumbs up")
    words = page_of(str(render.section_web(story, specimen(), ""))).words
    assert story.value("attribution") in words
    assert story.value("consent") in words
    for left in (
        story.value("lead-in"),
        story.value("intro"),
        "View previous stories",
        "What happened to you?",
    ):
        assert left not in words


def test_a_piece_need_not_be_a_section_of_the_document() -> None:
    html = str(
        render.section_web(Section("Thumbs down", "T", body="B.", note="N."), bare(editor="Ines Carvell"), "")
    )
    assert "Editor’s note, Ines Carvell" in html


def test_a_rendering_is_all_editions_of_one_document() -> None:
    document = specimen()
    whole = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    assert whole.html == render.letter_html(document, BASE_URL, render.SAMPLE_LINKS)
    assert whole.text == render.letter_text(document, BASE_URL, render.SAMPLE_LINKS)
    assert whole.text_edition == render.text_edition(document, BASE_URL)
    assert whole.web == render.web_fragment(document, "")
    assert (whole.subject, whole.preheader) == (document.subject, document.preheader)


def test_rendering_twice_gives_the_same() -> None:
    assert render.rendering(specimen(), BASE_URL, render.SAMPLE_LINKS) == render.rendering(
        specimen(), BASE_URL, render.SAMPLE_LINKS
    )
