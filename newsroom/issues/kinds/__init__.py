"""The register of kinds: every module beside this one that has a `KIND` is a kind of section.

Pure. To add a kind, add a module here and its partials in `templates/issues/kinds/`; nothing else is told.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from newsroom.issues.kinds.spec import BadValue, Key, Kind

__all__ = ["BadValue", "Key", "Kind", "by_name", "by_slug", "kind_of", "names"]


def _discover() -> dict[str, Kind]:
    modules = (
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    kinds = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}


by_name: Mapping[str, Kind] = MappingProxyType(_discover())
by_slug: Mapping[str, Kind] = MappingProxyType({kind.slug: kind for kind in by_name.values()})


def kind_of(name: str) -> Kind:
    """The kind of that name as manuscripts and documents write it; KeyError where there is none."""
    return by_name[name]


def names() -> list[str]:
    """The names of all kinds, in alphabetical order."""
    return list(by_name)
