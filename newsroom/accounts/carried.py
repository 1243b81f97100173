"""What one person typed, arriving in a browser where another one has signed in meanwhile.

Job: see whose words a form carries, by the mark on each of our pages, and set them aside as a draft of
whoever typed them, so that they are neither lost nor shown to somebody else. It shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsroom.accounts import service, sessions
from newsroom.accounts.models import Staff
from newsroom.platform.web.kept import Kept
from newsroom.platform.web.unsaved import KEY_FIELD, MARK_FIELD, OWN_FIELDS, SUBJECT_FIELD


def is_somebody_elses(fields: Iterable[Kept], staff: Staff) -> bool:
    """Whether the fields say that they were typed by another person than this one."""
    mark = _value(fields, MARK_FIELD)
    return bool(mark) and mark != sessions.mark_of(staff)


def set_aside(fields: Iterable[Kept]) -> Staff:
    """Keep the fields as a draft of whoever typed them, and give that person. Raises `Refused` where it
    cannot.
    """
    fields = list(fields)
    owner = sessions.bearer_of(_value(fields, MARK_FIELD))
    if owner is None:
        raise service.Refused("Nobody who works here typed this.")
    typed: dict[str, list[str]] = {}
    for field in fields:
        if field.name not in OWN_FIELDS:
            typed.setdefault(field.name, []).append(field.value)
    service.keep_draft(
        owner.id,
        _value(fields, SUBJECT_FIELD),
        _value(fields, "version"),
        typed,
        key=_value(fields, KEY_FIELD)[:40],
    )
    return owner


def _value(fields: Iterable[Kept], name: str) -> str:
    return next((field.value for field in fields if field.name == name), "")
