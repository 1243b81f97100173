"""The form for the few words about an author or a series. It yields plain text."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from newsroom.platform.web.fields import paragraphs

LONGEST = 2000


def _clean(typed: object) -> str:
    return paragraphs(typed).strip()


class DescriptionForm(FlaskForm):
    """Words in Markdown; `base` are those that the editor started from."""

    words = TextAreaField(
        "Words",
        [Length(max=LONGEST, message=f"Keep it to {LONGEST:,} characters: it is a box, not an article.")],
        filters=[_clean],
    )
    base = HiddenField(filters=[_clean])
