"""The redaction desk's verbs: passages taken out or let stand, who somebody is, and the signature for it all.

Every verb carries what the editor has typed, with the version they began with, and makes at most one new
revision. What is decided about an entity re-words every passage of it that still has the desk's own words.
No audit row quotes the story: it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, delete, select

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import casting, queries, redaction, rules
from newsroom.stories.models import RedactionSignOff, Story, StoryMark, StoryNaming
from newsroom.stories.redaction import Span, acting, checklist, entities
from newsroom.stories.redaction.acting import ActRefusal, ByHand, RedactAct
from newsroom.stories.redaction.cast import Cast, Member, name_in
from newsroom.stories.redaction.descriptors import objections
from newsroom.stories.redaction.disguises import Searcher
from newsroom.stories.redaction.entities import NamingRefusal, Treatment
from newsroom.stories.redaction.finds import THINGS_OF_KINDS
from newsroom.stories.redaction.suggestions.found import THINGS
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service.record import NotReady, SaveConflict, record, step, story_to_change
from newsroom.stories.service.revising import (
    Words,
    append,
    forget_typed,
    newest_spans,
    revised_spans,
    saved_words,
)

LONGEST_ROLE = 80
LONGEST_DESCRIPTOR = 120
LONGEST_REASON = 300


@dataclass(frozen=True)
class Typed:
    """All that stands in the editor's form, the version it began with, and the key of its draft."""

    version: int
    title: str
    text: str
    attribution: str
    note: str
    draft: str = ""


def redact(public_id: str, act: RedactAct, *, typed: Typed, actor_id: int) -> int:
    """Perform an act on passages, and keep what was typed with it; gives the number of the newest version.

    Raises SaveConflict when somebody saved meanwhile and this editor had typed something, StoryRefusal for an
    act that means nothing there or a story that may not be edited.
    """
    desk = _begin(public_id, typed, actor_id)
    if isinstance(act, ByHand):
        _mark_by_hand(desk, act)
    after = desk.cast_now()
    try:
        spans = acting.performed(desk.original, desk.spans, after, act)
    except ActRefusal as refusal:
        raise StoryRefusal(str(refusal)) from refusal
    return desk.keep(spans, after, _said_of(act))


def say_harmless(public_id: str, places: Iterable[tuple[int, int]], *, typed: Typed, actor_id: int) -> int:
    """Say of passages (code points of the original) that they name nobody; their words stand again."""
    desk = _begin(public_id, typed, actor_id)
    wanted = frozenset(places)
    found = [one for one in desk.before.passages if (one.start, one.end) in wanted]
    if not found:
        raise StoryRefusal("Nothing is found in that place any more. Look at the passage again.")
    for passage in found:
        _mark(desk, passage.start, passage.end, "harmless", passage.thing)
    proposed = {(one.proposed.start, one.proposed.end) for one in found if one.proposed}
    spans = acting.taken_back(
        desk.spans, lambda span: span.kind != "edit" and (span.start, span.end) in proposed | wanted
    )
    return desk.keep(spans, desk.cast_now(), f"passages declared harmless: {len(found)}")


def say_named(
    public_id: str, start: int, end: int, kind: str, *, typed: Typed, actor_id: int, entity: str = ""
) -> int:
    """Say of a passage that nobody found that it names something: `kind` is an `entities.Kind` or a
    `suggestions.Thing`, `entity` the key of the one that it names, if that is known."""
    desk = _begin(public_id, typed, actor_id)
    if kind not in entities.KINDS and kind not in THINGS:
        raise StoryRefusal("Say what it names: a company, somebody at work, a private person or a place.")
    try:
        start, end = acting.selection(desk.original, start, end)
    except ActRefusal as refusal:
        raise StoryRefusal(str(refusal)) from refusal
    if start == end:
        raise StoryRefusal("Select the words first.")
    if entity and desk.before.member(entity) is None:
        raise StoryRefusal("Nobody like that is in this story any more.")
    _mark(desk, start, end, "names", kind, entity)
    return desk.keep(desk.spans, desk.cast_now(), f"passage marked: {kind}")


