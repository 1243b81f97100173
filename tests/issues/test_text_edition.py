"""The text edition: 72 columns, set as the text newsletters of old were."""

import re
from dataclasses import replace

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.issues import render, typesetting
from newsroom.issues.document import Section
from newsroom.platform.lines import display_width, is_address
from newsroom.platform.text import words_in
from tests.chance import examples
from tests.issues.documents import BASE_URL, bare, specimen


@pytest.fixture(scope="module")
def text() -> str:
    return render.text_edition(specimen(), BASE_URL)


def of(*sections: Section) -> str:
    return render.text_edition(bare(*sections, editor="Ines Carvell"), BASE_URL)


def test_no_line_is_wider_than_72_columns_unless_it_is_an_address(text: str) -> None:
    wide = [line for line in text.splitlines() if display_width(line) > 72]
    assert [line for line in wide if "https://" not in line] == []


def test_it_begins_with_the_standfirst_and_the_masthead(text: str) -> None:
    rule = "=" * 72
    assert text.startswith(
        f"A specimen issue with each kind and each key in its place\n\n{rule}\nThe Service Bell\n"
        "What customers remember, and what the rest of us can learn from it\n"
        f"Published by Halden Quay Press\n{rule}\n"
    )


def test_the_folio_runs_from_edge_to_edge(text: str) -> None:
    (folio,) = [line for line in text.splitlines() if line.startswith("Issue 900 ")]
    assert folio.endswith("Tuesday, 12 January 2027")
    assert len(folio) == 72


def test_a_long_name_breaks_the_folio_into_two_lines() -> None:
    assert typesetting.spread("left", "right", 10) == "left\nright"
    assert typesetting.spread("left", "right", 11) == "left  right"


def test_contents_stand_in_two_columns(text: str) -> None:
    assert (
        "  Thumbs Up / Thumbs Down  ▲ Two left shoes\n"
        "                           ▼ Seven minutes on a step\n"
        "  Recommended reading      The clerk’s left hand\n"
    ) in text


def test_the_down_tab_hangs_below_its_rule_and_the_up_tab_stands_on_it(text: str) -> None:
    rule = "-" * 72
    assert f"  ▲ Thumbs up\n{rule}\n\nTwo left shoes\n==============\n" in text
    assert f"{rule}\n  ▼ Thumbs down\n\nSeven minutes on a step\n" in text


def test_the_editors_note_is_set_apart_and_its_takeaways_are_numbered(text: str) -> None:
    rule = "    " + "-" * 68
    assert f"{rule}\n    Editor’s note, Ines Carvell\n\n    A mistake in a box" in text
    assert "    1. Ask about the journey.\n       “Which train?” is a better" in text
    assert "       [know the history]\n\n    2. Travel towards the trouble.\n" in text


def test_links_are_numbered_and_stand_at_the_end_of_their_section(text: str) -> None:
    links = text[text.index("Around the harbour") : text.index("The soup was leek")]
    assert "* The tide tables [1], for planning visits" in links
    assert links.index("[1] https://halden-quay.example/tides") < links.index(
        "[2] https://halden-quay.example/map"
    )


def test_each_section_counts_its_own_links() -> None:
    sections = [Section("Note", title, body=f"[there](https://{title}.example/)") for title in ("one", "two")]
    assert of(*sections).count("there [1]") == 2


def test_a_button_gives_its_address_on_a_line_of_its_own(text: str) -> None:
    assert "\nPlan a visit:\n  https://halden-quay.example/reading-room\n" in text


def test_site_relative_links_are_made_whole() -> None:
    assert "[1] https://service-bell.example/share" in of(Section("Note", "T", body="[Tell us](/share)"))


def test_the_archives_edition_has_no_recipients_footer(text: str) -> None:
    assert "nsubscribe" not in text
    assert "Why you get this" not in text
    assert text.endswith("Telephone +44 1632 960143\n")


def test_the_letters_text_is_the_archives_with_the_recipients_footer(text: str) -> None:
    sent = render.letter_text(specimen(), BASE_URL, render.SAMPLE_LINKS)
    body = text[: text.index("© 2027")]
    assert sent.startswith(body)
    assert sent.endswith(
        "Unsubscribe:\n  https://letter.example/unsubscribe/sample\n"
        "Change what you get:\n  https://letter.example/preferences/sample\n"
        "Read on the web:\n  https://service-bell.example/issues/900\n"
    )


