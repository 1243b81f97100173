"""The HTML letter: what stands in it, where its links lead, and how mail programs can take it."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import html5lib
import pytest

from newsroom.issues import kinds, render
from newsroom.issues.document import IssueDocument, Section, Standing
from newsroom.platform.mail.compiled import slot
from tests.issues.documents import BASE_URL, IMPRINT, bare, specimen
from tests.webpage import WebPage

LINKS = render.RecipientLinks(
    "https://service-bell.example/unsubscribe/abc", "https://service-bell.example/preferences/abc"
)
TOKEN = re.compile(r"\{\{|\}\}|\{%|%%|\bTK\b|Undefined|None\b|zqSLOT")


def letter(document: IssueDocument, links: render.RecipientLinks = LINKS) -> WebPage:
    return WebPage(f"{BASE_URL}/letter", 200, render.letter_html(document, BASE_URL, links))


def column(**fields: str) -> Section:
    return Section(
        "Thumbs down", "Nobody came", body="I waited.", note="Somebody should have come.", fields=fields
    )


@pytest.fixture(scope="module")
def printed() -> WebPage:
    return letter(specimen())


def test_the_specimen_has_every_kind_and_every_key() -> None:
    seen = {(section.kind, key) for section in specimen().sections for key in section.fields}
    wanted = {(kind.name, key.name) for kind in kinds.by_name.values() for key in kind.keys}
    assert wanted <= seen


def test_it_is_html_without_a_parse_error(printed: WebPage) -> None:
    html5lib.HTMLParser(strict=True).parse(printed.source)


def test_its_head_names_language_subject_and_both_schemes(printed: WebPage) -> None:
    root = printed.tree
    assert (root.get("lang"), root.get("dir")) == ("en-GB", "ltr")
    assert printed.title == specimen().subject
    assert printed.all("meta", name="color-scheme")[0].get("content") == "light dark"
    assert "prefers-color-scheme: dark" in printed.source


def test_the_charset_is_named_where_a_browser_looks(printed: WebPage) -> None:
    assert printed.source.encode().index(b"charset") < 1024


def test_the_publication_is_the_only_h1(printed: WebPage) -> None:
    assert ["".join(heading.itertext()) for heading in printed.all("h1")] == ["The Service Bell"]


def test_headings_go_down_one_level_at_a_time(printed: WebPage) -> None:
    levels = [int(item.tag[1]) for item in printed.tree.iter() if re.fullmatch("h[1-6]", str(item.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_standfirst_is_the_first_thing_to_be_read(printed: WebPage) -> None:
    assert printed.words.splitlines()[0] == specimen().preheader
    (standfirst,) = (cell for cell in printed.all("td") if cell.get("class") == "standfirst")
    shown = (standfirst.get("style") or "").replace(" ", "")
    assert not re.search(r"display:|visibility:|opacity:|mso-hide|font-size:|max-height", shown)
    assert re.search(r"font:15px/22px", shown)
    assert "display:none" not in printed.source.replace(" ", "")


def test_the_folio_has_the_number_and_the_long_date(printed: WebPage) -> None:
    assert "Issue 900" in printed.words
    assert "Tuesday, 12 January 2027" in printed.words


def test_the_masthead_names_tagline_and_publisher(printed: WebPage) -> None:
    assert specimen().masthead.tagline in printed.words
    assert "Published by Halden Quay Press" in printed.words


def test_layout_tables_say_that_they_are_no_data(printed: WebPage) -> None:
    layout = [table for table in printed.all("table") if table.find(".//th") is None]
    assert layout
    assert all(table.get("role") == "presentation" for table in layout)


def test_every_link_is_absolute(printed: WebPage) -> None:
    targets = [link.get("href", "") for link in printed.all("a")] + [
        image.get("src", "") for image in printed.all("img")
    ]
    assert targets
    assert [target for target in targets if not target.startswith("https://")] == []


def test_every_link_says_where_it_leads(printed: WebPage) -> None:
    assert all(len(words) > 2 for words, _ in printed.links)


def test_contents_lead_to_the_issue_on_the_web(printed: WebPage) -> None:
    document = specimen()
    for row in render.contents(document):
        assert (row.title, f"{BASE_URL}/issues/900#{row.anchor}") in printed.links


def test_a_thumb_is_a_word_a_shape_and_a_colour(printed: WebPage) -> None:
    tabs = {
        "".join(cell.itertext()): cell.get("bgcolor")
        for cell in printed.all("td")
        if "tab" in (cell.get("class") or "").split()
    }
    assert tabs == {"▲\xa0 Thumbs up": "#1C4D8F", "▼\xa0 Thumbs down": "#9A2F17"}


def test_a_thumb_in_the_contents_is_named_for_those_who_hear_it(printed: WebPage) -> None:
    assert [shape.get("aria-label") for shape in printed.all("span", role="img")] == [
        "Thumbs up",
        "Thumbs down",
    ]


def test_a_headline_leads_to_the_pieces_page(printed: WebPage) -> None:
    led = dict(printed.links)
    assert led["The letter that says sorry"] == f"{BASE_URL}/articles/the-letter-that-says-sorry"
    assert led["Two left shoes"].startswith(f"{BASE_URL}/")
    assert f"{BASE_URL}/stories/piece0000002-two-left-shoes" in printed.source


def test_the_series_line_leads_to_the_series(printed: WebPage) -> None:
    assert dict(printed.links)["Sorry, in writing, part 1: Opening"] == f"{BASE_URL}/series/sorry-in-writing"


def test_what_was_printed_before_is_named_only_where_there_is_some(printed: WebPage) -> None:
    assert "View previous articles in this series" in printed.words
    assert "View previous stories" in printed.words
    assert "previous" not in letter(bare(column(), Section("Article", "A", fields={"author": "B"}))).words


def test_a_link_with_a_button_is_a_button_and_without_one_says_the_place() -> None:
    words = {"link": "https://www.lobby.example/porter", "button": "Read the porter"}
    pressed = letter(bare(Section("Recommended reading", "T", body="B.", fields=words)))
    assert ("Read the porter", words["link"]) in pressed.links
    assert 'bgcolor="#0B5563"' in pressed.source
    plain = letter(bare(Section("Recommended reading", "T", body="B.", fields={"link": words["link"]})))
    assert ("Read it at lobby.example", words["link"]) in plain.links
    assert 'bgcolor="#0B5563"' not in plain.source


def test_materials_that_are_late_are_promised() -> None:
    late = Section("Speaking engagement", "T", body="B.", fields={"when": "2027-05-11", "materials": "later"})
    assert "Materials will follow." in letter(bare(late)).words


def test_a_listing_says_who_paid_for_it(printed: WebPage) -> None:
    assert "Listing · Sponsored by Quayside Rooms" in printed.words


def test_the_editor_signs_with_the_office_and_a_guest_without() -> None:
    document = specimen()
    assert "Ines Carvell\nEditor, The Service Bell" in letter(document).words
    guest = bare(Section("Message", "T", body="B.", fields={"from": "A guest"}), editor="Ines Carvell")
    assert "Editor" not in letter(guest).words


def test_a_call_for_stories_follows_each_column(printed: WebPage) -> None:
    buttons = [target for words, target in printed.links if words == "Share your story"]
    assert buttons == [f"{BASE_URL}/share"] * 2


def test_the_column_is_introduced_by_its_own_words_or_by_the_standing_ones() -> None:
    intro = Standing("column-intro", "Thumbs", "The *standing* words.")
    own = letter(replace(bare(column(intro="Words of this issue.")), standing=(intro,))).words
    assert "Words of this issue." in own
    assert "The standing words." not in own
    both = letter(replace(bare(column(), column()), standing=(intro,))).words
    assert both.count("The standing words.") == 1


def test_takeaways_are_numbered_and_keep_their_tags(printed: WebPage) -> None:
    numerals = [cell.text for cell in printed.all("td") if cell.get("class") == "numeral"]
    assert numerals == ["1", "2", "3", "1", "2", "3"]
    assert "Ask about the journey.\n“Which train?”" in printed.words
    assert "\nknow the history\n" in printed.words


def test_a_note_with_several_lists_keeps_its_order_and_counts_on() -> None:
    note = "Before.\n\n- **One.** First. [a tag]\n- Two\n\nBetween.\n\n1. **Three.** Third.\n\nAfter."
    words = letter(bare(replace(column(), note=note))).words
    order = ["Before.", "1\nOne.", "First.", "a tag", "2\nTwo", "Between.", "3\nThree.", "Third.", "After."]
    places = [words.index(piece) for piece in order]
    assert places == sorted(places)


def test_the_forward_line_says_which_issue_was_passed_on(printed: WebPage) -> None:
    assert dict(printed.links)["ask for a copy"] == f"{BASE_URL}/subscribe?from=issue-900"
    without = replace(bare(), standing=(Standing("forward", "Pass it on", "Do."),))
    assert dict(letter(without).links)["Ask for your own copy"] == f"{BASE_URL}/subscribe?from=issue-7"


def test_the_foot_has_everything_in_its_order(printed: WebPage) -> None:
    foot = printed.words[printed.words.index("About The Service Bell") :]
    order = [
        "About The Service Bell",
        "Quick links",
        "Back issues",
        "Issue 899",
        "What readers say",
        "Why you get this",
        "© 2027 Halden Quay Press",
        IMPRINT.postal_address,
        IMPRINT.telephone,
        "Unsubscribe",
        "Change what you get",
        "Read on the web",
    ]
    places = [foot.index(piece) for piece in order]
    assert places == sorted(places)


def test_the_ways_out_are_the_recipients_own(printed: WebPage) -> None:
    led = dict(printed.links)
    assert led["Unsubscribe"] == LINKS.unsubscribe
    assert led["Change what you get"] == LINKS.preferences
    assert led["Read on the web"] == f"{BASE_URL}/issues/900"


def test_slots_pass_through_whole() -> None:
    links = render.RecipientLinks(slot("unsubscribe", 90), slot("preferences", 90))
    html = render.letter_html(specimen(), BASE_URL, links)
    text = render.letter_text(specimen(), BASE_URL, links)
    for marker in (links.unsubscribe, links.preferences):
        assert f'href="{marker}"' in html
        assert f"  {marker}\n" in text


def test_missing_blocks_leave_no_empty_place() -> None:
    page = letter(bare(column(), Section("Note", "A note", body="Words.")))
    empty = [
        item.tag
        for item in page.tree.iter()
        if item.tag in ("p", "h2", "h3") and not "".join(item.itertext()).strip()
    ]
    assert empty == []
    assert "You get this letter because you subscribed to The Slip." in page.words
    assert "Telephone" not in page.words


def test_an_issue_without_sections_is_still_a_letter() -> None:
    page = letter(bare())
    assert "In this issue" not in page.words
    assert page.words.splitlines()[0] == "The Slip"


def test_the_year_of_the_copyright_is_the_issues() -> None:
    assert "© 2019 The Slip" in letter(bare(issue_on=date(2019, 5, 7))).words


def test_a_logo_has_words_and_a_size() -> None:
    page = letter(bare(logo_url="/media/abc/bell.png", logo_alt="A brass bell"))
    (logo,) = page.all("img")
    assert logo.get("src") == f"{BASE_URL}/media/abc/bell.png"
    assert logo.get("alt") == "A brass bell"
    assert (logo.get("width"), logo.get("height")) == ("160", "48")


def test_a_picture_takes_no_more_than_the_column() -> None:
    names = ("quay-1200x800.jpg", "bell-100x50.png", "old.jpg")
    body = "\n\n".join(f"![A picture](/media/h/{name})" for name in names)
    sizes = [
        (image.get("width"), image.get("height"))
        for image in letter(bare(Section("Note", "T", body=body))).all("img")
    ]
    assert sizes == [("536", "357"), ("100", "50"), ("536", None)]


def test_the_specimen_stays_below_what_gmail_clips(printed: WebPage) -> None:
    assert len(printed.source.encode()) <= 90_000


def test_the_sheet_in_the_head_is_one_that_gmail_keeps(printed: WebPage) -> None:
    (sheet,) = printed.all("style")
    css = "".join(sheet.itertext())
    assert len(css.encode()) <= 16_000
    assert re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\}\s*)*\}", "", css).strip() == ""


def test_no_token_is_left(printed: WebPage) -> None:
    assert not TOKEN.search(printed.words)
    assert not TOKEN.search(re.sub(r"<style>.*?</style>", "", printed.source, flags=re.DOTALL))


def test_nothing_is_fetched_and_nothing_runs(printed: WebPage) -> None:
    assert not re.search(r"<(?:script|link|iframe|object|form)\b|url\(|@import|\son\w+=", printed.source)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202egnp.exe {{ 7*7 }} &lt;b&gt;"


@pytest.mark.parametrize("kind", kinds.names())
def test_hostile_words_are_only_words(kind: str) -> None:
    keys = {key.name: HOSTILE for key in kinds.kind_of(kind).all_keys if key.check.__name__ == "line"}
    section = Section(
        kind, HOSTILE, body=HOSTILE, note=HOSTILE if "Thumbs" in kind else "", fields=keys, id="x", slug="y"
    )
    document = replace(
        bare(section, publication=HOSTILE, tagline=HOSTILE, editor=HOSTILE, language='en"><script>'),
        standing=tuple(Standing(block.key, HOSTILE, HOSTILE) for block in specimen().standing),
        preheader=HOSTILE,
        subject=HOSTILE,
    )
    for page in (letter(document), WebPage(BASE_URL, 200, str(render.web_fragment(document, "")))):
        assert not page.all("script")
        assert not page.all("img")
        assert not [item for item in page.tree.iter() if "onerror" in item.attrib]
        assert "{{ 7*7 }}" in page.words
        assert "alert(1)" in page.words


def test_a_name_cannot_reverse_the_letter() -> None:
    document = bare(Section("Message", "T", body="B.", fields={"from": "Ines \u202ecba"}))
    assert "\u202e" not in render.letter_html(document, BASE_URL, LINKS)
    assert "\u202e" not in render.letter_text(document, BASE_URL, LINKS)
