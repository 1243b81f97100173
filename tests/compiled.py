"""What every application of a test process would compile alike, compiled once: addresses and templates.

A test has an application of its own. Making one costs a tenth of a second, nearly all of it code that
Werkzeug writes for each address, and its first page as much again, for Jinja's translation of the templates.
Both depend on nothing but the address and the template's source, by which the results are kept here.
Nothing else is shared.
"""

from collections.abc import Iterable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

_compile_builder = Rule._compile_builder
_parse_rule = Rule._parse_rule
_builders: dict[tuple[Any, ...], Any] = {}
_addresses: dict[tuple[Any, ...], tuple[list[RulePart], list[Any], list[tuple[Any, ...]]]] = {}
# Jinja's options that change what a template becomes; one process has one set of extensions.
_OPTIONS = ("trim_blocks", "lstrip_blocks", "keep_trailing_newline", "is_async", "optimized")


def share_addresses() -> None:
    """Let an address that was compiled for one application serve the next as well."""
    Rule._compile_builder = _builder_of  # type: ignore[method-assign]
    Rule._parse_rule = _parts_of  # type: ignore[method-assign]


def share_templates(app: Flask) -> None:
    """Let this application's templates be those that another has compiled from the same source."""
    app.jinja_env.bytecode_cache = _templates


def _builder_of(rule: Rule, append_unknown: bool = True) -> Any:
    # A default is written into the code by the converter of that application.
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def _parts_of(rule: Rule, text: str) -> Iterable[RulePart]:
    assert rule.map is not None
    key = (text, *rule.map.converters.items())
    if key not in _addresses:
        _addresses[key] = _parse(rule, text)
        return _addresses[key][0]
    parts, trace, converters = _addresses[key]
    rule._trace.extend(trace)
    for variable, *more in converters:
        # A converter belongs to one application.
        rule._converters[variable] = rule.get_converter(variable, *more)
        rule.arguments.add(variable)
    return parts


def _parse(rule: Rule, text: str) -> tuple[list[RulePart], list[Any], list[tuple[Any, ...]]]:
    asked: list[tuple[Any, ...]] = []

    def get_converter(*wanted: Any) -> Any:
        asked.append(wanted)
        return Rule.get_converter(rule, *wanted)

    before = len(rule._trace)
    rule.get_converter = get_converter  # type: ignore[method-assign]
    try:
        parts = list(_parse_rule(rule, text))
    finally:
        del rule.get_converter
    return parts, rule._trace[before:], asked


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[tuple[Any, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._compiled[_key(bucket)] = bucket.code


def _key(bucket: Bucket) -> tuple[Any, ...]:
    environment = bucket.environment
    return bucket.key, bucket.checksum, *(getattr(environment, option) for option in _OPTIONS)


_templates = _Templates()
