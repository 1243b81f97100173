"""What the composer's page shows: the issue, the chosen form, the shelf, the meter. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from newsroom.issues import document as documents
from newsroom.issues import drafting, kinds, meter, queries, resolving, rules, seen, service, showing
from newsroom.issues.document import IssueDocument
from newsroom.issues.drafting import LeftOver
from newsroom.issues.events import Notice
from newsroom.issues.forms import HeadForm, SectionForm, key_field_name, section_form
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.notices import notices
from newsroom.issues.outline import Outline, Row, outline_of
from newsroom.issues.resolving import Clash
from newsroom.issues.shelf import Shelf, shelf_of
from newsroom.platform.db import new_public_id
from newsroom.platform.text import clean_line
from newsroom.platform.web.unsaved import Unsaved

LONGEST_SOUGHT = 100


@dataclass(frozen=True)
class Composer:
    """Everything on the composer's page."""

    issue: Issue
    label: str
    editable: bool
    approval_is_stale: bool
    notices: tuple[Notice, ...]
    outline: Outline
    chosen: SectionRow | None
    adding: Kind | None
    story_path: str
    head_form: HeadForm
    section_form: SectionForm | None
    clashes: tuple[Clash, ...]
    draft: Unsaved | None
    left_over: tuple[LeftOver, ...]
    kinds: tuple[Kind, ...]
    shelf: Shelf | None
    preview: str
    previews: Mapping[str, str]
    meter: Mapping[str, str]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The sections as the list shows them."""
        return self.outline.rows

    @property
    def in_hand(self) -> Mapping[str, str]:
        """What is being edited, as addresses name it: a section, a kind that is added, or the head."""
        if self.chosen is not None:
            return {"section": self.chosen.public_id}
        return {"add": self.adding.slug} if self.adding is not None else {}

    @property
    def place(self) -> int | None:
        """Where what is being edited stands among the sections; one that is added comes last."""
        if self.chosen is not None:
            return self.issue.sections.index(self.chosen)
        return len(self.rows) if self.adding is not None else None


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
    shown = showing.shown(issue)
    whole = shown.document
    chosen = next((row for row in issue.sections if row.public_id == args.get("section")), None)
    adding = kinds.by_slug.get(args.get("add", "")) if chosen is None else None
    form, draft = _shown_form(issue, whole, chosen, adding, section_form or head_form, conflict)
    titles = {
        row.public_id: section.title for row, section in zip(issue.sections, whole.sections, strict=True)
    }
    return Composer(
        issue=issue,
        label=rules.LABELS[issue.state],
        editable=rules.may("edit", issue.state),
        approval_is_stale=approval_is_stale(issue, whole),
        notices=notices(issue),
        outline=outline_of(issue, whole, chosen.public_id if chosen else ""),
        chosen=chosen,
        adding=adding,
        story_path=_story_path(chosen),
        head_form=form if isinstance(form, HeadForm) else HeadForm(formdata=None, obj=issue),
        section_form=form if isinstance(form, SectionForm) else None,
        clashes=_clashes(issue, whole, chosen, form) if conflict else (),
        draft=draft,
        left_over=drafting.left_over(issue, draft.subject if draft else "", titles),
        kinds=tuple(kinds.by_name.values()),
        shelf=_shelf(issue, args.get("shelf", ""), chosen),
        preview=seen.mode_of(args.get("preview")),
        previews=seen.MODES,
        meter=meter.measured(whole, shown.html).shown(),
    )


def approval_is_stale(issue: Issue, whole: IssueDocument) -> bool:
    """Whether something around an approved issue changed, so that nobody approved what it says now."""
    return issue.state in rules.LET_GO and queries.live_approval(issue, documents.content_hash(whole)) is None


def _shelf(issue: Issue, sought: str, chosen: SectionRow | None) -> Shelf | None:
    """What an issue that is open could take; what fits the place that is chosen, where that one is empty."""
    if not rules.may("edit", issue.state):
        return None
    into = chosen if chosen is not None and service.is_empty_place(chosen) else None
    return shelf_of(issue, clean_line(sought)[:LONGEST_SOUGHT], into)


def _shown_form(
    issue: Issue,
    whole: IssueDocument,
    chosen: SectionRow | None,
    adding: Kind | None,
    given: HeadForm | SectionForm | None,
    conflict: bool,
) -> tuple[HeadForm | SectionForm, Unsaved | None]:
    """The form as it was sent, as it was typed before and is taken up now, or as it is stored; and its
    draft.
    """
    stored = _stored_form(issue, whole, chosen, adding)
    subject = drafting.subject_of(issue, chosen, adding)
    draft = drafting.draft_of(subject, stored, lambda typed: type(stored)(formdata=typed))
    if given is not None:
        form = given
    elif draft is not None and draft.is_taken_up:
        form = type(stored)(formdata=draft.typed)
        form.version.data = draft.version
    else:
        return stored, draft
    if conflict:
        form.version.data = stored.version.data
    if isinstance(form, SectionForm) and isinstance(stored, SectionForm):
        form.of_kind.data = stored.of_kind.data
        if conflict:
            form.token.data = stored.token.data
    return form, draft


def _stored_form(
    issue: Issue, whole: IssueDocument, chosen: SectionRow | None, adding: Kind | None
) -> HeadForm | SectionForm:
    if chosen is not None:
        section = _filled(issue, whole, chosen)
        section.version.data = str(chosen.version)
        return section
    if adding is not None:
        empty = section_form(adding)(formdata=None)
        empty.of_kind.data, empty.token.data = adding.slug, new_public_id()
        return empty
    head = HeadForm(formdata=None, obj=issue)
    head.version.data = queries.head(issue).version
    return head


def _filled(issue: Issue, whole: IssueDocument, chosen: SectionRow) -> SectionForm:
    section = whole.sections[issue.sections.index(chosen)]
    kind = kinds.kind_of(chosen.kind)
    data = {"title": section.title, "body": section.body, "note": section.note}
    data |= {key_field_name(key): section.value(key.name) for key in kind.all_keys}
    data["of_kind"] = kind.slug
    words_elsewhere = service.words_stand_elsewhere(chosen)
    return section_form(kind, words_elsewhere=words_elsewhere)(formdata=None, data=data)


def _clashes(
    issue: Issue, whole: IssueDocument, chosen: SectionRow | None, form: HeadForm | SectionForm
) -> tuple[Clash, ...]:
    """Where what is stored now and what was typed differ; nothing for a section that is not stored yet."""
    if chosen is None and isinstance(form, SectionForm):
        return ()
    stored = _stored_form(issue, whole, chosen, None)
    if "take" in request.form:
        resolving.take(form, stored, request.form, request.form["take"])
    return resolving.clashes(stored, form, request.form)


def _story_path(chosen: SectionRow | None) -> str:
    if chosen is None or not service.words_stand_elsewhere(chosen):
        return ""
    return f"/desk/stories/{chosen.piece_id}"
