"""Where `flask` and gunicorn find the application."""

import sys

import click

from newsroom.factory import create_app
from newsroom.platform.settings import SettingsError

try:
    app = create_app()
except SettingsError as problem:
    click.echo(f"Error: {problem}", err=True)
    # gunicorn would start its worker again for ever, unless the code says that the application cannot load.
    sys.exit(4 if "gunicorn.arbiter" in sys.modules else 1)
