"""`/healthz`: whether this process can answer and reach its database, for whatever watches over it."""

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from newsroom.platform.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """`ok` with 200, or a sentence with 503."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return _plain("The database does not answer.\n", 503)
    return _plain("ok\n", 200)


def _plain(body: str, status: int) -> Response:
    return Response(body, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
