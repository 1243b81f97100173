"""Asks the judges from npm: JSON in, JSON out. It knows none of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from judges.contract import JudgeMissing

FOLDER = Path(__file__).resolve().parent / "node"
_PACKAGES = FOLDER / "node_modules"
# Many times what the slowest takes.
_PATIENCE_SECONDS = 300


def is_here() -> bool:
    """Whether all of them are installed, in the versions that the lock names."""
    lock, installed = FOLDER / "package-lock.json", _PACKAGES / ".installed"
    return installed.is_file() and installed.read_bytes() == lock.read_bytes()


def version(package: str) -> str:
    """The version of a package as it is installed. Raises `JudgeMissing`."""
    said = _PACKAGES / package / "package.json"
    if shutil.which("node") is None or not said.is_file():
        raise JudgeMissing(f"{package} is not here: install it with scripts/install-judges.")
    return str(json.loads(said.read_text(encoding="utf-8"))["version"])


def ask(script: str, question: Any) -> Any:
    """What `node/<script>.mjs` answers. Raises `RuntimeError` with its words when it fails."""
    done = subprocess.run(
        ["node", str(FOLDER / f"{script}.mjs")],
        input=json.dumps(question),
        capture_output=True,
        encoding="utf-8",
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{script}.mjs failed:\n{done.stderr}")
    return json.loads(done.stdout)