def forget_mark(public_id: str, start: int, end: int, *, typed: Typed, actor_id: int) -> int:
    """Take back what an editor said about a passage: what the desk finds there by itself counts again."""
    desk = _begin(public_id, typed, actor_id)
    said = db.session.scalar(_marks_at(desk.row, start, end))
    if said is None:
        raise StoryRefusal("Nobody said anything about that passage, or it was taken back already.")
    db.session.delete(said)
    db.session.flush()
    return desk.keep(desk.spans, desk.cast_now(), "mark taken back")


def decide_naming(
    public_id: str,
    entity: str,
    *,
    typed: Typed,
    actor_id: int,
    stance: str | None = None,
    role: str | None = None,
    descriptor: str | None = None,
    same_as: str | None = None,
    kind: str | None = None,
    by_publisher: bool = False,
) -> int:
    """Decide who or what an entity is. None leaves a decision as it is, an empty text takes it back.

    Raises StoryRefusal for a descriptor or role that says a name of the story, for what makes no sense, and
    where somebody who is no publisher would lend a publisher's decision to another entity.
    """
    desk = _begin(public_id, typed, actor_id)
    words = {"role": role, "descriptor": descriptor}
    given = {name: clean_line(value) for name, value in words.items() if value is not None}
    # These are keys of ours, which cleaning would change: they are compared as they are.
    chosen = {"stance": stance, "same_as": same_as, "kind": kind}
    wanted = given | {name: value for name, value in chosen.items() if value is not None}
    _refuse_decision(desk.before, entity, wanted)
    if not by_publisher:
        _refuse_to_lend(desk.before, wanted.get("same_as", ""))
    naming = _naming(desk, entity)
    for name, value in wanted.items():
        setattr(naming, name, value)
    db.session.flush()
    return desk.keep(desk.spans, desk.cast_now(), f"naming decided: {', '.join(sorted(wanted))}")


def override_naming(
    public_id: str, entity: str, treatment: str, reason: str, *, typed: Typed, actor_id: int
) -> int:
    """A publisher's decision against the naming matrix, with its reason; an empty treatment takes it back.

    Whether somebody is a publisher is asked at the door.
    """
    desk = _begin(public_id, typed, actor_id)
    member, why = _member(desk.before, entity), clean_line(reason)
    if len(why) > LONGEST_REASON:
        raise StoryRefusal(f"The reason has {len(why)} characters; keep it to {LONGEST_REASON}.")
    if treatment:
        try:
            entities.override(member.entity, Treatment(treatment), why)
        except NamingRefusal as refusal:
            raise StoryRefusal(str(refusal)) from refusal
        except ValueError:
            raise StoryRefusal(f"“{treatment}” is no way to name somebody in print.") from None
    naming = _naming(desk, entity)
    naming.treatment, naming.reason = treatment, why if treatment else ""
    db.session.flush()
    done = f"naming overridden: {member.entity.kind}, {treatment or 'as the matrix says'}"
    return desk.keep(desk.spans, desk.cast_now(), done)


def sign_redaction(public_id: str, *, version: int, ticked: Collection[str], actor_id: int) -> None:
    """Sign the checklist for the newest words. `ticked` names the lines that the person ticked. Signing for
    words that are signed for already changes nothing.

    Raises SaveConflict when `version` is not the newest, NotReady with all that is still open.
    """
    row = story_to_change(public_id)
    rules.state_after("sign_redaction", row.state)
    _refuse_manuscript(row)
    if version != row.version:
        raise SaveConflict(row.version)
    lines = checklist_of(row, ticked)
    if problems := checklist.problems(lines):
        raise NotReady(problems)
    if queries.redaction_signed(row):
        return
    row.redaction_sign_offs.append(
        RedactionSignOff(
            version=version,
            words_sha256=queries.words_redacted(row, queries.newest_revision(row)),
            checklist=dict(checklist.as_signed(lines)),
            by_id=actor_id,
            at=clock.now(),
        )
    )
    counted = sum(line.done for line in lines if line.is_computed)
    step(row, "sign_redaction", "redaction signed", f"version {version}, {counted} passages")


