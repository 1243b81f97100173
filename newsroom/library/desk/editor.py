"""What the editors of the library have in common: saving, drafts, versions compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.guards import current_staff
from newsroom.library import service
from newsroom.library.desk.blueprint import staff_id
from newsroom.library.events import Place, places_of
from newsroom.library.forms import WordsForm
from newsroom.library.queries import PieceVersion, WordsVersion
from newsroom.platform.db import unit_of_work
from newsroom.platform.differences import Paragraph, compared
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.web import unsaved
from newsroom.platform.web.unsaved import Unsaved

Form = TypeVar("Form", bound=WordsForm)
Fields = Callable[[Any], Mapping[str, str]]
OWN_SUBJECTS = ("author:", "series:", "testimonial:", "download:")
"""How the subjects of the library's drafts begin."""


def saved(
    form: WordsForm, save: Callable[[], None], page: Callable[..., str], back: str
) -> ResponseReturnValue:
    """Save what a form says and go on; or the form again, with all that was typed and what was wrong."""
    if "preview" in request.form:
        return page()
    try:
        with unit_of_work():
            save()
            forget_draft()
    except service.WordsConflict as conflict:
        # What was typed stays in the form, and saving it once more is a decision.
        form.version.data = str(conflict.version)
        return page(theirs=conflict.theirs), 409
    except service.NameTaken as error:
        form["name"].errors = [*form["name"].errors, str(error)]
        return page(), 422
    flash("Saved.", "success")
    return redirect(back, 303)


def restored(save: Callable[[], int], version: int, back: str) -> ResponseReturnValue:
    """Make an earlier version the newest one again."""
    try:
        with unit_of_work():
            number = save()
        flash(f"What version {version} said is in use again, as version {number}.", "success")
    except service.NameTaken as error:
        flash(str(error), "error")
    return redirect(back, 303)


def version_or_404(versions: Sequence[WordsVersion[Any]], version: int) -> Any:
    """What that version said."""
    found = next((each.words for each in versions if each.version == version), None)
    return found or abort(404, "There is no such version.")


# Drafts


def taken_up(subject: str, stored: Form) -> tuple[Form, Unsaved | None]:
    """The form as it is stored, or as it was typed and is taken up now; and what is said of the draft."""
    staff = current_staff()
    found = accounts.draft(staff.id, subject) if staff else None
    draft = unsaved.unsaved(subject, found)
    if found is None:
        return stored, draft
    if draft.is_taken_up:
        form = type(stored)(formdata=draft.typed)
        form.version.data = draft.version
        return form, draft
    typed = type(stored)(
        formdata=MultiDict([(name, v) for name, values in found.typed.items() for v in values])
    )
    return stored, unsaved.unsaved(subject, found, is_stored=_words(typed) == _words(stored))


def _words(form: WordsForm) -> dict[str, str]:
    hidden = ("HiddenField", "CSRFTokenField", "FileField")
    return {field.name: field.data or "" for field in form if field.type not in hidden}


def forget_draft() -> None:
    """What this page had typed is saved."""
    subject, key = request.form.get(unsaved.SUBJECT_FIELD, ""), request.form.get(unsaved.KEY_FIELD, "")
    staff = staff_id()
    if staff is not None and subject.startswith(OWN_SUBJECTS):
        accounts_service.forget_draft(staff, subject, key=key)


# Pages


@dataclass(frozen=True)
class Compared:
    """Two versions, and what differs between them, field by field."""

    earlier: int
    later: int
    fields: tuple[tuple[str, tuple[Paragraph, ...]], ...]


def around(form: WordsForm, versions: Sequence[WordsVersion[Any]], fields: Fields) -> dict[str, Any]:
    """What stands beside either form: the words as readers see them, the versions, two of them compared."""
    return {
        "html": to_html(form["words"].data or "", Dialect.ARTICLE) if form["words"].data else Markup(""),
        "versions": versions,
        "names": {staff.id: staff.name for staff in accounts.all_staff()},
        "compared": _compared(versions, fields),
    }


def _compared(versions: Sequence[WordsVersion[Any]], fields: Fields) -> Compared | None:
    """The two versions that were asked for, else the newest and the one before."""
    if len(versions) < 2:
        return None
    by_number = {each.version: each.words for each in versions}
    later = request.args.get("to", versions[0].version, type=int)
    later = later if later in by_number else versions[0].version
    earlier = request.args.get("from", later - 1, type=int)
    earlier = earlier if earlier in by_number else versions[-1].version
    was, now = fields(by_number[earlier]), fields(by_number[later])
    differing = [(label, compared(was[label], now[label])) for label in was if was[label] != now[label]]
    return Compared(earlier, later, tuple(differing))


def differing(form: WordsForm, stored: Mapping[str, str] | None) -> dict[str, tuple[str, str]] | None:
    """What is stored and what was typed, by the label of their field, where they differ."""
    if stored is None:
        return None
    typed = {field.label.text: _in_words(field.data) for field in form if field.label.text in stored}
    return {label: (words, typed[label]) for label, words in stored.items() if words != typed[label]}


def _in_words(value: object) -> str:
    """What a field holds, as a version keeps it: a box is ticked or not."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def placed(pieces: Sequence[PieceVersion]) -> list[tuple[PieceVersion, list[Place]]]:
    """Each piece with the issues that hold it."""
    places = places_of(piece.public_id for piece in pieces)
    return [(piece, places.get(piece.public_id, [])) for piece in pieces]
