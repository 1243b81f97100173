"""Keeps what a benchmark measured: one line of JSON with the machine, the commit and the date."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.jsonl"


def record(name: str, figures: Mapping[str, Any], results: Path = RESULTS) -> None:
    """Append one line to `benchmarks/results.jsonl`. `figures` are plain JSON types."""
    line = {
        "benchmark": name,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **figures,
    }
    with results.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _commit() -> str:
    """The commit that was measured, with a plus sign when files had changed since; empty outside of a
    checkout.
    """
    asked = ["git", "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"]
    answer = subprocess.run(asked, cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    return answer.stdout.strip()
