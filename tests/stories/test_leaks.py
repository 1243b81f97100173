"""The leak check finds a name in every disguise that text on its way to print takes, and reports nothing
else.
"""

from html import escape
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsroom.stories.redaction.disguises import folded
from newsroom.stories.redaction.leaks import Weight, planted, weight_of
from tests.chance import examples
from tests.effort import grows_in_proportion


def names(forms, surface):
    return [leak.name for leak in planted(forms, surface)]


@pytest.mark.parametrize(
    "surface",
    [
        "Brightwell",
        "at BRIGHTWELL, at last",
        "Brightwell's",
        "Brightwell’s",
        "many Brightwells",
        "Bríghtwèll",
        "Вrіghtwеll",  # Cyrillic
        "Βrightwell",  # Greek
        "Ｂｒｉｇｈｔｗｅｌｌ",
        "𝐁𝐫𝐢𝐠𝐡𝐭𝐰𝐞𝐥𝐥",
        "Bright\u00adwell",
        "B\u200br\u200dightwell",
        "Bright-well",
        "Bright\u2011well",
        "Bright-\nwell",
        "<b>Bright</b>well",
        "<p>the <em>B</em>rightwell shop</p>",
        "Bright<!-- no -->well",
        "Bright<wbr>well",
        '<img src="a.png" alt="a Brightwell shop">',
        '<a href="https://x.example/?from=Brightwell&amp;a=1">here</a>',
        "<!-- Brightwell, take out -->",
        "<!--[if mso]><td title='Brightwell'></td><![endif]-->",
        "Bright&shy;well",
        "&#66;rightwell",
        "Bright&#x77;ell",
        "&lt;p&gt;Bright&lt;b&gt;well&lt;/b&gt;&lt;/p&gt;",
        "https://x.example/stories/how-brightwell-lost-me",
        "brightwell_shop.jpg",
        "brightwell2024.png",
        "?q=Bright%77ell",
        "?q=%2542rightwell",
        "shop.brightwell.test/a",
        "hello@brightwell.test",
        "#BrightwellFails",
        "@BrightwellHelp",
    ],
)
def test_a_planted_name_is_found_in_every_disguise(surface):
    assert names(["Brightwell"], f"we stood there {surface} and waited") == ["Brightwell"]


@pytest.mark.parametrize(
    "surface",
    [
        "Café Noir",
        "cafe-noir",
        "CAFE_NOIR",
        "Caf%C3%A9+Noir",
        "Café&nbsp;Noir",
        "cafenoir",
        "Cafe\nNoir",
        "Café <i>Noir</i>",
    ],
)
def test_a_name_of_several_words_is_found_spaced_joined_and_in_addresses(surface):
    assert names(["Café Noir"], f"at {surface} again") == ["Café Noir"]


@pytest.mark.parametrize(
    "surface", ["Quince & Son", "Quince &amp; Son", "Quince and Son", "quince-son", "quince-and-son"]
)
def test_an_ampersand_may_be_said_or_not(surface):
    assert names(["Quince & Son"], f"at {surface} again") == ["Quince & Son"]


@pytest.mark.parametrize(
    "surface", ["Müller", "Muller", "Mueller", "MÜLLER", "M&uuml;ller", "mueller.test", "xn--mller-kva.test"]
)
def test_an_umlaut_is_found_in_the_ways_it_is_written(surface):
    assert names(["Müller"], f"bei {surface} war") == ["Müller"]


@pytest.mark.parametrize(
    "surface",
    [
        "brightwell.example",
        "https://www.brightwell.example/a",
        "ana@brightwell.example",
        "%2F%2Fbrightwell.example%2F",
    ],
)
def test_a_domain_is_found_in_addresses(surface):
    assert names(["brightwell.example"], f"see {surface} now") == ["brightwell.example"]


@pytest.mark.parametrize(
    "surface",
    [
        "brightwellness",
        "a bright well in the garden",
        "It was bright. Well, it was.",
        "albrightwell",
        "brightwelling",
        "<p>bright</p><p>well</p>",
        "<li>Bright</li><li>well</li>",
        "rightwell, brightwel, brightvell",
        "",
    ],
)
def test_neighbours_of_a_name_are_not_reported(surface):
    assert planted(["Brightwell"], surface) == ()


