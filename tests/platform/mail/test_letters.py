"""The letter frame: what every ordinary letter looks like."""

import re
from dataclasses import replace

import html5lib
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.mail.letters import render, typeset
from tests.platform.mail.conftest import THE_FRAME
from tests.platform.mail.samples import URL, letter

HOSTILE = '<script>alert(1)</script> & "quotes"'


@pytest.fixture
def page(mail_app: Flask) -> str:
    return render(letter(), THE_FRAME).html


@pytest.mark.golden
def test_the_sample_letter_is_what_it_was(mail_app: Flask, golden) -> None:
    rendered = render(letter(), THE_FRAME)
    golden("letters/sample.html", rendered.html)
    golden("letters/sample.txt", rendered.text)


def test_the_page_is_valid_and_has_one_heading(page: str) -> None:
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert re.search(r'<html lang="en-GB" dir="ltr">', page)
    assert "<title>Please confirm your address</title>" in page


def test_the_preheader_is_the_first_visible_text(page: str) -> None:
    body = re.sub(r"<!--.*?-->|<[^>]+>", " ", page.partition("<body")[2].partition(">")[2])
    assert body.split()[:3] == ["One", "click,", "and"]


def test_styles_are_inline_and_the_head_keeps_only_what_cannot_be(page: str) -> None:
    (style,) = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style)
    assert outside.strip() == ""
    assert "prefers-color-scheme: dark" in style
    assert 'style="' in page
    assert "var(" not in page


def test_the_character_set_is_declared_where_html_wants_it(page: str) -> None:
    assert page.index('<meta charset="utf-8">') < 1024


def test_layout_tables_are_presentation_and_nothing_is_fetched(page: str) -> None:
    tables = re.findall(r"<table[^>]*>", page)
    assert [table for table in tables if 'role="presentation"' not in table and "facts" not in table] == []
    assert "<img" not in page
    assert "<link" not in page
    assert "<script" not in page
    assert {address[:8] for address in re.findall(r'href="([^"]+)"', page)} == {"https://"}


def test_the_footer_says_why_who_and_how_to_leave(page: str) -> None:
    footer = page[page.index("You get this letter because") :]
    place = [
        footer.index(words)
        for words in ("Halden Quay Press", "12 Ropewalk Lane", "+44 1632 960143", ">Unsubscribe<")
    ]
    assert place == sorted(place)


def test_what_people_typed_is_text(mail_app: Flask) -> None:
    rendered = render(
        letter(subject=HOSTILE, context={"name": HOSTILE, "url": URL}),
        replace(THE_FRAME, publication_name=HOSTILE),
    )
    assert "<script" not in rendered.html
    assert rendered.html.count("&lt;script&gt;") >= 3
    assert HOSTILE in rendered.text


def test_a_subject_typed_with_line_ends_becomes_one_line(mail_app: Flask) -> None:
    assert (
        render(letter(subject="Hello\r\n Bcc: x@y.example\x00"), THE_FRAME).subject
        == "Hello Bcc: x@y.example"
    )


def test_the_publications_own_colour_is_used(mail_app: Flask) -> None:
    rendered = render(letter(), replace(THE_FRAME, accent_colour="#123456", accent_colour_dark="#abcdef"))
    assert "#123456" in rendered.html
    assert "#abcdef" in rendered.html
    assert "#0b5563" not in rendered.html


def test_no_line_of_text_is_wider_than_72_columns_but_for_an_address(mail_app: Flask) -> None:
    lines = render(letter(), THE_FRAME).text.splitlines()
    assert [
        line for line in lines if len(line) > 72 and not line.startswith("http") and "https://" not in line
    ] == []
    assert f"  {URL}" in lines
    assert "> I rang three times" in "\n".join(lines)


@given(st.lists(st.text("abc -—é電\n", max_size=120), max_size=8).map("\n".join))
def test_typesetting_loses_no_word_and_is_stable(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once
    assert "\n\n\n" not in once


def test_a_hang_is_kept() -> None:
    quoted = typeset("> " + "word " * 30).splitlines()
    assert all(line.startswith("> ") for line in quoted)
    listed = typeset("- " + "word " * 30).splitlines()
    assert listed[0].startswith("- ")
    assert all(line.startswith("  w") for line in listed[1:])
