"""Names, descriptions and the line to copy: pure decisions."""

import pytest

from newsroom.pictures import rules

KEY = "0123456789abcdef0123"
NAME = f"{KEY}-1200x800.jpg"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("quay.jpg", "quay.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ines\\quay.jpg", "quay.jpg"),
        ("<img src=x>\x00\u202egpj.exe", "img src=xgpj.exe"),
        (".", ""),
        ("ä" * 300 + ".jpg", "ä" * 116 + ".jpg"),
    ],
)
def test_of_a_file_s_name_only_what_is_harmless_is_kept(given: str, kept: str) -> None:
    assert rules.own_name(given) == kept


@pytest.mark.parametrize(
    "name", [f"../{NAME}", f"{NAME}/..", NAME.upper(), f"{KEY}-0x8.jpg", f"{KEY}-1x1.svg", ""]
)
def test_nothing_else_is_a_picture_s_name(name: str) -> None:
    assert rules.is_name(NAME)
    assert not rules.is_name(name)


def test_addresses_are_found_in_a_text() -> None:
    text = f"![A quay](/media/{NAME}) and ![](/media/{NAME}.png) and ![x](/media/other.jpg)"
    assert rules.addresses_in(text) == {f"/media/{NAME}"}
    assert rules.key_in(f"/media/{NAME}") == KEY


@pytest.mark.parametrize(
    ("alt", "is_decorative", "words"),
    [
        ("", False, "Say what"),
        ("A quay", True, "keep one"),
        ("IMG_2041.jpeg", False, "name of a file"),
        ("quay.png", False, "name of a file"),
        ("A quay at dawn", False, ""),
        ("", True, ""),
    ],
)
def test_a_description_is_decided_or_a_sentence_says_how(alt: str, is_decorative: bool, words: str) -> None:
    problem = rules.problem_with_alt(alt, is_decorative)
    assert words in problem
    assert bool(problem) == bool(words)


def test_the_line_to_copy_holds_whatever_was_typed() -> None:
    line = rules.line_to_copy("A [red] door", NAME, 'The "old" quay', "Una Reid")
    assert line == f'![A \\[red\\] door](/media/{NAME} "The ”old” quay. Picture: Una Reid")'
    assert rules.line_to_copy("", NAME, "", "") == f"![](/media/{NAME})"
