"""Addresses are compiled when they are asked for, and are what they would have been."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from newsroom.platform.web.routing import UnhurriedRule


def test_the_product_has_rules_that_wait(app: Flask) -> None:
    hurried = [rule.endpoint for rule in app.url_map.iter_rules() if not isinstance(rule, UnhurriedRule)]
    assert hurried == ["static"]


def test_only_what_is_asked_for_is_compiled_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_builder = Rule._compile_builder

    def count(rule: Rule, append_unknown: bool = True) -> object:
        compiled.append(rule.rule)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", count)
    app = Flask("quay", static_folder=None)
    app.url_rule_class = UnhurriedRule
    app.add_url_rule("/quays/<int:number>/<path:rest>", "quay")
    app.add_url_rule("/boats", "boats", defaults={"page": 1})
    assert compiled == []
    with app.test_request_context():
        for _ in range(2):
            assert url_for("quay", number=3, rest="a b/ç", sort="à") == "/quays/3/a%20b/%C3%A7?sort=%C3%A0"
            assert url_for("boats", page=1) == "/boats"
    assert sorted(set(compiled)) == ["/boats", "/quays/<int:number>/<path:rest>"]
    assert len(compiled) <= 4
    assert app.url_map.bind("quay.example").match("/quays/7/x/y") == ("quay", {"number": 7, "rest": "x/y"})
