"""The letters about accounts. Each takes who it is for and posts one letter into the unit of work."""

from newsroom.accounts.models import Staff
from newsroom.accounts.passwords import Occasion, make_key
from newsroom.accounts.rules import Role
from newsroom.platform.links import absolute
from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.outbox import post


def password_link(staff: Staff, occasion: Occasion) -> str:
    """The address where this person sets a password, once and for a limited time."""
    return absolute("accounts.set_password", token=make_key(staff, occasion))


def post_password_reset(staff: Staff) -> None:
    """To somebody who said that they forgot their password."""
    post(
        Letter(
            to=staff.email,
            to_name=staff.name,
            subject="Set a new password",
            template="accounts/password_reset",
            context={"name": staff.name, "link": password_link(staff, Occasion.RESET)},
            kind="password-reset",
        )
    )


def post_invitation(staff: Staff, invited_by: str) -> None:
    """To somebody who was added to the staff and has no password yet."""
    post(
        Letter(
            to=staff.email,
            to_name=staff.name,
            subject="Your place at the desk",
            template="accounts/invitation",
            context={
                "name": staff.name,
                "link": password_link(staff, Occasion.INVITATION),
                "invited_by": invited_by,
                "roles": _in_words(sorted(staff.roles)),
            },
            kind="invitation",
        )
    )


def _in_words(names: list[Role]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else str(last)
