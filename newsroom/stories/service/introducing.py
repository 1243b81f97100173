"""The author of a story says later who they are: a name and town that may be printed, an address for letters.

What was given once is not overwritten here: whoever found a receipt could send the letters about a story
elsewhere. An address may be mended only for as long as nobody has shown that it is the author's.
"""

from __future__ import annotations

from newsroom.platform import clock
from newsroom.stories import messages, queries, rules
from newsroom.stories.models import Contributor, Story
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service.record import step, story_to_change


def introduce(public_id: str, *, name: str = "", town: str = "", email: str = "") -> None:
    """Add what is not known yet; what is empty stays as it was. A new address gets one letter, which asks for
    the four words once.

    Raises StoryRefusal for what was given already, and for a name that stands in the text uncovered.
    """
    row = story_to_change(public_id)
    rules.state_after("introduce", row.state)
    if row.purged_at is not None:
        raise StoryRefusal("The words of this story are destroyed, so there is nothing to add to any more.")
    given = {"name": name, "town": town, "email": email}
    new = {field: value for field, value in given.items() if value and value != _known(row, field)}
    if not new:
        return
    for field in new:
        _refuse_overwriting(row, field)
    was_covered = _is_covered(row)
    _keep(row, new)
    if was_covered and not _is_covered(row):
        raise StoryRefusal(
            "That name stands in the edited version, and what you allow does not cover it. Write to us, and "
            "an editor looks at it first."
        )
    step(row, "introduce", "details given", ", ".join(new))
    if "email" in new:
        messages.address_given(row)


def _known(row: Story, field: str) -> str:
    return str(getattr(row.contributor, field)) if row.contributor else ""


def _refuse_overwriting(row: Story, field: str) -> None:
    who = row.contributor
    if who is None or not _known(row, field):
        return
    if field != "email":
        raise StoryRefusal(f"We know your {field} already. To change it, write to us.")
    if who.email_confirmed_at is not None:
        raise StoryRefusal("Our letters reach you at another address. To change it, write to us.")


def _keep(row: Story, new: dict[str, str]) -> None:
    if row.contributor is None:
        row.contributor = Contributor(name="", town="", email="", created_at=clock.now())
    for field, value in new.items():
        setattr(row.contributor, field, value)
    if "email" in new:
        row.contributor.email_confirmed_at = None


def _is_covered(row: Story) -> bool:
    shown, live = queries.shown_revision(row), queries.live_consent(row)
    return shown is None or queries.is_covered(row, shown, live.level if live else None)
