"""Doors for the terminal: `flask delivery …`. Each parses, calls one verb, prints."""

from newsroom.delivery.commands import afterwards, bounces, scheduling, sending
from newsroom.delivery.commands.group import cli

__all__ = ["afterwards", "bounces", "cli", "scheduling", "sending"]
