"""What is installed only where it is used: without it there is a sentence that says how to get it."""

import os
import sys
import warnings

import pytest

from newsroom import platform
from newsroom.factory import create_app
from newsroom.platform.jobs import distributed
from newsroom.platform.settings import SettingsError, load


def test_postgresql_without_its_driver_says_what_to_install(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "newsroom.platform.postgresql", raising=False)
    monkeypatch.delattr(platform, "postgresql", raising=False)
    settings = load({**environment, "NEWSROOM_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"})
    with pytest.raises(SettingsError, match=r"pip install -r requirements-scale\.txt"):
        create_app(settings)


def test_a_worker_that_root_starts_says_nothing_of_messages_that_carry_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platforms = pytest.importorskip("celery.platforms")
    accepted = distributed.app_for("amqp://nobody@127.0.0.1:1//").conf.accept_content
    for name in ("getuid", "getgid", "geteuid", "getegid"):
        monkeypatch.setattr(os, name, lambda: 0)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        platforms.check_privileges(accepted)
        assert heard, "Celery has become quiet by itself: the filter can go"
        heard.clear()
        distributed._accept_root()
        platforms.check_privileges(accepted)
    assert heard == []
