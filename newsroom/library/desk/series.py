"""Doors to the series: what is said about one, its stages, and the parts that there are."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, needs
from newsroom.library import queries, rules, service
from newsroom.library.desk import editor
from newsroom.library.desk.blueprint import bp, is_slug, staff_id
from newsroom.library.forms import SeriesForm
from newsroom.library.queries import PieceVersion, SeriesCard
from newsroom.library.rules import SeriesWords
from newsroom.platform.web.unsaved import Unsaved

_LAST = 10**6


@bp.get("/series")
@needs(Permission.COMPOSE)
def all_series() -> str:
    """Every series, and what its next part would be."""
    taken = queries.parts_taken()
    rows = [(card, rules.numbering(taken.get(card.name, ()))) for card in queries.all_series()]
    return render_template("library/desk/all_series.html", rows=rows)


@bp.route("/series/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def series(slug: str) -> ResponseReturnValue:
    """What is said about a series, its stages, and the parts that there are."""
    card = _series_or_404(slug)
    data = {
        "name": card.name,
        "words": card.description,
        "stages": "\n".join(card.stages),
        "version": card.version,
    }
    stored, draft = editor.taken_up(f"series:{slug}", SeriesForm(formdata=None, data=data))
    if request.method != "POST":
        return _page(card, stored, draft)
    form = SeriesForm()
    if not form.validate_on_submit():
        return _page(card, form, draft), 422

    def save() -> None:
        service.save_series(slug, form.said(), base_version=form.base_version, actor_id=staff_id())

    def page(theirs: SeriesWords | None = None) -> str:
        return _page(card, form, draft, theirs)

    return editor.saved(form, save, page, url_for(".series", slug=slug))


@bp.post("/series/<slug>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_series(slug: str, version: int) -> ResponseReturnValue:
    """Say about a series what an earlier version said, as a new version."""
    old = editor.version_or_404(queries.series_versions(slug), version)

    def save() -> int:
        return service.save_series(slug, old, actor_id=staff_id())

    return editor.restored(save, version, url_for(".series", slug=slug))


def _page(
    card: SeriesCard, form: SeriesForm, draft: Unsaved | None = None, theirs: SeriesWords | None = None
) -> str:
    parts = sorted(queries.parts_of_series(card.slug), key=lambda part: _part_number(part) or _LAST)
    return render_template(
        "library/desk/series.html",
        series=card,
        form=form,
        draft=draft,
        theirs=editor.differing(form, _fields(theirs) if theirs else None),
        rows=editor.placed(parts),
        numbering=rules.numbering(part.fields.get("part", "") for part in parts),
        **editor.around(form, queries.series_versions(card.slug), _fields),
    )


def _part_number(piece: PieceVersion) -> int | None:
    typed = piece.fields.get("part", "")
    return int(typed) if typed.isdecimal() else None


def _fields(words: SeriesWords) -> dict[str, str]:
    return {"Name": words.name, "Words": words.description, "Stages": "\n".join(words.stages)}


def _series_or_404(slug: str) -> SeriesCard:
    return (queries.series(slug) if is_slug(slug) else None) or abort(404, "There is no such series.")
