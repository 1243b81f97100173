"""The roof: puts the floors together. Reads as the table of contents; decides nothing itself."""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from newsroom import (
    accounts,
    archive,
    delivery,
    issues,
    library,
    office,
    pictures,
    publication,
    stories,
    subscribers,
)
from newsroom.accounts import guards
from newsroom.accounts import pages as accounts_pages
from newsroom.accounts import tasks as accounts_tasks
from newsroom.delivery import collecting, limits, personal, retention
from newsroom.delivery import notices as delivery_notices
from newsroom.delivery import service as deliveries
from newsroom.delivery import tasks as schedules
from newsroom.delivery import worker as dispatches
from newsroom.demo import commands as demo
from newsroom.issues import queries as issues_queries
from newsroom.issues import rules as issues_rules
from newsroom.issues import service as issues_service
from newsroom.issues.events import Notice, approval_voided, notices_sought, piece_taken_back
from newsroom.library import events as library_events
from newsroom.library import queries as library_queries
from newsroom.library import things as library_things
from newsroom.office import navigation
from newsroom.pictures.events import Use, picture_sought
from newsroom.platform import clock, commands, days, db, jobs, moving, search, settings, surfaces, web
from newsroom.platform.jobs import distributed
from newsroom.platform.jobs.commands import work
from newsroom.platform.mail import frame, outbox, pace
from newsroom.platform.mail.flask_mail import mail
from newsroom.platform.settings import Settings
from newsroom.platform.web import assets, csrf
from newsroom.publication import queries as publication_queries
from newsroom.publication import render as publication_render
from newsroom.publication.events import publication_changed
from newsroom.stories import queries as stories_queries
from newsroom.stories import tasks as stories_tasks
from newsroom.stories.events import (
    Place,
    consent_changed,
    story_destroyed,
    story_sought,
    story_unpublished,
    story_withdrawn,
)
from newsroom.subscribers import queries as subscribers_queries
from newsroom.subscribers import tasks as subscribers_tasks
from newsroom.subscribers.events import subscriber_described, subscriber_left

_ROOT = Path(__file__).resolve().parent.parent


def create_app(given: Settings | None = None) -> Flask:
    """The application, by the settings given, or else by the environment and the project's `.env` file.

    Raises `SettingsError` when they cannot be right.
    """
    chosen = given or settings.load(os.environ, dotenv=_ROOT / ".env")
    settings.make_instance_folder(chosen)
    app = Flask(
        "newsroom",
        root_path=str(_ROOT / "newsroom"),
        template_folder=str(_ROOT / "templates"),
        static_folder=str(_ROOT / "static"),
        static_url_path="/static",
        instance_path=str(chosen.instance.absolute()),
    )
    app.config.from_mapping(settings.flask_config(chosen))
    app.extensions["newsroom.settings"] = chosen
    add_platform(app, chosen)
    add_features(app)
    connect_events(app)
    add_work(app)
    commands.speak_plainly(app)
    commands.introduce()
    return app


def add_platform(app: Flask, chosen: Settings) -> None:
    """The ground floor."""
    db.init_app(app)
    migrations = str(_ROOT / "newsroom" / "migrations")
    Migrate(app, db.db, directory=migrations, render_as_batch=True, compare_type=True)
    web.init_app(app, chosen)
    mail.init_app(app)
    distributed.init_app(app, chosen)
    assets.register(app)
    app.cli.add_command(work)
    app.cli.add_command(moving.move_in)


def add_features(app: Flask) -> None:
    """The floors, from the lowest up: their tables, and their doors for web, terminal and worker."""
    open_doors(app, accounts)
    open_doors(app, publication)
    open_doors(app, pictures)
    open_doors(app, stories)
    open_doors(app, library)
    open_doors(app, issues)
    open_doors(app, subscribers)
    open_doors(app, delivery)
    open_doors(app, archive)
    open_doors(app, office)
    demo.register(app, create_app)


def connect_events(app: Flask) -> None:
    """News that travels up, and what lower floors are told about higher ones."""
    csrf.answer_expired_sessions_by(app, accounts_pages.answer_expired_session)
    # A function, so that only a template that calls it reads the session: a public page must not.
    app.jinja_env.globals["current_staff"] = guards.current_staff
    app.jinja_env.globals["typed_by"] = guards.typed_by
    app.jinja_env.globals["desk_rooms"] = navigation.rooms
    app.jinja_env.filters["long_date"] = clock.long_date
    app.jinja_env.filters["at_time"] = lambda moment: days.at_time(
        moment, clock.now(), publication_queries.publication().time_zone
    )
    app.context_processor(lambda: {"publication": publication_queries.publication()})
    frame.use(publication_render.frame)
    outbox.veto_by(app, lambda address, _kind: subscribers_queries.suppression_of(address) is not None)
    story_withdrawn.connect(_take_story_back)
    story_unpublished.connect(_take_story_back)
    story_destroyed.connect(_forget_what_stood_there)
    piece_taken_back.connect(_stop_what_holds_it)
    consent_changed.connect(_void_what_was_approved)
    publication_changed.connect(_void_what_says_something_else)
    approval_voided.connect(_end_schedule)
    notices_sought.connect(_say_when_it_goes_out)
    subscriber_left.connect(_count_who_left)
    subscriber_described.connect(_say_what_became_of_letters)
    story_sought.connect(_say_where_it_stands)
    picture_sought.connect(_say_what_shows_it)
    library_events.file_sought.connect(_say_what_leads_to_it)
    library_events.pieces_sought.connect(_say_where_pieces_stand)
    library_events.author_removed.connect(_take_author_away)
    library_events.author_returned.connect(_give_author_back)


