"""What a text consists of once it is read: frozen blocks and the runs inside them. No reading, no rendering.

The web page, the letter and the text edition are all made from these values, so they cannot say different
things. Every value is immutable and hashable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain


class Dialect(Enum):
    """How much of Markdown a text may use."""

    STORY = "story"
    """A reader's own words: paragraphs, lists, quotations, emphasis, editorial brackets. Nothing else."""
    ARTICLE = "article"
    """Articles and notes: also headings, links, pictures, tables, rules, hard breaks, code, dialogues."""
    LINE = "line"
    """A title: words and editorial brackets on one line."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are typed, on one line."""

    words: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words set as code; nothing in them is mark-up."""

    words: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line end that the author asked for."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words said with stress."""

    runs: "Runs"


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of weight."""

    runs: "Runs"


@dataclass(frozen=True, slots=True)
class Editorial:
    """Words that an editor put in square brackets. ``runs`` is what stands between the brackets."""

    runs: "Runs"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that lead somewhere. ``target`` is empty when the address typed may not be followed.

    ``typed`` is the address as it stands in the source.
    """

    runs: "Runs"
    target: str
    title: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. ``source`` is empty when the address typed may not be loaded; ``typed`` is that address."""

    alt: str
    source: str
    title: str = ""
    typed: str = ""


Run = Text | Code | Break | Emphasis | Strong | Editorial | Anchor | Picture
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of words."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` is 2 to 6: level 1 belongs to the page."""

    level: int
    runs: Runs

    @property
    def text(self) -> str:
        return plain_text(self.runs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A break of thought: a horizontal rule."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation, with blocks of its own."""

    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. ``number`` is None under a bullet."""

    blocks: "Blocks"
    number: int | None = None


@dataclass(frozen=True, slots=True)
class List:
    """``is_loose`` when the author set blank lines between the items."""

    items: tuple[Item, ...]
    is_ordered: bool
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as ``header``; ``alignment`` says "", left, centre or right."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    alignment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice says in a dialogue. ``label`` ends with the colon that was typed."""

    label: Runs
    runs: Runs


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Voices that answer each other, set as one."""

    turns: tuple[Turn, ...]


Block = Paragraph | Heading | Rule | Quote | List | Table | Dialogue
Blocks = tuple[Block, ...]


def plain_text(runs: Runs) -> str:
    """The words of some runs without any mark-up; a picture gives its description, a hard break a space."""
    parts = []
    for run in runs:
        match run:
            case Text(words) | Code(words):
                parts.append(words)
            case Break():
                parts.append(" ")
            case Editorial(inner):
                parts.append(f"[{plain_text(inner)}]")
            case Emphasis(inner) | Strong(inner):
                parts.append(plain_text(inner))
            case Anchor(runs=inner):
                parts.append(plain_text(inner))
            case Picture(alt=alt):
                parts.append(alt)
    return "".join(parts)


def texts_of(blocks: Blocks) -> Iterator[Runs]:
    """The runs of each block that holds words, in reading order."""
    for block in blocks:
        match block:
            case Paragraph(runs) | Heading(runs=runs):
                yield runs
            case Quote(inner):
                yield from texts_of(inner)
            case List(items=items):
                for item in items:
                    yield from texts_of(item.blocks)
            case Table(header, rows, _):
                yield from chain(header, *rows)
            case Dialogue(turns):
                yield from chain.from_iterable((turn.label, turn.runs) for turn in turns)
            case Rule():
                pass


def every_run(blocks: Blocks) -> Iterator[Run]:
    """All runs of some blocks in reading order, the outer before those inside it."""
    for runs in texts_of(blocks):
        yield from _nested(runs)


def _nested(runs: Runs) -> Iterator[Run]:
    for run in runs:
        yield run
        if isinstance(run, Emphasis | Strong | Editorial | Anchor):
            yield from _nested(run.runs)
