"""A test client whose requests see nothing of the test's own application context, as in the real server.

The fixtures keep a context open, so that a test can call verbs and queries directly. Flask would let a
request made meanwhile share it: with its `g`, the person signed in, and the database session.
"""

import contextvars
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from newsroom.platform.db import db


class IsolatedClient(FlaskClient):
    """Each request runs in a context of its own; afterwards the test's session sees what it changed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # Buffered, because a streamed answer has to end in the context in which it began.
        kwargs["buffered"] = True
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return response
