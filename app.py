"""Where `flask` and gunicorn find the application."""

import gc
import sys

import click

# What is read on the way to an application stays until the end: looking through it again and again for
# garbage would be a sixth of the time that every command takes to start.
gc.disable()

from newsroom.factory import create_app  # noqa: E402
from newsroom.platform.settings import SettingsError  # noqa: E402

try:
    app = create_app()
    gc.freeze()
    gc.enable()
except SettingsError as problem:
    click.echo(f"Error: {problem}", err=True)
    # gunicorn would start its worker again for ever, unless the code says that the application cannot load.
    sys.exit(4 if "gunicorn.arbiter" in sys.modules else 1)
