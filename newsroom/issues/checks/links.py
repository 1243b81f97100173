"""Checks of links in any text: that they lead somewhere, say where, and hide nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsroom.issues import kinds
from newsroom.issues.checks.finding import Facts, Finding, in_section, place
from newsroom.issues.checks.reading import Written
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.kinds.spec import address, address_or_later, leads_somewhere
from newsroom.platform import markup
from newsroom.platform.markup import Dialect
from newsroom.platform.words import fold

# Neither is a link to a reader of Markdown: the one shows its bare address, the other stays as it was typed.
_WITHOUT_WORDS = re.compile(r"(?<!!)\[[ \t]{0,9}\]\(([^()\s]{0,2000})\)")
_WITHOUT_TARGET = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\([ \t]{0,9}(?:<>)?[ \t]{0,9}\)")
# Who hears links read aloud, one after another, learns nothing from these.
_GENERIC = frozenset(
    (
        "click",
        "click here",
        "find out more",
        "follow this link",
        "here",
        "learn more",
        "link",
        "more info",
        "more information",
        "read more",
        "read this",
        "see here",
        "see more",
        "this",
        "this link",
        "this page",
    )
)
# Services that hide where a link leads; mail filters distrust them as readers do.
_SHORTENERS = frozenset(
    (
        "bit.ly",
        "buff.ly",
        "cutt.ly",
        "goo.gl",
        "is.gd",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "shorturl.at",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
        "v.gd",
    )
)


def links_lead_somewhere(words: Written) -> Iterator[Finding]:
    """Every link has words to click on and a web address to lead to."""
    for found in _WITHOUT_WORDS.finditer(words.source):
        sentence = f"The link to {found[1][:80] or 'nowhere'} has no words; add some."
        yield words.finding("blocker", "link-without-text", sentence)
    for found in _WITHOUT_TARGET.finditer(words.source):
        sentence = f"The link “{found[1][:80]}” leads nowhere; give its address or take it out."
        yield words.finding("blocker", "link-without-target", sentence)
    for link in markup.links(words.source, Dialect.ARTICLE):
        if not leads_somewhere(link.target.strip()):
            sentence = f"“{link.text[:80]}” leads to {link.target[:80]}; begin its address with https://"
            yield words.finding("blocker", "link-not-web", sentence)


def links_say_where_they_lead(words: Written) -> Iterator[Finding]:
    """A link that says “click here” says nothing to whoever hears it read aloud."""
    for link in markup.links(words.source, Dialect.ARTICLE):
        if _is_generic(link.text):
            yield words.finding("warning", "generic-link", _say_more(f"The link “{link.text}”"))


def button_says_where_it_leads(section: Section) -> Iterator[Finding]:
    """The same of a button."""
    said = section.value("button")
    if _is_generic(said):
        sentence = _say_more(f"The button “{said}”")
        yield Finding("warning", "generic-link", place(section), sentence, section.id, "button")


def _is_generic(text: str) -> bool:
    return " ".join(fold(text).strip(" .!:»›→>").split()) in _GENERIC


def _say_more(what: str) -> str:
    return f"{what} does not say where it leads; name what is there."


def links_show_their_host(words: Written) -> Iterator[Finding]:
    """A shortener hides where a link leads, and may be gone tomorrow."""
    for link in markup.links(words.source, Dialect.ARTICLE):
        if _host(link.target) in _SHORTENERS:
            yield words.finding("warning", "shortened-link", _hidden(link.target))


def links_are_encrypted(words: Written) -> Iterator[Finding]:
    """Browsers warn of an address that begins with http:."""
    for link in markup.links(words.source, Dialect.ARTICLE):
        if _is_plain(link.target):
            yield words.finding("warning", "plain-http", _unsafe(link.target))


def downloads_are_there(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A file of ours that a section leads to, and that is gone or was never there."""
    for section in document.sections:
        for name, target in _targets_in(section):
            if target in facts.lost_downloads:
                sentence = f"There is no download at {target} any more; choose another one, or take it out."
                yield in_section(section, "download-gone", sentence, name)


def _targets_in(section: Section) -> Iterator[tuple[str, str]]:
    """Where a section leads: the field that says so, and the address."""
    yield from section.fields.items()
    for name, text in (("body", section.body), ("note", section.note)):
        if name == "note" or kinds.kind_of(section.kind).dialect is Dialect.ARTICLE:
            yield from ((name, link.target) for link in markup.links(text, Dialect.ARTICLE))


def downloads_among(document: IssueDocument) -> frozenset[str]:
    """The addresses in it that lead to downloads of ours, if they are there."""
    targets = (target for section in document.sections for _name, target in _targets_in(section))
    return frozenset(target for target in targets if target.startswith("/downloads/"))


def addresses_of_a_section_are_good(section: Section) -> Iterator[Finding]:
    """The same two of the addresses that stand in fields of their own, such as a button's."""
    for key in kinds.kind_of(section.kind).all_keys:
        target = section.value(key.name)
        if key.check not in (address, address_or_later) or not target:
            continue
        if _host(target) in _SHORTENERS:
            yield Finding("warning", "shortened-link", place(section), _hidden(target), section.id, key.name)
        if _is_plain(target):
            yield Finding("warning", "plain-http", place(section), _unsafe(target), section.id, key.name)


def _host(target: str) -> str:
    try:
        return (urlsplit(target.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_plain(target: str) -> bool:
    return target.strip().lower().startswith("http:")


def _hidden(target: str) -> str:
    return f"{target[:80]} hides where it leads; give the address that it leads to."


def _unsafe(target: str) -> str:
    return f"{target[:80]} is not encrypted; begin the address with https:// if the site answers there."
