"""Beginning an issue with more than nothing: from a template, or with what recurs carried over.

Templates are kept here as well: the shape of an issue under a name. Neither ever holds a story or a piece.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from newsroom.accounts.service import audit
from newsroom.issues import kinds, queries
from newsroom.issues.models import Issue, IssueTemplate
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.queries import mark_of
from newsroom.issues.rules import Refused
from newsroom.issues.service.composing import create_issue
from newsroom.issues.service.refusals import Conflict
from newsroom.platform import clock
from newsroom.platform.db import db, new_public_id
from newsroom.platform.text import clean_line
from newsroom.platform.words import fold

LONGEST_NAME = 120


def begin_from_template(number: int, issue_on: date, template_id: int, *, by_id: int | None) -> Issue:
    """Open a new issue with the sections of a template; where it has no words of its own, an empty place.

    Raises Refused when the number is taken or the template is gone.
    """
    template = _template(template_id)
    row = create_issue(number, issue_on, by_id=by_id)
    # A kind that went out of use since leaves no place behind.
    _begin_with(row, (shape for shape in template.sections if shape["kind"] in kinds.by_name))
    audit("begun from template", f"issue {number}", template.name)
    return row


def begin_carried_over(
    number: int, issue_on: date, source: Issue, section_ids: Collection[str], *, by_id: int | None
) -> Issue:
    """Open a new issue with copies of these sections of another one; only those with words of their own.

    Raises Refused when the number is taken.
    """
    row = create_issue(number, issue_on, by_id=by_id)
    carried = [section for section in queries.own_sections(source) if section.public_id in section_ids]
    _begin_with(row, map(_shape, carried))
    audit("carried over", f"issue {number}", f"{len(carried)} sections of issue {source.number}")
    return row


def _begin_with(row: Issue, shapes: Iterable[dict[str, Any]]) -> None:
    for position, shape in enumerate(shapes):
        row.sections.append(
            SectionRow(
                public_id=new_public_id(),
                position=position,
                kind=shape["kind"],
                title=shape["title"],
                body=shape["body"],
                fields=dict(shape["fields"]),
                version=1,
            )
        )
    db.session.flush()


def _shape(section: SectionRow) -> dict[str, Any]:
    """What a template keeps of a section: its words where they are its own, its kind alone otherwise."""
    if kinds.kind_of(section.kind).source != "own":
        return {"kind": section.kind, "title": "", "body": "", "fields": {}}
    return {
        "kind": section.kind,
        "title": section.title,
        "body": section.body,
        "fields": dict(section.fields),
    }


# Templates


class NameTaken(Refused):
    """There is a template of that name; `template` is the one, to be replaced only when that is said."""

    def __init__(self, template: IssueTemplate) -> None:
        self.template = template
        super().__init__(f"There is a template “{template.name}” already; choose another name.")


def save_template(row: Issue, name: str, *, replaces: str = "", by_id: int | None) -> IssueTemplate:
    """Keep the shape of an issue under a name. Raises NameTaken where a template has it already.

    `replaces` is the mark of the template that is to be replaced (`queries.templates`): its name may be
    taken, unless somebody else has saved another one under it since.
    """
    name = _good_name(name)
    if not row.sections:
        raise Refused("This issue has no section yet, so there is nothing to keep.")
    sections = [_shape(section) for section in row.sections]
    known = _named(name)
    if known is None:
        template = _added(
            IssueTemplate(name=name, sections=sections, created_at=clock.now(), created_by_id=by_id)
        )
        audit("template saved", f"template {name}", f"from issue {row.number}")
        return template
    # Of two who replace it at once, the second waits here and then sees what the first one saved.
    db.session.refresh(known, with_for_update=True)
    if known.sections == sections and known.name == name:
        return known
    if mark_of(known) != replaces:
        raise NameTaken(known)
    known.name, known.sections = name, sections
    known.created_at, known.created_by_id = clock.now(), by_id
    db.session.flush()
    audit("template replaced", f"template {name}", f"from issue {row.number}")
    return known


def rename_template(template_id: int, name: str) -> None:
    """Give a template another name. Raises NameTaken, or Refused where it is gone."""
    name = _good_name(name)
    template = _template(template_id)
    known = _named(name)
    if known is not None and known.id != template.id:
        raise NameTaken(known)
    if template.name == name:
        return
    before, template.name = template.name, name
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Refused(f"There is a template “{name}” already; choose another name.") from None
    audit("template renamed", f"template {name}", f"was {before}")


def delete_template(template_id: int, mark: str) -> None:
    """Delete a template; issues that began with it stay as they are.

    Raises Conflict where somebody saved another one under its name since; one that is gone is no error.
    """
    template = db.session.get(IssueTemplate, template_id, with_for_update=True)
    if template is None:
        return
    if mark_of(template) != mark:
        raise Conflict
    db.session.delete(template)
    db.session.flush()
    audit("template deleted", f"template {template.name}")


def _good_name(name: str) -> str:
    name = clean_line(name)
    if not name:
        raise Refused("Give the template a name, such as Summer special.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Keep the name to {LONGEST_NAME} characters.")
    return name


def _template(template_id: int) -> IssueTemplate:
    template = db.session.get(IssueTemplate, template_id)
    if template is None:
        raise Refused("That template is no longer here; somebody deleted it.")
    return template


def _named(name: str) -> IssueTemplate | None:
    """The template of that name, however it is spelt: nobody tells Summer from summer in a list."""
    return next((one for one in queries.templates() if fold(one.name) == fold(name)), None)


def _added(template: IssueTemplate) -> IssueTemplate:
    try:
        with db.session.begin_nested():
            db.session.add(template)
    except IntegrityError:
        # A colleague was quicker by less than this unit of work takes.
        known = _named(template.name)
        if known is None:
            raise
        raise NameTaken(known) from None
    return template
