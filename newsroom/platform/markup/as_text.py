"""Sets blocks as plain text: an edition in its own right, not a conversion of the web page.

Wrapped lines, hanging indents, underlined headings, quotations behind ``>``, tables in columns where they
fit, links as numbered notes. Knows nothing of issues and letters; the caller decides where the notes stand.
"""

import re
from dataclasses import dataclass, field

from newsroom.platform.lines import display_width, wrap
from newsroom.platform.markup.blocks import (
    Anchor,
    Block,
    Blocks,
    Break,
    Code,
    Dialect,
    Dialogue,
    Editorial,
    Emphasis,
    Heading,
    Item,
    List,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Runs,
    Strong,
    Table,
    Text,
    Turn,
)
from newsroom.platform.markup.reader import parse
from newsroom.platform.markup.targets import absolute, without_scheme

NARROWEST = 16
"""However deep the indentation, words get at least so many columns."""
COLUMN_GAP = 2


@dataclass(frozen=True, slots=True)
class LinkNote:
    """One numbered address."""

    number: int
    target: str
    title: str = ""


@dataclass(slots=True)
class LinkNotes:
    """The numbered addresses of one text or of a whole letter: pass the same object to each part."""

    notes: list[LinkNote] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, target: str, title: str = "") -> int:
        """The number under which the address stands; the same address keeps its first number."""
        if target not in self._numbers:
            self._numbers[target] = len(self.notes) + 1
            self.notes.append(LinkNote(len(self.notes) + 1, target, title))
        return self._numbers[target]

    def lines(self, width: int = 72) -> list[str]:
        """One note after the other, addresses unbroken: ``[1] https://service-bell.example/issues``."""
        lines = []
        for note in self.notes:
            label = f"[{note.number}] "
            words = note.target + (f" ({note.title})" if note.title else "")
            lines += wrap(words, width, label, " " * len(label))
        return lines


def to_text(
    source: str,
    dialect: Dialect,
    width: int = 72,
    notes: LinkNotes | None = None,
    base_url: str | None = None,
) -> str:
    """The source as plain text typeset in lines of at most ``width`` columns, with LF between them.

    Only a word or address that is longer than a line exceeds the width. Links are numbered in ``notes``,
    which the caller prints where it likes; without ``notes`` they stand at the end. ``base_url`` makes
    paths of this site full addresses. Never raises.
    """
    own_notes = notes if notes is not None else LinkNotes()
    text = blocks_to_text(parse(source, dialect), width, own_notes, base_url)
    if notes is None and own_notes.notes:
        return "\n".join([text, "", *own_notes.lines(width)])
    return text


def blocks_to_text(blocks: Blocks, width: int, notes: LinkNotes, base_url: str | None = None) -> str:
    """Some blocks of ``parse`` as typeset plain text."""
    return "\n".join(_Setter(notes, base_url).blocks(blocks, width))


class _Setter:
    def __init__(self, notes: LinkNotes, base_url: str | None) -> None:
        self.notes = notes
        self.base_url = base_url

    def blocks(self, blocks: Blocks, width: int) -> list[str]:
        lines: list[str] = []
        for block in blocks:
            said = self.block(block, max(width, NARROWEST))
            # A paragraph of nothing but a picture that only decorates leaves no gap either.
            if lines and said:
                lines += ["", ""] if isinstance(block, Heading) else [""]
            lines += said
        return lines

    def block(self, block: Block, width: int) -> list[str]:
        match block:
            case Paragraph(runs):
                return self.words(runs, width)
            case Heading(level, runs):
                lines = self.words(runs, width, is_marked=False)
                longest = max(map(display_width, lines), default=0)
                return [*lines, ("-" if level == 2 else ".") * min(longest, width)]
            case Rule():
                return ["* * *".center(width).rstrip()]
            case Quote(inner):
                return [f"> {line}".rstrip() for line in self.blocks(inner, width - 2)]
            case List():
                return self.listing(block, width)
            case Table():
                return self.table(block, width)
            case Dialogue(turns):
                return self.dialogue(turns, width)

    def words(
        self, runs: Runs, width: int, first: str = "", hanging: str = "", is_marked: bool = True
    ) -> list[str]:
        """Some runs wrapped; the author's own line ends are kept."""
        lines: list[str] = []
        for segment in self.inline(runs, is_marked).split("\n"):
            lines += wrap(segment, width, hanging if lines else first, hanging)
        # The space before a note was held so that the note stays with its word.
        return [re.sub("\u00a0(?=\\[[0-9]+\\])", " ", line) for line in lines]

    def listing(self, block: List, width: int) -> list[str]:
        labels = [f"{item.number}. " if block.is_ordered else "* " for item in block.items]
        indent = max(map(len, labels))
        lines: list[str] = []
        for label, item in zip(labels, block.items, strict=True):
            if lines and block.is_loose:
                lines.append("")
            lines += self.item(item, label.rjust(indent), width)
        return lines

    def item(self, item: Item, label: str, width: int) -> list[str]:
        indent = " " * len(label)
        inside: list[str] = []
        for place, block in enumerate(item.blocks):
            if place and not isinstance(block, List):
                inside.append("")
            inside += self.block(block, max(width - len(label), NARROWEST))
        return [((indent if place else label) + line).rstrip() for place, line in enumerate(inside)]

    def dialogue(self, turns: tuple[Turn, ...], width: int) -> list[str]:
        """Each voice hangs below its label; labels of a like length share one margin."""
        labels = [self.inline(turn.label, is_marked=False).replace("\n", " ") for turn in turns]
        longest = max(map(display_width, labels)) + 1
        is_narrow = longest > width // 3
        lines: list[str] = []
        for label, turn in zip(labels, turns, strict=True):
            first = label + " " * (1 if is_narrow else longest - display_width(label))
            hanging = " " * (4 if is_narrow else longest)
            if is_narrow:
                # A long label is set as words, so that it wraps like them.
                said = (Text(label + " "), *turn.runs)
                lines += self.words(said, width, "", hanging)
            else:
                lines += self.words(turn.runs, width, first, hanging) or [label]
        return lines

    def table(self, table: Table, width: int) -> list[str]:
        rows = [[self.cell(cell) for cell in row] for row in (table.header, *table.rows)]
        columns = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
        if sum(columns) + COLUMN_GAP * (len(columns) - 1) <= width:
            return _in_columns(rows, columns, table.alignment)
        return _in_records(rows, width)

    def cell(self, runs: Runs) -> str:
        return self.inline(runs, is_marked=False).replace("\n", " ").replace("\u00a0[", " [").strip()

    def inline(self, runs: Runs, is_marked: bool) -> str:
        """Some runs as one string, in which LF is a line end of the author's."""
        line = _Line(is_marked)
        self.add(runs, line)
        return line.finished()

    def add(self, runs: Runs, line: "_Line") -> None:
        for run in runs:
            match run:
                case Text(words) | Code(words):
                    line.add(words)
                case Break():
                    line.add("\n")
                case Emphasis(inner):
                    with_mark = line.open("_")
                    self.add(inner, line)
                    line.close("_", with_mark)
                case Strong(inner):
                    with_mark = line.open("*")
                    self.add(inner, line)
                    line.close("*", with_mark)
                case Editorial(inner):
                    line.add("[")
                    self.add(inner, line)
                    line.add("]")
                case Anchor():
                    self.add_link(run, line)
                case Picture(alt, title=title):
                    line.add(_described(alt, title))

    def add_link(self, link: Anchor, line: "_Line") -> None:
        target = absolute(link.target, self.base_url)
        shown = re.sub("^mailto:", "", target, flags=re.IGNORECASE)
        if target and without_scheme(_bare(link.runs)) == without_scheme(target):
            line.add(shown)
            return
        self.add(link.runs, line)
        if target:
            line.note(self.notes.number(shown, link.title))


