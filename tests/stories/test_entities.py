"""Who is who in a story, how the naming matrix treats them, and the spans that come of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories.redaction import apply
from newsroom.stories.redaction.entities import (
    Decision,
    Mention,
    NamingRefusal,
    Treatment,
    decide,
    described,
    entities_of,
    override,
    phrases,
    proposed_spans,
    to_keep_out,
)
from newsroom.stories.redaction.leaks import planted
from newsroom.stories.redaction.suggestions import Company

HOUSE = Company(
    "Brightwell Mobile", ("Brightwell", "BWM"), ("brightwell.example",), (), "electronics superstore"
)


def mention(text, words, kind, nth=1, **more):
    """The nth place of the words in a text, as an accepted mention."""
    place = -1
    for _ in range(nth):
        place = text.index(words, place + 1)
    return Mention(place, place + len(words), kind, words, **more)


def spoken_of(*rows):
    """Mentions of words that stand one after another, for tests in which the text does not matter."""
    text = " | ".join(words for _kind, words in rows)
    found, place = [], 0
    for kind, words in rows:
        place = text.index(words, place)
        found.append(Mention(place, place + len(words), kind, words))
        place += len(words)
    return text, found


def grouped(*rows, house=()):
    _text, mentions = spoken_of(*rows)
    return [[one.words for one in entity.mentions] for entity in entities_of(mentions, house)]


@pytest.mark.parametrize(
    "names",
    [
        ("Brightwell Mobile", "Brightwell"),
        ("Brightwell", "BRIGHTWELL MOBILE", "brightwell"),
        ("Brightwell Mobile", "brightwell.example"),
        ("Brightwell Mobile", "www.brightwell-mobile.example"),
        ("Brightwell Mobile", "help@brightwell.example"),
        ("Brightwell's", "Brightwell"),
        ("The Gilded Heron", "Gilded Heron"),
        ("Tapwright Ltd", "Tapwright"),
        ("Café Noir", "Cafe Noir"),
    ],
)
def test_one_company_under_several_names_is_one_entity(names):
    assert grouped(*(("company", name) for name in names)) == [list(names)]


@pytest.mark.parametrize(
    "names",
    [
        ("Karen Fenwick", "Karen"),
        ("Karen", "Ms Fenwick", "Karen Fenwick"),
        ("Mr Clement Harbottle", "Harbottle", "C. Harbottle"),
    ],
)
def test_one_person_under_several_names_is_one_entity(names):
    assert grouped(*(("staff", name) for name in names)) == [list(names)]


def test_a_name_that_fits_two_is_left_to_the_editor():
    found = grouped(("staff", "Kelly Moran"), ("staff", "Kelly Brandt"), ("staff", "Kelly"))
    assert found == [["Kelly Moran"], ["Kelly Brandt"], ["Kelly"]]


def test_a_company_and_a_person_of_one_name_are_two():
    assert grouped(("company", "Finch"), ("staff", "Finch")) == [["Finch"], ["Finch"]]


def test_companies_that_share_a_later_word_are_two():
    assert grouped(("company", "Tarnbrook Energy"), ("company", "Vale Energy")) == [
        ["Tarnbrook Energy"],
        ["Vale Energy"],
    ]


def test_the_house_list_puts_aliases_together_that_share_no_letter():
    assert grouped(("company", "BWM"), ("company", "Brightwell"), house=[HOUSE]) == [["BWM", "Brightwell"]]


def test_an_editor_can_say_that_two_names_are_one():
    text = "The Firm | Loomis"
    one = Mention(0, 8, "company", "The Firm", entity="loomis")
    other = Mention(11, 17, "company", "Loomis", entity="loomis")
    assert [entity.key for entity in entities_of([one, other])] == ["loomis"]
    assert text[0:8] == "The Firm"


@pytest.mark.parametrize(
    ("verdict", "kind", "treatment"),
    [
        ("up", "company", Treatment.NAMED),
        ("up", "staff", Treatment.FIRST_NAME),
        ("up", "place", Treatment.NAMED),
        ("up", "private", Treatment.WITHHELD),
        ("down", "company", Treatment.DESCRIPTOR),
        ("down", "staff", Treatment.ROLE),
        ("down", "place", Treatment.GENERALISED),
        ("down", "private", Treatment.WITHHELD),
    ],
)
def test_the_naming_matrix(verdict, kind, treatment):
    (entity,) = entities_of([Mention(0, 5, kind, "Karen")])
    assert decide(verdict, entity).treatment is treatment
    assert decide(verdict, entity).reason


def test_what_a_thumbs_up_criticises_once_is_treated_as_in_a_thumbs_down_throughout():
    text = "Loomis was good. Vale was not. Vale was near."
    (loomis, vale) = entities_of(
        [
            mention(text, "Loomis", "company", stance="praise"),
            mention(text, "Vale", "company", 1, stance="criticise"),
            mention(text, "Vale", "company", 2, stance="praise"),
        ]
    )
    assert decide("up", loomis).treatment is Treatment.NAMED
    assert decide("up", vale).treatment is Treatment.DESCRIPTOR


def test_praise_in_a_thumbs_down_names_nobody_because_readers_could_guess_the_rest():
    (entity,) = entities_of([Mention(0, 6, "company", "Loomis", stance="praise")])
    assert decide("down", entity).treatment is Treatment.DESCRIPTOR


def test_a_publisher_decides_otherwise_with_a_reason_only():
    (entity,) = entities_of([Mention(0, 6, "company", "Loomis")])
    assert override(entity, Treatment.NAMED, " They agreed. ") == Decision(
        Treatment.NAMED, "They agreed.", True
    )
    with pytest.raises(NamingRefusal, match="reason"):
        override(entity, Treatment.NAMED, "  ")
    with pytest.raises(NamingRefusal, match="only as named or descriptor"):
        override(entity, Treatment.ROLE, "Because.")


def test_nobody_may_name_private_people():
    (entity,) = entities_of([Mention(0, 4, "private", "Jean")])
    for treatment in Treatment:
        with pytest.raises(NamingRefusal, match="never named"):
            override(entity, treatment, "She is famous.")


DOWN = (
    "I was with Brightwell Mobile in Harrow. Voltworks said no, and Brightwell's manager, Karen Fenwick, "
    "laughed. Then the manager Karen rang Ozzle. My neighbour, Mrs Okafor, was there. Karen knows Voltworks. "
    "See brightwell.example."
)


def the_thumbs_down():
    mentions = [
        mention(DOWN, "Brightwell Mobile", "company"),
        mention(DOWN, "Harrow", "place"),
        mention(DOWN, "Voltworks", "company"),
        mention(DOWN, "Brightwell", "company", 2),
        mention(DOWN, "Karen Fenwick", "staff", role="manager"),
        mention(DOWN, "Karen", "staff", 2, role="manager"),
        mention(DOWN, "Ozzle", "company"),
        mention(DOWN, "Mrs Okafor", "private", role="neighbour"),
        mention(DOWN, "Karen", "staff", 3),
        mention(DOWN, "Voltworks", "company", 2),
        mention(DOWN, "brightwell.example", "company"),
    ]
    entities = [
        described(entity, "electronics superstore") if entity.kind == "company" else entity
        for entity in entities_of(mentions)
    ]
    return entities, {entity.key: decide("down", entity) for entity in entities}


def test_each_company_has_one_phrase_and_the_phrases_count():
    entities, decisions = the_thumbs_down()
    found = phrases(entities, decisions)
    companies = [found[entity.key] for entity in entities if entity.kind == "company"]
    assert companies == [
        "an electronics superstore",
        "another electronics superstore",
        "a third electronics superstore",
    ]


def test_a_thumbs_down_in_print():
    entities, decisions = the_thumbs_down()
    assert apply(DOWN, proposed_spans(DOWN, entities, decisions)) == (
        "I was with [an electronics superstore] in a town. [Another electronics superstore] said no, and "
        "[an electronics superstore]'s [the manager] laughed. Then [the manager] rang "
        "[a third electronics superstore]. [A neighbour] was there. [The manager] knows "
        "[another electronics superstore]. See [an electronics superstore]."
    )


def test_nothing_of_what_print_keeps_out_is_left_in_it():
    entities, decisions = the_thumbs_down()
    printed = apply(DOWN, proposed_spans(DOWN, entities, decisions))
    kept_out = to_keep_out(entities, decisions)
    assert {
        "Brightwell Mobile",
        "Brightwell",
        "brightwell.example",
        "Karen Fenwick",
        "Karen",
        "Fenwick",
        "Okafor",
    } <= set(kept_out)
    assert planted(kept_out, printed) == ()
    assert planted(kept_out, DOWN)


def test_a_thumbs_up_names_the_company_and_staff_by_their_first_names():
    text = (
        "At Loomis, Mr Tobias Fenwick helped. Fenwick stayed. My wife Ana cried, and Dilip and the guard, "
        "Mr Rao, too."
    )
    mentions = [
        mention(text, "Loomis", "company", stance="praise"),
        mention(text, "Mr Tobias Fenwick", "staff", stance="praise"),
        mention(text, "Fenwick", "staff", 2),
        mention(text, "Ana", "private", role="wife"),
        mention(text, "Dilip", "staff"),
        mention(text, "Mr Rao", "staff", role="guard"),
    ]
    entities = entities_of(mentions)
    decisions = {entity.key: decide("up", entity) for entity in entities}
    assert apply(text, proposed_spans(text, entities, decisions)) == (
        "At Loomis, Tobias helped. Tobias stayed. [A spouse] cried, and Dilip and [the guard] too."
    )
    assert "Loomis" not in to_keep_out(entities, decisions)
    assert "Tobias" not in to_keep_out(entities, decisions)


@pytest.mark.parametrize(
    ("role", "printed"),
    [("waitress", "[the waiter]"), ("saleswoman", "[the salesperson]"), ("", "[a member of staff]")],
)
def test_a_role_says_no_gender(role, printed):
    text = f"The {role or 'one'} Misty laughed."
    entities = entities_of([mention(text, "Misty", "staff", role=role)])
    decisions = {entity.key: decide("down", entity) for entity in entities}
    assert printed in apply(text, proposed_spans(text, entities, decisions)).replace("[The ", "[the ")
    assert role not in printed or not role


def test_a_second_person_of_a_role_is_another():
    text = "Karen rang. Brenda rang."
    entities = entities_of(
        [mention(text, "Karen", "staff", role="agent"), mention(text, "Brenda", "staff", role="agent")]
    )
    decisions = {entity.key: decide("down", entity) for entity in entities}
    assert apply(text, proposed_spans(text, entities, decisions)) == "[The agent] rang. [Another agent] rang."


NAMES = st.sampled_from(
    [
        "Loomis",
        "Loomis Ltd",
        "Vale",
        "Vale Energy",
        "Karen",
        "Karen Fenwick",
        "Mr Fenwick",
        "Harrow",
        "loomis.example",
        "ß",
        "K.",
    ]
)
KINDS = st.sampled_from(["company", "staff", "private", "place"])
STORIES = st.lists(st.tuples(KINDS, NAMES, st.sampled_from(["", "manager", "wife"])), min_size=1, max_size=8)


@given(STORIES, st.sampled_from(["up", "down"]))
def test_every_mention_belongs_to_one_entity_and_the_spans_fit_the_text(rows, verdict):
    text, mentions = "", []
    for kind, words, role in rows:
        text += f"the {role} " if role else "at "
        mentions.append(Mention(len(text), len(text) + len(words), kind, words, role=role))
        text += f"{words}, "
    entities = entities_of(mentions)
    assert sorted(one for entity in entities for one in entity.mentions) == sorted(mentions)
    assert len({entity.key for entity in entities}) == len(entities)
    decisions = {entity.key: decide(verdict, entity) for entity in entities}
    spans = proposed_spans(text, entities, decisions)
    apply(text, spans)
    # The same entity always has the same words.
    for entity in entities:
        assert len({span.replacement.casefold() for span in spans if span.entity == entity.key}) <= 1
