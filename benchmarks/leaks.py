"""How long the leak check takes: an issue of 30 sections whose stories keep 100 forms of names out.

python benchmarks/leaks.py the processor's time, also kept in results.jsonl
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time

# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.record import record  # noqa: E402
from newsroom.archive import surfaces as archive  # noqa: E402
from newsroom.issues import kinds, preflight, render, surfaces  # noqa: E402
from newsroom.issues.document import IssueDocument  # noqa: E402
from newsroom.issues.preflight import Facts, KeptOut  # noqa: E402
from tests.issues.documents import BASE_URL, specimen  # noqa: E402

SECTIONS, FORMS, ROUNDS, GOAL = 30, 100, 9, 500


def main() -> None:
    document = large_issue()
    kept_out = names_of(document)
    rendering = render.rendering(document, BASE_URL, render.SAMPLE_LINKS)
    known = (*surfaces.OF_A_DOCUMENT, *archive.SURFACES)
    times, signs = [], 0
    for _ in range(ROUNDS):
        before = process_time()
        passages = surfaces.passages(known, document, rendering)
        findings = preflight.check(document, rendering, Facts(), passages, kept_out)
        times.append(process_time() - before)
        signs = sum(len(passage.text) for passage in passages)
        assert not [finding for finding in findings if finding.code == "leak"]
    took = round(median(times) * 1000)
    what = f"{SECTIONS} sections, {FORMS} forms, {signs:,} signs in {len(passages)} passages"
    print(f"{what}: {took} ms (goal {GOAL})")
    record("leaks", {"sections": SECTIONS, "forms": FORMS, "signs": signs, "ms": took})


def large_issue() -> IssueDocument:
    """The specimen's sections, again and again under other ids, until there are enough."""
    document = specimen()
    many = (document.sections * SECTIONS)[:SECTIONS]
    sections = tuple(replace(section, id=f"section{place:05d}") for place, section in enumerate(many))
    return replace(document, sections=sections)


def names_of(document: IssueDocument) -> tuple[KeptOut, ...]:
    """Names that stand nowhere in it, shared out among its stories."""
    stories = [section for section in document.sections if kinds.kind_of(section.kind).source == "story"]
    letters = "bcdfghjklm"
    return tuple(
        KeptOut(story.id, story.title, f"Quag{letters[n // 10]}{letters[n % 10]}ort Telecom", "company")
        for n in range(FORMS)
        for story in (stories[n % len(stories)],)
    )


if __name__ == "__main__":
    main()
