"""What becomes of a revision's spans when an editor decides about passages: accepted, changed by hand, back.

Pure. An act gives new spans over the same original; it stores nothing and knows no story's state. What the
editor typed is in the spans already when an act is performed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from newsroom.stories.redaction.cast import Cast, name_in
from newsroom.stories.redaction.comparison import whole_characters
from newsroom.stories.redaction.disguises import Searcher
from newsroom.stories.redaction.finds import THINGS_OF_KINDS
from newsroom.stories.redaction.passages import Passage
from newsroom.stories.redaction.remains import remains
from newsroom.stories.redaction.spans import Span, overlap
from newsroom.stories.redaction.suggestions.found import THINGS

HOWS = ("descriptor", "role", "generalise", "cut", "clarify")
"""What can be done with selected words: named by what they are, by what somebody does, in plainer words;
left out; made clear in brackets."""

NEEDS_WORDS = frozenset({"generalise", "clarify"})
LEFT_OUT = "[…]"


class ActRefusal(ValueError):
    """An act that means nothing here; the message is a sentence for the editor."""


@dataclass(frozen=True)
class Accept:
    """Take what is proposed for the passages that begin and end there."""

    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class AcceptAll:
    """Take what is proposed for every open passage of a class (`suggestions.Thing`), or for all of them."""

    thing: str = ""


@dataclass(frozen=True)
class AcceptEntity:
    """Take what is proposed for every open passage that speaks of one entity."""

    entity: str


@dataclass(frozen=True)
class ByHand:
    """Do with selected words of the original what `how` says (one of `HOWS`). `words`: what to print instead,
    without brackets; of a descriptor or a role, what to call it from now on."""

    start: int
    end: int
    how: str
    words: str = ""


@dataclass(frozen=True)
class TakeBack:
    """Let the original's words stand again where a span begins."""

    start: int


RedactAct = Accept | AcceptAll | AcceptEntity | ByHand | TakeBack


def performed(original: str, spans: Sequence[Span], cast: Cast, act: RedactAct) -> tuple[Span, ...]:
    """The spans after an act. Raises `ActRefusal` where it means nothing."""
    match act:
        case Accept(places):
            return _accepted(original, spans, cast, _at(cast, places))
        case AcceptAll(thing):
            if thing and thing not in THINGS:
                raise ActRefusal("The desk knows no such class of suggestions.")
            return _accepted(original, spans, cast, [one for one in cast.open if thing in ("", one.thing)])
        case AcceptEntity(entity):
            if cast.member(entity) is None:
                raise ActRefusal("Nobody like that is in this story any more.")
            return _accepted(original, spans, cast, [one for one in cast.open if one.entity == entity])
        case ByHand():
            return _by_hand(original, spans, cast, act)
        case TakeBack(start):
            left = taken_back(spans, lambda span: span.start == start)
            if len(left) == len(spans):
                raise ActRefusal("Nothing was changed in that place, or it was taken back already.")
            return left


def _at(cast: Cast, places: Iterable[tuple[int, int]]) -> list[Passage]:
    wanted = set(places)
    found = [one for one in cast.passages if (one.start, one.end) in wanted]
    if not found:
        raise ActRefusal("Nothing is found in that place any more. Look at the passage again.")
    return found


def _accepted(
    original: str, spans: Sequence[Span], cast: Cast, passages: Iterable[Passage]
) -> tuple[Span, ...]:
    now = list(spans)
    for passage in passages:
        if passage.proposed is not None and passage.state != "done":
            _propose(original, now, passage, passage.proposed, cast)
    return tuple(now)


def _propose(original: str, spans: list[Span], passage: Passage, proposed: Span, cast: Cast) -> None:
    """Put the proposal in place of what was changed inside of it.

    Where a change reaches further, the proposed words go into that change; an article that belongs to another
    one stays there.
    """
    first, last = _overlapping(spans, proposed)
    in_the_way = spans[first:last]
    if any(span.kind != "edit" and not _lies_in(span, proposed) for span in in_the_way):
        proposed = replace(proposed, start=passage.start)
        first, last = _overlapping(spans, proposed)
        in_the_way = spans[first:last]
    made = proposed
    if any(not _lies_in(span, proposed) for span in in_the_way):
        made = _rewritten(original, in_the_way, passage, proposed, cast)
    spans[first:last] = [made]


def _overlapping(spans: Sequence[Span], made: Span) -> tuple[int, int]:
    """Which of the spans, in order, overlap this one: from one place of the row up to another."""
    first = max(bisect_left(spans, made.start, key=lambda span: span.start) - 1, 0)
    while first < len(spans) and spans[first].start <= made.end and not overlap(spans[first], made):
        # What only touches it stands before it, or behind it where it begins later.
        if (spans[first].start, spans[first].end) > (made.start, made.end):
            break
        first += 1
    last = first
    while last < len(spans) and overlap(spans[last], made):
        last += 1
    return first, last