class _Line:
    """Collects the pieces of a line. Marks and notes never come to stand inside a word."""

    def __init__(self, is_marked: bool) -> None:
        self.is_marked = is_marked
        self.parts: list[str] = []
        self.waiting = ""
        self.closing: list[tuple[int, str]] = []

    def add(self, words: str) -> None:
        if not words:
            return
        if self.closing and _is_word(words[0]):
            # The emphasis ends inside a word: its marks are taken back, because they would cut the word in
            # two.
            for opened_at, _ in self.closing:
                self.parts[opened_at] = ""
            self.closing.clear()
        self._put_closing()
        if self.waiting:
            end = 0
            while end < len(words) and _is_word(words[end]):
                end += 1
            self.parts.append(words[:end])
            if end == len(words):
                return
            words = self.waiting + words[end:]
            self.waiting = ""
        self.parts.append(words)

    def open(self, mark: str) -> int | None:
        """Begins an emphasis; gives where its mark stands, or None when it may not have one here."""
        last = next((part[-1] for part in reversed(self.parts) if part), " ")
        if not self.is_marked or (_is_word(last) and not self.closing) or self.waiting:
            return None
        self._put_closing()
        self.parts.append(mark)
        return len(self.parts) - 1

    def close(self, mark: str, opened_at: int | None) -> None:
        if opened_at is not None:
            self.closing.append((opened_at, mark))

    def note(self, number: int) -> None:
        self._put_closing()
        self.waiting += f"\u00a0[{number}]"

    def finished(self) -> str:
        self._put_closing()
        return "".join(self.parts) + self.waiting

    def _put_closing(self) -> None:
        self.parts += [mark for _, mark in self.closing]
        self.closing.clear()


def _is_word(character: str) -> bool:
    return character.isalnum()


def _bare(runs: Runs) -> str:
    return "".join(run.words for run in runs if isinstance(run, Text | Code))


def _described(alt: str, title: str) -> str:
    """What stands for a picture in plain text: nothing for one that only decorates."""
    if not alt and not title:
        return ""
    return f"[Picture: {alt or title}]" if not title or not alt else f"[Picture: {alt} ({title})]"


def _in_columns(rows: list[list[str]], columns: list[int], alignment: tuple[str, ...]) -> list[str]:
    lines = [_row(row, columns, alignment) for row in rows]
    gap = " " * COLUMN_GAP
    return [lines[0], gap.join("-" * column for column in columns).rstrip(), *lines[1:]]


def _row(row: list[str], columns: list[int], alignment: tuple[str, ...]) -> str:
    cells = []
    for cell, column, side in zip(row, columns, alignment, strict=True):
        room = column - display_width(cell)
        before = {"right": room, "centre": room // 2}.get(side, 0)
        cells.append(" " * before + cell + " " * (room - before))
    return (" " * COLUMN_GAP).join(cells).rstrip()


def _in_records(rows: list[list[str]], width: int) -> list[str]:
    """A table too wide for columns: its heads once, in order, then each row as ``label: value`` lines."""
    head, *others = rows
    lines = wrap(" | ".join(filter(None, head)), width)
    for row in others:
        lines.append("")
        for label, value in zip(head, row, strict=True):
            lines += wrap(f"{label}: {value}" if label else value, width, "", "  ")
    return lines
