"""The tree that html5lib makes of a letter, and its decoded words: lines 12, 14, 15, 16 and 18."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

from judges.contract import Judge, Verdict, one_by_one
from judges.letters import JudgedLetter, JudgedMessage

_MOST_DECODED, _MOST_ENCODED, _MOST_STYLE = 90_000, 102_000, 16_000
_EMPTY_WORDS = frozenset({"here", "click here", "click", "link", "this", "more", "read more", "this link"})
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|%%|\bTK\b|zqSLOT|\bUndefined\b|\bNone\b|\bnan\b|&(?:amp|lt|gt|quot);")


def _judge(letter: JudgedLetter) -> Iterator[Verdict]:
    tree = _tree(letter.html)
    yield Verdict(12, letter.name, tuple(_structure(tree)))
    yield Verdict(14, letter.name, tuple(_links(tree)))
    yield Verdict(15, letter.name, tuple(_footer(letter, tree)))
    yield _size(letter)
    yield Verdict(18, letter.name, tuple(_tokens(letter)))


@cache
def _tree(html: str) -> Element:
    return html5lib.parse(html, namespaceHTMLElements=False)


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


# Line 12


def _structure(tree: Element) -> Iterator[str]:
    if not tree.get("lang"):
        yield "The document has no lang."
    if tree.get("dir") not in ("ltr", "rtl"):
        yield "The document has no dir."
    if not any(_words(title) for title in tree.iter("title")):
        yield "The document has no title."
    headings = sum(1 for _ in tree.iter("h1"))
    if headings != 1:
        yield f"There are {headings} headings of the first level instead of one."
    for table in tree.iter("table"):
        if next(table.iter("th"), None) is None and table.get("role") != "presentation":
            yield "A layout table has no role=presentation."
    for image in tree.iter("img"):
        lacking = [name for name in ("alt", "width", "height") if image.get(name) is None]
        if lacking:
            yield f"The picture {image.get('src')} has no {' and no '.join(lacking)}."


# Line 14


def _links(tree: Element) -> Iterator[str]:
    for link in tree.iter("a"):
        target, words = link.get("href") or "", _words(link)
        address = urlsplit(target)
        if address.scheme not in ("https", "mailto") or (address.scheme == "https" and not address.hostname):
            yield f"The link “{words}” leads to {target or 'nowhere'}, which is no https address."
        described = words or " ".join(image.get("alt") or "" for image in link.iter("img")).strip()
        if not described or described.lower().rstrip(" .→") in _EMPTY_WORDS:
            yield f"The link to {target} does not say where it leads: “{words}”."
        yield from _other_place(words, target)
    for image in tree.iter("img"):
        if not (image.get("src") or "").startswith("https://"):
            yield f"The picture {image.get('src')} has no https address."


def _other_place(words: str, target: str) -> Iterator[str]:
    """Words that are an address of another place: what those who fish for passwords do."""
    named = re.match(r"https?://([^/\s]+)", words)
    if named and named[1].lower() != (urlsplit(target).hostname or ""):
        yield f"The link “{words}” leads to another place: {target}."


# Line 15


_WHY = re.compile(r"\b[Yy]ou (?:get|got|are getting|have|receive)\b[^.]*\bbecause\b")


def _footer(letter: JudgedLetter, tree: Element) -> Iterator[str]:
    own, message = letter.publication, letter.in_html[0]
    for edition, said in (("HTML", _words(tree)), ("text", " ".join(letter.text.split()))):
        for what, words in (("postal address", own.postal_address), ("publication's name", own.name)):
            # A word too long for a line is broken in the text part.
            if "".join(words.split()) not in said.replace(" ", ""):
                yield f"The {edition} part lacks the {what}."
        if not _says_why(letter, said):
            yield f"The {edition} part does not say why one gets it (“You get this … because …”)."
    targets = {link.get("href") or "": _words(link) for link in tree.iter("a")}
    for what, address in _ways(letter).items():
        if not any(target.startswith(address) for target in targets):
            yield f"No link of the HTML part leads {what}."
        if address not in letter.text:
            yield f"The text part has no address {what}."
    if "nsubscribe" not in targets.get(message.unsubscribe, "Unsubscribe"):
        yield f"The link to leave says “{targets[message.unsubscribe]}”, not Unsubscribe."


def _says_why(letter: JudgedLetter, said: str) -> bool:
    """In the publication's own words where it has some, which need not be English."""
    own = letter.document.block("privacy-note") if letter.document is not None else None
    if own is None:
        return bool(_WHY.search(said))
    first = re.match(r"[\w\s]+", own.body)
    return first is not None and " ".join(first[0].split()) in said


def _ways(letter: JudgedLetter) -> dict[str, str]:
    """Where the footer has to lead, and the beginning of each address."""
    ways = {}
    if letter.in_html[0].unsubscribe:
        ways["to leave"] = letter.in_html[0].unsubscribe
    if letter.document is not None:
        ways["to the preferences"] = f"{letter.base_url}/preferences/"
        ways["to read it on the web"] = f"{letter.base_url}/issues/{letter.document.number}"
    return ways


# Line 16


def _size(letter: JudgedLetter) -> Verdict:
    decoded = len(letter.html.encode("utf-8"))
    encoded = max(_encoded_html(message) for message in letter.in_html)
    style = sum(
        len(each.encode("utf-8")) for each in re.findall(r"<style[^>]*>(.*?)</style>", letter.html, re.S)
    )
    found = [
        f"{what} is {size:,} bytes instead of {most:,} at most."
        for what, size, most in (
            ("The HTML part", decoded, _MOST_DECODED),
            ("The encoded HTML part", encoded, _MOST_ENCODED),
            ("The head style", style, _MOST_STYLE),
        )
        if size > most
    ]
    return Verdict(16, letter.name, tuple(found), f"{decoded:,} / {encoded:,} / {style:,}")


def _encoded_html(message: JudgedMessage) -> int:
    """What travels of the HTML part: mail programs that cut a letter do not count the text beside it."""
    part = message.parsed.get_body(("html",))
    return 0 if part is None else len(str(part.get_payload()).encode("utf-8"))


# Line 18


def _tokens(letter: JudgedLetter) -> Iterator[str]:
    """Marks of templates that were never filled; what people typed that looks like one stays."""
    typed = _typed(letter)
    for message in letter.messages:
        parts = {"text": message.text, "subject": message.subject}
        if message.format == "html":
            parts["HTML"] = _words(_tree(message.html)) + " ".join(
                value for element in _tree(message.html).iter() for value in element.attrib.values()
            )
        for part, said in parts.items():
            for token in sorted(set(_TOKEN.findall(said))):
                if token not in typed:
                    yield f"“{token}” is left in the {part} for {message.recipient}."


def _typed(letter: JudgedLetter) -> str:
    kept: Any = asdict(letter.document) if letter.document is not None else {}
    return json.dumps(kept, ensure_ascii=False, default=str)


JUDGE = Judge("parser", (12, 14, 15, 16, 18), lambda: f"html5lib {html5lib.__version__}", one_by_one(_judge))