def _lies_in(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end


def _rewritten(original: str, changed: Sequence[Span], passage: Passage, proposed: Span, cast: Cast) -> Span:
    """All of these changes as one, in which the proposed words stand for what still says the passage's."""
    start = min(proposed.start, *(span.start for span in changed))
    end = max(proposed.end, *(span.end for span in changed))
    printed = _printed_over(original, changed, start, end)
    pieces: list[str] = []
    position = 0
    for first, last in remains(passage.words, printed, passage.thing, _forms(cast, passage)):
        pieces += (printed[position:first], proposed.replacement)
        position = last
    decided = next((span for span in changed if span.kind != "edit"), None)
    kind, entity = (decided.kind, decided.entity) if decided else ("edit", "")
    return Span(start, end, kind, entity, "".join((*pieces, printed[position:])))


def _printed_over(original: str, spans: Sequence[Span], start: int, end: int) -> str:
    """What print says from start to end, with all of the spans that lie in between and at the borders."""
    pieces: list[str] = []
    position = start
    for span in spans:
        pieces += (original[position : span.start], span.replacement)
        position = span.end
    return "".join((*pieces, original[position:end]))


def _forms(cast: Cast, passage: Passage) -> tuple[str, ...]:
    """What still_stands looks for in that passage."""
    if passage.thing not in THINGS_OF_KINDS.values():
        return (passage.words,)
    return tuple(one.form for one in cast.withheld if one.entity == passage.entity and one.thing != "slogan")


# By hand


def selection(original: str, start: int, end: int) -> tuple[int, int]:
    """What somebody selected, without the spaces at its ends, and whole characters.

    Raises `ActRefusal` for a place that is not in the original.
    """
    if not 0 <= start <= end <= len(original):
        raise ActRefusal("Those words are not in the original.")
    while start < end and original[start].isspace():
        start += 1
    while end > start and original[end - 1].isspace():
        end -= 1
    return whole_characters(original, start, end)


def _by_hand(original: str, spans: Sequence[Span], cast: Cast, act: ByHand) -> tuple[Span, ...]:
    if act.how not in HOWS:
        raise ActRefusal(f"Choose what to do with these words: {', '.join(HOWS)}.")
    start, end = selection(original, act.start, act.end)
    words = " ".join(act.words.split())
    if act.how == "clarify":
        # The brackets are print's own, but somebody may well type them.
        words = words.removeprefix("[").removesuffix("]").strip()
    if start == end and act.how != "clarify":
        raise ActRefusal("Select the words first.")
    if act.how in NEEDS_WORDS and not words:
        raise ActRefusal("Write what to print instead.")
    if name := name_in(words, Searcher(form.form for form in cast.withheld)):
        raise ActRefusal(f"“{words}” says “{name}”, which is to stay out of print.")
    return _put(spans, _made(cast, act.how, start, end, words))


def _made(cast: Cast, how: str, start: int, end: int, words: str) -> Span:
    inside = [one for one in cast.passages if one.entity and start <= one.start and one.end <= end]
    entity = inside[0].entity if len({one.entity for one in inside}) == 1 else ""
    if how == "cut":
        return Span(start, end, "elide", entity, LEFT_OUT)
    if how == "generalise":
        return Span(start, end, "generalise", entity, words)
    if how == "clarify":
        return Span(start, end, "interpolate", entity, f"[{words}]")
    named = next((one for one in inside if one.proposed), None)
    if named is None or named.proposed is None:
        raise ActRefusal("Print may name this; to withhold it, decide so under “Who is in this story”.")
    return Span(start, end, "anonymise", named.entity, named.proposed.replacement)


def _put(spans: Sequence[Span], made: Span) -> tuple[Span, ...]:
    """With this span in place of all that it touches; it grows until it cuts none of them in two."""
    while wider := [span for span in spans if overlap(span, made) and not _lies_in(span, made)]:
        start = min(made.start, *(span.start for span in wider))
        made = replace(made, start=start, end=max(made.end, *(span.end for span in wider)))
    return tuple(sorted((*(span for span in spans if not overlap(span, made)), made)))


def taken_back(spans: Iterable[Span], wanted: Callable[[Span], bool]) -> tuple[Span, ...]:
    """The spans without those, so that the original's words stand there again."""
    return tuple(span for span in spans if not wanted(span))


# The same words for the same entity


def reworded(spans: Sequence[Span], before: Cast, after: Cast) -> tuple[Span, ...]:
    """The spans in the words that the cast has now, where they had the words that it had before.

    A span that somebody worded by hand keeps its words. What print may name now is named again.
    """
    was, now = _Places(before), _Places(after)
    found: list[Span] = []
    for span in spans:
        changed = _in_new_words(span, was, now)
        if changed is None:
            continue
        neighbour_end = found[-1].end if found else 0
        found.append(changed if changed.start >= neighbour_end else replace(changed, start=span.start))
    return _apart(found)


class _Places:
    """Which passage a span is about, for many spans in a row."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._passages = cast.passages
        self._place = 0

    def passage(self, span: Span) -> Passage | None:
        """The first passage that the span covers a part of. Ask for spans in order."""
        while self._place < len(self._passages) and self._passages[self._place].end <= span.start:
            self._place += 1
        if self._place == len(self._passages):
            return None
        passage = self._passages[self._place]
        return passage if passage.start < span.end else None


def _in_new_words(span: Span, was: _Places, now: _Places) -> Span | None:
    """The span as it is now; None where its passage may be printed as it is."""
    earlier, later = was.passage(span), now.passage(span)
    if span.kind == "edit" or earlier is None or later is None or earlier.proposed is None:
        return span
    if not later.entity or later.state == "harmless":
        return span
    member = was.cast.member(earlier.entity)
    computed = {earlier.proposed.replacement, f"[{member.phrase}]" if member and member.phrase else ""}
    # At the beginning of a sentence the same words have a capital letter.
    if span.replacement.casefold() not in {words.casefold() for words in computed}:
        return replace(span, entity=later.entity)
    if later.proposed is None:
        return None
    is_as_proposed = (span.start, span.end) == (earlier.proposed.start, earlier.proposed.end)
    return later.proposed if is_as_proposed else replace(later.proposed, start=span.start, end=span.end)


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Without those that now claim what another one has."""
    found: list[Span] = []
    for span in sorted(spans):
        if not found or not overlap(found[-1], span):
            found.append(span)
    return tuple(found)
