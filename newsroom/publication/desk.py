"""The desk's doors to the publication's settings and standing blocks, for administrators."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.guards import Permission, current_staff, needs
from newsroom.accounts.queries import all_staff
from newsroom.platform import markup
from newsroom.platform.db import unit_of_work
from newsroom.platform.differences import Paragraph, compared
from newsroom.platform.markup import Dialect
from newsroom.platform.web import unsaved
from newsroom.platform.web.unsaved import Unsaved
from newsroom.publication import queries, rules, service
from newsroom.publication.forms import BlockForm, SettingsForm
from newsroom.publication.queries import Block, BlockVersion
from newsroom.publication.service import BlockConflict, PublicationSettings, SettingsConflict

bp = Blueprint("publication_desk", __name__, url_prefix="/desk/settings")

_INVALID = 422
_CONFLICT = 409


@bp.route("", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def settings() -> ResponseReturnValue:
    """Every setting on one page."""
    row = queries.publication()
    if request.method != "POST":
        return _settings_page(SettingsForm(formdata=None, obj=row))
    form = SettingsForm()
    if not form.validate_on_submit():
        return _settings_page(form), _INVALID
    try:
        with unit_of_work():
            service.save_settings(form.value(), form.based_on)
    except SettingsConflict as conflict:
        # Whoever reads both and saves again means it: the form now stands on the newest version.
        _stand_on(form, conflict.version)
        return _settings_page(form, conflict.theirs), _CONFLICT
    flash("Saved. Pages and letters use it from now on.", "success")
    return redirect(url_for(".settings"), 303)


@bp.get("/blocks")
@needs(Permission.ADMINISTER)
def blocks() -> str:
    """All standing blocks, written or not."""
    written = {block.key: block for block in queries.standing_blocks()}
    keys = list(rules.BLOCKS) + sorted(set(written) - set(rules.BLOCKS))
    return render_template("publication/desk/blocks.html", keys=keys, written=written, purposes=rules.BLOCKS)


@bp.route("/blocks/<key>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def block(key: str) -> ResponseReturnValue:
    """Write a standing block: look at it as it will be, then save it as a new version."""
    newest = _newest_or_404(key)
    stored, draft = _taken_up(
        key,
        BlockForm(
            formdata=None, data={"title": newest.title, "body": newest.body, "version": newest.version}
        ),
    )
    if request.method != "POST":
        return _block_page(key, stored, draft)
    form = BlockForm()
    if not form.validate_on_submit():
        return _block_page(key, form, draft), _INVALID
    if "preview" in request.form:
        return _block_page(key, form, draft)
    staff = current_staff()
    try:
        with unit_of_work():
            _forget_draft(key)
            saved = service.save_block(
                key,
                form.title.data or "",
                form.body.data or "",
                based_on=form.based_on,
                by_id=staff.id if staff else None,
            )
    except BlockConflict as conflict:
        _stand_on(form, conflict.theirs.version)
        return _block_page(key, form, draft, conflict.theirs), _CONFLICT
    flash(f"Saved as version {saved.version}. Issues that were sent keep the words they had.", "success")
    return redirect(url_for(".block", key=key), 303)


@bp.post("/blocks/preview")
@needs(Permission.ADMINISTER)
def preview_block() -> str:
    """How the standing block that is being typed reads; nothing is kept."""
    form = BlockForm()
    return _as_readers_see_it(form.title.data or "", form.body.data or "")


def _taken_up(key: str, stored: BlockForm) -> tuple[BlockForm, Unsaved]:
    """The form as it is stored, or as it was typed and is taken up now; and what is said of the draft."""
    staff, subject = current_staff(), f"block:{key}"
    found = accounts.draft(staff.id, subject) if staff else None
    draft = unsaved.unsaved(subject, found)
    if found is None:
        return stored, draft
    if draft.is_taken_up:
        form = BlockForm(formdata=draft.typed)
        form.version.data = draft.version
        return form, draft
    typed = MultiDict([(name, value) for name, values in found.typed.items() for value in values])
    read = BlockForm(formdata=typed)
    is_stored = (read.title.data, read.body.data) == (stored.title.data, stored.body.data)
    return stored, unsaved.unsaved(subject, found, is_stored=is_stored)


def _forget_draft(key: str) -> None:
    """What this page had typed is saved."""
    staff = current_staff()
    if staff is not None:
        accounts_service.forget_draft(staff.id, f"block:{key}", key=request.form.get(unsaved.KEY_FIELD, ""))


@bp.get("/blocks/<key>/<int:version>")
@needs(Permission.ADMINISTER)
def version(key: str, version: int) -> str:
    """One version as it was."""
    found = queries.standing_block(key, version)
    if found is None:
        abort(404, "There is no such version of this standing block.")
    return render_template(
        "publication/desk/version.html",
        block=found,
        newest=_newest_or_404(key),
        purpose=rules.BLOCKS.get(key),
        html=_preview(found.body),
    )


@bp.post("/blocks/<key>/<int:version>/restore")
@needs(Permission.ADMINISTER)
def restore(key: str, version: int) -> ResponseReturnValue:
    """Make an earlier version the newest one again, as a version of its own."""
    found = queries.standing_block(key, version)
    if found is None:
        abort(404, "There is no such version of this standing block.")
    staff = current_staff()
    with unit_of_work():
        saved = service.save_block(key, found.title, found.body, by_id=staff.id if staff else None)
    flash(f"The words of version {version} are in use again, as version {saved.version}.", "success")
    return redirect(url_for(".block", key=key), 303)


def _settings_page(form: SettingsForm, theirs: PublicationSettings | None = None) -> str:
    return render_template(
        "publication/desk/settings.html",
        form=form,
        theirs=theirs,
        is_set_up=queries.is_set_up(),
        contrast_note=rules.contrast_note(form.accent_colour.data or ""),
    )


@dataclass(frozen=True)
class _Compared:
    """Two versions of a block, and what differs between them, field by field."""

    earlier: int
    later: int
    fields: tuple[tuple[str, tuple[Paragraph, ...]], ...]


def _compared(versions: list[BlockVersion]) -> _Compared | None:
    """The two versions that were asked for, else the newest and the one before."""
    if len(versions) < 2:
        return None
    by_number = {one.block.version: one.block for one in versions}
    newest = versions[0].block.version
    later = request.args.get("to", newest, type=int)
    later = later if later in by_number else newest
    earlier = request.args.get("from", later - 1, type=int)
    earlier = earlier if earlier in by_number else versions[-1].block.version
    was, now = by_number[earlier], by_number[later]
    texts = (("Title", was.title, now.title), ("Text", was.body, now.body))
    differing = [(label, compared(one, other)) for label, one, other in texts if one != other]
    return _Compared(earlier, later, tuple(differing))


def _as_readers_see_it(title: str, body: str) -> str:
    return render_template("publication/desk/shown.html", title=title, html=_preview(body))


def _block_page(key: str, form: BlockForm, draft: Unsaved, theirs: Block | None = None) -> str:
    versions = queries.versions(key)
    return render_template(
        "publication/desk/block.html",
        key=key,
        form=form,
        theirs=theirs,
        purpose=rules.BLOCKS.get(key),
        draft=draft,
        versions=versions,
        compared=_compared(versions),
        names={staff.id: staff.name for staff in all_staff()},
        html=_preview(form.body.data or ""),
    )


def _newest_or_404(key: str) -> Block:
    newest = queries.standing_block(key)
    if newest is not None:
        return newest
    if key not in rules.BLOCKS:
        abort(404, "There is no standing block of this name.")
    return Block(key, "", "", 0)


def _preview(body: str) -> str:
    return markup.to_html(body, Dialect.ARTICLE)


def _stand_on(form: SettingsForm | BlockForm, version_number: int) -> None:
    form.version.data = str(version_number)