def _take_story_back(_sender: object, *, public_id: str, because: str = "author", **_facts: object) -> None:
    issues_service.tombstone(public_id, because)
    deliveries.stop_for_withdrawal(public_id)


def _stop_what_holds_it(_sender: object, *, public_id: str) -> None:
    deliveries.stop_for_withdrawal(public_id)


def _void_what_was_approved(_sender: object, *, public_id: str, **_facts: object) -> None:
    issues_service.story_allows_other(public_id)


def _void_what_says_something_else(_sender: object, *, what: str) -> None:
    issues_service.void_what_changed(what)


def _end_schedule(_sender: object, *, number: int, reason: str, state: str) -> None:
    deliveries.end_with_approval(number, reason, state)


def _say_when_it_goes_out(_sender: object, *, number: int, state: str) -> list[Notice]:
    return delivery_notices.notices(number, state)


def _count_who_left(_sender: object, *, subscriber_id: int) -> None:
    deliveries.note_departure(subscriber_id)


def _say_what_became_of_letters(_sender: object, *, subscriber_id: int) -> dict[str, Any]:
    return personal.everything_about(subscriber_id)


def _forget_what_stood_there(_sender: object, *, public_id: str) -> None:
    issues_service.forget_story(public_id)


def _say_where_it_stands(_sender: object, *, public_id: str) -> Place | None:
    held = issues_queries.holder_of(public_id)
    if held is None:
        return None
    path = f"/desk/issues/{held.issue.number}?section={held.public_id}"
    return Place(held.issue.number, path, held.piece_version, issues_rules.may("edit", held.issue.state))


def _say_where_pieces_stand(
    _sender: object, *, public_ids: list[str]
) -> dict[str, list[library_events.Place]]:
    return issues_queries.places_of(public_ids)


def _take_author_away(_sender: object, *, slug: str, name: str) -> list[str]:
    return _approve_again(f"the author {name} was removed")


def _give_author_back(_sender: object, *, slug: str, name: str) -> list[str]:
    return _approve_again(f"the author {name} was put back")


def _approve_again(reason: str) -> list[str]:
    numbers = issues_service.void_what_changed(reason)
    return [f"Issue {number} names them and has to be approved again." for number in numbers]


def _say_what_shows_it(_sender: object, *, address: str) -> list[Use]:
    return [Use(where, path) for where, path in _places_with(address)]


def _places_with(words: str) -> list[tuple[str, str]]:
    """Every place, at any version, where these words stand: its name, and the desk's address of it."""
    tellers = (
        publication_queries.places_with,
        library_queries.places_with,
        stories_queries.notes_with,
        issues_queries.places_with,
    )
    return [place for tell in tellers for place in tell(words)]


def _say_what_leads_to_it(_sender: object, *, address: str) -> list[library_events.FileUse]:
    # Where another address begins with this one, words that hold it may lead to the other.
    is_a_beginning = library_queries.longer_address(address)
    sought = [address + end for end in library_things.ENDS] if is_a_beginning else [address]
    places = dict.fromkeys(place for words in sought for place in _places_with(words))
    return [library_events.FileUse(where, path) for where, path in places]


def add_work(app: Flask) -> None:
    """What the worker does: sources of work, and what happens each minute."""
    jobs.add_source(app, "schedules", schedules.work)
    jobs.add_source(app, "bounces", collecting.work)
    jobs.add_steady_source(app, "dispatches", dispatches.work, dispatches.rest)
    # Behind whatever writes letters, so that a draining worker asks them last.
    jobs.add_steady_source(app, "letters", outbox.work, outbox.rest)
    jobs.add_tick(app, "limits that were raised", limits.look_around)
    jobs.add_tick(app, "approvals of issues", schedules.look_around)
    jobs.add_tick(app, "tidying of jobs", jobs.tidy)
    jobs.add_tick(app, "emptying of SQLite's log", search.fold_log)
    jobs.add_tick(app, "tidying of submissions", web.tidy)
    jobs.add_tick(app, "forgetting of drafts", accounts_tasks.forget_drafts)
    jobs.add_tick(app, "deadlines of stories", stories_tasks.keep_deadlines)
    jobs.add_tick(app, "forgetting of mailed stories", stories_tasks.forget_mail)
    jobs.add_tick(app, "destruction of old stories", stories_tasks.keep_no_longer)
    jobs.add_tick(app, "catalogue of stories", stories_tasks.catalogue)
    jobs.add_tick(app, "collecting of bounces", collecting.look_around)
    jobs.add_tick(app, "keeping of ledgers", retention.look_around)
    jobs.add_tick(app, "tidying of sign-ups", subscribers_tasks.tidy)
    jobs.add_tick(app, "tidying of letters", outbox.tidy)
    jobs.add_tick(app, "tidying of limits", pace.tidy)


def open_doors(app: Flask, feature: ModuleType) -> None:
    """Register what stands in a feature's rooms of these names: `bp`, `cli`, tasks, tables, and surfaces."""
    for room in ("models", "tasks", "pages", "desk", "feeds", "commands", "surfaces"):
        name = f"{feature.__name__}.{room}"
        if find_spec(name) is None:
            continue
        module = import_module(name)
        if room == "commands":
            for group in getattr(module, "groups", (module.cli,)):
                app.cli.add_command(group)
        elif room == "surfaces":
            surfaces.enter(app.extensions, module.SURFACES, module.FREE)
        elif room not in ("models", "tasks"):
            for blueprint in getattr(module, "blueprints", (module.bp,)):
                app.register_blueprint(blueprint)
