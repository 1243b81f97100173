"""What a page that has a form says about a draft: what was typed in it before, and was not saved.

Job: from the draft that there is, and from what this request asks for, say whether the form shows the draft
or only offers it, and under which key what is typed on this page is kept. It knows no tables: whoever asks
brings the draft. The words of a draft are never put into a form unasked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import request
from werkzeug.datastructures import MultiDict

SUBJECT_FIELD = "draft-of"
KEY_FIELD = "draft"
MARK_FIELD = "typed-by"
TAKE_UP = "draft"
OWN_FIELDS = frozenset({SUBJECT_FIELD, KEY_FIELD, MARK_FIELD, "csrf_token"})
"""What a form carries for its draft and its safety; no part of what is typed."""


class Draft(Protocol):
    """What is kept of what somebody typed."""

    @property
    def subject(self) -> str:
        """What it is a draft of."""

    @property
    def version(self) -> str:
        """The version that it was typed over."""

    @property
    def key(self) -> str:
        """The page that typed it."""

    @property
    def typed(self) -> Mapping[str, list[str]]:
        """The form's fields."""

    @property
    def typed_at(self) -> datetime:
        """When."""


@dataclass(frozen=True)
class Unsaved:
    """What a form says about drafts. `offered_at` is set while there is one that the form does not show.

    `typed` is what to fill the form with; empty unless the draft was taken up.
    """

    subject: str
    key: str
    offered_at: datetime | None
    version: str
    typed: MultiDict[str, str]

    @property
    def is_taken_up(self) -> bool:
        """Whether the form shows what was typed before."""
        return bool(self.typed)


def unsaved(subject: str, draft: Draft | None, *, is_stored: bool = False) -> Unsaved:
    """What this request's page says. `is_stored` when what the draft says stands in the form anyhow.

    `?draft=…` in the address takes it up. A form that was posted keeps the key it was posted with, so that
    it goes on being the page that typed what was kept.
    """
    posted = request.form.get(KEY_FIELD, "")[:40] if request.method == "POST" else ""
    nothing: MultiDict[str, str] = MultiDict()
    if draft is not None and not posted and TAKE_UP in request.args:
        return Unsaved(subject, draft.key, None, draft.version, _filled(draft))
    is_offered = draft is not None and draft.key != posted and not is_stored
    key = posted or secrets.token_hex(8)
    return Unsaved(subject, key, draft.typed_at if draft and is_offered else None, "", nothing)


def typed_fields() -> dict[str, list[str]]:
    """The fields of the form that is being typed in, as they came: without tokens, passwords and files."""
    return {
        name: values
        for name, values in request.form.lists()
        if name not in OWN_FIELDS and "password" not in name
    }


def _filled(draft: Draft) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in draft.typed.items() for value in values])
