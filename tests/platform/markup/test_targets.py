"""Where a link may lead and what a picture may load."""

import pytest

from newsroom.platform.markup.targets import absolute, kept_picture, kept_target, without_scheme


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/x?y=1#z",
        "HTTP://a.example",
        "mailto:me@a.example?subject=x",
        "/issues/80",
        "#top",
        "https://bücher.example",
    ],
)
def test_a_link_may_lead_there(address: str) -> None:
    assert kept_target(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "data:text/html,x",
        "//a.example",
        "/\\a.example",
        "https://a.example\\@b.example",
        "https://",
        "https:a.example",
        "mailto:nobody",
        "mailto:a\nb@c.example",
        "a.example/x",
        "../x",
        "?x",
        "#",
        "tel:1",
        "java\u00adscript:x",
        "https://a.example/\u202egnp",
        "",
    ],
)
def test_a_link_may_not_lead_there(address: str) -> None:
    assert kept_target(address) == ""
    assert kept_picture(address) == ""


def test_a_picture_is_not_loaded_from_a_letter_or_a_place_on_the_page() -> None:
    assert kept_picture("mailto:me@a.example") == kept_picture("#top") == ""
    assert kept_picture("/media/x.jpg") == "/media/x.jpg"


def test_a_picture_is_asked_for_over_an_encrypted_line_or_not_at_all() -> None:
    assert kept_picture("https://a.example/x.jpg") == "https://a.example/x.jpg"
    assert kept_picture("HTTPS://a.example/x.jpg") == "HTTPS://a.example/x.jpg"
    assert kept_picture("http://a.example/x.jpg") == kept_picture("HTTP://a.example/x.jpg") == ""


def test_only_paths_are_made_full_addresses() -> None:
    assert absolute("/x", "https://a.example/") == "https://a.example/x"
    assert absolute("/x", None) == "/x"
    assert absolute("#x", "https://a.example") == "#x"


def test_people_write_addresses_without_scheme() -> None:
    assert without_scheme("HTTPS://A.example/") == "a.example"
    assert without_scheme("mailto:me@a.example") == "me@a.example"


def test_an_address_is_encoded_as_far_as_it_must_be() -> None:
    assert absolute('https://a.example/?a="b"&c=<d>', None) == "https://a.example/?a=%22b%22&c=%3Cd%3E"
    assert absolute("/a b%20c", "https://a.example") == "https://a.example/a%20b%20c"
    assert absolute("https://a.example/50%/é", None) == "https://a.example/50%25/é"
