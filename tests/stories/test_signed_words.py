"""What an author agrees to: typography never changes it, and any other change does."""

from hypothesis import assume, given
from hypothesis import strategies as st

from newsroom.stories.readiness import signed_words

WORDS = st.text("abcXYZ äß09.,;:!?()'\"-\n", min_size=1, max_size=80)
QUOTES = {'"': "“”„«»", "'": "‘’‚‹›", "-": "–—‑"}


@st.composite
def a_text_and_the_same_set_otherwise(draw):
    plain = draw(WORDS)
    pieces = []
    for sign in plain:
        shapes = QUOTES.get(sign)
        pieces.append(draw(st.sampled_from([sign, *shapes])) if shapes else sign)
        if sign == " ":
            pieces.append(draw(st.sampled_from(["", " ", "\u00a0", "\n", "\n\n"])))
        if sign.isalpha():
            pieces.append(draw(st.sampled_from(["", "", "\u00ad", "\u200b"])))
    return plain, "".join(pieces)


@given(a_text_and_the_same_set_otherwise(), WORDS, WORDS)
def test_quotes_dashes_spaces_and_line_breaks_never_change_what_was_agreed_to(pair, title, attribution):
    plain, typeset = pair
    assert signed_words(title, plain, attribution) == signed_words(title, typeset, attribution)
    assert signed_words(plain, title, attribution) == signed_words(typeset, title, attribution)
    assert signed_words(title, attribution, plain) == signed_words(title, attribution, typeset)


@given(WORDS, WORDS, st.sampled_from("abcxyzABCXYZ0189äöüéß%&!?.,;:()"), st.data())
def test_any_other_sign_changed_is_another_agreement(before, after, sign, data):
    other = data.draw(st.sampled_from([one for one in "abcxyzABCXYZ0189äöüéß%&!?.,;:()" if one != sign]))
    text, changed = before + sign + after, before + other + after
    assert signed_words("T", text, "A") != signed_words("T", changed, "A")
    assert signed_words(text, "T", "A") != signed_words(changed, "T", "A")
    assert signed_words("T", "A", text) != signed_words("T", "A", changed)


@given(st.lists(st.text("abcd", min_size=1, max_size=6), min_size=2, max_size=8), st.data())
def test_a_word_put_in_taken_out_or_moved_is_another_agreement(words, data):
    said = " ".join(words)
    place = data.draw(st.integers(0, len(words) - 1))
    without = " ".join(words[:place] + words[place + 1 :])
    more = " ".join([*words[:place], "not", *words[place:]])
    turned = " ".join(words[1:] + words[:1])
    for other in (without, more, turned):
        if other != said:
            assert signed_words("T", said, "A") != signed_words("T", other, "A")


@given(WORDS, WORDS)
def test_words_cannot_wander_between_title_text_and_attribution(one, other):
    assume(one.strip() and other.strip())
    assume(signed_words("", one, "") != signed_words("", "", ""))
    assume(signed_words("", other, "") != signed_words("", "", ""))
    assert signed_words(one, other, "") != signed_words(one, "", other)
    assert signed_words(one, other, "") != signed_words("", one, other)
