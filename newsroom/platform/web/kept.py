"""What somebody typed, carried over an expired session so that nothing is lost.

It keeps names and values of a posted form and shows them again on a page of its own. It never keeps a
password, a token or a file, and never sends anything by itself: a person reads it and presses the button.

It keeps only what a page of this site sent: another site could otherwise fill in a form of ours and have
whoever works here press the button. It keeps no more than any form of ours holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request

from newsroom.platform.web.origins import is_from_our_own_page
from newsroom.platform.web.unsaved import OWN_FIELDS

_PREFIX = "kept."
_ADDRESS = "kept-for"
_NEVER = ("csrf_token", "password")
# What a form says to the server and nobody has typed.
_UNTYPED = OWN_FIELDS | {"version", "token", "of_kind"}
# Longer than this, or with a line break, a value gets several lines to be read in.
_LONG = 60
MOST_FIELDS = 200
MOST_SIGNS = 500_000


@dataclass(frozen=True)
class Kept:
    """One field of a form that was not accepted yet."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """The field's name as words, for want of the form it came from."""
        return self.name.replace("_", " ").replace("-", " ").strip().capitalize()

    @property
    def is_typed(self) -> bool:
        """Whether a person has typed it, and is shown it again."""
        return self.name not in _UNTYPED

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line to be read in."""
        return len(self.value) > _LONG or "\n" in self.value


def posted() -> list[Kept] | None:
    """The fields of this request's form, in their order; None where they must not be kept."""
    if not is_from_our_own_page():
        return None
    return _few(
        Kept(name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in _NEVER) and not name.startswith(_PREFIX) and name != _ADDRESS
    )


def is_too_much() -> bool:
    """Whether this request's form came from a page of ours and is longer than can be kept."""
    return bool(request.form) and is_from_our_own_page() and posted() is None


def carried() -> tuple[str, list[Kept]]:
    """What an earlier page carried along: the address it was meant for, and the fields."""
    fields = _few(
        Kept(name.removeprefix(_PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_PREFIX)
    )
    return ("", []) if fields is None else (request.form.get(_ADDRESS, ""), fields)


def _few(fields: Iterable[Kept]) -> list[Kept] | None:
    """The fields, or None where they are more than a person fills in."""
    few: list[Kept] = []
    sign_count = 0
    for field in fields:
        few.append(field)
        sign_count += len(field.name) + len(field.value)
        if len(few) > MOST_FIELDS or sign_count > MOST_SIGNS:
            return None
    return few


def page_to_send_again(address: str, fields: list[Kept], heading: str) -> str:
    """A page that shows the fields, to be checked and sent to `address` (a path here) with a fresh token."""
    return render_template(
        "errors/send_again.html",
        address=address,
        place=address.partition("?")[0],
        fields=fields,
        heading=heading,
        lost_files=bool(request.files),
    )
