"""What an editor changed in a story: spans over the sealed original, and the printable text they give.

Pure. A revision is the original plus non-overlapping spans in code points of that original; the printable
text is computed here and stored nowhere else. This module decides nothing about which words may be printed;
it only makes sure that spans mean one thing: they are in order, inside the text, apart from each other, and
each of them changes something.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, Literal

from newsroom.stories.redaction.comparison import Difference, differences

KINDS = ("edit", "anonymise", "interpolate", "elide", "generalise")
"""Why words were changed: copy-editing, a descriptor for a name, a word in brackets, a cut, plainer words."""


class SpanError(ValueError):
    """Spans that do not say what to print; the message is a sentence."""


class SpanOutOfRange(SpanError):
    """A span begins or ends outside of the original."""


class SpansOverlap(SpanError):
    """Two spans claim the same words, or two insertions the same place."""


@dataclass(frozen=True, order=True)
class Span:
    """Replace the code points from `start` up to but without `end` by `replacement`.

    An insertion has start = end. `kind` is one of `KINDS`; `entity` names who or what was replaced, for kinds
    that have one. Raises `SpanError` for a span that runs backwards, changes nothing or is of no known kind.
    """

    start: int
    end: int
    kind: str = "edit"
    entity: str = ""
    replacement: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SpanError(f"“{self.kind}” is not a kind of span; the kinds are {', '.join(KINDS)}.")
        if self.start < 0:
            raise SpanOutOfRange(f"A span begins at {self.start}, before the text does.")
        if self.end < self.start:
            raise SpanError(f"A span ends at {self.end}, before it begins at {self.start}.")
        if self.start == self.end and not self.replacement:
            raise SpanError(f"The span at {self.start} takes nothing away and puts nothing in.")


Part = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Change:
    """A passage of a comparison: in both texts, only in the earlier one, or only in the later one."""

    part: Part
    text: str


def in_order(original: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans sorted by place, once they are known to fit the original.

    Raises `SpanOutOfRange` or `SpansOverlap`. An insertion may touch a replacement; two at one place may not,
    because nobody could say which comes first.
    """
    ordered = tuple(sorted(spans))
    for span in ordered:
        if span.end > len(original):
            raise SpanOutOfRange(
                f"A span ends at {span.end}, but the original has {len(original)} characters."
            )
    for one, other in pairwise(ordered):
        if other.start < one.end or (one.start, one.end) == (other.start, other.end):
            raise SpansOverlap(f"The spans at {one.start}–{one.end} and {other.start}–{other.end} overlap.")
    return ordered


def apply(original: str, spans: Iterable[Span]) -> str:
    """The printable text. Outside of the spans it is the original, code point for code point."""
    pieces: list[str] = []
    position = 0
    for span in in_order(original, spans):
        pieces += (original[position : span.start], span.replacement)
        position = span.end
    return "".join((*pieces, original[position:]))


def printed_at(original: str, spans: Sequence[Span], start: int, end: int) -> str:
    """What print says in place of code points `start` to `end` of the original; of a span that reaches
    further, all that it says. Expects spans in order."""
    pieces: list[str] = []
    position = start
    for span in spans[max(bisect_left(spans, start, key=lambda span: span.start) - 1, 0) :]:
        if span.start >= end:
            break
        if span.end > start or span.start == span.end > start:
            pieces += (original[position : max(span.start, position)], span.replacement)
            position = span.end
    return "".join((*pieces, original[position:end]))


def changes(original: str, spans: Iterable[Span]) -> tuple[Change, ...]:
    """The same as a comparison to show: `same` and `removed` are the original, `same` and `added` the new."""
    found: list[Change] = []
    position = 0
    for span in in_order(original, spans):
        found += (
            Change("same", original[position : span.start]),
            Change("removed", original[span.start : span.end]),
            Change("added", span.replacement),
        )
        position = span.end
    found.append(Change("same", original[position:]))
    return tuple(change for change in found if change.text)


def difference(earlier: str, later: str) -> tuple[Change, ...]:
    """Two texts compared word by word."""
    return changes(earlier, spans_from_edit(earlier, later))


