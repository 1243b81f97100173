"""What the redaction desk shows of a story: its text in one of three views, what is open, who is in it.

It reads and lays out; `redacting` acts, and the rooms below decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from werkzeug.datastructures import MultiDict

from newsroom.stories import casting, queries, redaction
from newsroom.stories.desk.blueprint import local, staff_names
from newsroom.stories.desk.marking import Piece, marked_text
from newsroom.stories.forms import Edited
from newsroom.stories.forms.redacting import KINDS, STANCES, NamingForm, PickForm
from newsroom.stories.models import Story
from newsroom.stories.queries import Review
from newsroom.stories.readiness import Problems
from newsroom.stories.redaction import Span
from newsroom.stories.redaction.cast import Cast, Member
from newsroom.stories.redaction.checklist import Line, OwnLeak, Words, blocking, lines_of, own_leaks
from newsroom.stories.redaction.entities import Mention
from newsroom.stories.redaction.passages import Passage

VIEWS = ("write", "marked", "read")

THING_WORDS: dict[str, tuple[str, str]] = {
    "email": ("E-mail address", "E-mail addresses"),
    "phone": ("Telephone number", "Telephone numbers"),
    "url": ("Web address", "Web addresses"),
    "card": ("Card number", "Card numbers"),
    "iban": ("Bank account", "Bank accounts"),
    "account": ("Account or order number", "Account and order numbers"),
    "handle": ("Name on a network", "Names on networks"),
    "person": ("Person", "People"),
    "company": ("Company", "Companies"),
    "slogan": ("Slogan", "Slogans"),
    "street": ("Street", "Streets"),
    "place": ("Place", "Places"),
    "date": ("Date", "Dates"),
    "amount": ("Sum of money", "Sums of money"),
}
"""What each class of suggestion is called, one of it and many."""

KIND_WORDS = {
    "anonymise": "Instead of a name or number",
    "generalise": "In plainer words",
    "elide": "Cut",
    "interpolate": "Clarified",
    "edit": "Copy-edited",
}
"""What each kind of change is called."""

HOWS = (
    ("descriptor", "Descriptor", "A company, as [an electronics superstore]"),
    ("role", "Role", "A person, as [the manager]"),
    ("generalise", "Generalise", "In plainer words, as our street"),
    ("cut", "Cut", "Left out, as […]"),
    ("clarify", "Clarify", "In words of ours, as [authentication]"),
)
"""What can become of words that somebody selects: the verb, the button, and what it means."""

_PLACES = {
    "title": "#title",
    "address of its page": "#title",
    "attribution": "#attribution",
    "Editor’s note": "#editors-note",
}

# Every request holds all cards, and a form of more fields is more than an ended session can carry over.
_MOST_CARDS = 16
_MOST_MENTIONS = 6


@dataclass(frozen=True)
class Shown:
    """How the page is asked for: the view, and what was typed on the desk and is to be seen again, with what
    is wrong at which field."""

    view: str = ""
    typed: MultiDict[str, str] | None = None
    problems: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """The open passages of one class."""

    thing: str
    passages: tuple[Passage, ...]

    @property
    def words(self) -> str:
        """What they are called together."""
        return THING_WORDS[self.thing][1]


@dataclass(frozen=True)
class Change:
    """A span, and what the original says there."""

    span: Span
    words: str


@dataclass(frozen=True)
class Card:
    """Somebody or something in the story as the page shows them. The last of very many have no form."""

    member: Member
    form: NamingForm | None

    @property
    def kind_words(self) -> str:
        """What it is."""
        return KINDS[self.member.entity.kind].capitalize()

    @property
    def stance_words(self) -> str:
        """How the story speaks of it, where it says more than that it is there."""
        return "" if self.member.stance == "neutral" else STANCES[self.member.stance]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The first few places."""
        return self.member.entity.mentions[:_MOST_MENTIONS]

    @property
    def printed(self) -> str:
        """What stands in print instead of the name."""
        return f"[{self.member.phrase}]" if self.member.phrase else "the first name"


@dataclass(frozen=True)
class Redaction:
    """Everything that the page of a story shows of its redaction."""

    view: str
    is_saved: bool
    cast: Cast
    paragraphs: tuple[tuple[Piece, ...], ...]
    replaced: tuple[Change, ...]
    edited: tuple[Change, ...]
    members: tuple[Card, ...]
    pick: PickForm
    leaks: tuple[OwnLeak, ...]
    checklist: tuple[Line, ...]
    # By whom and when, for these very words; empty where nobody has signed for them.
    signed: str
    # What cannot be done as it was typed: the field and a sentence.
    problems: tuple[tuple[str, str], ...]
    hows: ClassVar = HOWS
    kind_words: ClassVar = KIND_WORDS
    thing_words: ClassVar = THING_WORDS

    @property
    def open(self) -> tuple[Passage, ...]:
        """What print may not have and has, in the order of the text."""
        return self.cast.open

    @property
    def groups(self) -> tuple[Group, ...]:
        """The same by class, in the order of the classes."""
        found: dict[str, list[Passage]] = {thing: [] for thing in THING_WORDS}
        for passage in self.open:
            found[passage.thing].append(passage)
        return tuple(Group(thing, tuple(some)) for thing, some in found.items() if some)

    @property
    def leaks_apart(self) -> tuple[OwnLeak, ...]:
        """The names that stand elsewhere than in an open passage, or all of them when no passage is open."""
        return tuple(one for one in self.leaks if one.place != "text" or not self.open)

    @property
    def is_signable(self) -> bool:
        """Whether nothing is left but what a person ticks."""
        return all(line.is_done for line in self.checklist if line.is_computed)

    def place_of(self, line: Line) -> str:
        """Where on the page the first thing is that a line of the checklist misses."""
        if line.name == "elsewhere":
            first = next(iter(self.leaks_apart), None)
            return _PLACES.get(first.place, "#the-text") if first else "#suggestions"
        return f"#s-{self.open[0].start}" if self.open else ""

    @property
    def harmless(self) -> tuple[Passage, ...]:
        """What an editor said is nothing."""
        return tuple(passage for passage in self.cast.passages if passage.state == "harmless")


