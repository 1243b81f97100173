"""Reads the inside of one paragraph: emphasis, code, links, pictures, editorial brackets, hard breaks.

Takes a string and gives runs. Each character that is not a marker of a construct that is complete stays a
character: an opening bracket without its closing one, a star between two letters, a half-typed link are
words.

This takes the place of Python-Markdown's inline patterns, for three reasons. They take quadratic time on rows
of brackets and links (its issues 798 and 1619). They put what they found into the text under placeholders,
which typed text can break. And they drop emphasis marks inside words, which joins two words into one. Here
the time is linear and nothing is put in anybody's text.
"""

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

from newsroom.platform.markup.blocks import (
    Anchor,
    Break,
    Code,
    Dialect,
    Editorial,
    Emphasis,
    Picture,
    Run,
    Runs,
    Strong,
    Text,
)
from newsroom.platform.markup.targets import kept_picture, kept_target

DEEPEST_BRACKET = 4
"""Brackets inside brackets beyond this are plain characters."""
OPEN_EMPHASES = 12
"""How many emphasis marks may wait for their end at once; older ones become plain characters."""

_ESCAPABLE = frozenset("\\`*_{}[]()<>#+-.!|~:&\"'")
_SPECIAL = re.compile(r"[\\`*_\[!\n]|(?<! ) {2,}\n")
_TICKS = re.compile(r"`+")
_DESTINATION = re.compile(
    r"\([ \n]{0,20}(?:<(?P<angled>[^<>\n]{1,2000})>|(?P<bare>(?:[^\s()<>\"]|\([^\s()<>]{0,500}\)){1,2000}))"
    r"(?:[ \n]{1,20}(?:\"(?P<double>[^\"\n]{0,500})\"|'(?P<single>[^'\n]{0,500})'))?[ \n]{0,20}\)"
)


@dataclass(slots=True)
class _Mark:
    """A row of stars or underscores that may open or close emphasis."""

    sign: str
    length: int
    may_open: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """Where an emphasis begins in the list of pieces; what kind it is stands where it ends."""


@dataclass(frozen=True, slots=True)
class _Close:
    """Where an emphasis ends."""

    is_strong: bool


_Piece = Run | _Mark | _Open | _Close


def read_runs(source: str, dialect: Dialect) -> Runs:
    """The runs of one paragraph (or title, cell, heading). Never raises; linear in the length."""
    return _Reader(source, dialect, depth=0).runs()


