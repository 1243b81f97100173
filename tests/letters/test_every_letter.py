"""Every ordinary letter, to the letter, and what holds for all of them.

The letters come from `judges/occasions.py`, which the judges read as well.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import html5lib
import pytest
from flask import Flask

from judges.occasions import OCCASIONS, PUBLICATION, Words, Written, rehearse
from judges.workshop import workshop
from newsroom.platform.contrast import contrast
from newsroom.platform.lines import display_width, is_address
from newsroom.platform.text import words_in
from tests.architecture.source import ROOT
from tests.conftest import GOLDEN_FOLDER
from tests.webpage import WebPage

TEMPLATES = ROOT / "templates" / "email"
NO_LETTERS = {"issue", "layout", "parts", "story_parts"}
# A link is signed anew each time; its words are told apart by nothing but chance.
TOKEN = re.compile(r"(?<=/)[\w-]+\.[\w-]{6}\.[\w-]{43}")
AN_ADDRESS = re.compile(r"https://\S+")

LONG = "Ψ" * 1000
HOSTILE = {
    "line ends": "Rhona\r\nBcc: all@elsewhere.example\r\n\r\nBuy now",
    "an encoded word": "=?utf-8?q?Rhona_=0D=0ABcc:_all@elsewhere.example?=",
    "mark-up": '<script>alert(1)</script> "x" {{ 7*7 }} & co',
    "emoji": "👩🏽‍🚀 Rhona 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "an override": "Rhona \u202eelaV\u202c \u2066x\u2069",
    "another direction": "رونا فيل Rhona",
    "a thousand characters": LONG,
}


# Those that carry what people typed: a name, an editor's reason, why something could not be sent.
CARRYING = [
    *(
        "invitation",
        "password_reset",
        "schedule_refused",
        "schedule_void",
        "schedule_stopped",
        "story_question",
    ),
    *("story_declined", "story_unpublished", "subscriber_address_changed", "subscriber_welcome"),
]


@pytest.fixture(scope="module")
def made_in() -> Iterator[Flask]:
    with workshop() as app:
        yield app


@pytest.fixture(scope="module")
def letters(made_in: Flask) -> dict[str, Written]:
    return rehearse()


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: pytest.FixtureRequest, made_in: Flask) -> tuple[str, dict[str, Written]]:
    typed = HOSTILE[request.param]
    return typed, rehearse(CARRYING, words=Words(name=typed, editor=typed, reason=typed, trouble=typed))


def visible_text(html: str) -> str:
    return WebPage("https://letters.example", 200, html).words


def test_every_template_of_a_letter_has_its_occasion_and_every_occasion_its_template() -> None:
    found = {path.relative_to(TEMPLATES).with_suffix("").as_posix() for path in TEMPLATES.rglob("*.html")}
    assert {occasion.template for occasion in OCCASIONS.values()} == found - NO_LETTERS
    assert found - NO_LETTERS <= {
        path.relative_to(TEMPLATES).with_suffix("").as_posix() for path in TEMPLATES.rglob("*.txt")
    }


@pytest.mark.golden
@pytest.mark.parametrize("name", OCCASIONS)
def test_this_is_the_letter(letters: dict[str, Written], golden, name: str) -> None:
    letter = letters[name]
    golden(f"letters/{name}.txt", TOKEN.sub("…", f"Subject: {letter.subject}\n\n{letter.text}"))
    golden(f"letters/{name}.html", TOKEN.sub("…", letter.html))


def test_no_golden_letter_is_left_over() -> None:
    files = {path.name for path in Path(GOLDEN_FOLDER, "letters").iterdir()}
    assert files == {f"{name}.{edition}" for name in [*OCCASIONS, "sample"] for edition in ("html", "txt")}


@pytest.mark.parametrize("name", OCCASIONS)
def test_its_html_is_valid_and_says_the_same_as_its_text_in_the_same_order(
    letters: dict[str, Written], name: str
) -> None:
    letter = letters[name]
    html5lib.HTMLParser(strict=True).parse(letter.html)
    assert letter.html.count("<h1") == 1
    assert [table for table in re.findall("<table[^>]*>", letter.html) if "presentation" not in table] == []
    shown = AN_ADDRESS.sub(" ", visible_text(letter.html))
    # Where a smaller link leads stands in the text edition only, and notes number what is a link there.
    written = re.sub(r"\[\d+\]", " ", AN_ADDRESS.sub(" ", letter.text))
    assert words_in(written) == words_in(shown)


@pytest.mark.parametrize("name", OCCASIONS)
def test_it_says_what_it_is_why_it_came_and_who_writes(letters: dict[str, Written], name: str) -> None:
    letter = letters[name]
    assert len(letter.subject) <= 60
    for edition in (visible_text(letter.html), letter.text):
        told = re.sub(r"\s+", " ", edition)
        for words in ("You get this ", PUBLICATION.name, PUBLICATION.postal_address, PUBLICATION.telephone):
            assert words in told
    first, _, rest = letter.text.partition("\n")
    assert first.endswith((".", "!", "?")) or not first
    assert rest
    assert {link[:8] for link in re.findall('href="([^"]*)"', letter.html)} == {"https://"}


@pytest.mark.parametrize("name", OCCASIONS)
def test_no_line_of_its_text_is_wider_than_72_columns_but_an_address(
    letters: dict[str, Written], name: str
) -> None:
    assert too_wide(letters[name].text) == []


def too_wide(text: str) -> list[str]:
    return [
        line for line in text.splitlines() if display_width(line) > 72 and not is_address(line.split()[-1])
    ]


@pytest.mark.parametrize("name", OCCASIONS)
def test_its_head_says_that_a_program_wrote_it_and_in_which_language(
    letters: dict[str, Written], name: str
) -> None:
    head = BytesParser(policy=default).parsebytes(letters[name].raw, headersonly=True)
    assert head["Auto-Submitted"] == ("auto-replied" if name == "story_mailed" else "auto-generated")
    assert head["Content-Language"] == "en-GB"
    assert head["Reply-To"].addresses[0].addr_spec == PUBLICATION.reply_address
    assert ("List-Unsubscribe" in head) == (OCCASIONS[name].template == "subscriber_welcome")
    assert head["Precedence"] is None


def test_what_people_typed_does_no_harm_in_any_letter(hostile: tuple[str, dict[str, Written]]) -> None:
    _, letters = hostile
    for name, letter in letters.items():
        message = BytesParser(policy=default).parsebytes(letter.raw)
        assert message["Bcc"] is None, name
        assert [address.addr_spec for address in message["To"].addresses] == [letter.to], name
        assert "\n" not in str(message["To"]), name
        html5lib.HTMLParser(strict=True).parse(letter.html)
        assert "<script" not in letter.html, name
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", letter.html + letter.text), name
        assert too_wide(letter.text) == [], name
        # Nothing that was typed begins a paragraph of its own.
        assert not re.search(r"^(?:Bcc|Buy now)", letter.text, re.MULTILINE), name


def test_a_name_reaches_its_owner_as_it_was_typed(hostile: tuple[str, dict[str, Written]]) -> None:
    typed, letters = hostile
    message = BytesParser(policy=default).parsebytes(letters["story_question"].raw)
    # The parser of Python 3.11 puts a space between two encoded words of one name (RFC 2047 6.2 puts none).
    shown = message["To"].addresses[0].display_name.replace(" ", "")
    if typed in (HOSTILE["emoji"], HOSTILE["another direction"], HOSTILE["mark-up"]):
        assert shown == typed.replace(" ", "")
        assert f"Dear {typed}," in letters["story_question"].text
    if typed == HOSTILE["an encoded word"]:
        assert "=?utf-8?q?" in shown
    assert len(shown) <= 200


ARABIC = replace(
    PUBLICATION,
    name="جرس الخدمة",
    tagline="ما يتذكره الزبائن",
    language="ar",
    accent_colour="#ffcc00",
    logo_url="/media/2ad68aa561371b490dbe-1200x750.jpg",
    logo_alt="جرس",
)


@pytest.fixture(scope="module")
def of_an_arabic_publication(made_in: Flask) -> dict[str, Written]:
    return rehearse(["story_declined", "subscriber_welcome"], settings=ARABIC, words=Words(name="رونا"))


def test_english_words_say_that_they_are_english_and_the_publications_own_that_they_are_not(
    of_an_arabic_publication: dict[str, Written],
) -> None:
    letter = of_an_arabic_publication["subscriber_welcome"]
    page = html5lib.parse(letter.html, namespaceHTMLElements=False)
    assert (page.get("lang"), page.get("dir")) == ("en-GB", "ltr")
    own = [
        "".join(each.itertext())
        for each in page.iter()
        if (each.get("lang"), each.get("dir")) == ("ar", "rtl")
    ]
    assert ARABIC.tagline in own[0]
    assert any("every second Tuesday" in words for words in own)
    assert b"Content-Language: en-GB" in letter.raw


def test_logo_and_colour_are_the_publications_and_the_colour_can_be_read(
    of_an_arabic_publication: dict[str, Written],
) -> None:
    page = of_an_arabic_publication["story_declined"].html
    assert f'src="https://letters.example{ARABIC.logo_url}" alt="جرس"' in page
    cell = re.search(r'class="button-cell" style="[^"]*background-color: (#\w{6})', page)
    assert cell is not None
    assert contrast(cell[1], "#ffffff") >= 4.5