def redaction_of(story: Story, words: Edited, shown: Shown, review: Review) -> Redaction:
    """The redaction of a story as it would be with these words: what is saved, which `review` is of, or what
    somebody is typing."""
    original = story.original.body
    newest = queries.newest_revision(story)
    saved = redaction.in_order(original, redaction.from_json(newest.spans) if newest else ())
    spans, cast = saved, review.cast
    if words.text != review.facts.text:
        spans = redaction.revise(original, saved, words.text)
        cast = casting.cast_over(story, spans)
    leaks = _leaks(story, words, cast, review)
    changes = [Change(span, original[span.start : span.end]) for span in spans]
    return Redaction(
        view=shown.view if shown.view in VIEWS else ("marked" if cast.open else "write"),
        is_saved=spans is saved,
        cast=cast,
        paragraphs=marked_text(original, spans, cast.open),
        replaced=tuple(one for one in changes if one.span.kind != "edit"),
        edited=tuple(one for one in changes if one.span.kind == "edit"),
        members=_cards(cast, shown),
        pick=_with_problems(PickForm(shown.typed), shown),
        leaks=blocking(leaks),
        checklist=lines_of(cast, leaks, shown.typed.getlist("ticked") if shown.typed else ()),
        signed=_signed(story) if spans is saved else "",
        problems=tuple((name, one) for name, some in shown.problems.items() for one in some),
    )


def _leaks(story: Story, edited: Edited, cast: Cast, review: Review) -> tuple[OwnLeak, ...]:
    words = Words(edited.title, edited.text, edited.attribution, edited.note)
    if words == review.facts.words:
        return review.problems.leaks
    return own_leaks(queries.forms_to_keep_out(story, cast), words)


def missing(problems: Problems) -> tuple[tuple[str, str], ...]:
    """Why the story is not ready: a sentence each, and where on the page that can be mended, if it can.

    What the checklist lists is said once, and there.
    """
    places = [
        (one, next((to for words, to in _MENDED_AT.items() if words in one), ""))
        for one in problems.beside_the_checklist
    ]
    return (*places, *([(_UNREDACTED, "#checklist")] if problems.are_on_the_checklist else []))


_UNREDACTED = "The redaction is not signed: the checklist says what is open."
_MENDED_AT = {
    "title": "#title",
    "no text": "#the-text",
    "Editor’s note": "#editors-note",
    "consent": "#consent",
}


def _signed(story: Story) -> str:
    if not queries.redaction_signed(story):
        return ""
    last = story.redaction_sign_offs[-1]
    return f"by {staff_names().get(last.by_id or 0, 'a colleague')}, {local(last.at):%-d %B %Y, %H:%M}"


def _cards(cast: Cast, shown: Shown) -> tuple[Card, ...]:
    names = {member.key: member.entity.canonical for member in cast.members}
    return tuple(
        Card(member, _card_form(member, number, names, shown) if number < _MOST_CARDS else None)
        for number, member in enumerate(cast.members)
    )


def _card_form(member: Member, number: int, names: Mapping[str, str], shown: Shown) -> NamingForm:
    is_typed = shown.typed is not None and shown.typed.get(f"who-{number}-key") == member.key
    form = naming_form(member, number, names, shown.typed if is_typed else None)
    return _with_problems(form, shown)


F = TypeVar("F", PickForm, NamingForm)


def _with_problems(form: F, shown: Shown) -> F:
    for item in form:
        item.errors = shown.problems.get(item.name, ())
    return form


def naming_form(
    member: Member, number: int, names: Mapping[str, str], typed: MultiDict[str, str] | None = None
) -> NamingForm:
    """The form of one card, as it stands or as it was typed."""
    overridden = str(member.decision.treatment) if member.decision.overridden else ""
    return NamingForm(
        typed,
        prefix=f"who-{number}-",
        others={key: name for key, name in names.items() if key != member.key},
        treatments=member.choices,
        data={
            "key": member.key,
            "kind": member.entity.kind,
            "stance": member.stance,
            "role": member.role,
            "descriptor": member.descriptor,
            "treatment": overridden,
            "reason": member.decision.reason if overridden else "",
        },
    )
