import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform import contrast
from newsroom.publication import rules
from newsroom.publication.rules import BlockFileRefused, WrittenBlock

COLOURS = st.from_regex(r"#[0-9A-F]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("en-GB", "en-GB"),
        ("EN_gb", "en-GB"),
        (" pt-br ", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-CH-1996", "de-CH-1996"),
        ("fil", "fil"),
        ("", None),
        ("e", None),
        ("english", None),
        ("en-", None),
        ('en" onload="x', None),
        ("en-GB-oxendict-x-toolongtag", None),
    ],
)
def test_a_language_is_a_tag_written_as_tags_are(typed: str, tag: str | None) -> None:
    assert rules.language_tag(typed) == tag


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/london", "Europe/London"),
        ("America/New York", "America/New_York"),
        ("UTC", "UTC"),
        ("Europe/Port Ellery", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_time_zone_is_one_that_the_machine_knows(typed: str, zone: str | None) -> None:
    assert rules.time_zone(typed) == zone


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("", True),
        ("https://service-bell.example/logo.png", True),
        ("http://service-bell.example/logo.png", False),
        ("//service-bell.example/logo.png", False),
        ("/logo.png", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[broken", False),
        ('https://service-bell.example/"onerror="x', False),
    ],
)
def test_a_logo_has_a_full_secure_address(address: str, is_fine: bool) -> None:
    assert (rules.logo_problem(address) is None) is is_fine


@given(COLOURS)
def test_whatever_accent_is_chosen_text_in_it_is_legible(accent: str) -> None:
    light, dark = rules.accent_on_light(accent), rules.accent_on_dark(accent)

    assert contrast.lowest_contrast(light, rules.LIGHT_GROUNDS) >= 4.5
    assert contrast.lowest_contrast(dark, rules.DARK_GROUNDS) >= 4.5


@given(COLOURS)
def test_the_note_on_an_accent_says_what_will_be_shown(accent: str) -> None:
    note = rules.contrast_note(accent)

    assert accent in note
    assert rules.accent_on_light(accent) in note
    assert ("too pale" in note) is (rules.accent_on_light(accent) != accent)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "every day"),
        (7, "every week"),
        (14, "every second week"),
        (21, "every third week"),
        (28, "every fourth week"),
        (10, "every 10 days"),
        (35, "every 35 days"),
    ],
)
def test_the_cadence_is_said_in_words(days: int, words: str) -> None:
    assert rules.cadence_words(days) == words


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("about", True),
        ("call-for-stories", True),
        ("", False),
        ("About", False),
        ("a b", False),
        ("a" * 41, False),
    ],
)
def test_a_key_is_short_and_lower_case(key: str, is_one: bool) -> None:
    assert rules.is_block_key(key) is is_one
    assert all(map(rules.is_block_key, rules.BLOCKS))


def test_a_block_file_has_a_title_and_a_body() -> None:
    text = "\ufeff---\ntitle: Write: to us\n---\n\nFirst.\n\n---\nSecond.\n"

    assert rules.read_block_file(text) == WrittenBlock("Write: to us", "First.\n\n---\nSecond.")


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "begins with a line of three hyphens"),
        ("About us", 1, "begins with a line of three hyphens"),
        ("---\n---\nWords", 2, "holds no title"),
        ("---\ntitle:\n---\nWords", 3, "holds no title"),
        ("---\ntitle: A\ntitle: B\n---", 3, "twice"),
        ("---\nkey: about\n---", 2, "a title and nothing else"),
        ("---\ntitle: A\n", 2, "not closed"),
    ],
)
def test_what_is_no_block_file_is_refused_at_its_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(BlockFileRefused) as refusal:
        rules.read_block_file(text)

    assert refusal.value.line == line
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", []),
        ("\n \n", []),
        (" nuala@reader.example ", [("nuala@reader.example", "")]),
        (
            'Nuala Byrne <nuala@reader.example>\r\n"Otto, H." <otto@reader.example>',
            [("nuala@reader.example", "Nuala Byrne"), ("otto@reader.example", "Otto, H.")],
        ),
        ("inés@bücher.example", [("inés@bücher.example", "")]),
    ],
)
def test_testers_are_an_address_a_line(written: str, read: list[tuple[str, str]]) -> None:
    assert [(one.address, one.name) for one in rules.testers(written)] == read


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nuala@reader.example\nnobody", "Line 2: "),
        ("a@reader.example, b@reader.example", "Line 1: Write one address only"),
        ("Nuala <>", "Line 1: "),
        ("nuala@reader.example\n\nNuala <Nuala@Reader.example>", "Line 3: Nuala@reader.example stands in an"),
        ("\n".join(f"a{number}@reader.example" for number in range(21)), "At most 20 testers; these are 21."),
    ],
)
def test_a_list_of_testers_that_cannot_be_read_names_the_line(written: str, said: str) -> None:
    with pytest.raises(rules.TestersRefused) as why:
        rules.testers(written)
    assert str(why.value).startswith(said)
