"""Checks of the pictures in any text: that each can be shown, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues.checks.finding import Facts, Finding
from newsroom.issues.checks.reading import Written
from newsroom.issues.document import IssueDocument
from newsroom.pictures.rules import addresses_in
from newsroom.platform import markup
from newsroom.platform.markup import Dialect

_FILE_NAME = re.compile(
    r"[^\s/]{1,200}\.(?:avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)|(?:img|dscn?)[_-]?\d+", re.IGNORECASE
)

WIDEST, HEAVIEST = 1200, 1_000_000
"""Pixels across and bytes: what a letter's column needs on a fine screen, and what a telephone waits for."""

_SIZE_IN_NAME = re.compile(r"-(?P<width>[1-9]\d{0,4})x[1-9]\d{0,4}\.[A-Za-z]{3,4}(?:$|[?#])")


def pictures_are_described(words: Written) -> Iterator[Finding]:
    """Who cannot see a picture is told what it shows; a picture that no edition can fetch is none.

    What was decided for an uploaded picture counts where the text leaves its description out.
    """
    for picture in markup.pictures(words.source, Dialect.ARTICLE):
        source = picture.source[:80]
        is_decided = picture.source in words.pictures
        if addresses_in(picture.source) and not is_decided:
            sentence = f"The picture {source} is not here any more; take it out or upload it again."
            yield words.finding("blocker", "picture-gone", sentence)
        elif not picture.alt.strip() and not is_decided:
            sentence = f"The picture {source} has no description; write what it shows."
            yield words.finding("blocker", "picture-without-alt", sentence)
        if not picture.is_shown:
            yield words.finding("blocker", "picture-not-shown", _not_shown(source))


def _not_shown(source: str) -> str:
    if source.lower().startswith("http:"):
        return (
            f"The picture {source} is not encrypted, so no edition asks for it and its description stands "
            "there; begin the address with https:// if the site answers there, or upload the picture."
        )
    return f"The picture {source} cannot be shown; give an address that begins with https://"


def descriptions_are_words(words: Written) -> Iterator[Finding]:
    """The name of a file is what a camera said, not what the picture shows."""
    for picture in markup.pictures(words.source, Dialect.ARTICLE):
        if _FILE_NAME.fullmatch(picture.alt.strip().lower()):
            sentence = f"The description “{picture.alt[:80]}” is a file’s name; write what the picture shows."
            yield words.finding("warning", "alt-is-file-name", sentence)


def pictures_are_light(words: Written, _document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A picture that is too large keeps a reader on a telephone waiting for what nobody sees."""
    for picture in markup.pictures(words.source, Dialect.ARTICLE):
        width, weight = facts.picture_sizes.get(picture.source, (0, 0))
        named = _SIZE_IN_NAME.search(picture.source)
        width = width or (int(named["width"]) if named else 0)
        said = _too_large(width, weight)
        if said:
            sentence = f"The picture {picture.source[:80]} {said}; upload it here, and it is made to fit."
            yield words.finding("warning", "large-picture", sentence)


def _too_large(width: int, weight: int) -> str:
    if width > WIDEST:
        return f"is {width:,} pixels wide, and {WIDEST:,} are enough"
    if weight > HEAVIEST:
        return "weighs more than 1 MB"
    return ""
