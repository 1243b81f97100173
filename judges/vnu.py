"""The Nu Html Checker (vnu), which browsers' makers keep: line 9. Java is started once for all letters."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from judges import npm
from judges.contract import Judge, JudgeMissing, Verdict
from judges.letters import JudgedLetter

# What Word's conditional comments and properties need, and no standard knows.
_EXCUSED = ".*(xmlns:[vo]|mso-).*"
_JAR = npm.FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# It runs shortly, so the first compiler is enough; its schemas need a deep stack.
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss16m", "-jar", str(_JAR))
_PATIENCE_SECONDS = 300


def _version() -> str:
    npm.version("vnu-jar")
    if shutil.which("java") is None:
        raise JudgeMissing("vnu needs Java, which is not here: install it with scripts/install-judges.")
    return subprocess.run([*_JAVA, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    with TemporaryDirectory(prefix="judged-pages-") as folder:
        for place, letter in enumerate(letters):
            (Path(folder) / f"{place}.html").write_text(letter.html, encoding="utf-8")
        said = _ask([str(Path(folder) / f"{place}.html") for place in range(len(letters))])
    for place, letter in enumerate(letters):
        found = [
            f"Line {each.get('lastLine')}: {each['message']}"
            for each in said[place]
            if each["type"] != "info"
        ]
        yield Verdict(9, letter.name, tuple(dict.fromkeys(found)))


def _ask(files: Sequence[str]) -> dict[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [*_JAVA, "--stdout", "--format", "json", "--exit-zero-always", "--filterpattern", _EXCUSED, *files],
        capture_output=True,
        encoding="utf-8",
        timeout=_PATIENCE_SECONDS,
        check=True,
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in json.loads(done.stdout)["messages"]:
        found[int(Path(each["url"]).stem)].append(each)
    return found


JUDGE = Judge("vnu", (9,), _version, _judge_all)
