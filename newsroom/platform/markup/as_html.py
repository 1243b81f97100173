"""Sets blocks as HTML and sanitises the result, here and nowhere else.

Everything an author typed is escaped first and checked against the allow-list afterwards, so an error in one
of the two does no harm. Gives fragments without ``<html>`` or inline styles; looks belong to the stylesheets.
"""

from dataclasses import replace

import nh3
from markupsafe import Markup, escape

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
    Run,
    Runs,
    Strong,
    Table,
    Text,
)
from newsroom.platform.markup.reader import parse
from newsroom.platform.markup.targets import absolute

ALLOWED_ELEMENTS = frozenset(
    "p h2 h3 h4 h5 h6 ul ol li blockquote em strong a img code br hr span dl div dt dd"
    " table thead tbody tr th td figure figcaption".split()
)
ALLOWED_ATTRIBUTES = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title"}),
    "ol": frozenset({"start"}),
    "li": frozenset({"value"}),
    "th": frozenset({"scope"}),
}
ALLOWED_CLASSES = {
    "span": frozenset({"editorial"}),
    "dl": frozenset({"dialogue"}),
    "th": frozenset({"align-left", "align-centre", "align-right"}),
    "td": frozenset({"align-left", "align-centre", "align-right"}),
}
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})


def to_html(source: str, dialect: Dialect, base_url: str | None = None) -> Markup:
    """The source as a safe HTML fragment; "" when it holds nothing. Never raises, whatever the string.

    ``base_url`` (``https://host``, no closing slash needed) makes paths of this site full addresses, which a
    letter needs. A LINE gives inline HTML without a paragraph around it.
    """
    blocks = parse(source, dialect)
    if dialect is Dialect.LINE:
        runs = blocks[0].runs if blocks and isinstance(blocks[0], Paragraph) else ()
        return sanitised(_Setter(base_url).runs(runs))
    return blocks_to_html(blocks, base_url)


def blocks_to_html(blocks: Blocks, base_url: str | None = None) -> Markup:
    """Some blocks of ``parse`` as a safe HTML fragment."""
    return sanitised(_Setter(base_url).blocks(blocks))


def runs_to_html(runs: Runs, base_url: str | None = None) -> Markup:
    """The inside of one block as safe inline HTML."""
    return sanitised(_Setter(base_url).runs(runs))


def sanitised(html: str) -> Markup:
    """The HTML with nothing but what the allow-list names.

    Links never open new windows, so they need no ``rel``.
    """
    return Markup(  # noqa: S704 - this is the one place where a string becomes safe, by the sanitiser.
        nh3.clean(
            html,
            tags=set(ALLOWED_ELEMENTS),
            attributes={element: set(names) for element, names in ALLOWED_ATTRIBUTES.items()},
            allowed_classes={element: set(names) for element, names in ALLOWED_CLASSES.items()},
            url_schemes=set(ALLOWED_SCHEMES),
            link_rel=None,
        )
    )


class _Setter:
    def __init__(self, base_url: str | None) -> None:
        self.base_url = base_url

    def blocks(self, blocks: Blocks) -> str:
        return "\n".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        match block:
            case Paragraph((Picture() as picture,)) if picture.source and picture.title:
                return self.figure(picture)
            case Paragraph(runs):
                return f"<p>{self.runs(runs)}</p>"
            case Heading(level, runs):
                return f"<h{level}>{self.runs(runs)}</h{level}>"
            case Rule():
                return "<hr>"
            case Quote(inner):
                return f"<blockquote>\n{self.blocks(inner)}\n</blockquote>"
            case List():
                return self.listing(block)
            case Table():
                return self.table(block)
            case Dialogue(turns):
                voices = (
                    f"<div><dt>{self.runs(turn.label)}</dt> <dd>{self.runs(turn.runs)}</dd></div>"
                    for turn in turns
                )
                return '<dl class="dialogue">\n' + "\n".join(voices) + "\n</dl>"

    def figure(self, picture: Picture) -> str:
        """A picture that stands by itself with words below it: who reads is to see them without pointing."""
        shown = self.run(replace(picture, title=""))
        return f"<figure>{shown}<figcaption>{escape(picture.title)}</figcaption></figure>"

    def listing(self, block: List) -> str:
        if not block.is_ordered:
            items = "\n".join(f"<li>{self.item(item, block.is_loose)}</li>" for item in block.items)
            return f"<ul>\n{items}\n</ul>"
        lines = []
        expected = first = block.items[0].number or 0
        for item in block.items:
            # A number is named only where counting would not reach it.
            value = "" if item.number == expected else f' value="{item.number}"'
            lines.append(f"<li{value}>{self.item(item, block.is_loose)}</li>")
            expected = (item.number or 0) + 1
        start = "" if first == 1 else f' start="{first}"'
        return f"<ol{start}>\n" + "\n".join(lines) + "\n</ol>"

    def item(self, item: Item, is_loose: bool) -> str:
        """The inside of an item; in a tight list its first paragraph needs no paragraph around it."""
        if is_loose or not item.blocks or not isinstance(item.blocks[0], Paragraph):
            return self.blocks(item.blocks)
        first, others = self.runs(item.blocks[0].runs), item.blocks[1:]
        return f"{first}\n{self.blocks(others)}" if others else first

    def table(self, table: Table) -> str:
        def cell(element: str, runs: Runs, alignment: str) -> str:
            look = f' class="align-{alignment}"' if alignment else ""
            scope = ' scope="col"' if element == "th" else ""
            return f"<{element}{scope}{look}>{self.runs(runs)}</{element}>"

        def row(element: str, cells: tuple[Runs, ...]) -> str:
            aligned = zip(cells, table.alignment, strict=True)
            return "<tr>" + " ".join(cell(element, *each) for each in aligned) + "</tr>"

        body = "\n".join(row("td", cells) for cells in table.rows)
        body = f"\n<tbody>\n{body}\n</tbody>" if body else ""
        return f"<table>\n<thead>\n{row('th', table.header)}\n</thead>{body}\n</table>"

    def runs(self, runs: Runs) -> str:
        return "".join(map(self.run, runs))

    def run(self, run: Run) -> str:
        match run:
            case Text(words):
                return str(escape(words))
            case Code(words):
                return f"<code>{escape(words)}</code>"
            case Break():
                return "<br>\n"
            case Emphasis(inner):
                return f"<em>{self.runs(inner)}</em>"
            case Strong(inner):
                return f"<strong>{self.runs(inner)}</strong>"
            case Editorial(inner):
                return f'<span class="editorial">[{self.runs(inner)}]</span>'
            case Anchor(inner, target, title):
                words = self.runs(inner)
                return f"<a{self.address('href', target, title)}>{words}</a>" if target else words
            case Picture(alt, source, title):
                # A picture that may not be loaded leaves its description.
                return (
                    f'<img{self.address("src", source, title)} alt="{escape(alt)}">'
                    if source
                    else str(escape(alt))
                )

    def address(self, attribute: str, address: str, title: str) -> str:
        named = f' title="{escape(title)}"' if title else ""
        return f' {attribute}="{escape(absolute(address, self.base_url))}"{named}'
