"""What a text holds: its words, links, pictures, headings and first sentence, for checks and standfirsts.

Asks the parsed blocks; looks at the source only to tell on which line something stands.
"""

from dataclasses import dataclass

from newsroom.platform.markup.blocks import (
    Anchor,
    Dialect,
    Editorial,
    Emphasis,
    Heading,
    Picture,
    Run,
    Runs,
    Strong,
    Text,
    every_run,
    plain_text,
    texts_of,
)
from newsroom.platform.markup.reader import parse
from newsroom.platform.text import clean_text, words_in


@dataclass(frozen=True, slots=True)
class Link:
    """A link as typed. ``is_followed`` is False when its target is not allowed and only the words are shown.

    ``line`` counts from 1 in the cleaned source.
    """

    text: str
    target: str
    line: int
    is_followed: bool = True


@dataclass(frozen=True, slots=True)
class PictureLink:
    """A picture as typed. ``is_shown`` is False when its address is not allowed and only ``alt`` is shown."""

    alt: str
    source: str
    title: str
    line: int
    is_shown: bool = True


def words(source: str, dialect: Dialect) -> list[str]:
    """The words a reader must find in every rendering, in their order (as ``text.words_in`` divides words).

    Numbers of list items are markers and not among them; descriptions of pictures are in ``pictures``.
    """
    return [word for runs in texts_of(parse(source, dialect)) for word in words_in(_visible(runs))]


def passages(source: str, dialect: Dialect) -> list[str]:
    """The words of each paragraph, heading, item and cell as readers see them, in reading order.

    Without mark-up, addresses and descriptions of pictures; an editor's brackets stay.
    """
    return [_visible(runs) for runs in texts_of(parse(source, dialect))]


def links(source: str, dialect: Dialect) -> list[Link]:
    """Every link in reading order, also those whose target is not allowed."""
    found = [run for run in every_run(parse(source, dialect)) if isinstance(run, Anchor)]
    lines = _lines_of([run.typed for run in found], source)
    return [
        Link(plain_text(run.runs), run.typed, line, bool(run.target))
        for run, line in zip(found, lines, strict=True)
    ]


def pictures(source: str, dialect: Dialect) -> list[PictureLink]:
    """Every picture in reading order, also those whose address is not allowed."""
    found = [run for run in every_run(parse(source, dialect)) if isinstance(run, Picture)]
    lines = _lines_of([run.typed for run in found], source)
    return [
        PictureLink(run.alt, run.typed, run.title, line, bool(run.source))
        for run, line in zip(found, lines, strict=True)
    ]


def headings(source: str, dialect: Dialect) -> list[Heading]:
    """The headings that stand in the text itself (not in quotations or lists), in order."""
    return [block for block in parse(source, dialect) if isinstance(block, Heading)]


def _visible(runs: Runs) -> str:
    """The words of some runs; where a loaded picture stands there is none, but it parts two words."""
    return plain_text(tuple(map(_without_picture, runs)))


def _without_picture(run: Run) -> Run:
    match run:
        case Picture(source=source):
            return Text(" ") if source else run
        case Editorial(inner):
            return Text(f"[{_visible(inner)}]")
        case Emphasis(inner) | Strong(inner) | Anchor(runs=inner):
            return Text(_visible(inner))
        case _:
            return run


def _lines_of(targets: list[str], source: str) -> list[int]:
    """On which line of the cleaned source each address stands; they come in the order of the source."""
    text = clean_text(source)
    lines = []
    position, line = 0, 1
    for target in targets:
        found = text.find(target, position)
        if found >= 0:
            line += text.count("\n", position, found)
            position = found
        lines.append(line)
    return lines
