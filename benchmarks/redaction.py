"""How much of what is private the redaction desk's suggestions find: recall and precision by class.

python benchmarks/redaction.py the figures of both parts, which are also kept in results.jsonl python
benchmarks/redaction.py --misses what was missed and what was wrong, in the tuning part only

The part of `tests/stories/evaluation` that was kept aside is counted and never shown: whoever reads its
misses tunes on it. The list of companies is empty, so that companies are found by what is around them alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.record import record  # noqa: E402
from newsroom.stories.redaction.suggestions import suggest  # noqa: E402
from tests.stories.evaluation.scoring import CONTACT, NAMES, Tally, score, together  # noqa: E402
from tests.stories.evaluation.texts import Text, kept_aside, texts, tuning  # noqa: E402


def main() -> None:
    shows_misses = "--misses" in sys.argv[1:]
    tuned = measured("Tuning part", tuning(), shows_misses=shows_misses)
    aside = measured("Kept aside, never tuned on", kept_aside(), shows_misses=False)
    pace = round(milliseconds_a_story(), 1)
    print(f"{pace} ms a story")
    if not shows_misses:
        record("redaction", {"tuning": tuned, "kept_aside": aside, "ms_a_story": pace})


def measured(title: str, part: tuple[Text, ...], *, shows_misses: bool) -> dict[str, dict[str, float]]:
    tallies = score(part, suggest)
    rows: dict[str, Tally] = {
        **tallies,
        "contact and account data": together(tallies, CONTACT),
        "people and companies": together(tallies, NAMES),
    }
    print(f"{title}: {len(part)} texts\n{'':26}{'labels':>7}{'recall':>8}{'precision':>11}")
    for name, tally in rows.items():
        print(f"{name:26}{tally.found + len(tally.missed):7}{tally.recall:8.3f}{tally.precision:11.3f}")
    if shows_misses:
        show_misses(tallies)
    print()
    return {
        name: {"recall": round(t.recall, 3), "precision": round(t.precision, 3)} for name, t in rows.items()
    }


def show_misses(tallies: dict[str, Tally]) -> None:
    for kind, tally in tallies.items():
        for story, label in tally.missed:
            print(f"  missed  {kind:8} {story:14} {label.words}")
        for story, suggestion in tally.wrong:
            print(f"  wrong   {kind:8} {story:14} {suggestion.words}: {suggestion.reason}")


def milliseconds_a_story() -> float:
    suggest("The lists of words are read once.")
    start = perf_counter()
    for text in texts():
        suggest(text.text)
    return (perf_counter() - start) * 1000 / len(texts())


if __name__ == "__main__":
    main()
