"""Who is in a story, what of it is open, and what an editor's acts make of it. Nothing here is stored."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.stories.redaction import Span, apply, in_order, revise
from newsroom.stories.redaction.acting import (
    Accept,
    AcceptAll,
    AcceptEntity,
    ActRefusal,
    ByHand,
    TakeBack,
    performed,
    reworded,
)
from newsroom.stories.redaction.cast import Cast, Naming, cast_of
from newsroom.stories.redaction.comparison import whole_characters
from newsroom.stories.redaction.entities import Treatment
from newsroom.stories.redaction.finds import Mark
from newsroom.stories.redaction.leaks import planted
from newsroom.stories.redaction.suggestions import Company
from tests.chance import examples

BRIGHTWELL = Company(
    "Brightwell Electronics",
    ("Brightwell",),
    ("brightwell.example",),
    ("Bright ideas for less",),
    "electronics superstore",
)
KETTLEWICK = Company("Kettlewick Electrics", ("Kettlewick",), (), (), "electronics superstore")
NEXT = Company("Next", descriptor="clothes shop")
HOUSE = (BRIGHTWELL, KETTLEWICK, NEXT)

STORY = (
    "I took it back to Brightwell Electronics in Ropewalk Lane. The manager, Karen, said no. Karen Fenwick "
    "laughed at my friend Kofi. I rang Brightwell on 01632 960143 about order 4471-2283, wrote to "
    "help@brightwell.example and heard “Bright ideas for less” again. Kettlewick took it. Next, the next "
    "day, paid £49.99."
)


def the_cast(text: str = STORY, spans: tuple[Span, ...] = (), verdict: str = "down", **more) -> Cast:
    return cast_of(text, verdict, in_order(text, spans), house_list=HOUSE, **more)


def states(cast: Cast) -> dict[str, str]:
    return {passage.words: passage.state for passage in cast.passages}


def after(act, text: str = STORY, spans: tuple[Span, ...] = (), **more) -> tuple[Span, ...]:
    return performed(text, spans, the_cast(text, spans, **more), act)


def test_a_complaint_names_nobody_once_all_is_accepted() -> None:
    spans = after(AcceptAll())
    printed = apply(STORY, spans)

    assert printed == (
        "I took it back to [an electronics superstore] in our street. [The manager] said no. [The manager] "
        "laughed at [a friend]. I rang [an electronics superstore] on [a telephone number] about order "
        "[a reference number], wrote to [an e-mail address] and heard “[their slogan]” again. [Another "
        "electronics superstore] took it. [A clothes shop], the next day, paid £49.99."
    )
    assert the_cast(spans=spans).open_count == 0
    leaks = planted((one.form for one in the_cast().forms()), printed)
    assert [leak.words for leak in leaks if leak.weight == "blocker"] == []


def test_praise_names_companies_and_staff_and_nobody_private() -> None:
    cast = the_cast(verdict="up")
    found = states(cast)
    assert found["Brightwell Electronics"] == found["Bright ideas for less"] == found["Karen"] == "named"
    assert found["Karen Fenwick"] == found["Kofi"] == found["01632 960143"] == "open"
    assert "Karen laughed at [a friend]" in apply(STORY, after(AcceptAll(), verdict="up"))
    assert "Karen" not in {one.form for one in cast.forms()}


def test_what_is_out_stays_found_and_what_was_typed_away_counts_as_out() -> None:
    spans = revise(STORY, (), STORY.replace("Karen Fenwick", "She").replace("on 01632 960143 ", ""))
    found = states(the_cast(spans=spans))
    assert found["Karen Fenwick"] == found["01632 960143"] == "done"
    assert found["Karen"] == "open"


@pytest.mark.parametrize(
    "typed", ["Ms Fenwick", "karen fenwick", "KAREN", "Kar\u00aden", "Karen (Fenwick)", "that Karen"]
)
def test_a_name_in_other_words_still_stands_there(typed: str) -> None:
    spans = revise(STORY, (), STORY.replace("Karen Fenwick", typed))
    assert states(the_cast(spans=spans))["Karen Fenwick"] == "open"


@pytest.mark.parametrize(("left", "state"), [("01632 960", "open"), ("0163 …", "open"), ("016…", "done")])
def test_half_a_number_is_still_a_number(left: str, state: str) -> None:
    spans = revise(STORY, (), STORY.replace("01632 960143", left))
    assert states(the_cast(spans=spans))["01632 960143"] == state


def test_harmless_is_one_passage_and_what_an_editor_marks_wins() -> None:
    place = STORY.index("Kofi")
    harmless = the_cast(marks=[Mark(place, place + 4, "harmless", "person")])
    assert states(harmless)["Kofi"] == "harmless"
    assert "Kofi" not in {one.form for one in harmless.forms()}

    words = "my friend Kofi"
    place = STORY.index(words)
    marked = the_cast(marks=[Mark(place, place + len(words), "names", "company")])
    assert "Kofi" not in states(marked)
    assert next(one for one in marked.passages if one.words == words).thing == "company"


def test_a_decision_holds_for_every_mention() -> None:
    manager = the_cast().member("person:karen fenwick")
    assert manager is not None
    assert (manager.entity.kind, manager.role, manager.phrase) == ("staff", "manager", "the manager")

    decided = [Naming("person:karen fenwick", kind="private"), Naming("person:kofi", same_as="company:Next")]
    cast = the_cast(namings=decided)
    karen, shop = cast.member("person:karen fenwick"), cast.member("company:Next")
    assert karen is not None
    assert karen.decision.treatment is Treatment.WITHHELD
    assert shop is not None
    assert shop.merged == ("person:kofi",)
    assert {one.words for one in shop.entity.mentions} == {"Kofi", "Next"}
    assert cast.member("person:kofi") is None


def test_a_publisher_may_name_a_company_and_nobody_a_private_person() -> None:
    cast = the_cast(
        namings=[
            Naming("company:Next", treatment="named", reason="It is in the public record."),
            Naming("person:kofi", treatment="named", reason="He would not mind."),
        ]
    )
    assert states(cast)["Next"] == "named"
    assert states(cast)["Kofi"] == "open"


def test_the_company_that_its_author_names_is_kept_out_although_the_text_says_no_such_name() -> None:
    cast = cast_of("They never came.", "down", (), told_company="Marrowstone Bank")
    assert [one.form for one in cast.forms()] == ["Marrowstone Bank"]
    assert cast_of("They never came.", "up", (), told_company="Marrowstone Bank").forms() == ()
    (passage,) = cast_of("At Zxqv they laughed.", "down", (), told_company="Zxqv").passages
    assert passage.reason == "its author says that it is about this company"


def test_a_listed_descriptor_that_says_a_name_of_the_story_is_passed_over() -> None:
    odd = Company("Quillon", descriptor="shop next to Karen Fenwick")
    cast = cast_of("At Quillon I met Karen Fenwick.", "down", (), house_list=[odd])
    company = cast.member("company:Quillon")
    assert company is not None
    assert company.phrase == "a company"


def test_the_same_company_always_has_the_same_words_also_when_the_count_changes() -> None:
    text = "At Aldous they laughed. At Brightwell they wept. At Kettlewick they slept. Brightwell rang."
    before = the_cast(text)
    spans = after(AcceptAll("company"), text)
    assert apply(text, spans).casefold().count("[an electronics superstore]") == 2
    assert "[another electronics superstore]" in apply(text, spans)

    now = the_cast(text, spans, namings=[Naming(_key(before, "Aldous"), descriptor="electronics superstore")])
    assert apply(text, reworded(spans, before, now)) == (
        "At [an electronics superstore] they laughed. At [another electronics superstore] they wept. "
        "At [a third electronics superstore] they slept. [Another electronics superstore] rang."
    )


def test_words_of_ones_own_survive_a_decision_and_what_may_be_named_is_named_again() -> None:
    text = "Brightwell rang. Then Brightwell called. Kettlewick wrote."
    before = the_cast(text)
    accepted = after(AcceptAll(), text)
    spans = revise(
        text, accepted, apply(text, accepted).replace("Then [an electronics superstore]", "Then [they]")
    )
    key = _key(before, "Brightwell")

    other = the_cast(text, spans, namings=[Naming(key, descriptor="toy shop")])
    assert apply(text, reworded(spans, before, other)) == (
        "[A toy shop] rang. Then [they] called. [An electronics superstore] wrote."
    )
    named = the_cast(text, spans, namings=[Naming(key, treatment="named", reason="Public.")])
    assert apply(text, reworded(spans, before, named)).startswith("Brightwell rang. Then [they] called.")


def _key(cast: Cast, name: str) -> str:
    return next(one.key for one in cast.members if name in one.entity.names)


# Acts


def test_one_of_an_entity_one_of_a_class_and_one_place() -> None:
    place = STORY.index("01632 960143")
    assert apply(STORY, after(Accept(((place, place + 12),)))).count("[") == 1
    assert {span.entity for span in after(AcceptEntity("person:karen fenwick"))} == {"person:karen fenwick"}
    assert [span.replacement for span in after(AcceptAll("email"))] == ["[an e-mail address]"]
    with pytest.raises(ActRefusal, match="Nothing is found"):
        after(Accept(((0, 1),)))


def test_accepting_inside_a_rewritten_sentence_keeps_the_rewriting() -> None:
    text = "So I went back to Brightwell with it. They laughed."
    spans = revise(text, (), "I then returned it to Brightwell, sadly. They laughed.")
    assert apply(text, after(AcceptAll(), text, spans)) == (
        "I then returned it to [an electronics superstore], sadly. They laughed."
    )


@pytest.mark.parametrize(
    ("how", "words", "printed"),
    [
        ("descriptor", "", "At [a company] they laughed."),
        ("role", "", "At [a member of staff] they laughed."),
        ("cut", "", "At […] they laughed."),
        ("generalise", "the usual place", "At the usual place they laughed."),
        ("clarify", "the shop", "At [the shop] they laughed."),
    ],
)
def test_by_hand(how: str, words: str, printed: str) -> None:
    text = "At the blue door they laughed."
    kind = {"descriptor": "company", "role": "staff"}.get(how)
    marks = [Mark(3, 16, "names", kind)] if kind else []
    spans = performed(text, (), the_cast(text, marks=marks), ByHand(2, 17, how, words))
    assert apply(text, spans) == printed
    assert apply(text, performed(text, spans, the_cast(text), TakeBack(3))) == text


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (ByHand(0, 5, "shout"), "Choose what to do"),
        (ByHand(0, 0, "cut"), "Select the words first"),
        (ByHand(1, 2, "cut"), "Select the words first"),
        (ByHand(0, 9999, "cut"), "not in the original"),
        (ByHand(0, 6, "generalise"), "Write what to print"),
        (ByHand(0, 6, "generalise", "as at Brightwell"), "to stay out of print"),
        (ByHand(7, 11, "descriptor"), "Print may name this"),
    ],
)
def test_an_act_that_means_nothing_is_refused_with_a_sentence(act: ByHand, problem: str) -> None:
    text = "I took it back to Brightwell."
    with pytest.raises(ActRefusal, match=problem):
        after(act, text)


# Laws

PIECES = st.lists(
    st.sampled_from(
        [
            "Karen", "Karen Fenwick", "the manager", ", ", " ", " ", ". ", "Brightwell", "Next", "next",
            "Kofi", "my friend ", "\n\n", "01632 960143", "help@brightwell.example", "\u0301",
            "\u200d", "👩‍👧", "🇬🇧",
            "\u00ad", "\u200b", "ברייטוול", "\u202b", "’s", "in Ropewalk Lane",
            "Bright\u00adwell", "K\u0301aren",
        ]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(max_examples=examples(120))
@given(PIECES, st.sampled_from(["up", "down"]), PIECES)
@example("01632 960143\u0301help@brightwell.example", "up", "Brightwell01632 960143")
def test_accepting_all_leaves_nothing_open_whatever_was_typed_before(text, verdict, typed) -> None:
    spans = revise(text, (), typed) if typed else ()
    cast = the_cast(text, spans, verdict)
    accepted = performed(text, spans, cast, AcceptAll())
    assert accepted == in_order(text, accepted)
    assert the_cast(text, accepted, verdict).open_count == 0


@settings(max_examples=examples(120))
@given(PIECES)
@example("\u200dmy friend Karen")
def test_no_passage_and_no_proposal_cuts_a_character_and_no_two_overlap(text) -> None:
    cast = the_cast(text)
    assert all(whole_characters(text, one.start, one.end) == (one.start, one.end) for one in cast.passages)
    for span in in_order(text, cast.proposals):
        assert whole_characters(text, span.start, span.end) == (span.start, span.end)


@settings(max_examples=examples(60))
@given(PIECES, st.data())
def test_any_marks_and_decisions_make_a_cast(text, data) -> None:
    places = st.integers(-1, len(text) + 1)
    marks = data.draw(
        st.lists(
            st.builds(
                Mark,
                places,
                places,
                st.sampled_from(["names", "harmless"]),
                st.sampled_from(["company", "staff", "private", "place", "phone", ""]),
                st.sampled_from(["", "person:karen"]),
            ),
            max_size=4,
        )
    )
    keys = st.sampled_from(["person:karen", "person:kofi", "company:Next", "person:karen fenwick"])
    namings = data.draw(
        st.lists(
            st.builds(
                Naming,
                keys,
                same_as=st.one_of(st.just(""), keys),
                kind=st.sampled_from(["", "staff", "company", "nonsense"]),
                treatment=st.sampled_from(["", "named", "nonsense"]),
                reason=st.just("So."),
            ),
            max_size=3,
        )
    )
    cast = the_cast(text, marks=marks, namings=namings)
    accepted = performed(text, (), cast, AcceptAll())
    assert the_cast(text, accepted, marks=marks, namings=namings).open_count == 0
