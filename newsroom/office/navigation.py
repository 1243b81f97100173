"""Which rooms of the desk a person may enter, for the line at the top of every page.

A room is offered when its door is there and the person holds the permission that the door itself names, so
that the line never promises what the door refuses. It guards nothing.
"""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException

from newsroom.accounts.guards import Permission, may
from newsroom.office import rules
from newsroom.platform.settings import current

_ROOMS = (
    ("/desk", "Desk"),
    ("/desk/stories", "Stories"),
    ("/desk/companies", "Companies"),
    ("/desk/issues", "Issues"),
    ("/desk/library", "Library"),
    ("/desk/pictures", "Pictures"),
    ("/desk/deliveries", "Deliveries"),
    ("/desk/subscribers", "Subscribers"),
    ("/desk/staff", "Staff"),
    ("/desk/settings", "Settings"),
    ("/desk/outbox", "Outbox"),
)


def rooms() -> tuple[tuple[str, str], ...]:
    """Address and name of each room that the person signed in may enter, in the order of the work."""
    return tuple((path, name) for path, name in _ROOMS if _may_enter(path))


def has_outbox() -> bool:
    """Whether letters lie in a folder of ours, rather than with a mail server."""
    return current().mail_transport == "folder"


def may_read_letters() -> bool:
    """Whether the person signed in may read what lies in the outbox."""
    return rules.may_read_letters(in_production=current().production, administers=may(Permission.ADMINISTER))


def _may_enter(path: str) -> bool:
    permission = _permission_of(path)
    if permission is None or not may(permission):
        return False
    return path != "/desk/outbox" or (has_outbox() and may_read_letters())


def _permission_of(path: str) -> Permission | None:
    """The permission that the door at an address names; None where there is no such door."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    named: Permission | None = getattr(current_app.view_functions[endpoint], "needed_permission", None)
    return named
