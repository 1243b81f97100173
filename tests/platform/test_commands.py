"""Commands belong to their modules, applications come and go."""

from flask import Flask

from newsroom.factory import create_app
from newsroom.platform.settings import current


def test_a_second_application_wraps_no_command_twice(app: Flask) -> None:
    before = app.cli.commands["work"].callback
    again = create_app(current())
    assert again.cli.commands["work"].callback is before