def in_paragraphs(shown: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """A comparison cut at its line ends, for a page: every paragraph is a row of passages.

    What was said stays; only the white space between paragraphs is the page's own.
    """
    paragraphs: list[list[Change]] = [[]]
    for change in shown:
        first, *others = re.split(r"\n[ \n]*", change.text)
        if first:
            paragraphs[-1].append(Change(change.part, first))
        for piece in others:
            paragraphs.append([Change(change.part, piece)] if piece else [])
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def spans_from_edit(original: str, edited: str) -> tuple[Span, ...]:
    """The free copy-editing that leads from one text to the other, as `edit` spans of whole words.

    Law: `apply(original, spans_from_edit(original, edited)) == edited`, for all texts.
    """
    spans = [
        Span(one.start, one.end, "edit", "", edited[one.other_start : one.other_end])
        for one in differences(original, edited)
    ]
    return _joined(original, spans)


def to_json(spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Spans as plain JSON types, for a column or an export; `from_json` is the inverse."""
    return [asdict(span) for span in spans]


def from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    """The spans that `to_json` wrote. Raises `SpanError` for anything else."""
    try:
        spans = tuple(Span(**item) for item in data)
    except TypeError:
        raise SpanError("This is not a list of spans.") from None
    return spans


def _joined(original: str, spans: list[Span]) -> tuple[Span, ...]:
    """Spans with nothing but a space between them made one: “the big dog” to “a small cat” is one change."""
    joined: list[Span] = []
    for span in spans:
        gap = original[joined[-1].end : span.start] if joined else "\n"
        if gap.isspace() and "\n" not in gap:
            one = joined.pop()
            joined.append(Span(one.start, span.end, "edit", "", one.replacement + gap + span.replacement))
        else:
            joined.append(span)
    return tuple(joined)


# Free copy-editing around passages that somebody decided about


def revise(original: str, spans: Iterable[Span], edited: str, known: Iterable[Span] = ()) -> tuple[Span, ...]:
    """The spans that give the edited text, when an editor began with the text that `spans` give.

    Laws: `apply(original, revise(original, spans, edited)) == edited`; a span that is more than copy-editing
    keeps its kind, its entity and its passage, also where its words were changed; it goes when its passage
    stands there again as it was. `known` are spans that may have been made by typing: those of an earlier
    version, or the ones that the desk proposes. Where their words stand in their place, they are taken.
    """
    held = [span for span in in_order(original, spans) if _is_decided(span)]
    offered = [span for span in known if _is_decided(span) and span.replacement]
    confirmed = _confirmed(original, held, offered, edited) if offered else held
    return _around(original, _moved(original, confirmed, edited), edited)


def _is_decided(span: Span) -> bool:
    return span.kind != "edit" or bool(span.entity)


@dataclass(frozen=True)
class _Placed:
    """A span, and the code points of an edited text that stand for its passage now."""

    span: Span
    start: int
    end: int


def _confirmed(original: str, held: Sequence[Span], offered: Iterable[Span], edited: str) -> list[Span]:
    """The held spans, and those of the offered ones whose words stand in the edited text in their place."""
    kept = set(held)
    placed = _moved(original, with_spans(held, offered), edited)
    return [
        one.span for one in placed if one.span in kept or edited[one.start : one.end] == one.span.replacement
    ]


def _moved(original: str, spans: Sequence[Span], edited: str) -> list[_Placed]:
    """Where in the edited text each span's words are.

    The printed text is a row of segments: what is before the first span, that span, what is before the second
    one, and so on. Whatever an edit puts in goes to one of them.
    """
    lengths = _lengths(original, spans)
    starts = [0, *accumulate(lengths)]
    for edit in differences(apply(original, spans), edited):
        first, last = _touched(starts, edit)
        for place in range(first, last + 1):
            lengths[place] -= max(0, min(edit.end, starts[place + 1]) - max(edit.start, starts[place]))
        lengths[_owner(starts, edit, first, last)] += edit.other_end - edit.other_start
    ends = list(accumulate(lengths))
    return [_Placed(span, ends[2 * number], ends[2 * number + 1]) for number, span in enumerate(spans)]


def _lengths(original: str, spans: Sequence[Span]) -> list[int]:
    """How long each segment is: a gap at every even place, a span at every odd one."""
    lengths = []
    position = 0
    for span in spans:
        lengths += [span.start - position, len(span.replacement)]
        position = span.end
    return [*lengths, len(original) - position]


def _touched(starts: Sequence[int], edit: Difference) -> tuple[int, int]:
    """The first and the last segment that an edit lies in or touches."""
    return max(bisect_left(starts, edit.start) - 1, 0), min(
        bisect_right(starts, edit.end) - 1, len(starts) - 2
    )


def _owner(starts: Sequence[int], edit: Difference, first: int, last: int) -> int:
    """Which segment gets what an edit puts in: a span for a change inside of it, or where most of what was
    taken out was its own; else a gap."""
    shares = {
        place: min(edit.end, starts[place + 1]) - max(edit.start, starts[place])
        for place in range(first, last + 1)
    }
    if edit.start == edit.end:
        inside = [place for place in shares if starts[place] < edit.start < starts[place + 1]]
        return inside[0] if inside else next(place for place in shares if place % 2 == 0)
    cut = [place for place, share in shares.items() if share > 0]
    gaps = [place for place in cut if place % 2 == 0]
    longest = max(cut, key=lambda place: shares[place])
    if not gaps or shares[longest] * 2 >= edit.end - edit.start:
        return longest
    return max(gaps, key=lambda place: shares[place])


def _around(original: str, placed: Iterable[_Placed], edited: str) -> tuple[Span, ...]:
    """Those spans with the words that stand for them, and the copy-editing between them."""
    stay = [one for one in placed if edited[one.start : one.end] != original[one.span.start : one.span.end]]
    found: list[Span] = []
    position = other_position = 0
    for one in stay:
        found += _shifted(original[position : one.span.start], edited[other_position : one.start], position)
        found.append(replace(one.span, replacement=edited[one.start : one.end]))
        position, other_position = one.span.end, one.end
    found += _shifted(original[position:], edited[other_position:], position)
    return _without_twins(found)


def _shifted(original: str, edited: str, by: int) -> Iterator[Span]:
    for span in spans_from_edit(original, edited):
        yield replace(span, start=span.start + by, end=span.end + by)


def _without_twins(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Two insertions at one place made one, which is of the kind that somebody decided about."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].start == found[-1].end == span.start == span.end:
            before = found.pop()
            decided = before if _is_decided(before) else span
            found.append(replace(decided, replacement=before.replacement + span.replacement))
        else:
            found.append(span)
    return tuple(found)


# Two sets of spans


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans cannot both be applied: they share a letter, or one place of insertion."""
    if (one.start, one.end) == (other.start, other.end):
        return True
    inner, outer = sorted((one, other), key=lambda span: span.end - span.start)
    if inner.start == inner.end:
        return outer.start < inner.start < outer.end
    return max(one.start, other.start) < min(one.end, other.end)


def with_spans(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The spans, and those of the others that can be applied beside them, in order."""
    kept = sorted(spans)
    for other in sorted(others):
        place = bisect_left(kept, other)
        if not any(overlap(other, neighbour) for neighbour in kept[max(place - 2, 0) : place + 2]):
            kept.insert(place, other)
    return tuple(kept)
