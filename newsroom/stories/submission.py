"""What a reader sends us: the confirmed submission as one value, and whether it looks like a robot's.

Pure. Suspicion never refuses anything; it decides which shelf a story waits on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINKS = 2
_LINK = re.compile(r"https?://|\bwww\.|\[url\b|<a\s", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """A story as its author confirmed it. Texts are clean (NFC, LF) and within the limits of the tables.

    `channel` and `outcome` are codes of `rules`, or empty. `level` is the consent, `wants_preview` whether
    the author wants to see the edited version before it is printed.
    """

    verdict: str
    story: str
    level: int
    wants_preview: bool
    company: str = ""
    channel: str = ""
    when_words: str = ""
    outcome: str = ""
    name: str = ""
    town: str = ""
    email: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether the author said anything about who they are."""
        return bool(self.name or self.town or self.email)


def preview_by_default(verdict: str) -> bool:
    """Who complains is shown the edited version unless they say otherwise; who praises is not."""
    return verdict == "down"


def suspicion(sent: Submission, *, trapped: bool, too_fast: bool) -> str:
    """Why a story looks like a robot's, in words for the desk; empty when it does not.

    `trapped` means that the field only robots see was filled in, `too_fast` that nobody could have typed in
    the time between the page and the answer.
    """
    reasons = []
    if trapped:
        reasons.append("the field that only robots see was filled in")
    if too_fast:
        reasons.append("it was sent faster than anybody types")
    links = len(_LINK.findall(f"{sent.story}\n{sent.company}"))
    if links > MOST_LINKS:
        reasons.append(f"it holds {links} links")
    return "; ".join(reasons)
