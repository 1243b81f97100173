"""When an address is made ready for `url_for`: the first time that somebody asks for one of its kind.

Werkzeug writes and compiles two functions for each of the product's addresses as soon as it is told of them.
That would be a tenth of the time that every command takes to start, and no process builds all of them. How
an address is built, and which request it answers, stays Werkzeug's business.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


class UnhurriedRule(Rule):
    """A rule that compiles its builders when they are first called."""

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        compile_now = super()._compile_builder
        compiled: list[_Builder] = []

        def build(rule: Rule, *parts: Any, **values: Any) -> tuple[str, str]:
            # Two threads may both compile it, to the same end.
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, *parts, **values)

        return build


def init_app(app: Flask) -> None:
    """Call before the application is told of its addresses."""
    app.url_rule_class = UnhurriedRule
