"""Addresses of static files, and how long a browser may keep what they lead to."""

import os
from pathlib import Path

import pytest
from flask import Flask

from newsroom.platform.web.assets import AssetMissing, Assets, register


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "faces").mkdir(parents=True)
    (static / "site.css").write_text("p { margin: 0 }", encoding="utf-8")
    (static / "faces" / "one.woff2").write_bytes(b"wOF2")
    (tmp_path / "secret").write_text("not for readers", encoding="utf-8")
    return static


@pytest.fixture
def small_app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=str(folder))
    register(app)
    return app


def test_an_unchanged_file_keeps_its_address(folder: Path) -> None:
    assert Assets(folder)("site.css") == Assets(folder)("site.css")


def test_a_changed_file_gets_a_new_address_without_a_restart(folder: Path) -> None:
    asset = Assets(folder)
    before = asset("site.css")
    (folder / "site.css").write_text("p { margin: 1 }", encoding="utf-8")
    later = (folder / "site.css").stat().st_mtime + 5
    os.utime(folder / "site.css", (later, later))
    assert asset("site.css") != before


def test_the_address_depends_on_the_content_alone(folder: Path) -> None:
    asset = Assets(folder)
    before = asset("site.css")
    os.utime(folder / "site.css", (1, 1))
    assert asset("site.css") == before


@pytest.mark.parametrize("name", ["site.sass", "../secret", "faces", ""])
def test_what_is_no_file_of_the_folder_is_refused_by_name(folder: Path, name: str) -> None:
    with pytest.raises(AssetMissing, match="no static file"):
        Assets(folder)(name)


def kept(app: Flask, address: str) -> str:
    with app.test_client().get(address) as answer:
        assert answer.status_code == 200
        return answer.headers["Cache-Control"]


def test_a_versioned_file_may_be_kept_for_ever(small_app: Flask) -> None:
    address = small_app.jinja_env.from_string("{{ asset('site.css') }}").render()
    assert "immutable" in kept(small_app, address)


def test_a_face_is_kept_for_a_month(small_app: Flask) -> None:
    assert "max-age=2592000" in kept(small_app, "/static/faces/one.woff2")


def test_an_address_without_a_version_is_asked_for_again(small_app: Flask) -> None:
    assert kept(small_app, "/static/site.css") == "no-cache"


def test_a_missing_file_is_not_kept(small_app: Flask) -> None:
    with small_app.test_client().get("/static/gone.css?v=0123456789") as answer:
        assert answer.status_code == 404
        assert "immutable" not in answer.headers.get("Cache-Control", "")