def test_a_leak_says_what_stands_there_and_what_is_around_it():
    (leak,) = planted(["Brightwell"], "<p>We stood in a <b>Bright</b>&shy;well's shop &amp; waited.</p>")
    assert leak.words == "Brightwell"
    assert leak.excerpt == "We stood in a Brightwell's shop & waited."


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("Brightwell", Weight.BLOCKER),
        ("Karen", Weight.BLOCKER),
        ("Café Noir", Weight.BLOCKER),
        ("o2.example", Weight.BLOCKER),
        ("Next", Weight.WARNING),
        ("Apple", Weight.WARNING),
        ("Orange", Weight.WARNING),
        ("O2", Weight.WARNING),
        ("Ozzl", Weight.WARNING),
    ],
)
def test_short_names_and_ordinary_words_only_warn(name, weight):
    assert weight_of(name) is weight
    (leak,) = planted([name], f"so {name} it was")
    assert leak.weight is weight


def test_every_place_is_reported_and_the_longest_name_in_it():
    forms = ["Brightwell", "Brightwell Mobile", "", "  "]
    assert names(forms, "Brightwell Mobile, Brightwell, brightwell-mobile") == [
        "Brightwell Mobile",
        "Brightwell",
        "Brightwell Mobile",
    ]


LETTERS = st.text("abcdefghijklmnoprstuvwzABCDEFGHIJKLMNOPRSTUVWZäéñ", min_size=5, max_size=12)
HYPHENS = st.sampled_from(["-", "\u2010", "\u2011"])
INVISIBLE = st.sampled_from(["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\ufe0f"])
TAGS = st.sampled_from(
    ["<b>", "</b>", "<span class='x'>", "</span>", "<wbr>", "<!-- x -->", "&shy;", "&ZeroWidthSpace;"]
)
LOOK_ALIKES = dict(zip("aceopxyijsABCEHIKMOPTX", "асеорхуіјѕАВСЕНІКМОРТХ", strict=True))


@st.composite
def disguised(draw, name):
    """The name with signs strewn in, letters exchanged and an ending, as text of a page."""
    pieces = []
    for place, letter in enumerate(name):
        if place and draw(st.integers(0, 3)) == 0:
            pieces.append(draw(st.one_of(HYPHENS, INVISIBLE, TAGS)))
        pieces.append(
            draw(
                st.sampled_from(
                    [
                        letter,
                        letter.upper() if len(letter.upper()) == 1 else letter,
                        letter.lower(),
                        letter + "\u0301",
                        LOOK_ALIKES.get(letter, letter),
                        chr(ord(letter) + 0xFEE0) if letter.isascii() else letter,
                        f"&#{ord(letter)};",
                        quote(letter) if not letter.isascii() else f"%{ord(letter):02X}",
                    ]
                )
            )
        )
    return "".join(pieces) + draw(st.sampled_from(["", "s", "'s", "’s", "s’"]))


AROUND = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "<p>",
        "</p>",
        '<a title="',
        "/stories/",
        "?q=",
        "(",
        "“",
        ", ",
        ": ",
        "&nbsp;",
        "@",
        "_",
        "+",
        "/",
    ]
)


@settings(max_examples=examples(400))
@given(LETTERS, st.data(), AROUND, AROUND)
def test_a_name_of_five_letters_is_found_in_any_mixture_of_disguises(name, data, before, after):
    surface = f"so {before}{data.draw(disguised(name))}{after} it"
    assert name in names([name], surface), surface


PLAIN = st.text("abcdefghijklmnopqrstuvwxyz ,.'\n", max_size=200)


@settings(max_examples=examples(400))
@given(LETTERS, PLAIN)
def test_a_text_without_the_name_is_never_reported(name, text):
    assume(folded(name) not in "".join(sign for sign in text if sign.isalpha()))
    assume(folded(name.translate(str.maketrans("ä", "a"))) not in text)
    assert planted([name], text) == ()
    assert planted([name], f"{text} {name}ness un{name} x{name}x") == ()
    assert planted([name], escape(f"<{text}>")) == ()


@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=200))
def test_no_text_and_no_name_of_any_script_breaks_the_check(forms, text):
    planted(forms, text)


HOSTILE = [
    "<",
    "<!--",
    "&",
    "&amp;",
    "%41",
    "xn--",
    "Name",
    "N-a-m-e-",
    "a.",
    "<a b='",
    "a\u0301",
    "name ",
    "-",
    "%",
    "<b>",
    "&lt;b&gt;",
    "\u200b",
    "1a",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_fifty_names_are_sought_in_time_that_grows_with_the_text_alone(unit):
    forms = [f"Name {chr(97 + place % 26)}{chr(97 + place // 26)}well Corp" for place in range(50)]
    assert grows_in_proportion(lambda size: planted(forms, unit * (size // len(unit))), 200_000)
