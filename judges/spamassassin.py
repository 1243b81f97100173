"""SpamAssassin, by the rules that come with it, without the network or what it may have learned (line 17).

A letter passes when its score is at most zero and no rule scores against it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from judges.contract import Judge, JudgeMissing, Verdict
from judges.letters import JudgedLetter
from judges.spamming import IMITATES

LINE = 17
_MISSING = "SpamAssassin is not here: install it with scripts/install-judges."
# Rules that only describe (“there is an HTML part”) score a thousandth.
_ONLY_DESCRIBES = 0.01
# One line a letter, in the place of the usual headers: its score, and each rule with its own.
_SETTINGS = (
    "use_bayes 0",
    "report_safe 0",
    "fold_headers 0",
    "clear_headers",
    "add_header all Judged _SCORE_ _TESTSSCORES(,)_",
)
_JUDGED = re.compile(rb"(?m)^X-Spam-Judged: (-?[0-9.]+) (\S*)")
_EXCUSED = {
    # It counts Latin e beside letters that look like one, as in a disguised English text. Any honest Cyrillic
    # text with a dozen web addresses in it has both, and its rules for other languages say 0.01 at most.
    "MIXED_ES": ("be", "bg", "kk", "mk", "ru", "sr", "uk"),
}
"""Rules that are wrong about a language: their score is set aside for letters in one of these."""


def _version() -> str:
    if shutil.which("spamassassin") is None:
        raise JudgeMissing(_MISSING)
    said = subprocess.run(["spamassassin", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"[0-9][0-9.]+", said)
    return found[0] if found else said.strip()


def _judge(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    asked = [letter for letter in letters if letter.name not in IMITATES]
    scores = iter(_scores([message.raw for letter in asked for message in letter.messages]))
    for letter in asked:
        language = letter.publication.language.partition("-")[0]
        own = [_set_aside(next(scores), language) for _ in letter.messages]
        problems = [problem for rules in own for problem in _problems(rules)]
        worst = max(sum(rules.values()) for rules in own)
        yield Verdict(LINE, letter.name, tuple(dict.fromkeys(problems)), f"{worst:+.1f} points")


def _set_aside(rules: dict[str, float], language: str) -> dict[str, float]:
    return {name: score for name, score in rules.items() if language not in _EXCUSED.get(name, ())}


def _problems(rules: dict[str, float]) -> Iterator[str]:
    for name, score in rules.items():
        if score > _ONLY_DESCRIBES:
            yield f"The rule {name} scores {score:g}."
    total = sum(rules.values())
    if total > 0 and not any(score > _ONLY_DESCRIBES for score in rules.values()):
        yield f"All rules together score {total:g}."


def _scores(messages: Sequence[bytes]) -> list[dict[str, float]]:
    """What each rule that speaks gives each message; one start of the program for all of them."""
    with TemporaryDirectory(prefix="judged-by-spamassassin-") as folder:
        paths = []
        for number, raw in enumerate(messages):
            path = Path(folder) / f"{number:05}.eml"
            path.write_bytes(raw)
            paths.append(str(path))
        settings = [f"--cf={line}" for line in _SETTINGS]
        done = subprocess.run(
            ["spamassassin", "--local", "--nocreate-prefs", *settings, *paths],
            capture_output=True,
            check=True,
            # What somebody wrote into settings of their own, or let it learn, is left out.
            env={**os.environ, "HOME": folder},
        )
    found = [_rules(rules.decode("ascii")) for _, rules in _JUDGED.findall(done.stdout)]
    if len(found) != len(messages):
        raise RuntimeError(f"SpamAssassin judged {len(found)} of {len(messages)} letters: {done.stderr!r}")
    return found


def _rules(said: str) -> dict[str, float]:
    pairs = (rule.partition("=") for rule in said.split(",") if "=" in rule)
    return {name: float(score) for name, _, score in pairs}


JUDGE = Judge("SpamAssassin", (LINE,), _version, _judge)
