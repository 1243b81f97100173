"""Staff without a browser, for tests of verbs; who clicks comes from the cast."""

from collections.abc import Callable

import pytest
from flask import Flask

from newsroom.accounts import service
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.platform.db import unit_of_work
from tests.cast import PASSWORD

Hire = Callable[..., Staff]


@pytest.fixture
def founder(app: Flask) -> Staff:
    """The first account ever, which holds all roles."""
    with unit_of_work():
        return service.add("founder@service-bell.example", "Fay Founder", [Role.EDITOR], PASSWORD)


@pytest.fixture
def hire(founder: Staff) -> Hire:
    """Add somebody with a password: `hire("ines", Role.EDITOR)`."""

    def add(name: str, *roles: Role) -> Staff:
        with unit_of_work():
            return service.add(f"{name}@service-bell.example", name.title(), roles, PASSWORD)

    return add
