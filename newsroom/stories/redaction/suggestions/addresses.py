"""E-mail addresses, web addresses and names on social networks, also as people disguise them.

Pure. Every pattern begins where no earlier letter could belong to it and counts how far it goes, so that a
text of any shape is read in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.found import Find

_LOCAL = r"(?<![\w.+-])[\w.+-]{1,64}"
_LABEL = r"[\w-]{1,63}"

_EMAIL = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL}){{1,6}}")
# RFC 5322 (3.2.3) lets any of these signs stand before the @; an address that ends in one is rare, and real.
_SIGNS = r"!#$%&'*/=?^`{|}~"
_RARE_EMAIL = re.compile(
    rf"(?<![\w.+{_SIGNS}-])[\w.+{_SIGNS}-]{{0,63}}[{_SIGNS}]@{_LABEL}(?:\.{_LABEL}){{1,6}}"
)

# “ana(at)quay(dot)example”, “care @ mealrun . example”; a bare “at” is a word, so it wants a spelt “dot”.
_AT = r"[ ]?[\[({<][ ]?(?:at|ät|@|arroba)[ ]?[\])}>][ ]?"
_DOT = r"(?:[ ]?[\[({<][ ]?(?:dot|punkt|punto|point|\.)[ ]?[\])}>][ ]?|[ ]dot[ ]|\.)"
_DISGUISED = re.compile(
    rf"{_LOCAL}(?:{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{1,4}}|"
    rf"[ ]@[ ]?{_LABEL}(?:(?:{_DOT}|[ ]\.[ ]){_LABEL}){{1,4}}|"
    rf"@[ ]{_LABEL}(?:{_DOT}{_LABEL}){{1,4}}|[ ]at[ ]{_LABEL}(?:[ ]dot[ ]{_LABEL}){{1,4}})",
    re.IGNORECASE,
)
# Nothing but spaces around the signs makes “we met @ home . It rained” an address: only these may end one
# then.
_ENDS_LIKE_A_DOMAIN = re.compile(
    r"(?:example|com|org|net|info|biz|co|uk|ie|eu|de|fr|es|pl|in|au|us|ca|io|test)$"
)

_URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>“”\"]{1,2000}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@.+-])(?:[a-z0-9](?:[\w-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:example|test|invalid|com|org|net|info|biz|app|shop|dev|online|gov|edu|nhs|co\.uk|org\.uk|gov\.uk|"
    r"ac\.uk|uk|ie|eu|de|"
    r"fr|es|pl|nl|ch|com\.au|au|nz|co\.in|ca|io|ai)(?![\w@-]|\.\w)(?:/[^\s<>“”\"]{0,2000})?",
    re.IGNORECASE,
)
_AFTER_A_URL = ".,;:!?)]}'’…"

_HANDLE = re.compile(r"(?<![\w@/.])@\w{2,40}")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d])\w{2,60}")


def addresses(text: str) -> Iterator[Find]:
    """E-mail, web and network names in a text; one passage may be found twice."""
    for match in (*_EMAIL.finditer(text), *_RARE_EMAIL.finditer(text)):
        yield Find(match.start(), match.end(), "email", "looks like an e-mail address", 0.99, rank=0)
    for match in _DISGUISED.finditer(text):
        if _is_disguised(match[0]):
            reason = "looks like an e-mail address in disguise"
            yield Find(match.start(), match.end(), "email", reason, 0.9, rank=0)
    yield from _web(text)
    for match in _HANDLE.finditer(text):
        yield Find(match.start(), match.end(), "handle", "looks like a name on a social network", 0.9)
    for match in _HASHTAG.finditer(text):
        yield Find(match.start(), match.end(), "handle", "is a hashtag, by which the case can be found", 0.8)


def _web(text: str) -> Iterator[Find]:
    for pattern in (_URL, _DOMAIN):
        for match in pattern.finditer(text):
            end = match.start() + len(match[0].rstrip(_AFTER_A_URL))
            yield Find(match.start(), end, "url", "looks like a web address", 0.97, rank=0)


def _is_disguised(words: str) -> bool:
    """Brackets or a spelt “dot” show the will to disguise; mere spaces want the end of a known domain."""
    shows_will = re.search(r"[\[({<]|\sdot\s", words, re.IGNORECASE) is not None
    return shows_will or _ENDS_LIKE_A_DOMAIN.search(words.casefold()) is not None
