"""The addresses that a story's author is given: a letter's own link, and the page behind the four words.

A letter lies around, and anybody may have typed that address into the form. So a letter's link opens the
status only once somebody who followed it has also known the four words (`Contributor.email_confirmed_at`);
until then it asks for them. It says which story it is for, and which address it was written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from newsroom.platform import links, tokens
from newsroom.stories import rules
from newsroom.stories.models import Contributor, MailedStory, Story

_LETTER = "story-letter"
_STATUS = "story-status"
_MAILED = "story-mailed"
LETTER_LIFE = timedelta(days=120)
"""How long the link of a letter works: longer than any deadline that a letter speaks of."""

STATUS_LIFE = timedelta(hours=1)
"""How long a status page can be used, from when it was opened: short enough for a shared machine."""


@dataclass(frozen=True)
class LetterLink:
    """What a letter's link says: the story, and the fingerprint of the address it went to."""

    public_id: str
    address: str

    def is_for(self, who: Contributor | None) -> bool:
        """Whether the letter went to the address that the story has now."""
        return who is not None and bool(who.email) and _fingerprint(who.email) == self.address


def status_link(story: Story) -> str:
    """The absolute address that a letter about this story gives its author."""
    email = story.contributor.email if story.contributor else ""
    token = tokens.make(_LETTER, f"{story.public_id} {_fingerprint(email)}")
    return links.absolute("stories.status_by_letter", token=token)


def read_letter_link(token: str) -> LetterLink:
    """Raises `tokens.TokenError` for a link that is not ours or too old."""
    public_id, _space, address = tokens.read(_LETTER, token, max_age=LETTER_LIFE).partition(" ")
    return LetterLink(public_id, address)


def status_token(public_id: str) -> str:
    """What the address of a status page holds that is opened now. Made once, when the words were right: the
    page hands it on, so that no use of it makes it younger."""
    return tokens.make(_STATUS, public_id)


def read_status_token(token: str) -> str:
    """The story's public id. Raises `tokens.TokenError` for a page that has been open for too long."""
    return tokens.read(_STATUS, token, max_age=STATUS_LIFE)


def mailed_link(draft: MailedStory) -> str:
    """The absolute address at which the author of a mailed story consents, or has it forgotten."""
    token = tokens.make(_MAILED, f"{draft.id} {draft.message_hash[:16]}")
    return links.absolute("stories.mailed", token=token)


def read_mailed_token(token: str) -> tuple[int, str]:
    """The number of a mailed story, and how the hash of its message must begin.

    Raises `tokens.TokenError` for a link that is not ours or too old.
    """
    number, _space, message_hash = tokens.read(_MAILED, token, max_age=rules.MAILED_LIFE).partition(" ")
    return int(number), message_hash


def _fingerprint(email: str) -> str:
    return sha256(email.casefold().encode()).hexdigest()[:16]
