"""Why a verb may refuse; each says what a person can do about it."""

from __future__ import annotations

from newsroom.issues.checks.finding import Finding


class Conflict(Exception):
    """Somebody saved meanwhile. Nothing was written; show both texts and let the editor decide."""


class AlreadyAdded(Exception):
    """The form that was sent has added a section before, with other words. Nothing was written."""


class Blocked(Exception):
    """Pre-flight found blockers; `findings` holds them."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        one = len(findings) == 1
        stand = "One finding stands" if one else f"{len(findings)} findings stand"
        super().__init__(f"{stand} in the way; mend {'it' if one else 'them'} and check again.")


class SectionRefused(Exception):
    """A section that cannot be taken; `position` counts from 0, the sentence says what to do."""

    def __init__(self, position: int, sentence: str) -> None:
        self.position = position
        super().__init__(sentence)
