"""Who may do what, what makes a password, and where a sign-in may lead: pure decisions."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Final

from newsroom.platform import addresses

MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 200

LONGEST_DRAFT: Final = 1_000_000
"""Characters that one form may hold and still be kept unsaved: five times what any of them may save."""
MOST_DRAFT_FIELDS: Final = 200
DRAFT_LIFE: Final = timedelta(days=30)
LONGEST_SUBJECT: Final = 120

# What somebody may be in the middle of. A story is not among it: what is typed on a story's page is destroyed
# with the story, and therefore kept beside it.
_DRAFTED = re.compile(
    r"(?:issue|piece|author|series|block|testimonial|download)(?::[a-z0-9][a-z0-9_-]{0,79}){1,3}"
)


class Role(StrEnum):
    """What somebody is here for. One person may hold several."""

    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"


class Permission(Enum):
    """What a door of the desk may ask for."""

    ENTER = "enter the desk"
    COMPOSE = "triage, redact, write notes, build issues and send tests"
    PUBLISH = (
        "approve, waive warnings, schedule, send, pause, cancel, correct, unpublish, override naming and "
        "keep the suppression list"
    )
    SEE_PRIVATE = "see originals and contact details"
    ERASE = "destroy everything about a story at once, for its author"
    ADMINISTER = "change staff, settings, consent wording, retention and backups"


class PrivateAccess(Enum):
    """On what terms somebody may see originals and contact details. Each view is recorded in any case."""

    FREELY = "freely"
    WITH_REASON = "with a written reason"
    NEVER = "never"


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.EDITOR: frozenset({Permission.ENTER, Permission.COMPOSE, Permission.SEE_PRIVATE}),
    Role.PUBLISHER: frozenset(
        {Permission.ENTER, Permission.COMPOSE, Permission.PUBLISH, Permission.SEE_PRIVATE, Permission.ERASE}
    ),
    # An administrator keeps the house; for a reader's private words they have to say why.
    Role.ADMIN: frozenset(
        {Permission.ENTER, Permission.SEE_PRIVATE, Permission.ERASE, Permission.ADMINISTER}
    ),
}

_PRIVATE_ACCESS: Final[Mapping[Role, PrivateAccess]] = {
    Role.EDITOR: PrivateAccess.FREELY,
    Role.PUBLISHER: PrivateAccess.FREELY,
    Role.ADMIN: PrivateAccess.WITH_REASON,
}


def allows(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether any of the roles holds the permission."""
    return any(permission in PERMISSIONS[role] for role in roles)


def private_access(roles: Iterable[Role]) -> PrivateAccess:
    """The best terms any of the roles gives."""
    terms = {_PRIVATE_ACCESS[role] for role in roles}
    return next((access for access in PrivateAccess if access in terms), PrivateAccess.NEVER)


def address(text: str) -> str | None:
    """An e-mail address as it is stored and compared, or None when it is none."""
    try:
        return addresses.parse(text).key
    except addresses.NoAddress:
        return None


def problems_with_password(password: str, email: str, name: str) -> list[str]:
    """What is wrong with a new password, as sentences; none when it will do.

    Length is what counts (NIST SP 800-63B 5.1.1.2): no rules about digits and signs.
    """
    problems = []
    if len(password) < MIN_PASSWORD:
        problems.append(f"Take at least {MIN_PASSWORD} characters: a few words are easy to remember.")
    if len(password) > MAX_PASSWORD:
        problems.append(f"Take at most {MAX_PASSWORD} characters.")
    if len(set(password)) < 5 <= len(password):
        problems.append("That repeats itself too much: take a few different words.")
    own = {part.casefold() for part in (email, email.partition("@")[0], name) if part}
    if password.casefold() in own:
        problems.append("Your own name or address is the first thing anybody would try.")
    return problems


def may_be_drafted(subject: str) -> bool:
    """Whether drafts of this are kept, such as `issue:82:head` or `piece:new:article`."""
    return len(subject) <= LONGEST_SUBJECT and _DRAFTED.fullmatch(subject) is not None


def safe_path(target: str | None, default: str) -> str:
    """A path of this site to go on to, or the default for anything that could lead elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends before they read at all.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    return default if re.search(r"[\\\x00-\x20\x7f-\x9f]", target) else target
