"""What the buttons of the redaction desk do. Each of them sends the whole revision form.

So what was typed is saved with what was asked, in one version, or neither is. Which passage and what becomes
of it is read here; what may become of it, the verbs decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, request, url_for

from newsroom.accounts.guards import Permission, may
from newsroom.stories import casting, queries, service
from newsroom.stories.desk.blueprint import my_id, story_or_404
from newsroom.stories.desk.redaction_page import Shown, naming_form
from newsroom.stories.forms import Asked, Edited, NamingForm, PickForm
from newsroom.stories.redaction import acting
from newsroom.stories.rules import StoryRefusal


class Unclear(StoryRefusal):
    """What was asked cannot be done as it was typed; `problems` says so, field by field."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        self.problems = problems
        super().__init__(" ".join(sentence for some in problems.values() for sentence in some))


class OnlyForPublishers(StoryRefusal):
    """What was asked takes a permission that this person does not hold."""


@dataclass(frozen=True)
class Request:
    """One press of a button of the redaction desk, with all that was typed."""

    public_id: str
    edited: Edited
    draft: str
    asked: Asked = field(default_factory=lambda: Asked.from_button(request.form.get("act", "")))

    def perform(self) -> None:
        """Do it. Raises StoryRefusal (`Unclear` for something at a field) and SaveConflict."""
        deeds: dict[str, Callable[[], object]] = {
            "accept": lambda: self._redact(acting.Accept((self._place(),))),
            "all": lambda: self._redact(acting.AcceptAll(self.asked.about)),
            "entity": lambda: self._redact(acting.AcceptEntity(self.asked.about)),
            "by_hand": self._by_hand,
            "take_back": lambda: self._redact(acting.TakeBack(self._place()[0])),
            "harmless": lambda: service.say_harmless(self.public_id, [self._place()], **self._with()),
            "not_harmless": lambda: service.forget_mark(self.public_id, *self._place(), **self._with()),
            "naming": self._decide,
            "apart": lambda: service.decide_naming(
                self.public_id, self.asked.about, same_as="", **self._with()
            ),
            "override": self._override,
            "sign": self._sign,
        }
        deed = deeds.get(self.asked.verb) or abort(400)
        deed()

    def _with(self) -> dict[str, Any]:
        words = self.edited
        typed = service.Typed(
            words.version, words.title, words.text, words.attribution, words.note, self.draft
        )
        return {"typed": typed, "actor_id": my_id()}

    def _place(self) -> tuple[int, int]:
        return self.asked.place or abort(400)

    def _redact(self, act: acting.RedactAct) -> None:
        service.redact(self.public_id, act, **self._with())

    def _by_hand(self) -> None:
        pick = PickForm(request.form)
        pick.validate()
        place = pick.place(story_or_404(self.public_id).original.body)
        if place is None or pick.errors:
            raise Unclear(_by_field(pick))
        try:
            self._redact(acting.ByHand(*place, self.asked.about, pick.instead.data or ""))
        except service.SaveConflict:
            raise
        except StoryRefusal as refusal:
            raise Unclear({"instead" if pick.instead.data else "picked": [str(refusal)]}) from refusal

    # Who is in it

    def _card(self) -> NamingForm:
        """The card whose button was pressed, as it was typed."""
        number = self.asked.number
        cast = casting.cast_over(story_or_404(self.public_id), ())
        key = request.form.get(f"who-{number}-key", "")
        member = cast.member(key)
        if member is None:
            raise StoryRefusal("Nobody like that is in this story any more.")
        names = {one.key: one.entity.canonical for one in cast.members}
        return naming_form(member, number, names, request.form)

    def _decide(self) -> None:
        card = self._card()
        if not card.validate():
            raise Unclear(_by_field(card))
        given: dict[str, Any] = {
            name: card[name].data or "" for name in ("stance", "kind", "descriptor", "same_as")
        }
        given |= {"role": card.role.data or ""} if card.role.name in request.form else {}
        given["by_publisher"] = may(Permission.PUBLISH)
        self._at_the_card(
            card,
            "descriptor",
            lambda: service.decide_naming(self.public_id, card.key.data or "", **given, **self._with()),
        )

    def _override(self) -> None:
        if not may(Permission.PUBLISH):
            raise OnlyForPublishers("It takes a publisher to decide against the matrix.")
        card = self._card()
        if not card.validate():
            raise Unclear(_by_field(card))
        self._at_the_card(
            card,
            "reason",
            lambda: service.override_naming(
                self.public_id,
                card.key.data or "",
                card.treatment.data or "",
                card.reason.data or "",
                **self._with(),
            ),
        )

    def _at_the_card(self, card: NamingForm, name: str, do: Callable[[], object]) -> None:
        """What is refused is said where it was typed."""
        try:
            do()
        except service.SaveConflict:
            raise
        except StoryRefusal as refusal:
            raise Unclear({card[name].name: [str(refusal)]}) from refusal

    # The signature

    def _sign(self) -> None:
        """For exactly what was sent; what a colleague saved meanwhile is a conflict unless it is the same."""
        words = self.edited
        version = service.save_revision(
            self.public_id,
            version=words.version,
            title=words.title,
            text=words.text,
            attribution=words.attribution,
            note=words.note,
            actor_id=my_id(),
            draft=self.draft,
        )
        service.sign_redaction(
            self.public_id,
            version=version,
            ticked=request.form.getlist("ticked"),
            actor_id=my_id(),
        )
        flash("The redaction is signed.", "success")

    # Where the page goes on

    def address_afterwards(self) -> str:
        """The page in the view it had, at what is to be looked at next."""
        view = request.form.get("shown", "")
        if self.asked.verb == "sign" and view == "read":
            # That view shows nothing that could be done next.
            view = ""
        return url_for(".show", public_id=self.public_id, view=view or None, _anchor=self._anchor())

    def _anchor(self) -> str:
        if self.asked.verb == "sign":
            return "now"
        if self.asked.verb in ("naming", "override", "entity", "apart"):
            return f"who-{self._card_number()}"
        if self.asked.verb == "by_hand":
            return "pick"
        left = queries.cast(story_or_404(self.public_id)).open
        here = self.asked.place[0] if self.asked.place else 0
        following = next((one for one in left if one.start >= here), left[0] if left else None)
        return f"s-{following.start}" if following else "suggestions"

    def _card_number(self) -> int:
        """Where the card is that was pressed; some buttons name it by its number, some by its key."""
        if self.asked.number >= 0:
            return self.asked.number
        keys = [member.key for member in queries.cast(story_or_404(self.public_id)).members]
        return keys.index(self.asked.about) if self.asked.about in keys else 0


def refused(problem: StoryRefusal) -> Shown:
    """What the page shows again, with what is wrong at its fields."""
    return Shown(typed=request.form, problems=problem.problems if isinstance(problem, Unclear) else {})


def _by_field(form: PickForm | NamingForm) -> dict[str, list[str]]:
    return {item.name: list(item.errors) for item in form if item.errors}
