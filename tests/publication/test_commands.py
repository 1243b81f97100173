from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from newsroom.platform.db import db
from newsroom.publication import queries, rules

STANDING = Path(__file__).parents[2] / "content" / "standing"


def publication(app: Flask, *arguments: str | Path) -> Result:
    result = app.test_cli_runner().invoke(args=["publication", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    db.session.rollback()
    return result


def set_up(app: Flask, **more: str) -> Result:
    options = {"name": "The Service Bell", "sender": "bell@service-bell.example", **more}
    return publication(
        app, "set-up", *(part for name, value in options.items() for part in (f"--{name}", value))
    )


def test_a_new_publication_is_set_up_at_the_terminal(db_app: Flask) -> None:
    assert set_up(db_app).exit_code == 0

    assert queries.publication().name == "The Service Bell"


def test_setting_up_again_is_refused(app: Flask) -> None:
    set_up(app)
    again = set_up(app, name="Another")

    assert again.exit_code == 1
    assert "set up already" in again.stderr
    assert queries.publication().name == "The Service Bell"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "needs a name"),
        ({"sender": "nobody"}, "needs an @"),
        ({"time-zone": "Moon/Tycho"}, "is no time zone"),
        ({"language": "!"}, "is no language tag"),
    ],
)
def test_what_cannot_be_right_is_refused_in_a_sentence(
    app: Flask, more: dict[str, str], sentence: str
) -> None:
    result = set_up(app, **more)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert not queries.is_set_up()


def test_standing_blocks_are_read_from_the_content_folder_and_every_one_has_its_place(app: Flask) -> None:
    first, second = publication(app, "load-blocks", STANDING), publication(app, "load-blocks", STANDING)

    assert (first.exit_code, second.exit_code) == (0, 0)
    blocks = queries.standing_blocks()
    assert {block.key for block in blocks} == set(rules.BLOCKS)
    assert {block.version for block in blocks} == {1}


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("about.md", b"No head", "about.md:1: "),
        ("about.md", b"---\ntitle: A\n", "about.md:2: "),
        ("about.md", "---\ntitle: Ä\n---\n".encode("latin-1"), "about.md:1: "),
        ("About Us.md", b"---\ntitle: A\n---\n", "About Us.md: "),
    ],
)
def test_a_faulty_file_is_named_and_nothing_is_read(
    app: Flask, tmp_path: Path, name: str, content: bytes, where: str
) -> None:
    (tmp_path / "aaa.md").write_text("---\ntitle: Fine\n---\nFine.")
    (tmp_path / name).write_bytes(content)

    result = publication(app, "load-blocks", tmp_path)

    assert result.exit_code == 1
    assert f"{tmp_path}/{where}" in result.stderr
    assert queries.standing_blocks() == []


def test_a_folder_without_blocks_is_refused(app: Flask, tmp_path: Path) -> None:
    assert publication(app, "load-blocks", tmp_path).exit_code == 1
    assert publication(app, "load-blocks", tmp_path / "none").exit_code == 2
