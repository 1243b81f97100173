"""The forms of sign-in, passwords and staff. They say what is wrong with a field, and only that."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from newsroom.accounts import rules
from newsroom.accounts.rules import Role
from newsroom.platform.text import clean_line

ROLE_LABELS = {
    Role.EDITOR: "Editor: works on stories and issues",
    Role.PUBLISHER: "Publisher: approves and sends",
    Role.ADMIN: "Administrator: staff, settings and backups",
}


def _is_address(_form: Any, field: Field) -> None:
    if field.data and rules.address(field.data) is None:
        raise ValidationError("Write the address as name@domain.")


class MultiCheckboxField(SelectMultipleField):
    """Several choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignIn(FlaskForm):
    """Who are you?"""

    email = EmailField("E-mail address", [InputRequired("Write your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Write your password.")])


class ForgottenPassword(FlaskForm):
    """Where shall the letter go?"""

    email = EmailField("E-mail address", [InputRequired("Write your e-mail address."), _is_address])


class NewPassword(FlaskForm):
    """A password for oneself, behind a link from a letter."""

    password = PasswordField(
        "New password",
        [InputRequired("Choose a password.")],
        description=f"At least {rules.MIN_PASSWORD} characters. A few words are easy to remember.",
    )


class ChangePassword(NewPassword):
    """A password for oneself, at the desk."""

    old_password = PasswordField("Present password", [InputRequired("Write your present password.")])


@dataclass(frozen=True)
class NewStaff:
    """Somebody to add to the staff."""

    email: str
    name: str
    roles: frozenset[Role]


class _Roles(FlaskForm):
    roles = MultiCheckboxField(
        "Works here as", choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()]
    )

    def validate_roles(self, field: Field) -> None:
        """Somebody without a role could not come in."""
        if not field.data:
            raise ValidationError("Choose at least one role.")

    def chosen(self) -> frozenset[Role]:
        """The roles that were ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())


class AddStaff(_Roles):
    """Who joins, and as what."""

    email = EmailField("E-mail address", [InputRequired("Write their e-mail address."), _is_address])
    name = StringField(
        "Name", [InputRequired("Write their name."), Length(max=120, message="Take at most 120 characters.")]
    )

    def value(self) -> NewStaff:
        """What was filled in."""
        return NewStaff(self.email.data or "", clean_line(self.name.data or ""), self.chosen())


class ChangeRoles(_Roles):
    """As what somebody works here from now on."""
