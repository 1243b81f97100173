"""The house stands as docs/architecture.md draws it."""

import ast
import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import FEATURES, ROOT, imports, modules, reach

PUBLIC_ROOMS = {
    "bank",
    "document",
    "events",
    "guards",
    "letter",
    "links",
    "queries",
    "redaction",
    "render",
    "rules",
    "service",
}
ROOF = ("newsroom.factory", "newsroom.demo", "newsroom.run")
PURE_NAMES = {
    "rules",
    "document",
    "manuscript",
    "kinds",
    "roster",
    "plan",
    "proposing",
    "references",
    "reports",
    "redaction",
    "preflight",
}
PURE_PLATFORM = ("newsroom.platform.text", "newsroom.platform.markup", "newsroom.platform.mail.message")
# What touches the world: web, database, network, files of other programs.
WORLDLY = {
    "flask",
    "flask_login",
    "flask_mail",
    "flask_migrate",
    "flask_sqlalchemy",
    "flask_wtf",
    "newsroom.platform.clock",
    "newsroom.platform.db",
    "requests",
    "smtplib",
    "socket",
    "sqlalchemy",
    "subprocess",
    "urllib.request",
    "werkzeug",
}
CLOCK_READINGS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def pure_modules() -> list[str]:
    found = [name for name in modules() if name.startswith(PURE_PLATFORM)]
    for name, module in modules().items():
        if module.feature and PURE_NAMES & set(name.split(".")[2:]):
            found.append(name)
    return found


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the logging of this process: the linter sets up its own, and so silences every logger there is."""
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda verbose: None)


@pytest.mark.usefixtures("own_logging")
def test_the_contracts_of_the_floor_plan_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    report = capsys.readouterr().out
    assert code == 0, report[report.find("Contracts\n") :]


def test_every_feature_is_under_the_contract_of_rooms() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (rooms,) = (contract for contract in contracts["contracts"] if contract["id"] == "rooms")
    assert rooms["containers"] == [f"newsroom.{feature}" for feature in FEATURES]


def test_from_another_feature_only_public_rooms_are_imported() -> None:
    wrong = []
    for module in modules().values():
        if module.name.startswith(ROOF):
            continue
        for target, node in imports(module):
            parts = target.split(".")
            if (
                parts[0] != "newsroom"
                or len(parts) < 2
                or parts[1] not in FEATURES
                or parts[1] == module.feature
            ):
                continue
            room = parts[2] if len(parts) > 2 else None
            if room not in PUBLIC_ROOMS or target in _rooms_inside(room):
                wrong.append(f"{module.place(node)} imports {target}")
    assert not wrong, "\n".join(wrong)


def _rooms_inside(room: str | None) -> set[str]:
    """Redaction is a package of many small rooms, of which other floors see what the package itself says."""
    inside = f"newsroom.stories.{room}."
    return {name for name in modules() if room == "redaction" and name.startswith(inside)}


def test_the_platform_imports_no_feature() -> None:
    wrong = [
        f"{module.place(node)} imports {target}"
        for module in modules().values()
        if module.name.startswith("newsroom.platform")
        for target, node in imports(module)
        if target.startswith("newsroom.") and not target.startswith("newsroom.platform")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", pure_modules())
def test_a_pure_module_reaches_neither_web_nor_database_nor_network_nor_clock(name: str) -> None:
    brought = reach(name)
    wrong = [f"{target}, by way of {by}" for target, by in brought.items() if _is_worldly(target)]
    assert not wrong, f"{name} reaches " + "; ".join(wrong)


def _is_worldly(target: str) -> bool:
    return any(target == name or target.startswith(f"{name}.") for name in WORLDLY)


def test_only_the_clock_asks_what_time_it_is() -> None:
    wrong = []
    for module in modules().values():
        if module.name == "newsroom.platform.clock":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _reading(node) in CLOCK_READINGS:
                wrong.append(module.place(node))
    assert not wrong, "these ask the machine for the time: " + ", ".join(wrong)


def _reading(call: ast.Call) -> tuple[str, str] | None:
    function = call.func
    if not isinstance(function, ast.Attribute):
        return None
    owner = function.value
    if isinstance(owner, ast.Attribute):  # datetime.datetime.now()
        return owner.attr, function.attr
    return (owner.id, function.attr) if isinstance(owner, ast.Name) else None


def test_a_verb_never_commits() -> None:
    wrong = []
    for module in modules().values():
        if module.feature is None:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                wrong.append(module.place(node))
    assert not wrong, "the door's unit of work commits, not these: " + ", ".join(wrong)


def test_a_unit_of_work_is_opened_by_doors_only() -> None:
    # The worker with what it writes a ledger by, the threads that renew its leases, whoever empties a mailbox
    # and what happens each minute work on their own, without a door before them.
    doors = {"pages", "desk", "feeds", "commands", "tasks", "worker", "writing", "leases", "collecting"}
    doors |= {"limits", "retention"}
    wrong = []
    for module in modules().values():
        if module.feature is None or doors & set(module.name.split(".")):
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "unit_of_work"
            ):
                wrong.append(module.place(node))
    assert not wrong, "these are no doors: " + ", ".join(wrong)


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "base", "managers", "manager"}
    wrong = [name for name in modules() if name.rsplit(".", 1)[-1] in empty]
    assert not wrong
