"""The one blueprint of the library's doors, and what those who work behind them are called."""

from __future__ import annotations

from flask import Blueprint

from newsroom.accounts.guards import current_staff

bp = Blueprint("library_desk", "newsroom.library.desk", url_prefix="/desk/library")


def staff_id() -> int | None:
    """Who is at the desk, as the rows name them."""
    staff = current_staff()
    return staff.id if staff else None


def is_slug(typed: str) -> bool:
    """Whether an address could name an author or a series."""
    return typed.isascii() and typed.replace("-", "").isalnum()