def checklist_of(row: Story, ticked: Collection[str] = ()) -> tuple[checklist.Line, ...]:
    """The checklist of the newest version, with what is ticked."""
    newest = queries.newest_revision(row)
    people = queries.cast(row, newest)
    words = saved_words(row)
    leaks = checklist.own_leaks(queries.forms_to_keep_out(row, people), checklist.Words(*words))
    return checklist.lines_of(people, leaks, ticked)


# One act from beginning to end


class _Desk(NamedTuple):
    """A story in the middle of an act: what was typed, the spans that give it, the cast before."""

    row: Story
    typed: Words
    spans: tuple[Span, ...]
    before: Cast
    actor_id: int

    @property
    def original(self) -> str:
        return self.row.original.body

    def cast_now(self) -> Cast:
        """The cast with what was decided since, over the spans before the act."""
        return casting.cast_over(self.row, self.spans)

    def keep(self, spans: Iterable[Span], after: Cast, done: str) -> int:
        """Store what came of the act, as one revision where a word or a span is new."""
        now = acting.reworded(tuple(spans), self.before, after)
        text = clean_text(redaction.apply(self.original, now))
        now = redaction.revise(self.original, now, text)
        words = self.typed._replace(text=text)
        if words == saved_words(self.row) and now == newest_spans(self.row):
            record(self.row, "redacted", done)
            return self.row.version
        return append(self.row, words, now, self.actor_id, "redacted", done)


def _begin(public_id: str, typed: Typed, actor_id: int) -> _Desk:
    """The story with what was typed put over its newest spans.

    Who typed nothing and looks at an older version may act all the same: places are the original's.
    """
    row = story_to_change(public_id)
    rules.state_after("save_revision", row.state)
    _refuse_manuscript(row)
    words = Words(
        clean_line(typed.title),
        clean_text(typed.text),
        clean_line(typed.attribution),
        clean_text(typed.note),
    )
    if typed.version != row.version and words != saved_words(row):
        if words != _words_at(row, typed.version):
            raise SaveConflict(row.version)
        words = saved_words(row)
    if typed.draft:
        forget_typed(row, actor_id, typed.draft)
    spans = newest_spans(row)
    if words.text != saved_words(row).text:
        spans = revised_spans(row, words.text)
    return _Desk(row, words, spans, casting.cast_over(row, spans), actor_id)


def _refuse_manuscript(row: Story) -> None:
    if not casting.is_redacted_here(row):
        raise StoryRefusal("This story came with a manuscript, so there is nothing to take out of it here.")


def _words_at(row: Story, version: int) -> Words | None:
    found = queries.revision(row, version)
    if found is None:
        return Words("", row.original.body, "", "") if version == 0 else None
    return Words(found.title, queries.text_of(row, found), found.attribution, found.note)


def _said_of(act: RedactAct) -> str:
    """An act for the audit log, which quotes nothing."""
    match act:
        case acting.Accept(places):
            return f"passages accepted: {len(places)}"
        case acting.AcceptAll(thing):
            return f"all passages accepted: {thing or 'every class'}"
        case acting.AcceptEntity():
            return "all passages of one entity accepted"
        case ByHand():
            return f"by hand: {act.how}"
        case acting.TakeBack():
            return "passage taken back"


# What editors say


def _marks_at(row: Story, start: int, end: int) -> Select[tuple[StoryMark]]:
    return select(StoryMark).where(
        StoryMark.story_id == row.id, StoryMark.start == start, StoryMark.end == end
    )


def _mark(desk: _Desk, start: int, end: int, says: str, kind: str, entity: str = "") -> None:
    """Say this about a passage, in place of whatever was said about any part of it."""
    touching = (StoryMark.story_id == desk.row.id) & (StoryMark.start < end) & (StoryMark.end > start)
    db.session.execute(delete(StoryMark).where(touching))
    db.session.add(
        StoryMark(
            story_id=desk.row.id,
            start=start,
            end=end,
            says=says,
            kind=kind,
            entity=entity,
            by_id=desk.actor_id,
            at=clock.now(),
        )
    )
    db.session.flush()


_KINDS_BY_HAND = {"descriptor": "company", "role": "staff"}


