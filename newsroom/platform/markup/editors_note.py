"""The Editor's note in a source: where it begins, its takeaways, and putting it together again.

The note is written in the ARTICLE dialect: an opening, a list whose items are the takeaways, a closing, and a
call to action: the quotation that ends a note, below its takeaways or, in a note without any, below a rule.
Works on source strings and gives source strings; what any of it looks like is decided elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from newsroom.platform.markup import grammar
from newsroom.platform.markup.blocks import Dialect
from newsroom.platform.text import clean_line, clean_text

_HEADING = re.compile(r"^ {0,3}##[ ]+editor['’‘ʼ]s[ ]+note[ ]*[:.]?[ ]*#*[ ]*$", re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(
    r"\*\*(?=\S)(?P<star>[^*]+?)(?<=\S)\*\*(?:\s+|$)|__(?=\S)(?P<line>[^_]+?)(?<=\S)__(?:\s+|$)"
)
# An address that needs no escaping, alone in the last paragraph: a button.
_BUTTON = re.compile(r"(?:\A|\n\n)\[(?P<words>[^\[\]\n]+)\]\((?P<link>[^\s()<>]+)\)\Z")
_BEHAVIOUR = re.compile(r"(?:^|(?<=\s))\[(?P<name>[^\[\]]*)\]$")


@dataclass(frozen=True, slots=True)
class Takeaway:
    """One lesson. ``label`` and ``behaviour`` are plain words or ""; ``text`` is Markdown on one line."""

    label: str = ""
    text: str = ""
    behaviour: str = ""


@dataclass(frozen=True, slots=True)
class CallToAction:
    """What readers are asked to do. ``text`` is Markdown; ``button`` are words that lead to ``link``.

    Each may be empty.
    """

    text: str = ""
    button: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note in its parts. ``simple`` when ``compose_note`` of the parts gives the same note again.

    A note that is not simple (several lists, lists in lists, numbered takeaways, paragraphs inside one) can
    be shown from its parts but must be edited as its source.
    """

    opening: str
    takeaways: tuple[Takeaway, ...]
    closing: str
    simple: bool
    call: CallToAction = CallToAction()


def split_note(body: str) -> tuple[str, str | None]:
    """The story and its Editor's note: everything below the first ``## Editor's note`` heading.

    The apostrophe may be straight or curly, the case does not matter. None when there is no such heading, ""
    when nothing stands below it.
    """
    body = clean_text(body)
    found = _HEADING.search(body)
    if not found:
        return body, None
    return body[: found.start()].strip("\n"), body[found.end() :].strip("\n")


def join_note(story: str, note: str | None) -> str:
    """A story and its note as one body: the inverse of ``split_note``."""
    if note is None:
        return story
    return "\n\n".join(part for part in (story, "## Editor's note", note) if part)


def parse_note(source: str) -> Note:
    """The parts of a note: items of its lists are takeaways, words after the first list the closing.

    The quotation that ends a note is its call to action when takeaways stand before it, or a rule does right
    above it.
    """
    chunks = grammar.chunks(clean_text(source))
    opening: list[str] = []
    closing: list[str] = []
    lists: list[list[grammar.SourceItem]] = []
    kinds = [""]
    while chunks:
        first, *others = grammar.pieces(chunks.pop(0), Dialect.ARTICLE)
        chunks[:0] = ["\n".join(piece.lines) for piece in others]
        kinds.append(first.kind)
        if first.kind == "list":
            lists.append(grammar.take_list(first.lines, chunks, Dialect.ARTICLE))
        else:
            (closing if lists else opening).append("\n".join(first.lines))
    call = CallToAction()
    if kinds[-1] == "quote" and (lists or kinds[-2] == "rule"):
        call = _take_call(closing if lists else opening, under_rule=not lists)
    takeaways = tuple(_takeaway(item.source) for items in lists for item in items)
    parts = "\n\n".join(opening), takeaways, "\n\n".join(closing)
    return Note(*parts, simple=_is_simple(lists), call=call)


def compose_note(
    opening: str, takeaways: Iterable[Takeaway], closing: str, call: CallToAction | None = None
) -> str:
    """The source of a note: the inverse of ``parse_note`` for simple notes.

    Line ends inside a takeaway become spaces, and stars in a label go, because the label is bold as a whole.
    """
    items = "\n".join(filter(None, map(_item, takeaways)))
    asked = _quoted(call or CallToAction())
    rule = "***" if asked and not items else ""
    parts = (clean_text(opening), items, clean_text(closing), rule, asked)
    return "\n\n".join(part for part in parts if part)


def _take_call(parts: list[str], *, under_rule: bool) -> CallToAction:
    """The call to action that ends these parts, which they lose, and the rule above it where it needs one."""
    inside = grammar.unquoted(tuple(parts[-1].split("\n"))).strip("\n")
    if not inside.strip():
        return CallToAction()
    del parts[-2 if under_rule else -1 :]
    if found := _BUTTON.search(inside):
        return CallToAction(inside[: found.start()], found["words"].strip(), found["link"])
    return CallToAction(inside)


def _quoted(call: CallToAction) -> str:
    """A call to action as a quotation. Words without an address, and an address without words, stay words."""
    words = clean_line(re.sub(r"[\[\]]", "", call.button))
    link = re.sub(r"[\s()<>]", lambda sign: quote(sign[0]), clean_line(call.link))
    button = f"[{words or link}]({link})" if link else words
    inside = "\n\n".join(part for part in (clean_text(call.text), button) if part)
    return "\n".join(f"> {line}" if line else ">" for line in inside.split("\n")) if inside else ""


def _is_simple(lists: list[list[grammar.SourceItem]]) -> bool:
    if len(lists) > 1:
        return False
    return all(
        item.number is None
        and "\n\n" not in item.source
        and [piece.kind for piece in grammar.pieces(item.source, Dialect.ARTICLE)] == ["words"]
        for items in lists
        for item in items
    )


def _takeaway(source: str) -> Takeaway:
    text = clean_line(source)
    behaviour = label = ""
    if (found := _BEHAVIOUR.search(text)) and any(map(str.isalnum, found["name"])):
        behaviour, text = found["name"].strip(), text[: found.start()].rstrip()
    if found := _LABEL.match(text):
        label, text = clean_line(found["star"] or found["line"]), text[found.end() :]
    return Takeaway(label, text, behaviour)


def _item(takeaway: Takeaway) -> str:
    label = clean_line(re.sub(r"[*\\]", "", takeaway.label))
    behaviour = clean_line(re.sub(r"[\[\]]", "", takeaway.behaviour))
    parts = (
        f"**{label}**" if label else "",
        clean_line(takeaway.text),
        f"[{behaviour}]" if behaviour else "",
    )
    words = " ".join(part for part in parts if part)
    return f"- {words}" if words else ""
