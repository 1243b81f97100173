"""Says what of a page a writer's words must never have made; it reads the tree that html5lib builds.

It knows nothing of how our pages are made. What belongs to the frame (layout, styles, ids) is told to it by
a page of harmless words: an element, an attribute, a class or an id that no such page has is reported, and
whatever acts, loads or hides is reported even if every page had it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import html5lib

FORBIDDEN = frozenset(
    "script style form iframe frame frameset object embed applet portal svg math meta base link title"
    " template input button select textarea option label fieldset legend output datalist keygen isindex"
    " noscript noembed noframes plaintext xmp listing marquee blink dialog details summary audio video source"
    " track canvas map area bgsound layer slot font center xml".split()
)
ADDRESSES = frozenset(
    "href src action formaction background data poster srcset ping cite longdesc codebase manifest usemap"
    " xlink:href lowsrc dynsrc icon classid profile".split()
)
_FOLLOWED = re.compile(r"(?:https?://[^\s/\\?#]+|mailto:[^\s@]+@[^\s@]+|/(?![/\\])|#)", re.IGNORECASE)
_LOADED = re.compile(r"(?:https://[^\s/\\?#]+|/(?![/\\]))", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\\\]")
_FOR_WORD = re.compile(r"\[if mso\]>(.*)<!\[endif\]", re.DOTALL)
_STYLE = re.compile(
    r"url\s*\(|image-set|expression|behaviou?r|binding|@import|@|\\|position\s*:|visibility|opacity|"
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d])|line-height\s*:\s*0(?![.\d])|(?<!-)height\s*:\s*0;.*overflow|"
    r"mso-hide|transform|clip|z-index|filter|content\s*:|cursor|float\s*:|text-indent\s*:\s*-\d{3}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Frame:
    """What pages of harmless words are made of. `ids` are kept apart: each page has its own."""

    names: frozenset[tuple[str, str]] = frozenset()
    classes: frozenset[tuple[str, str]] = frozenset()
    comments: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @property
    def is_styled(self) -> bool:
        """Whether styles are written into elements; which element has one depends on what is next to it."""
        return any(name == "style" for _tag, name in self.names)

    def __or__(self, other: "Frame") -> "Frame":
        return Frame(
            self.names | other.names,
            self.classes | other.classes,
            self.comments | other.comments,
            self.head | other.head,
            self.addresses | other.addresses,
        )


def frame_of(html: str) -> Frame:
    """The frame that a page of harmless words shows."""
    tree = _tree(html)
    elements = [one for one in (tree, *_body(tree).iter()) if isinstance(one.tag, str)]
    return Frame(
        frozenset((one.tag, name) for one in elements for name in ("", *one.keys())),
        frozenset((one.tag, token) for one in elements for token in one.get("class", "").split()),
        frozenset(one.text or "" for one in tree.iter() if not isinstance(one.tag, str)),
        frozenset(_of_head(tree)),
        frozenset(one.get(name, "") for one in elements for name in ADDRESSES) - {""},
    )


def strangers(html: str, frame: Frame, ids: frozenset[str] = frozenset()) -> list[str]:
    """What stands on the page and must not, in words; empty for a page that is as it should be."""
    tree = _tree(html)
    found = [f"in the head: {one}" for one in _of_head(tree) if one not in frame.head]
    for element in (tree, *_body(tree).iter()):
        if not isinstance(element.tag, str):
            found += _of_comment(element.text or "", frame, ids)
            continue
        found += _of_element(element, frame, ids)
    seen = [one.get("id") for one in tree.iter() if isinstance(one.tag, str) and one.get("id")]
    found += [f"the id {name} twice" for name in {one for one in seen if seen.count(one) > 1}]
    return found


def _of_comment(words: str, frame: Frame, ids: frozenset[str]) -> list[str]:
    """What is wrong with a comment: Word reads those that begin with a condition as a part of the page."""
    if words in frame.comments:
        return []
    for_word = _FOR_WORD.fullmatch(words)
    return strangers(for_word[1], frame, ids) if for_word else [f"a comment: {words[:80]}"]


def _of_element(element: Any, frame: Frame, ids: frozenset[str]) -> Iterator[str]:
    tag = element.tag
    if tag in FORBIDDEN or ":" in tag or "-" in tag or "}" in tag:
        yield f"<{tag}>"
    if (tag, "") not in frame.names:
        yield f"<{tag}>, which harmless words do not make"
    for name, value in element.items():
        said = f'<{tag} {name}="{value[:80]}">'
        if name.startswith("on") or name in ("srcdoc", "srcset", "ping", "formaction", "http-equiv"):
            yield said
        if (tag, name) not in frame.names and not (name == "style" and frame.is_styled):
            yield f"{said}, an attribute that harmless words do not have"
        if name in ADDRESSES and not (value in frame.addresses or _is_good_address(tag, name, value)):
            yield f"{said}, an address"
        if name == "style" and _STYLE.search(value):
            yield f"{said}, a style"
        if name == "id" and value not in ids:
            yield f"{said}, an id that is not ours"
    for token in element.get("class", "").split():
        if (tag, token) not in frame.classes:
            yield f'<{tag} class="{token}">'


def _is_good_address(tag: str, name: str, value: str) -> bool:
    if name not in ("href", "src") or _UNSEEN.search(value):
        return False
    return bool((_LOADED if tag == "img" else _FOLLOWED).match(value))


def _of_head(tree: Any) -> list[str]:
    """The elements of a head, one line each; of a title only that it is there."""
    head = tree.find("head")
    lines = []
    for one in head if head is not None else ():
        if isinstance(one.tag, str):
            own = "" if one.tag == "title" else (one.text or "").strip()
            lines.append(f"{one.tag} {sorted(one.items())} {own}")
            lines += [f"{one.tag} > {inner.tag}" for inner in one]
    return lines


def _body(tree: Any) -> Any:
    body = tree.find("body")
    return tree if body is None else body


def _tree(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)
