"""Checks of the pictures in any text: that each can be shown, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues.checks.finding import Finding
from newsroom.issues.checks.reading import Written
from newsroom.pictures.rules import addresses_in
from newsroom.platform import markup
from newsroom.platform.markup import Dialect

_FILE_NAME = re.compile(
    r"[^\s/]{1,200}\.(?:avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)|(?:img|dscn?)[_-]?\d+", re.IGNORECASE
)


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
            sentence = f"The picture {source} cannot be shown; give an address that begins with https://"
            yield words.finding("blocker", "picture-not-shown", sentence)


def descriptions_are_words(words: Written) -> Iterator[Finding]:
    """The name of a file is what a camera said, not what the picture shows."""
    for picture in markup.pictures(words.source, Dialect.ARTICLE):
        if _FILE_NAME.fullmatch(picture.alt.strip().lower()):
            sentence = f"The description “{picture.alt[:80]}” is a file’s name; write what the picture shows."
            yield words.finding("warning", "alt-is-file-name", sentence)
