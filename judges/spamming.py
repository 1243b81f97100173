"""Makes of a good letter what a filter against spam must refuse; names the letters that imitate spam."""

from __future__ import annotations

import re

from judges.changing import header, in_bytes, in_html, in_text
from judges.letters import JudgedLetter

IMITATES = frozenset({"hostile"})
"""Letters whose sender and subject imitate a fraud on purpose: a filter that minds is right."""

_BODY = re.compile(r"<body[^>]*>")
_HIDDEN = "color:#ffffff;background-color:#ffffff;font-size:1px;line-height:1px"
_PICTURE_ALONE = (
    '<html><body><a href="https://service-bell.example/offer">'
    '<img src="https://service-bell.example/offer.png" width="600" height="800"></a></body></html>'
)


def shouting(good: JudgedLetter) -> JudgedLetter:
    """A subject in capitals over one picture, and nothing to read."""
    pictured = in_text(in_html(good, lambda html: _PICTURE_ALONE), lambda text: "")
    return in_bytes(pictured, header("Subject", "YOU MUST READ THIS NOW, IT IS FREE!!!"))


def whispering(good: JudgedLetter) -> JudgedLetter:
    """Words of one pixel in the colour of the page, as some newsletters hide their preheader."""
    words = "What the list of letters is to show, and nobody is meant to see in the letter itself. " * 2
    return in_html(good, lambda html: _at_the_top(html, f'<div style="{_HIDDEN}">{words}</div>'))


def mismatched(good: JudgedLetter) -> JudgedLetter:
    """A text part that does not say what the letter says."""
    return in_text(
        good, lambda text: "Your mail program cannot show this message. Please open it in a browser."
    )


def unnamed(good: JudgedLetter) -> JudgedLetter:
    """No Message-ID, and a date that is none."""
    return in_bytes(in_bytes(good, header("Message-ID", None)), header("Date", "yesterday at noon"))


def misleading(good: JudgedLetter) -> JudgedLetter:
    """A link that shows one address and leads to another."""
    link = '<p><a href="https://prize-draw.example/login">https://service-bell.example/account</a></p>'
    return in_html(good, lambda html: _at_the_top(html, link))


def _at_the_top(html: str, added: str) -> str:
    return _BODY.sub(lambda found: found[0] + added, html, count=1)
