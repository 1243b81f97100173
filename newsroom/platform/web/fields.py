"""What text fields of any form share: filters that clean what was typed, and checks that say what to do.

A filter is file-safe: an uploaded file in the place of words counts as nothing typed. Where a form cleans by
these, what is shown again, checked and stored is the same text.
"""

from __future__ import annotations

from typing import Any

from wtforms import Field, ValidationError
from wtforms.validators import Length

from newsroom.platform import addresses
from newsroom.platform.text import clean_line, clean_text


def one_line(typed: object) -> str:
    """A filter for a field of one line."""
    return clean_line(typed_words(typed))


def paragraphs(typed: object) -> str:
    """A filter for a field of many lines."""
    return clean_text(typed_words(typed))


def typed_words(value: object) -> str:
    """What was typed, as it came; a file that somebody sends in place of words is nothing."""
    return value if isinstance(value, str) else ""


def at_most(longest: int) -> Length:
    """A check of the length in characters."""
    return Length(max=longest, message=f"Keep this to {longest:,} characters.")


def is_address(_form: Any, field: Field) -> None:
    """A check that what was given, if anything was, is an e-mail address."""
    if not field.data:
        return
    try:
        addresses.parse(field.data)
    except addresses.NoAddress as problem:
        raise ValidationError(str(problem)) from None
