"""Where two texts differ, word by word, and where a character begins and ends as a reader sees it.

Pure. It knows nothing of spans, editors or stories: `redaction` and `merging` say what a difference means.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate

# A diff compares every occurrence of a word with every other one. Above this many comparisons (a text that
# repeats one word thousands of times) a passage is taken as replaced whole: coarser to read, just as true.
_COMPARISONS = 4_000_000
# Texts that share one scattered word are cut at one after the other, and compared anew each time.
_COMPARISONS_IN_ALL = 10_000_000

_APOSTROPHES = frozenset("'’ʼ")


@dataclass(frozen=True)
class Difference:
    """Code points `start` to `end` of one text stand where `other_start` to `other_end` of the other do."""

    start: int
    end: int
    other_start: int
    other_end: int


def differences(before: str, after: str) -> list[Difference]:
    """Where two texts differ, in order, by whole words and signs; between two differences both are alike."""
    pieces, other_pieces = _words(before), _words(after)
    starts, other_starts = _starts(pieces), _starts(other_pieces)
    return [
        Difference(
            starts[one.start], starts[one.end], other_starts[one.other_start], other_starts[one.other_end]
        )
        for one in _differences(pieces, other_pieces)
    ]


def _starts(pieces: list[str]) -> list[int]:
    return [0, *accumulate(len(piece) for piece in pieces)]


def whole_characters(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened until it cuts no character: a letter with its marks, a flag, a family of emoji."""
    while _cuts(text, start):
        start -= 1
    while _cuts(text, end):
        end += 1
    return start, end


def _cuts(text: str, place: int) -> bool:
    """Whether a border there goes through a character as a reader sees it."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if after in _JOINS or before == "\u200d" or unicodedata.category(after)[0] == "M":
        return not before.isspace() or unicodedata.category(after)[0] == "M"
    if before in _FLAG_LETTERS and after in _FLAG_LETTERS:
        return _flag_letters_before(text, place) % 2 == 1
    return "\U000e0020" <= after <= "\U000e007f"


# The joiner, and the tones of skin.
_JOINS = frozenset("\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


def _flag_letters_before(text: str, place: int) -> int:
    start = place
    while start > 0 and text[start - 1] in _FLAG_LETTERS:
        start -= 1
    return place - start


def _words(text: str) -> list[str]:
    """The text cut into words, runs of white space and single signs; joined again they are the text.

    A combining mark or a joiner stays with what it stands on, and “didn’t” is one word, so that no cut goes
    through a character or a word as a reader sees it.
    """
    starts: list[int] = []
    last = ""
    for place, character in enumerate(text):
        group = _group(character)
        if starts and (group == "mark" or (group == last and group != "sign")):
            continue
        if character in _APOSTROPHES and last == "word" and text[place + 1 : place + 2].isalnum():
            continue
        starts.append(place)
        last = group
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)] if text else []


def _group(character: str) -> str:
    if character.isalnum():
        return "word"
    if character.isspace():
        return "space"
    if character == "\u200d" or unicodedata.category(character)[0] == "M":
        return "mark"
    return "sign"


@dataclass(frozen=True)
class _Passage:
    """Pieces `start` to `end` of one text that stand where `other_start` to `other_end` of the other do."""

    start: int
    end: int
    other_start: int
    other_end: int

    @property
    def is_empty(self) -> bool:
        return self.start == self.end and self.other_start == self.other_end


def _differences(before: list[str], after: list[str]) -> list[_Passage]:
    """Where the two differ, in order.

    Texts are alike by their words. So words (and line ends) are compared by themselves, and what stands
    between two that both texts have is then compared from its two ends.
    """
    found: list[_Passage] = []
    start = other_start = 0
    for place, other_place in [*_shared_words(before, after), (len(before), len(after))]:
        passage = _trimmed(before, after, _Passage(start, place, other_start, other_place))
        if not passage.is_empty:
            found.append(passage)
        start, other_start = place + 1, other_place + 1
    return found


def _trimmed(before: list[str], after: list[str], passage: _Passage) -> _Passage:
    """The passage without what both texts begin and end it with."""
    one = before[passage.start : passage.end]
    other = after[passage.other_start : passage.other_end]
    shortest = min(len(one), len(other))
    head = next((i for i in range(shortest) if one[i] != other[i]), shortest)
    tail = next((i for i in range(shortest - head) if one[-1 - i] != other[-1 - i]), shortest - head)
    return _Passage(
        passage.start + head, passage.end - tail, passage.other_start + head, passage.other_end - tail
    )


def _shared_words(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """The places of the words that both texts have in the same order."""
    places = [place for place, piece in enumerate(before) if _marks_a_place(piece)]
    other_places = [place for place, piece in enumerate(after) if _marks_a_place(piece)]
    words, other_words = [before[place] for place in places], [after[place] for place in other_places]
    shortest = min(len(words), len(other_words))
    head = next((i for i in range(shortest) if words[i] != other_words[i]), shortest)
    tail = next((i for i in range(shortest - head) if words[-1 - i] != other_words[-1 - i]), shortest - head)
    end, other_end = len(words) - tail, len(other_words) - tail
    matched = [(i, i) for i in range(head)]
    if _comparison_count(words[head:end], other_words[head:other_end]) <= _COMPARISONS:
        matcher = _Matcher(None, words[head:end], other_words[head:other_end], autojunk=False)
        matched += [
            (block.a + i + head, block.b + i + head)
            for block in matcher.get_matching_blocks()
            for i in range(block.size)
        ]
    matched += [(end + i, other_end + i) for i in range(tail)]
    return [(places[i], other_places[j]) for i, j in matched]


def _marks_a_place(piece: str) -> bool:
    """Whether a piece tells where in the text one is: a word does, and so does a line's end."""
    return _group(piece[0]) == "word" or "\n" in piece


class _Matcher(SequenceMatcher[str]):
    """Finds what `difflib` finds, the large passages first, until it has compared enough; what is left then
    counts as replaced."""

    a: Sequence[str]
    b: Sequence[str]

    def get_matching_blocks(self) -> list[Match]:
        """The passages in both texts, in order, and an empty one at the end."""
        counts = Counter(self.b)
        costs = [0, *accumulate(counts[word] for word in self.a)]
        left = _COMPARISONS_IN_ALL
        found: list[Match] = []
        waiting = deque([(0, len(self.a), 0, len(self.b))])
        while waiting:
            start, end, other_start, other_end = waiting.popleft()
            left -= costs[end] - costs[start]
            if left < 0:
                break
            match = self.find_longest_match(start, end, other_start, other_end)
            if match.size:
                found.append(match)
                waiting.append((start, match.a, other_start, match.b))
                waiting.append((match.a + match.size, end, match.b + match.size, other_end))
        return [*sorted(found), Match(len(self.a), len(self.b), 0)]


def _comparison_count(before: list[str], after: list[str]) -> int:
    occurrences = Counter(after)
    return sum(count * occurrences[word] for word, count in Counter(before).items())
