"""What the composer's page shows: the issue, the chosen form, the shelf, the meter. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsroom.issues import document as documents
from newsroom.issues import kinds, queries, render, rules, service
from newsroom.issues.document import IssueDocument
from newsroom.issues.forms import HeadForm, SectionForm, key_field_name, section_form
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.library import queries as library
from newsroom.platform.db import new_public_id
from newsroom.platform.text import word_count
from newsroom.stories import queries as stories

PREVIEWS = {"desktop": "Desktop", "phone": "Phone", "text": "Plain text", "web": "On the web"}
WORDS_A_MINUTE = 230


@dataclass(frozen=True)
class Row:
    """A section in the list at the left."""

    public_id: str
    kind: str
    title: str
    verdict: str
    newer_version: int | None


@dataclass(frozen=True)
class Composer:
    """Everything on the composer's page."""

    issue: Issue
    label: str
    editable: bool
    approval_is_stale: bool
    rows: tuple[Row, ...]
    chosen: SectionRow | None
    adding: Kind | None
    story_path: str
    head_form: HeadForm
    section_form: SectionForm | None
    theirs: Mapping[str, str]
    kinds: tuple[Kind, ...]
    shelf: Mapping[str, Any]
    preview: str
    previews: Mapping[str, str]
    text: str
    meter: Mapping[str, str]


def view_of(
    issue: Issue,
    args: Mapping[str, str],
    *,
    head_form: HeadForm | None = None,
    section_form: SectionForm | None = None,
    conflict: bool = False,
) -> Composer:
    """The page for an issue. `args` chooses the section, a kind to add and the preview.

    A form that is given comes back as it was typed, with the version it started from. After a `conflict` it
    gets the version that is stored now, so that a second save is a decision.
    """
    whole = queries.document_as_known(issue)
    chosen = next((row for row in issue.sections if row.public_id == args.get("section")), None)
    adding = kinds.by_slug.get(args.get("add", "")) if chosen is None else None
    preview = args.get("preview", "desktop")
    preview = preview if preview in PREVIEWS else "desktop"
    return Composer(
        issue=issue,
        label=rules.LABELS[issue.state],
        editable=rules.may("edit", issue.state),
        approval_is_stale=approval_is_stale(issue, whole),
        rows=_rows(issue, whole),
        chosen=chosen,
        adding=adding,
        story_path=_story_path(chosen),
        head_form=_head_form(issue, head_form, conflict),
        section_form=_form(issue, whole, chosen, adding, section_form, conflict),
        theirs=_theirs(issue, whole, chosen, head_form, section_form) if conflict else {},
        kinds=tuple(kinds.by_name.values()),
        shelf=_shelf(issue),
        preview=preview,
        previews=PREVIEWS,
        text=render.letter_text(whole, queries.base_url(), render.SAMPLE_LINKS) if preview == "text" else "",
        meter=_meter(whole),
    )


def approval_is_stale(issue: Issue, whole: IssueDocument) -> bool:
    """Whether something around an approved issue changed, so that nobody approved what it says now."""
    is_approved = issue.state == rules.APPROVED
    return is_approved and queries.live_approval(issue, documents.content_hash(whole)) is None


def _rows(issue: Issue, whole: IssueDocument) -> tuple[Row, ...]:
    newer = queries.newer_versions(issue) if rules.may("edit", issue.state) else {}
    return tuple(
        Row(
            row.public_id,
            section.kind,
            section.title,
            kinds.kind_of(section.kind).verdict,
            newer.get(row.public_id),
        )
        for row, section in zip(issue.sections, whole.sections, strict=True)
    )


def _shelf(issue: Issue) -> dict[str, Any]:
    """What is ready to be placed: stories, and the newest pieces that do not stand in the issue yet."""
    if not rules.may("edit", issue.state):
        return {"stories": [], "pieces": []}
    held = {row.piece_id for row in issue.sections}
    pieces = library.newest_pieces(per_page=30).items
    return {
        "stories": stories.ready_stories(),
        "pieces": [piece for piece in pieces if piece.public_id not in held],
    }


def _head_form(issue: Issue, given: HeadForm | None, conflict: bool) -> HeadForm:
    form = given or HeadForm(formdata=None, obj=issue)
    if given is None or conflict:
        form.version.data = queries.head(issue).version
    return form


def _form(
    issue: Issue,
    whole: IssueDocument,
    chosen: SectionRow | None,
    adding: Kind | None,
    given: SectionForm | None,
    conflict: bool,
) -> SectionForm | None:
    if chosen is not None:
        form = given or _filled(issue, whole, chosen)
        if given is None or conflict:
            form.version.data = str(chosen.version)
        return form
    if adding is None:
        return None
    form = given or section_form(adding)(formdata=None)
    form.of_kind.data = adding.slug
    if given is None or conflict:
        form.token.data = new_public_id()
    return form


def _filled(issue: Issue, whole: IssueDocument, chosen: SectionRow) -> SectionForm:
    section = whole.sections[issue.sections.index(chosen)]
    kind = kinds.kind_of(chosen.kind)
    data = {"title": section.title, "body": section.body, "note": section.note}
    data |= {key_field_name(key): section.value(key.name) for key in kind.all_keys}
    data["of_kind"] = kind.slug
    words_elsewhere = service.words_stand_elsewhere(chosen)
    return section_form(kind, words_elsewhere=words_elsewhere)(formdata=None, data=data)


def _theirs(
    issue: Issue,
    whole: IssueDocument,
    chosen: SectionRow | None,
    head: HeadForm | None,
    section: SectionForm | None,
) -> dict[str, str]:
    """What is stored now, by form field, where it differs from what was typed."""
    if section is not None and chosen is not None:
        stored: SectionForm | HeadForm = _filled(issue, whole, chosen)
        typed: SectionForm | HeadForm = section
    elif head is not None:
        stored, typed = HeadForm(formdata=None, obj=issue), head
    else:
        return {}
    return {
        field.name: str(field.data or "")
        for field in stored
        if field.type not in ("HiddenField", "CSRFTokenField")
        and (field.data or "") != (typed[field.name].data or "")
    }


def _story_path(chosen: SectionRow | None) -> str:
    if chosen is None or not service.words_stand_elsewhere(chosen):
        return ""
    return f"/desk/stories/{chosen.piece_id}"


def _meter(whole: IssueDocument) -> dict[str, str]:
    words = sum(word_count(f"{section.title} {section.body} {section.note}") for section in whole.sections)
    minutes = max(1, round(words / WORDS_A_MINUTE))
    letter = render.letter_html(whole, queries.base_url(), render.SAMPLE_LINKS)
    verdicts = [kinds.kind_of(section.kind).verdict for section in whole.sections]
    return {
        "word" if words == 1 else "words": f"{words:,}",
        "minute" if minutes == 1 else "minutes": str(minutes),
        "kB of 90": str(round(len(letter.encode()) / 1000)),
        "up / down": f"{verdicts.count('up')} / {verdicts.count('down')}",
    }
