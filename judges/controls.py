"""Letters broken on purpose, and who has to refuse each: so a judge that says yes to all is noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from judges.changing import header, in_bytes
from judges.letters import JudgedLetter


@dataclass(frozen=True)
class Control:
    """A way to break the sample letter. `refused_by` names judges, each with the line on which it refuses."""

    name: str
    breaks: Callable[[JudgedLetter], JudgedLetter]
    refused_by: tuple[tuple[str, int], ...]

    def letter(self, sample: JudgedLetter) -> JudgedLetter:
        """The broken letter; its name says that it is a control."""
        return replace(self.breaks(sample), name=f"control: {self.name}")


CONTROLS: tuple[Control, ...] = (
    Control(
        "a second Subject",
        lambda good: in_bytes(good, lambda raw: b"Subject: Another\r\n" + raw),
        (("standard library", 4),),
    ),
    Control(
        "a Message-ID of somebody else",
        lambda good: in_bytes(good, header("Message-ID", "<abc@elsewhere.example>")),
        (("standard library", 4),),
    ),
    Control(
        "no Feedback-ID", lambda good: in_bytes(good, header("Feedback-ID", None)), (("standard library", 5),)
    ),
    Control(
        "bare line ends",
        lambda good: in_bytes(good, lambda raw: raw.replace(b"\r\n\r\n--", b"\n\n--")),
        (("standard library", 7),),
    ),
)