def _mark_by_hand(desk: _Desk, act: ByHand) -> None:
    """Who is called by a descriptor is a company, who by a role is somebody at work: an editor says so by
    choosing it, unless the words are known for that already."""
    kind = _KINDS_BY_HAND.get(act.how)
    if kind is None:
        return
    try:
        start, end = acting.selection(desk.original, act.start, act.end)
    except ActRefusal as refusal:
        raise StoryRefusal(str(refusal)) from refusal
    if start == end:
        raise StoryRefusal("Select the words first.")
    entity = _entity_in(desk.before, start, end, kind)
    if not entity:
        _mark(desk, start, end, "names", kind)
        entity = _entity_in(desk.cast_now(), start, end, kind)
    if act.words.strip() and entity:
        words = {act.how: clean_line(act.words)}
        _refuse_decision(desk.cast_now(), entity, words)
        setattr(_naming(desk, entity), act.how, words[act.how])
        db.session.flush()


def _entity_in(cast: Cast, start: int, end: int, kind: str) -> str:
    """The entity of that kind whose name lies in the selected words; empty where there is none."""
    for passage in cast.passages:
        member = cast.member(passage.entity)
        if start <= passage.start and passage.end <= end and member and member.entity.kind == kind:
            return member.key
    return ""


def _naming(desk: _Desk, entity: str) -> StoryNaming:
    found = db.session.get(StoryNaming, (desk.row.id, entity))
    if found is None:
        found = StoryNaming(story_id=desk.row.id, entity=entity)
        db.session.add(found)
    found.by_id, found.at = desk.actor_id, clock.now()
    return found


def _member(cast: Cast, entity: str) -> Member:
    member = cast.member(entity)
    if member is None:
        raise StoryRefusal("Nobody like that is in this story any more.")
    return member


def _refuse_decision(cast: Cast, entity: str, wanted: dict[str, str]) -> None:
    """Raises StoryRefusal for a decision that makes no sense for that entity."""
    if not (cast.member(entity) or any(entity in member.merged for member in cast.members)):
        raise StoryRefusal("Nobody like that is in this story any more.")
    for name, check in _CHECKS.items():
        if wanted.get(name):
            check(cast, entity, wanted[name])


def _is_kind(_cast: Cast, _entity: str, kind: str) -> None:
    if kind not in entities.KINDS:
        raise StoryRefusal("Choose what it is: a company, somebody at work, a private person or a place.")


def _is_stance(_cast: Cast, _entity: str, stance: str) -> None:
    if stance not in entities.STANCES:
        raise StoryRefusal("Choose how the story speaks of it: with praise, neutrally or with blame.")


def _refuse_to_lend(cast: Cast, other: str) -> None:
    member = cast.member(other)
    if member and member.decision.overridden:
        raise StoryRefusal(
            f"A publisher decided how “{member.entity.canonical}” is printed, for that one alone: it takes a "
            "publisher to put another together with it."
        )


def _is_another(cast: Cast, entity: str, other: str) -> None:
    if other == entity or cast.member(other) is None:
        raise StoryRefusal("Choose somebody else in this story whom it is the same as.")


def _says_no_name(longest: int, what: str) -> Callable[[Cast, str, str], None]:
    def check(cast: Cast, _entity: str, words: str) -> None:
        if len(words) > longest:
            raise StoryRefusal(f"The {what} has {len(words)} characters; keep it to {longest}.")
        names = [name for member in cast.members for name in member.entity.names]
        forms = [one.form for one in cast.withheld if one.thing in THINGS_OF_KINDS.values()]
        if name := name_in(words, Searcher((*names, *forms))):
            raise StoryRefusal(
                f"“{words}” says “{name}”, which is a name in this story. "
                f"Choose a {what} that anybody else could have."
            )
        if why := next(objections(words), ""):
            raise StoryRefusal(why)

    return check


_CHECKS: dict[str, Callable[[Cast, str, str], None]] = {
    "kind": _is_kind,
    "stance": _is_stance,
    "same_as": _is_another,
    "descriptor": _says_no_name(LONGEST_DESCRIPTOR, "descriptor"),
    "role": _says_no_name(LONGEST_ROLE, "role"),
}
