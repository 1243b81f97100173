"""The product's own source, read as text: which modules there are and what each imports."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "newsroom"
NO_FEATURES = {"demo", "migrations", "platform", "__pycache__"}
FEATURES = tuple(
    sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name not in NO_FEATURES)
)


@dataclass(frozen=True)
class Module:
    """One module of the product. `name` is its dotted name."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        """Its source, read when first asked for: every test process lists the modules, and one reads them."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def feature(self) -> str | None:
        """Give the feature it belongs to; None for the platform and the roof."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in FEATURES else None

    def place(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> dict[str, Module]:
    """Give every module by its name, migrations left out: they are history, not structure."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "migrations" in parts:
            continue
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


def imports(module: Module) -> list[tuple[str, ast.AST]]:
    """Give all that a module imports: `from a import b` is `a.b` where that is a module, else `a`."""
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute(module, node)
            for alias in node.names:
                whole = f"{origin}.{alias.name}"
                found.append((whole if whole in modules() else origin, node))
    return found


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    is_package = module.path.name == "__init__.py"
    kept = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def reach(name: str) -> dict[str, str]:
    """Give everything that importing a module brings along, each with the module that brings it.

    Importing `a.b.c` runs `a` and `a.b` first, so those count as well.
    """
    brought: dict[str, str] = {}
    waiting = [(name, name)]
    while waiting:
        current, by = waiting.pop()
        if current in brought:
            continue
        brought[current] = by
        waiting += [(parent, current) for parent in _parents(current)]
        if current in modules():
            waiting += [(target, current) for target, _ in imports(modules()[current])]
    return brought


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))] if name in modules() else []
