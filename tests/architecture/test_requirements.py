"""What the code imports is what the requirements name, exactly pinned, with a reason for each."""

import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, imports, modules

PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([0-9][\w.]*)$")
# Used without an import in our modules: on the command line, in migrations, through Flask's templates.
NOT_IMPORTED = {"gunicorn", "alembic", "jinja2"}


def pins(name: str) -> dict[str, str]:
    """Give each requirement of a file with its version, names normalised as PyPI does."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].strip()
        if not words or words.startswith("-r "):
            continue
        match = PIN.match(words)
        assert match, f"{name}: “{words}” is not pinned exactly"
        found[normal(match[1])] = match[3]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Give the distributions whose modules the product imports."""
    distributions = packages_distributions()
    tops = {target.split(".")[0] for module in modules().values() for target, _ in imports(module)}
    tops -= {"newsroom", ""} | set(sys.stdlib_module_names)
    return {normal(distributions[top][0]) for top in tops if top in distributions}


def test_everything_the_product_imports_is_a_requirement_of_its_own() -> None:
    assert imported() <= set(pins("requirements.txt")) | set(pins("requirements-scale.txt"))


def test_nothing_is_required_that_the_product_does_not_use() -> None:
    assert set(pins("requirements.txt")) - imported() <= NOT_IMPORTED


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-scale.txt", "requirements-dev.txt"])
def test_what_is_installed_is_what_is_pinned(name: str) -> None:
    assert {package: version(package) for package in pins(name)} == pins(name)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-scale.txt", "requirements-dev.txt"])
def test_each_requirement_has_its_reason(name: str) -> None:
    text = normal(Path(ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"))
    missing = [package for package in pins(name) if package not in text]
    assert not missing
