"""What is raised can be raised anywhere."""

import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.architecture.source import modules


def exceptions() -> list[type[BaseException]]:
    found = {
        thing
        for name in modules()
        for thing in vars(importlib.import_module(name)).values()
        if inspect.isclass(thing)
        and issubclass(thing, BaseException)
        and thing.__module__.startswith("newsroom")
    }
    return sorted(found, key=lambda each: (each.__module__, each.__qualname__))


def test_there_are_exceptions_to_look_at() -> None:
    assert len(exceptions()) > 10


@pytest.mark.parametrize("kind", exceptions(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_no_exception_is_frozen(kind: type[BaseException]) -> None:
    """A context manager sets the traceback of what passes through it, which a frozen dataclass refuses.

    Out of a unit of work would come a FrozenInstanceError in its place.
    """
    said = getattr(kind, "__dataclass_params__", None)
    assert said is None or not said.frozen


def test_a_frozen_one_would_be_noticed() -> None:
    """The reason for the rule, shown on the spot."""

    @dataclasses.dataclass(frozen=True)
    class Frozen(Exception):
        sentence: str

    @contextmanager
    def passage() -> Iterator[None]:
        yield

    with pytest.raises(dataclasses.FrozenInstanceError), passage():
        raise Frozen("It stays.")
