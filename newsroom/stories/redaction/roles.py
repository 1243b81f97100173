"""What a person does, by the words around the name: at work in the story, or private in it.

Pure. English cues only. Without a cue a person counts as private, because private people are never named and
a wrong guess then gives nobody away.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from newsroom.stories.redaction.suggestions.people import BADGE_AFTER, KIN, ROLES

_NO_KIN = frozenset("late little old young big poor competitor".split())
_KIN = "|".join(word for word in KIN.split("|") if word not in _NO_KIN)
_CALLED = r"(?:,?[ ](?:is|was|who[ ]was)?[ ]?(?:called|named)|,|[ ](?:is|was))?[ ][“\"‘(]?$"

_WORK_BEFORE = re.compile(rf"\b(?P<role>{ROLES})s?{_CALLED}", re.IGNORECASE)
_KIN_BEFORE = re.compile(rf"\b(?P<role>{_KIN})s?{_CALLED}", re.IGNORECASE)
_AFTER = r",?[ ](?:\(|(?:the|an?|our|their|its|my|his|her)[ ])(?:[\w-]{1,30}[ ]){0,2}?"
_WORK_AFTER = re.compile(rf"{_AFTER}(?P<role>{ROLES})\b", re.IGNORECASE)
_KIN_AFTER = re.compile(rf"{_AFTER}(?P<role>{_KIN})\b", re.IGNORECASE)
_NEAR = 48


class Bearing(NamedTuple):
    """Whether somebody is at work in the story, and as what; empty where the words around do not say."""

    kind: Literal["staff", "private", ""]
    role: str


def bearing(text: str, start: int, end: int) -> Bearing:
    """What the words around one mention say about the person."""
    before, after = text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]
    before = before[before.rfind("\n") + 1 :]
    if match := _WORK_BEFORE.search(before):
        return Bearing("staff", match["role"].casefold())
    if match := _KIN_BEFORE.search(before):
        return Bearing("private", match["role"].casefold())
    if match := _WORK_AFTER.match(after):
        return Bearing("staff", match["role"].casefold())
    if match := _KIN_AFTER.match(after):
        return Bearing("private", match["role"].casefold())
    return Bearing("staff" if BADGE_AFTER.match(after) else "", "")
