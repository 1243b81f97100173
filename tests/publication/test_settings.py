from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from newsroom.accounts.queries import audit_log
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import frame
from newsroom.publication import queries, service
from newsroom.publication.service import PublicationSettings, SettingsConflict
from tests.cast import Cast

BELL = PublicationSettings(
    name="The Service Bell",
    sender_address="bell@service-bell.example",
    publisher="Halden Quay Press",
    postal_address="12 Ropewalk Lane\nPort Ellery PE4 2QX",
)


@pytest.fixture
def bell(app: Flask) -> PublicationSettings:
    with unit_of_work():
        service.set_up(BELL)
    return BELL


def test_a_fresh_database_has_neutral_settings_and_nothing_is_written_by_reading_them(db_app: Flask) -> None:
    settings = queries.publication()

    assert (settings.name, settings.version) == ("Our newsletter", 0)
    assert settings.sender_address == "newsletter@newsroom.example"
    assert not queries.is_set_up()
    with unit_of_work():
        assert queries.publication() not in db.session
    assert not queries.is_set_up()


def test_setting_up_happens_once(db_app: Flask) -> None:
    with unit_of_work():
        first = service.set_up(BELL)
    with unit_of_work():
        second = service.set_up(replace(BELL, name="Another"))

    assert (first, second) == (True, False)
    assert queries.publication().name == "The Service Bell"
    assert [entry.verb for entry in audit_log().items] == ["set up"]


def test_saving_the_first_settings_sets_up(db_app: Flask) -> None:
    with unit_of_work():
        assert service.save_settings(BELL, based_on=0) == 1

    assert queries.is_set_up()


def test_each_change_raises_the_version_and_says_what_changed(db_app: Flask) -> None:
    with unit_of_work():
        service.set_up(BELL)
        assert service.save_settings(BELL, based_on=1) == 1
        assert service.save_settings(replace(BELL, name="Bell", four_eyes=True), based_on=1) == 2

    assert (queries.publication().name, queries.publication().version) == ("Bell", 2)
    assert audit_log().items[0].detail == "name, four eyes"


def test_two_who_save_at_once_hear_of_each_other(db_app: Flask) -> None:
    with unit_of_work():
        service.set_up(BELL)
        service.save_settings(replace(BELL, name="Theirs"), based_on=1)

    with pytest.raises(SettingsConflict) as conflict, unit_of_work():
        service.save_settings(replace(BELL, name="Mine"), based_on=1)
    assert (conflict.value.theirs.name, conflict.value.version) == ("Theirs", 2)
    assert queries.publication().name == "Theirs"


def test_letters_carry_what_was_saved(app: Flask) -> None:
    assert frame.current().publication_name == "Our newsletter"
    with unit_of_work():
        service.set_up(replace(BELL, accent_colour="#FFEE00"))

    signed = frame.current()
    assert (signed.publication_name, signed.sender_name) == ("The Service Bell", "The Service Bell")
    assert signed.sender_address == "bell@service-bell.example"
    assert signed.accent_colour != "#FFEE00"


def test_an_administrator_sets_the_publication_up(admin: Any) -> None:
    admin.visit("/desk/settings")
    admin.sees("Nobody has saved these yet")
    admin.submit(
        "Save",
        name="The Service Bell",
        sender_address="Bell@Service-Bell.example",
        time_zone="europe/london",
        language="en_gb",
        accent_colour="0b5563",
        postal_address="12 Ropewalk Lane\r\nPort Ellery",
        four_eyes=True,
    )
    admin.sees("Saved.", "reads well").does_not_see("Nobody has saved these yet")

    settings = queries.publication()
    assert settings.sender_address == "Bell@service-bell.example"
    assert (settings.time_zone, settings.language, settings.accent_colour) == (
        "Europe/London",
        "en-GB",
        "#0B5563",
    )
    assert (settings.postal_address, settings.four_eyes) == ("12 Ropewalk Lane\nPort Ellery", True)
    admin.visit("/")
    assert "The Service Bell" in admin.page.words


def test_a_pale_accent_is_pointed_out(admin: Any, bell: PublicationSettings) -> None:
    admin.visit("/desk/settings")
    admin.submit("Save", accent_colour="#FFEE00")
    admin.sees("#FFEE00 is too pale for text")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "A publication needs a name."),
        ("name", "   ", "A publication needs a name."),
        ("name", "x" * 121, "At most 120 characters."),
        ("sender_address", "", "Letters need an address"),
        ("sender_address", "nobody", "needs an @"),
        ("sender_address", "bell@service-bell.example, b@c.example", "one address only"),
        ("reply_address", "nobody", "needs an @"),
        ("time_zone", "Moon/Tycho", "That is no time zone"),
        ("language", "English!", "That is no language tag"),
        ("accent_colour", "red", "That is no colour"),
        ("cadence_days", "0", "from 1 to 90"),
        ("cadence_days", "91", "from 1 to 90"),
        ("cadence_days", "often", "no whole number"),
        ("cadence_days", "9" * 30, "from 1 to 90"),
        ("logo_url", "http://service-bell.example/logo.png", "beginning with https://"),
        ("logo_url", "javascript:alert(1)", "beginning with https://"),
        ("unprinted_retention_days", "-1", "from 1 to 3,650"),
        ("postal_address", "x" * 301, "At most 300 characters."),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused_at_its_field(
    app: Flask, field: str, typed: str, sentence: str
) -> None:
    with unit_of_work():
        service.set_up(BELL)
    admin = Cast(app).admin()
    admin.visit("/desk/settings")
    admin.submit("Save", **{field: typed}, expect=422)

    admin.sees(sentence)
    assert queries.publication().version == 1
    assert service.settings_of(queries.publication()) == BELL


def test_a_conflict_shows_both_and_loses_neither(admin: Any, bell: PublicationSettings) -> None:
    admin.visit("/desk/settings")
    with unit_of_work():
        service.save_settings(replace(bell, tagline="Theirs", telephone="+44 1632 960143"), based_on=1)

    admin.submit("Save", tagline="Mine", expect=409)
    admin.sees("Somebody else saved the settings meanwhile", "Theirs", "Mine", "+44 1632 960143")
    assert queries.publication().tagline == "Theirs"

    admin.submit("Save", telephone="+44 1632 960143")
    settings = queries.publication()
    assert (settings.tagline, settings.telephone, settings.version) == ("Mine", "+44 1632 960143", 3)


def test_only_administrators_open_the_settings(editor: Any, publisher: Any, reader: Any) -> None:
    for path in ("/desk/settings", "/desk/settings/blocks", "/desk/settings/blocks/about"):
        editor.visit(path, expect=403)
        publisher.visit(path, expect=403)
        reader.visit(path)
        reader.sees("Sign in")


def test_the_site_runs_the_way_its_language_runs(app: Flask) -> None:
    def root() -> str:
        page = app.test_client().get("/subscribe").text
        return page[page.index("<html") : page.index("<head")].strip()

    assert root() == '<html lang="en-GB" dir="ltr">'
    with unit_of_work():
        service.set_up(PublicationSettings("الجرس", "a@jaras.example", language="ar"))
    assert root() == '<html lang="ar" dir="rtl">'
