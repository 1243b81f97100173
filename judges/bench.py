"""Where the judges sit: the list of them, and one sitting over letters and controls.

It prints nothing and writes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from judges import (
    browser,
    caniemail,
    html5,
    mailauth,
    mailparser,
    ordinary,
    postfix,
    reading,
    rspamd,
    signatures,
    spamassassin,
    specimens,
    standard,
    vnu,
    w3m,
)
from judges.contract import Judge, JudgeMissing, Verdict
from judges.controls import CONTROLS, Control
from judges.letters import JudgedLetter
from judges.workshop import workshop

JUDGES: tuple[Judge, ...] = (
    mailparser.JUDGE,
    mailauth.JUDGE,
    signatures.DKIMPY,
    signatures.AUTHHEADERS,
    standard.JUDGE,
    vnu.JUDGE,
    html5.JUDGE,
    caniemail.JUDGE,
    browser.JUDGE,
    reading.JUDGE,
    spamassassin.JUDGE,
    rspamd.JUDGE,
    w3m.JUDGE,
    postfix.JUDGE,
)
"""All of them, in the order of the report."""

# Of this letter the controls are made.
_SAMPLE = "sample"


@dataclass(frozen=True)
class Tried:
    """A control and one judge who has to refuse it on one line."""

    control: str
    judge: str
    line: int
    refused: bool


@dataclass
class Heard:
    """What one judge said; `missing` is the sentence how to install it, where it could not be asked."""

    judge: Judge
    version: str = ""
    verdicts: list[Verdict] = field(default_factory=list)
    controls: list[Tried] = field(default_factory=list)
    missing: str = ""

    @property
    def is_content(self) -> bool:
        """Whether it was there, passed every letter, and noticed every control."""
        return (
            not self.missing
            and all(verdict.holds for verdict in self.verdicts)
            and bool(self.controls)
            and all(tried.refused for tried in self.controls)
        )


def _quietly(_sentence: str) -> None:
    """For those who do not want to hear how it goes."""


def letter_names() -> list[str]:
    """Every letter that can be judged."""
    return [*specimens.names(), *ordinary.names()]


def sitting(
    judges: Sequence[Judge],
    wanted: Collection[str],
    say: Callable[[str], None] = _quietly,
    controls: Sequence[Control] = CONTROLS,
) -> list[Heard]:
    """Make these letters, and ask each of these judges about them and about its controls."""
    with workshop() as app:
        needed = set(wanted) | {_SAMPLE}
        made = [
            *specimens.letters(app, [name for name in specimens.names() if name in needed]),
            *ordinary.letters(app, [name for name in ordinary.names() if name in needed]),
        ]
        sample = next(letter for letter in made if letter.name == _SAMPLE)
        letters = [letter for letter in made if letter.name in wanted]
        say(f"{len(letters)} letters are made.")
        return [hear(judge, letters, sample, controls, say) for judge in judges]


def hear(
    judge: Judge,
    letters: Sequence[JudgedLetter],
    sample: JudgedLetter,
    controls: Sequence[Control] = CONTROLS,
    say: Callable[[str], None] = _quietly,
) -> Heard:
    """Ask one judge about letters and about its controls, which are made of `sample`.

    Wants the workshop's context.
    """
    own = [control for control in controls if any(name == judge.name for name, _ in control.refused_by)]
    broken = [control.letter(sample) for control in own]
    heard = Heard(judge)
    try:
        heard.version = judge.version()
        said = list(judge.judge([*letters, *broken]))
    except JudgeMissing as missing:
        heard.missing = str(missing)
        say(f"{judge.name}: missing. {missing}")
        return heard
    except Exception as trouble:
        # One judge who fails must not keep the others from being heard.
        heard.missing = f"It could not judge. {type(trouble).__name__}: {trouble}"
        say(f"{judge.name}: {heard.missing}")
        return heard
    names = {letter.name for letter in broken}
    heard.verdicts = [verdict for verdict in said if verdict.letter not in names]
    heard.controls = [
        _tried(control, judge.name, line, said) for control in own for line in _lines(control, judge)
    ]
    say(f"{judge.name} {heard.version}: {'content' if heard.is_content else 'not content'}.")
    return heard


def _lines(control: Control, judge: Judge) -> list[int]:
    return [line for name, line in control.refused_by if name == judge.name]


def _tried(control: Control, judge: str, line: int, said: Sequence[Verdict]) -> Tried:
    refused = any(
        verdict.letter == f"control: {control.name}" and verdict.line == line and not verdict.holds
        for verdict in said
    )
    return Tried(control.name, judge, line, refused)
