"""A small application that has only what letters need: settings, database, templates, a sender."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from newsroom.platform.db import db
from newsroom.platform.db import init_app as init_db
from newsroom.platform.mail import frame
from newsroom.platform.mail.flask_mail import mail
from newsroom.platform.mail.frame import Frame
from newsroom.platform.settings import flask_config, load

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

THE_FRAME = Frame(
    sender_name="The Service Bell",
    sender_address="letters@service-bell.example",
    reply_address="editor@service-bell.example",
    publication_name="The Service Bell",
    postal_address="12 Ropewalk Lane\nPort Ellery PE4 2QX\nUnited Kingdom",
    tagline="What customers remember, and what the rest of us can learn from it",
    publisher="Halden Quay Press",
    telephone="+44 1632 960143",
)


def make_app(instance: Path, **more: str) -> Flask:
    settings = load(
        {
            "NEWSROOM_ENV": "development",
            "NEWSROOM_INSTANCE": str(instance),
            "NEWSROOM_SECRET_KEY": "a secret for the tests alone, long enough",
            "NEWSROOM_BASE_URL": "http://newsroom.example",
            **more,
        }
    )
    instance.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__)
    folders = [str(ROOT / "templates"), str(HERE / "templates")]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.config.update(flask_config(settings))
    app.extensions["newsroom.settings"] = settings
    init_db(app)
    mail.init_app(app)
    return app


def running(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def sender(monkeypatch: pytest.MonkeyPatch) -> Frame:
    """The publication that writes, for the length of a test."""
    monkeypatch.setattr(frame, "_provider", lambda: THE_FRAME)
    return THE_FRAME


@pytest.fixture
def mail_app(tmp_path: Path) -> Iterator[Flask]:
    """Letters go to the folder."""
    yield from running(make_app(tmp_path / "instance"))


@pytest.fixture
def smtp_app(tmp_path: Path, smtp) -> Iterator[Flask]:
    """Letters go to the mail server `smtp`."""
    yield from running(make_app(tmp_path / "instance", **smtp.settings()))
