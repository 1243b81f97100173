"""No setting is empty talk: each one is read by something."""

import ast
from functools import cache

import pytest

from newsroom.platform.settings import Settings
from tests.architecture.source import modules

HOME = "newsroom.platform.settings"


def attributes_read(tree: ast.AST) -> set[str]:
    """The names that stand behind a dot and are looked at, not written."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


@cache
def read_outside() -> set[str]:
    return set().union(*(attributes_read(each.tree) for each in modules().values() if each.name != HOME))


def read_by_flask() -> set[str]:
    """What `flask_config` hands on to Flask and its extensions, in their words."""
    (function,) = (
        node
        for node in modules()[HOME].tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "flask_config"
    )
    return attributes_read(function)


def read_by_properties() -> dict[str, set[str]]:
    """The properties of `Settings`, and the fields that each one stands for."""
    (home,) = (
        node
        for node in modules()[HOME].tree.body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    return {
        node.name: attributes_read(node)
        for node in home.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list)
    }


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_read_somewhere(name: str) -> None:
    outside = read_outside()
    by_way_of = {each for each, fields in read_by_properties().items() if name in fields}
    assert name in outside | read_by_flask() or by_way_of & outside, f"nothing reads the setting {name}"