class _Reader:
    """One pass over one string. The inside of brackets is read by a reader of its own."""

    def __init__(self, source: str, dialect: Dialect, depth: int, may_link: bool = True) -> None:
        self.source = source
        self.dialect = dialect
        self.depth = depth
        self.may_link = may_link and dialect is Dialect.ARTICLE
        self.has_marks = dialect is not Dialect.LINE
        self.pieces: list[_Piece] = []
        self.words: list[str] = []
        self.ticks = _tick_places(source) if dialect is Dialect.ARTICLE else {}
        self.brackets = self._bracket_pairs()

    def runs(self) -> Runs:
        position = 0
        while found := _SPECIAL.search(self.source, position):
            self.words.append(self.source[position : found.start()])
            position = self._read_special(found)
        self.words.append(self.source[position:])
        self._end_words()
        return _joined(_emphasised(self.pieces))

    def _read_special(self, found: re.Match[str]) -> int:
        """Reads the construct that begins here and tells where reading goes on."""
        start = found.start()
        sign = self.source[start]
        if sign in " \n":
            return self._read_line_end(found)
        if sign == "\\" and self.has_marks:
            return self._read_escape(start)
        if sign == "`" and self.dialect is Dialect.ARTICLE:
            return self._read_code(start)
        if sign in "*_" and self.has_marks:
            return self._read_mark(start)
        if sign == "[" and start in self.brackets:
            return self._read_brackets(start)
        if sign == "!" and self.dialect is Dialect.ARTICLE and self.source.startswith("![", start):
            return self._read_picture(start)
        self.words.append(sign)
        return start + 1

    def _read_line_end(self, found: re.Match[str]) -> int:
        if found.end() - found.start() > 1 and self.dialect is Dialect.ARTICLE:
            self._add(Break())
        else:
            self.words.append(" ")
        return _after_spaces(self.source, found.end())

    def _read_escape(self, start: int) -> int:
        following = self.source[start + 1 : start + 2]
        if following == "\n" and self.dialect is Dialect.ARTICLE:
            self._add(Break())
            return _after_spaces(self.source, start + 2)
        if following in _ESCAPABLE and following:
            self.words.append(following)
            return start + 2
        self.words.append("\\")
        return start + 1

    def _read_code(self, start: int) -> int:
        end, closing = self._code_span(start)
        if closing is None:
            self.words.append(self.source[start:end])
            return end
        code = self.source[end:closing].replace("\n", " ")
        if code.strip() and code[0] == code[-1] == " ":
            code = code[1:-1]
        self._add(Code(code))
        return closing + (end - start)

    def _code_span(self, start: int) -> tuple[int, int | None]:
        """The end of the opening ticks at ``start``, and where the closing ones begin, if they exist."""
        ticks = _TICKS.match(self.source, start)
        end = ticks.end() if ticks else start + 1
        places = self.ticks.get(end - start, [])
        following = bisect_right(places, start)
        return end, places[following] if following < len(places) else None

    def _read_mark(self, start: int) -> int:
        sign = self.source[start]
        end = start
        while end < len(self.source) and self.source[end] == sign:
            end += 1
        before = self.source[start - 1] if start else " "
        after = self.source[end] if end < len(self.source) else " "
        if end - start > 3 or _joins_letters(before, after):
            self.words.append(self.source[start:end])
            return end
        left = not after.isspace() and (_is_word(after) or before.isspace() or not _is_word(before))
        right = not before.isspace() and (_is_word(before) or after.isspace() or not _is_word(after))
        self._end_words()
        self.pieces.append(_Mark(sign, end - start, left, right))
        return end

    def _read_brackets(self, start: int) -> int:
        closing = self.brackets[start]
        inside = self.source[start + 1 : closing]
        if self.may_link and (found := _DESTINATION.match(self.source, closing + 1)):
            typed = found["angled"] or found["bare"]
            runs = self._inside(inside, may_link=False) or (Text(typed),)
            self._add(Anchor(runs, kept_target(typed), _title(found), typed))
            return found.end()
        if not inside.strip():
            self.words.append(self.source[start : closing + 1])
        else:
            self._add(Editorial(self._inside(inside, may_link=self.may_link)))
        return closing + 1

    def _read_picture(self, start: int) -> int:
        closing = self.brackets.get(start + 1)
        found = _DESTINATION.match(self.source, closing + 1) if closing else None
        if closing is None or found is None:
            self.words.append("!")
            return start + 1
        typed = found["angled"] or found["bare"]
        alt = " ".join(_unescaped(self.source[start + 2 : closing]).split())
        self._add(Picture(alt, kept_picture(typed), _title(found), typed))
        return found.end()

    def _inside(self, source: str, may_link: bool) -> Runs:
        return _Reader(source, self.dialect, self.depth + 1, may_link).runs()

    def _bracket_pairs(self) -> dict[int, int]:
        """Each opening bracket that has its closing one, with the place of that; none inside code."""
        if self.depth >= DEEPEST_BRACKET:
            return {}
        pairs = {}
        waiting: list[int] = []
        position = 0
        for found in re.finditer(r"[\\`\[\]]", self.source):
            start = found.start()
            if start < position:
                continue
            sign = found.group()
            position = start + 1
            if sign == "\\" and self.has_marks:
                position = start + 2
            elif sign == "`" and self.dialect is Dialect.ARTICLE:
                end, closing = self._code_span(start)
                position = end if closing is None else closing + (end - start)
            elif sign == "[":
                waiting.append(start)
            elif sign == "]" and waiting:
                pairs[waiting.pop()] = start
        return pairs

    def _end_words(self) -> None:
        if words := "".join(self.words):
            self.pieces.append(Text(words))
        self.words.clear()

    def _add(self, run: Run) -> None:
        self._end_words()
        self.pieces.append(run)


