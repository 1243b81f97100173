"""The one form of the office: why somebody opens a letter that was written to somebody else."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from newsroom.platform.text import clean_line


def _line(text: str | None) -> str:
    return clean_line(text or "")


class OpenLetter(FlaskForm):
    """Sent to see a letter; some must say why."""

    reason = StringField(
        "Reason", [Length(max=300, message="A reason has at most 300 characters.")], filters=[_line]
    )
