"""How soon a changed word stands in the composer's preview, in an issue of 2,000 words. See README.md.

python benchmarks/preview.py                # the server's part, and what an editor waits for in a browser
python benchmarks/preview.py --no-browser   # the server's part alone
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(ROOT)

from flask import Flask  # noqa: E402
from sqlalchemy import text  # noqa: E402

from benchmarks.record import record  # noqa: E402
from newsroom.demo import sample  # noqa: E402
from newsroom.factory import create_app  # noqa: E402
from newsroom.issues import manuscript, queries, service  # noqa: E402
from newsroom.issues.manuscript import Manuscript  # noqa: E402
from newsroom.platform.db import db, unit_of_work  # noqa: E402
from newsroom.platform.settings import load  # noqa: E402
from newsroom.platform.text import word_count  # noqa: E402

NUMBER, WORDS, GOAL_MS = 90, 2_000, 300
ADDRESS = f"/desk/issues/{NUMBER}"
WELL_MADE = ROOT / "tests" / "issues" / "well_made"
# From the moment a key goes down until the frame has been painted with what it typed.
WATCH = """
() => {
  window.pressedAt = 0;
  document.addEventListener("keydown", () => { window.pressedAt = performance.now(); }, true);
  window.seen = (mark) => new Promise((resolve) => {
    const look = () => {
      const page = document.getElementById("letter").contentDocument;
      if (!page.body.textContent.includes(mark)) return setTimeout(look, 1);
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.pressedAt), 0));
    };
    look();
  });
}
"""


@dataclass(frozen=True)
class Taken:
    """Milliseconds, sorted: by the clock on the wall and, where it is known, of this process's work."""

    wall: list[float]
    processor: list[float]

    def figures(self, unit: float) -> dict[str, float]:
        """Median and 95 %, and the median as a ratio to the trivial query."""
        found = {
            "median_ms": round(statistics.median(self.wall), 1),
            "p95_ms": round(self.wall[int(len(self.wall) * 0.95)], 1),
            "ratio": round(statistics.median(self.wall) / unit),
        }
        if self.processor:
            found["cpu_ms"] = round(statistics.median(self.processor), 1)
        return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=60)
    asked.add_argument("--no-browser", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(load(_environment(folder)))
        with app.app_context():
            db.create_all()
            words = _fill()
        trivial = _timed(told.times, lambda _: _trivial(app))
        unit = statistics.median(trivial.wall)
        figures: dict[str, Any] = {}
        figures |= {name: taken.figures(unit) for name, taken in _served(app, told.times).items()}
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if not told.no_browser:
            figures |= {name: taken.figures(unit) for name, taken in _typed(folder, told.times).items()}
    for name, found in figures.items():
        print(f"{name}: {found} (goal {GOAL_MS} ms)")
    about = {"words": words, "load": round(os.getloadavg()[0], 1), "trivial_ms": round(unit, 3)}
    record("preview", about | figures)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_INSTANCE": str(folder),
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
        "NEWSROOM_BASE_URL": "http://newsroom.example",
    }


def _fill() -> int:
    """The sample publication and an issue of so many words, put together from issues that are well made."""
    sample.fill()
    sections: list[Any] = []
    for path in sorted(WELL_MADE.glob("*.md"), reverse=True):
        read = manuscript.parse(path.read_text(encoding="utf-8"), path.name)
        sections += [replace(section, id="") for section in read.sections]
        count = sum(word_count(f"{one.title} {one.body} {one.note}") for one in sections)
        if count >= WORDS:
            break
    whole = Manuscript(NUMBER, date(2027, 1, 19), "The second call in the morning", "", tuple(sections))
    with unit_of_work():
        service.import_manuscript(whole, by_id=None)
    return count


def _timed(times: int, what: Callable[[int], None]) -> Taken:
    what(-1)
    taken = Taken([], [])
    for number in range(times):
        began, began_work = time.perf_counter(), time.process_time()
        what(number)
        taken.wall.append((time.perf_counter() - began) * 1000)
        taken.processor.append((time.process_time() - began_work) * 1000)
    return Taken(sorted(taken.wall), sorted(taken.processor))


def _trivial(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("SELECT id FROM issue WHERE number = 0")).all()


def _served(app: Flask, times: int) -> dict[str, Taken]:
    """What the server needs for one more word, in the modes that differ, and for the composer's page."""
    from tests.cast import Cast

    editor = Cast(app).editor("Edda Swift", "edda@service-bell.example")
    section_id = _article(app)
    editor.visit(f"{ADDRESS}?section={section_id}")
    form = dict(editor.page.form(f"/sections/{section_id}").values)

    def ask(mode: str, number: int) -> None:
        data = form | {"body": f"{form['body']} word{number}", "preview": mode}
        answer = editor.client.post(
            f"{ADDRESS}/preview?section={section_id}",
            base_url=editor.base_url,
            headers={"Origin": editor.base_url},
            data=data,
        )
        assert answer.status_code == 200, answer.status

    def open_page(_number: int) -> None:
        answer = editor.client.get(f"{ADDRESS}?section={section_id}", base_url=editor.base_url)
        assert answer.status_code == 200

    return {
        **{
            f"served: {mode}": _timed(times, lambda number, mode=mode: ask(mode, number))  # type: ignore[misc]
            for mode in ("desktop", "text", "web", "inbox")
        },
        "served: the composer's page": _timed(times, open_page),
    }


def _article(app: Flask) -> str:
    with app.app_context():
        row = queries.issue(NUMBER)
        assert row is not None
        return str(next(one.public_id for one in row.sections if one.kind == "Article"))


def _typed(folder: Path, times: int) -> dict[str, Taken]:
    """What an editor waits for in a browser, from the last key of a word to the picture that has it."""
    from playwright.sync_api import sync_playwright

    from tests import parts
    from tests.conftest import BROWSER_ARGUMENTS
    from tests.site import LiveSite

    site = LiveSite(_environment(folder), folder / "site.log")
    app = create_app(load(_environment(folder)))
    section_id = _article(app)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=parts.find_browser(), args=BROWSER_ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{site.address}/sign-in")
            page.fill("[name=email]", sample.EDITOR)
            page.fill("[name=password]", sample.PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/desk*")
            found = {}
            for mode in ("desktop", "phone"):
                page.goto(f"{site.address}{ADDRESS}?section={section_id}&preview={mode}")
                page.wait_for_load_state("networkidle")
                page.evaluate(WATCH)
                page.focus("textarea[name=body]")
                page.keyboard.press("Control+End")
                found[f"typed: {mode}"] = Taken(sorted(_type_words(page, times)), [])
            return found
    finally:
        site.stop()


def _type_words(page: Any, times: int) -> list[float]:
    waited = []
    for number in range(-3, times):
        mark = f"zq{number + 3}q"
        page.keyboard.type(f" {mark}")
        took = page.evaluate("(mark) => window.seen(mark)", mark)
        if number >= 0:
            waited.append(took)
    return waited


if __name__ == "__main__":
    main()