def test_no_line_ends_in_space_and_no_gap_is_wider_than_two_lines(text: str) -> None:
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n\n" not in text


def test_an_issue_with_nothing_around_it_is_still_set() -> None:
    text = render.letter_text(
        replace(bare(Section("Note", "A note", body="Words."))), BASE_URL, render.SAMPLE_LINKS
    )
    assert text.startswith("=" * 72 + "\nThe Slip\n" + "=" * 72)
    assert "You get this letter because you subscribed to The Slip." in text


def test_wide_scripts_keep_the_margin() -> None:
    text = of(Section("Note", "駅の鐘" * 20, body="電話の向こうで待っている人がいます。" * 12))
    assert max(map(display_width, text.split("Note")[1].split("Back issues")[0].splitlines())) <= 72


SCRIPTS = (
    "What the clerk said — “never mind”, e.g. on Tuesdays ",
    "Что сказала кассирша в то утро ",
    "ماذا قالت الموظفة في ذلك الصباح Anna ",
    "מה אמרה הפקידה באותו בוקר ",
    "窓口の人が「いいえ」と言った。そして待っていた…… ",
    "그 아침 창구에서 들은 말 ",
    "คำพูดของพนักงานในเช้าวันนั้น",
    "उस सुबह खिड़की पर क्या कहा गया ",
    "👩🏽‍🚀🏴󠁧󠁢󠁳󠁣󠁴󠁿👍🏿 1️⃣ ",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://halden-quay.example/a/path/that/goes/on/and/on/beyond/the/end/of/the/line ",
)
WORDS = st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=4).map(lambda said: " ".join(said).strip())
SHAPES = st.sampled_from(
    [
        "{}", "- {}\n- x", "9. {}\n10. y", "> {}", "> > 1. {}", "## {}\n\nx", "**Anna:** {}\n\n**B:** x",
        "**{}:** x\n\n**B:** {}", "| {} | a |\n|---|--:|\n| b | {} |", "[{}](/issues)", "![{}](/media/a.png)",
    ]
)  # fmt: skip


@given(WORDS, WORDS, st.lists(st.tuples(SHAPES, WORDS), max_size=4), st.sampled_from(["en", "ar", "ja"]))
@settings(max_examples=examples(30))
def test_no_line_of_any_script_is_wider_than_the_page_unless_it_is_an_address(
    name: str, title: str, said: list[tuple[str, str]], language: str
) -> None:
    body = "\n\n".join(shape.replace("{}", words) for shape, words in said)
    note = f"{body}\n\n- **{title}** {name}"
    column = Section("Thumbs down", title, "I waited.", note, {"attribution": name})
    document = bare(Section("Article", title, body=body, fields={"author": name}), column, editor=name)
    mast = replace(document.masthead, publication=name, tagline=title, publisher=name, language=language)
    text = render.letter_text(
        replace(document, masthead=mast, preheader=title), BASE_URL, render.SAMPLE_LINKS
    )
    wide = [line for line in text.splitlines() if display_width(line) > 72]
    # The number of a link stays beside the words of the link, which may be an address too.
    bare_lines = [re.sub(r" \[\d+\]$", "", line) for line in wide]
    assert [line for line in bare_lines if not is_address(line.split()[-1])] == []


def test_the_text_part_has_the_paragraphs_of_the_html_part_in_the_same_order() -> None:
    html = render.letter_html(specimen(), BASE_URL, render.SAMPLE_LINKS)
    text = words_in(render.letter_text(specimen(), BASE_URL, render.SAMPLE_LINKS))
    place = 0
    # The masthead comes first in the page's order of headings, the standfirst before it in both.
    for paragraph in html5lib.parse(html, namespaceHTMLElements=False).findall(".//p"):
        said = words_in(" ".join(paragraph.itertext()))
        found = [at for at in range(place, len(text)) if text[at : at + len(said)] == said]
        if found:
            place = found[0]
        elif not paragraph.findall(".//a"):
            raise AssertionError(f"not in the text, or not in this order: {' '.join(said)}")
