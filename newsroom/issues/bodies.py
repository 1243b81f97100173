"""What the editions do to a body before they set it: addresses, headings, a note taken apart into takeaways.

Pure, over the blocks of `platform.markup`. Every word that goes in comes out, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from newsroom.platform.markup import Block, Blocks, Heading, Runs
from newsroom.platform.markup.blocks import (
    Anchor,
    Dialogue,
    Editorial,
    Emphasis,
    Item,
    List,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Run,
    Strong,
    Table,
    Text,
    Turn,
)

DEEPEST_HEADING = 6


# A note's takeaways


@dataclass(frozen=True)
class Lesson:
    """An item of a note's list: the behaviour (its bold beginning), the reason, further blocks, the tag.

    An item without a bold beginning is all reason.
    """

    behaviour: Runs
    reason: Runs
    more: Blocks
    tag: str


def lessons(listing: List) -> Iterator[Lesson]:
    """The items of a list as takeaways, in their order; not a word is left out."""
    for item in listing.items:
        first, more = item.blocks[:1], item.blocks[1:]
        if not first or not isinstance(first[0], Paragraph):
            yield Lesson((), (), item.blocks, "")
            continue
        runs, tag = _without_tag(first[0].runs) if not more else (first[0].runs, "")
        if runs and isinstance(runs[0], Strong):
            yield Lesson(runs[0].runs, _trimmed(runs[1:]), more, tag)
        else:
            yield Lesson((), runs, more, tag)


def _without_tag(runs: Runs) -> tuple[Runs, str]:
    """The runs less the square brackets at their end, and what stood between those."""
    if len(runs) > 1 and isinstance(runs[-1], Editorial):
        inside = runs[-1].runs
        if all(isinstance(run, Text) for run in inside):
            return _trimmed(runs[:-1]), "".join(run.words for run in inside if isinstance(run, Text)).strip()
    return runs, ""


def _trimmed(runs: Runs) -> Runs:
    """The runs without white space at either end."""
    kept = list(runs)
    if kept and isinstance(kept[0], Text):
        kept[0] = Text(kept[0].words.lstrip())
    if kept and isinstance(kept[-1], Text):
        kept[-1] = Text(kept[-1].words.rstrip())
    return tuple(run for run in kept if run != Text(""))


@dataclass(frozen=True)
class Asked:
    """A call to action: what readers are asked, and the link in a paragraph of its own at its end, if any."""

    blocks: Blocks
    button: Anchor | None = None


def apart(blocks: Blocks) -> tuple[Blocks, Asked | None]:
    """The blocks of a note, and its call to action apart: as `parse_note` finds it in the source.

    The quotation that ends a note is one, below a list or a rule; a rule without a list goes with it.
    """
    if not blocks or not isinstance(blocks[-1], Quote) or not blocks[-1].blocks:
        return blocks, None
    if any(isinstance(block, List) for block in blocks):
        return blocks[:-1], _asked(blocks[-1].blocks)
    if len(blocks) > 1 and isinstance(blocks[-2], Rule):
        return blocks[:-2], _asked(blocks[-1].blocks)
    return blocks, None


def _asked(blocks: Blocks) -> Asked:
    match blocks[-1]:
        case Paragraph((Anchor(target=str(target)) as link,)) if target:
            return Asked(blocks[:-1], link)
    return Asked(blocks)


def stretches(blocks: Blocks) -> Iterator[Blocks]:
    """The blocks of a note in stretches: each list by itself, everything between two lists together."""
    stretch: list[Block] = []
    for block in blocks:
        if isinstance(block, List):
            if stretch:
                yield tuple(stretch)
            yield (block,)
            stretch = []
        else:
            stretch.append(block)
    if stretch:
        yield tuple(stretch)


# Links, pictures, headings and words inside a body


def adjusted(blocks: Blocks, address: Callable[[str], str], shift: int) -> Blocks:
    """The blocks with every address passed through `address` and every heading `shift` levels deeper."""
    return _mended(blocks, lambda runs: adjusted_runs(runs, address), shift)


def adjusted_runs(runs: Runs, address: Callable[[str], str]) -> Runs:
    """The runs with every address passed through `address`."""
    return _mended_runs(runs, lambda run: _readdressed(run, address))


def described(blocks: Blocks, alts: Mapping[str, str]) -> Blocks:
    """The blocks, each picture that was not described there with what `alts` says for its address."""
    if not alts:
        return blocks
    return _mended(blocks, lambda runs: _mended_runs(runs, lambda run: _described(run, alts)), 0)


def with_words(blocks: Blocks, said: Callable[[str], Runs]) -> Blocks:
    """The blocks, all plain words passed through `said`, but for those of links and of code."""
    return _mended(blocks, lambda runs: runs_with_words(runs, said), 0)


def runs_with_words(runs: Runs, said: Callable[[str], Runs]) -> Runs:
    """The runs, all plain words passed through `said`, but for those of links and of code."""
    return tuple(piece for run in runs for piece in _said_anew(run, said))


def _said_anew(run: Run, said: Callable[[str], Runs]) -> Runs:
    match run:
        case Text(words):
            return said(words)
        case Emphasis(inner) | Strong(inner) | Editorial(inner):
            return (replace(run, runs=runs_with_words(inner, said)),)
        case _:
            return (run,)


def narrowed(blocks: Blocks, most: int) -> Blocks:
    """The blocks, a table of more than `most` columns as the text edition sets one too wide for it.

    All heads come first, then each row as a list of heads with their cells.
    """
    return tuple(piece for block in blocks for piece in _narrowed(block, most))


def _narrowed(block: Block, most: int) -> Blocks:
    match block:
        case Table(header, rows) if len(header) > most:
            return (Paragraph(_in_line(header)), *(_as_list(header, row) for row in rows))
        case Quote(inner):
            return (Quote(narrowed(inner, most)),)
        case List(items=items):
            narrow = tuple(replace(item, blocks=narrowed(item.blocks, most)) for item in items)
            return (replace(block, items=narrow),)
        case _:
            return (block,)


def _in_line(heads: tuple[Runs, ...]) -> Runs:
    first, *others = [head for head in heads if head] or [()]
    return (*first, *(run for head in others for run in (Text(" | "), *head)))


def _as_list(header: tuple[Runs, ...], row: tuple[Runs, ...]) -> List:
    said = [_headed(head, cell) for head, cell in zip(header, row, strict=True) if head or cell]
    return List(tuple(Item((Paragraph(runs),)) for runs in said), is_ordered=False)


def _headed(head: Runs, cell: Runs) -> Runs:
    if not head or not cell:
        return (Strong(head),) if head else cell
    return (Strong((*head, Text(":"))), Text(" "), *cell)


def forwarded(blocks: Blocks, number: int, base_url: str) -> Blocks:
    """The blocks, their links to the sign-up saying which issue was passed on; without one, one is added."""
    from_issue = f"/subscribe?from=issue-{number}"
    own = {"/subscribe", f"{base_url}/subscribe"}

    def address(target: str) -> str:
        return from_issue if target in own else target

    marked = adjusted(blocks, address, 0)
    if marked != blocks:
        return marked
    return (*blocks, Paragraph((Anchor((Text("Ask for your own copy"),), from_issue),)))


def _readdressed(run: Run, address: Callable[[str], str]) -> Run:
    match run:
        case Anchor(target=target) if target:
            return replace(run, target=address(target))
        case Picture(source=source) if source:
            return replace(run, source=address(source))
        case _:
            return run


def _described(run: Run, alts: Mapping[str, str]) -> Run:
    if isinstance(run, Picture) and not run.alt.strip():
        return replace(run, alt=alts.get(run.source, run.alt))
    return run


def _mended(blocks: Blocks, mend: Callable[[Runs], Runs], shift: int) -> Blocks:
    return tuple(_mended_block(block, mend, shift) for block in blocks)


def _mended_block(block: Block, mend: Callable[[Runs], Runs], shift: int) -> Block:
    match block:
        case Paragraph(runs):
            return Paragraph(mend(runs))
        case Heading(level, runs):
            return Heading(min(level + shift, DEEPEST_HEADING), mend(runs))
        case Quote(inner):
            return Quote(_mended(inner, mend, shift))
        case List(items=items):
            return replace(
                block, items=tuple(replace(item, blocks=_mended(item.blocks, mend, shift)) for item in items)
            )
        case Table(header, rows, alignment):
            return Table(tuple(map(mend, header)), tuple(tuple(map(mend, row)) for row in rows), alignment)
        case Dialogue(turns):
            return Dialogue(tuple(Turn(mend(turn.label), mend(turn.runs)) for turn in turns))
        case _:
            return block


def _mended_runs(runs: Runs, mend: Callable[[Run], Run]) -> Runs:
    return tuple(_mended_run(run, mend) for run in runs)


def _mended_run(run: Run, mend: Callable[[Run], Run]) -> Run:
    match run:
        case Anchor(inner) | Emphasis(inner) | Strong(inner) | Editorial(inner):
            return mend(replace(run, runs=_mended_runs(inner, mend)))
        case _:
            return mend(run)
