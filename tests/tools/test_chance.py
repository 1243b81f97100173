"""The suite leaves nothing to chance, and `make thorough` all of it."""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import chance
from tests.chance import examples, tried_on


def _what_is_tried(habits: settings) -> list[str]:
    tried: list[str] = []

    @habits
    @given(st.text())
    def look(text: str) -> None:
        tried.append(text)

    look()
    return tried


def test_the_suite_tries_the_same_whatever_else_was_imported(tmp_path: Path) -> None:
    first = _what_is_tried(settings())
    assert len(set(first)) > 10
    code = tmp_path / "found_by_chance.py"
    code.write_text("\n".join(f"WORD_{number} = 'a constant of its own {number}'" for number in range(500)))
    spec = importlib.util.spec_from_file_location("found_by_chance", code)
    assert spec and spec.loader
    with pytest.MonkeyPatch.context() as patch:
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, "found_by_chance", module)
        spec.loader.exec_module(module)
        assert _what_is_tried(settings()) == first


def test_what_stands_for_all_is_tried_in_the_suite_and_the_rest_in_a_thorough_look() -> None:
    def cases() -> tuple[set[str], list[str]]:
        @tried_on("boat", ["barge"], thorough=["punt", "raft"])
        def float_it(boat: str) -> None:
            raise NotImplementedError

        marks = {mark.name: mark for mark in float_it.pytestmark}  # type: ignore[attr-defined]
        return set(marks), marks["parametrize"].args[1]

    assert cases() == ({"parametrize", "variants"}, ["barge"])
    settings.load_profile(chance.THOROUGH)
    try:
        assert cases() == ({"parametrize", "variants"}, ["barge", "punt", "raft"])
    finally:
        settings.load_profile(chance.SUITE)


def test_a_thorough_look_is_longer_and_never_the_same() -> None:
    assert examples(40) == 40
    settings.load_profile(chance.THOROUGH)
    try:
        assert settings().max_examples == chance.EXAMPLES * chance.TIMES_AS_MANY
        assert (examples(40), examples(40, thorough=100)) == (800, 100)
        few = settings(max_examples=50, database=None)
        assert len({tuple(_what_is_tried(few)) for _ in range(3)}) == 3
    finally:
        settings.load_profile(chance.SUITE)
