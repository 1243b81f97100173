"""What the applications of a test process share is what each would have made for itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import DictLoader
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map, Rule

from tests import compiled


def _code(builder: Callable[..., object]) -> tuple[object, ...]:
    code = builder.__code__
    return code.co_name, code.co_varnames, code.co_consts, code.co_names, code.co_code, builder.__defaults__


def _converters(rule: Rule) -> dict[str, tuple[object, ...]]:
    return {name: (type(one), one.map, one.regex, one.weight) for name, one in rule._converters.items()}


@pytest.mark.parametrize("append_unknown", [True, False])
def test_every_address_is_built_as_without_sharing(app: Flask, append_unknown: bool) -> None:
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 100
    for rule in rules:
        own = compiled._compile_builder(rule, append_unknown)
        assert _code(compiled._builder_of(rule, append_unknown)) == _code(own), rule


def test_every_address_is_read_as_without_sharing(app: Flask) -> None:
    converters = 0
    for rule in app.url_map.iter_rules():
        own = rule.empty()
        own.map, own._trace, own._converters = app.url_map, [], {}
        parts = list(compiled._parse_rule(own, own.rule))
        again = rule.empty()
        again.map, again._trace, again._converters = app.url_map, [], {}
        assert list(again._parse_rule(again.rule)) == parts == rule._parts[1:], rule
        assert again._trace == own._trace
        assert again.arguments == own.arguments
        assert _converters(again) == _converters(rule) == _converters(own)
        converters += len(own._converters)
    assert converters > 50


def test_an_address_is_read_anew_where_a_converter_means_something_else() -> None:
    class Odd(IntegerConverter):
        regex = "[13579]+"

    usual = Map([Rule("/odd/<int:number>", endpoint="odd")])
    odd = Map([Rule("/odd/<int:number>", endpoint="odd")], converters={"int": Odd})
    assert usual.bind("newsroom.example").match("/odd/2") == ("odd", {"number": 2})
    with pytest.raises(NotFound):
        odd.bind("newsroom.example").match("/odd/2")


def test_the_same_path_with_another_default_is_another_address() -> None:
    rules = [Rule("/list/<int:page>", endpoint="list", defaults={"page": page}) for page in (1, 2)]
    paths = []
    for rule in rules:
        Map([rule])
        paths.append(rule.build({}))
    assert paths == [("", "/list/1"), ("", "/list/2")]


def test_a_template_of_another_source_or_other_options_is_another_template(app: Flask) -> None:
    def rendered(source: str, **options: bool) -> str:
        environment = app.jinja_env.overlay(loader=DictLoader({"a.html": source}), **options)
        assert environment.bytecode_cache is compiled._templates
        return environment.get_template("a.html").render()

    assert rendered("{% if true %}\nfirst{% endif %}") == "\nfirst"
    assert rendered("{% if true %}\nfirst{% endif %}", trim_blocks=True) == "first"
    assert rendered("second") == "second"
