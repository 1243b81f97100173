"""Reads a source into blocks with Python-Markdown's block parser and our own rules for what a block is.

Python-Markdown drives: it divides a text at blank lines and asks the processors registered here, in turn,
what to do with each part. Its built-in processors are not registered. They read an indented line as code,
take ``#59`` for a heading and ``[the clerk]: No.`` for a definition that vanishes, lose numbers of list
items and surplus cells of tables, and limit nesting by how deep the caller happens to be in Python's stack.

Gives frozen blocks; renders nothing.
"""

from collections.abc import Iterable
from functools import lru_cache
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.util import Registry

from newsroom.platform.markup import grammar
from newsroom.platform.markup.blocks import (
    Block,
    Blocks,
    Dialect,
    Dialogue,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Rule,
    Runs,
    Strong,
    Table,
    Text,
    Turn,
    plain_text,
)
from newsroom.platform.markup.inline import read_runs
from newsroom.platform.text import clean_line, clean_text

DEEPEST_BLOCK = 6
"""Quotations and lists inside each other beyond this depth are read as words."""
WIDEST_TABLE = 40
"""A row with more cells than this keeps the surplus in its last cell."""


@lru_cache(maxsize=128)
def parse(source: str, dialect: Dialect) -> Blocks:
    """The blocks of a source. Never raises, whatever the string; cleans it first as ``clean_text`` does.

    A LINE gives one paragraph (or nothing when there are no words).
    """
    if dialect is Dialect.LINE:
        line = clean_line(source)
        return (Paragraph(read_runs(line, dialect)),) if line else ()
    rules = _Rules(dialect)
    parser = Markdown(extensions=[rules]).parser
    root = ET.Element("div")
    parser.parseBlocks(root, grammar.chunks(clean_text(source)))
    return _blocks_of(root, dialect)


class _Rules(Extension):
    """Makes Python-Markdown's block parser read one of our dialects. One instance a reading."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self.depth = 0

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown calls it by this name.
        """Registers our rules in the place of the built-in ones; called by Python-Markdown."""
        md.parser.blockprocessors = Registry()
        rules = (_Divider, _HeadingRule, _RuleRule, _TableRule, _QuoteRule, _ListRule, _Words)
        for place, rule in enumerate(rules):
            md.parser.blockprocessors.register(rule(md.parser, self), rule.__name__, 100 - place)


class _BlockRule(BlockProcessor):
    """What our rules share: the kind of block they read, and going one level deeper within the limit."""

    kind = ""

    def __init__(self, parser: BlockParser, rules: _Rules) -> None:
        super().__init__(parser)
        self.rules = rules

    def test(self, parent: ET.Element, block: str) -> bool:
        """Whether the block begins as this rule's kind does."""
        if self.rules.depth >= DEEPEST_BLOCK:
            return False
        first, following = [*block.split("\n", 2), ""][:2]
        return grammar.kind_of(first, following, self.rules.dialect) == self.kind

    def read_inside(self, parent: ET.Element, source: str) -> None:
        """Reads the inside of a quotation or item, one level deeper."""
        self.rules.depth += 1
        self.parser.parseBlocks(parent, grammar.chunks(source))
        self.rules.depth -= 1