def _tick_places(source: str) -> dict[int, list[int]]:
    """Where rows of backticks begin, by their length, so that a code span finds its end at once."""
    places: dict[int, list[int]] = {}
    for found in _TICKS.finditer(source):
        places.setdefault(len(found.group()), []).append(found.start())
    return places


def _after_spaces(source: str, position: int) -> int:
    while position < len(source) and source[position] == " ":
        position += 1
    return position


def _unescaped(source: str) -> str:
    return re.sub(
        r"\\(.)", lambda found: found[1] if found[1] in _ESCAPABLE else found[0], source, flags=re.DOTALL
    )


def _title(destination: re.Match[str]) -> str:
    return _unescaped(destination["double"] or destination["single"] or "").strip()


def _is_word(character: str) -> bool:
    return character.isalnum()


def _joins_letters(before: str, after: str) -> bool:
    """Whether a mark stands inside a word, where it is a character (``2*3*4``, ``snake_case``).

    In scripts written without spaces emphasis always stands between letters, so there it is a mark.
    """
    return _is_word(before) and _is_word(after) and (before < "\u2e80" and after < "\u2e80")


def _emphasised(pieces: list[_Piece]) -> Runs:
    """The pieces with matching marks turned into emphasis and the others into characters."""
    return _nested(_paired(pieces))


def _paired(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with ``_Open`` and ``_Close`` in the place of marks that match; what is left stays a mark.

    A closing mark takes the nearest opening one of its sign. Marks opened between the two lose their chance,
    so pairs never cross.
    """
    opened_count: list[int] = []
    closed: list[list[_Piece]] = []
    waiting: dict[str, deque[int]] = {"*": deque(maxlen=OPEN_EMPHASES), "_": deque(maxlen=OPEN_EMPHASES)}
    for place, piece in enumerate(pieces):
        opened_count.append(0)
        closed.append([])
        if not isinstance(piece, _Mark):
            continue
        own, other = waiting[piece.sign], waiting["_" if piece.sign == "*" else "*"]
        while piece.may_close and piece.length and own:
            opener_place = own[-1]
            opener = pieces[opener_place]
            assert isinstance(opener, _Mark)
            taken = 2 if min(piece.length, opener.length) >= 2 else 1
            opened_count[opener_place] += 1
            closed[place].append(_Close(taken == 2))
            opener.length -= taken
            piece.length -= taken
            if not opener.length:
                own.pop()
            while other and other[-1] > opener_place:
                other.pop()
        if piece.may_open and piece.length:
            own.append(place)
    result: list[_Piece] = []
    for place, piece in enumerate(pieces):
        result += closed[place]
        if not isinstance(piece, _Mark):
            result.append(piece)
        elif piece.length:
            result.append(Text(piece.sign * piece.length))
        result += [_Open()] * opened_count[place]
    return result


def _nested(pieces: list[_Piece]) -> Runs:
    """The tree that a flat row of pieces with balanced ``_Open`` and ``_Close`` describes."""
    levels: list[list[Run]] = [[]]
    for piece in pieces:
        match piece:
            case _Open():
                levels.append([])
            case _Close(is_strong):
                inner = _joined(tuple(levels.pop()))
                levels[-1].append(Strong(inner) if is_strong else Emphasis(inner))
            case _Mark():
                pass
            case _:
                levels[-1].append(piece)
    return tuple(levels[0])


def _joined(runs: Runs) -> Runs:
    """The runs with neighbouring words as one run."""
    result: list[Run] = []
    waiting: list[str] = []
    for run in runs:
        if isinstance(run, Text):
            waiting.append(run.words)
            continue
        if waiting:
            result.append(Text("".join(waiting)))
            waiting.clear()
        result.append(run)
    if waiting:
        result.append(Text("".join(waiting)))
    return tuple(result)
