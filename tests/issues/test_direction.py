"""A letter in a language that runs from the right is turned round, and the house's own English is not."""

from dataclasses import replace

import pytest

from newsroom.issues import render
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.tongue import Tongue
from tests.issues.documents import BASE_URL, specimen
from tests.webpage import WebPage


def written_in(language: str) -> IssueDocument:
    document = specimen()
    return replace(document, masthead=replace(document.masthead, language=language))


def letter(language: str) -> WebPage:
    html = render.letter_html(written_in(language), BASE_URL, render.SAMPLE_LINKS)
    return WebPage(f"{BASE_URL}/letter", 200, html)


@pytest.fixture(scope="module")
def arabic() -> WebPage:
    return letter("ar")


def test_the_document_and_every_layout_table_run_from_the_right(arabic: WebPage) -> None:
    assert (arabic.tree.get("lang"), arabic.tree.get("dir")) == ("ar", "rtl")
    assert arabic.all("body")[0].get("dir") == "rtl"
    layout = [table for table in arabic.all("table") if table.get("role") == "presentation"]
    assert layout
    assert {table.get("dir") for table in layout} == {"rtl"}


def test_a_client_that_drops_html_and_body_still_knows_language_and_direction(arabic: WebPage) -> None:
    (ground,) = [table for table in arabic.all("table") if table.get("class") == "ground"]
    assert (ground.get("lang"), ground.get("dir")) == ("ar", "rtl")
    assert ground.get("bgcolor") == "#FFFFFF"
    assert "font:" in (ground.get("style") or "")


def test_bars_and_indents_stand_on_the_right(arabic: WebPage) -> None:
    (story, *_) = [cell for cell in arabic.all("td") if "story" in (cell.get("class") or "").split()]
    style = story.get("style") or ""
    assert "border-right:" in style
    assert "border-left:" not in style
    assert "padding:0 20px 2px 0" in style.replace(": ", ":")
    (side,) = [cell for cell in arabic.all("td") if cell.get("class") == "side"]
    assert "text-align:right" in (side.get("style") or "").replace(": ", ":")


def test_the_houses_own_words_are_english_from_the_left(arabic: WebPage) -> None:
    said = {
        "".join(item.itertext()): (item.get("lang"), item.get("dir"))
        for item in arabic.tree.iter()
        if item.get("lang") == "en"
    }
    for words in ("In this issue", "Issue 900", "Tuesday, 12 January 2027", "A question for you"):
        assert said[words] == ("en", "ltr")
    assert said["Telephone +44 1632 960143"] == ("en", "ltr")


def test_typed_words_in_an_english_line_run_their_own_way() -> None:
    assert Tongue("ar").typed("نور") == '<span lang="ar" dir="auto">نور</span>'
    assert Tongue("ja").typed("狩野") == '<span lang="ja">狩野</span>'
    assert Tongue("en-GB").typed("Ines & Co") == "Ines &amp; Co"
    assert Tongue("en-GB").typed("נור") == '<span dir="auto">נור</span>'
    assert "<script>" not in Tongue('ar"><script>').typed("<script>")


def test_a_letter_from_the_left_says_nothing_about_it_twice() -> None:
    page = letter("en-GB")
    assert [item.tag for item in page.tree.iter() if item.get("dir")] == ["html", "table"]
    assert [item.tag for item in page.tree.iter() if item.get("lang")] == ["html", "table"]


def test_scripts_get_faces_that_mail_programs_have_and_no_false_italics() -> None:
    source = letter("ja").source
    assert "Hiragino Mincho ProN" in source
    assert "italic" not in source.split("</style>")[-1]
    assert "italic" in letter("uk").source.split("</style>")[-1]


def test_a_page_turned_round_keeps_its_words(arabic: WebPage) -> None:
    assert sorted(arabic.words.split()) == sorted(letter("en-GB").words.split())


def test_a_table_of_forty_columns_becomes_lists() -> None:
    heads = [f"Head {number}" for number in range(40)]
    body = "\n".join(
        ["| " + " | ".join(heads) + " |", "|" + "---|" * 40, "| " + " | ".join(map(str, range(40))) + " |"]
    )
    narrow = body.replace("Head", "H")
    document = replace(specimen(), sections=(Section("Note", "A wide table", body=narrow),))
    page = WebPage(BASE_URL, 200, render.letter_html(document, BASE_URL, render.SAMPLE_LINKS))
    assert not page.all("th")
    items = ["".join(item.itertext()) for item in page.all("li")]
    assert [f"H {number}: {number}" for number in range(40)] == items[:40]