class _Divider(_BlockRule):
    """Divides a block at the lines where another kind begins, and leaves the parts to the other rules."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return self.rules.depth < DEEPEST_BLOCK

    def run(self, parent: ET.Element, blocks: list[str]) -> bool:
        found = grammar.pieces(blocks.pop(0), self.rules.dialect)
        blocks[:0] = ["\n".join(piece.lines) for piece in found]
        return False


class _HeadingRule(_BlockRule):
    kind = "heading"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        found = grammar.heading(blocks.pop(0))
        assert found is not None, "the test passed, so it is a heading"
        ET.SubElement(parent, "heading", level=str(found[0])).text = found[1]


class _RuleRule(_BlockRule):
    kind = "rule"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        blocks.pop(0)
        ET.SubElement(parent, "rule")


class _TableRule(_BlockRule):
    """Reads a table. A row with more cells than the head has widens the table: no cell is dropped."""

    kind = "table"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        head, separator, *lines = blocks.pop(0).split("\n")
        rows = [_at_most(grammar.cells(line), WIDEST_TABLE) for line in (head, *lines)]
        width = max(map(len, rows))
        alignment = (grammar.alignment(separator) + [""] * width)[:width]
        table = ET.SubElement(parent, "table", alignment=",".join(alignment))
        for row in rows:
            element = ET.SubElement(table, "row")
            for cell in row + [""] * (width - len(row)):
                ET.SubElement(element, "cell").text = cell


class _QuoteRule(_BlockRule):
    kind = "quote"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        inside = grammar.unquoted(tuple(blocks.pop(0).split("\n")))
        self.read_inside(ET.SubElement(parent, "quote"), inside)


class _ListRule(_BlockRule):
    kind = "list"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        items = grammar.take_list(tuple(blocks.pop(0).split("\n")), blocks, self.rules.dialect)
        is_ordered = items[0].number is not None
        element = ET.SubElement(parent, "list", ordered="yes" if is_ordered else "")
        element.set("loose", "yes" if any(item.is_loose for item in items) else "")
        numbers = grammar.numbering(items) if is_ordered else [0] * len(items)
        for item, number in zip(items, numbers, strict=True):
            self.read_inside(ET.SubElement(element, "item", number=str(number)), item.source)


class _Words(_BlockRule):
    """Whatever nothing else claims is a paragraph, so every block is read."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return True

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        if words := blocks.pop(0).strip():
            ET.SubElement(parent, "words").text = words


def _at_most(row: list[str], most: int) -> list[str]:
    return row if len(row) <= most else [*row[: most - 1], " | ".join(row[most - 1 :])]


def _blocks_of(parent: ET.Element, dialect: Dialect) -> Blocks:
    """The frozen blocks for the parser's tree."""
    blocks = (_block_of(element, dialect) for element in parent)
    return _with_dialogues(blocks) if dialect is Dialect.ARTICLE else tuple(blocks)


def _block_of(element: ET.Element, dialect: Dialect) -> Block:
    runs = read_runs(element.text or "", dialect)
    match element.tag:
        case "heading":
            return Heading(int(element.attrib["level"]), runs)
        case "rule":
            return Rule()
        case "quote":
            return Quote(_blocks_of(element, dialect))
        case "list":
            is_ordered = bool(element.attrib["ordered"])
            items = tuple(
                Item(_blocks_of(item, dialect), int(item.attrib["number"]) if is_ordered else None)
                for item in element
            )
            return List(items, is_ordered, bool(element.attrib["loose"]))
        case "table":
            head, *rows = (tuple(read_runs(cell.text or "", dialect) for cell in row) for row in element)
            return Table(head, tuple(rows), tuple(element.attrib["alignment"].split(",")))
        case _:
            return Paragraph(runs)


def _with_dialogues(blocks: Iterable[Block]) -> Blocks:
    """The blocks with each row of two or more labelled paragraphs as one dialogue."""
    result: list[Block] = []
    voices: list[tuple[Paragraph, Turn]] = []

    def end_dialogue() -> None:
        if len(voices) > 1:
            result.append(Dialogue(tuple(turn for _, turn in voices)))
        else:
            result.extend(paragraph for paragraph, _ in voices)
        voices.clear()

    for block in blocks:
        turn = _turn_of(block.runs) if isinstance(block, Paragraph) else None
        if isinstance(block, Paragraph) and turn:
            voices.append((block, turn))
            continue
        end_dialogue()
        result.append(block)
    end_dialogue()
    return tuple(result)


def _turn_of(runs: Runs) -> Turn | None:
    """The label and the words when a paragraph begins with a bold label and a colon."""
    if not runs or not isinstance(runs[0], Strong):
        return None
    label, rest = runs[0].runs, runs[1:]
    first = rest[0].words if rest and isinstance(rest[0], Text) else ""
    if not plain_text(label).endswith(":"):
        if not first.startswith(":"):
            return None
        label, first = (*label, Text(":")), first[1:]
    if not first.startswith(" "):
        # Words must follow, and after a space: a bold line that ends with a colon introduces something.
        return None
    return Turn(label, (Text(first.lstrip()), *rest[1:]) if first.strip() else rest[1:])
