"""What stands between quotation marks was said, or it is named; what is picked is quoted as it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.quotations import misquotations, nearest, quotations, quoted, taken_out

SAID = "We stood there. “We open at nine,” [the clerk] said, and the door stayed shut. It wasn’t me."
SENT = "We stood there. “We open at nine,” Karen Doyle said, and the door stayed shut. It wasn’t me."


@pytest.mark.parametrize(
    "text",
    [
        "“We OPEN at nine” was true.",
        "“We open at nine, [the person] said” was true.",
        "“We stood there … the door stayed shut”",
        "“We stood th\u00adere. We open at ni\u200bne”",
        "‘it wasn't me’",
        "Say “come in now” instead.",
        "No quotation at all.",
    ],
)
def test_what_was_said_and_what_is_too_short_to_tell_is_left_alone(text):
    assert misquotations(text, SAID) == ()


def test_what_was_not_said_is_named_once_and_in_order():
    text = (
        '“We never open before nine.” ‘It was not me’, "we never open at all", “We never open before nine.” '
        "“the door stayed shut … we stood there”"
    )
    assert misquotations(text, SAID) == (
        "We never open before nine.",
        "It was not me",
        "we never open at all",
        "the door stayed shut … we stood there",
    )


@pytest.mark.parametrize("text", ["“Karen Doyle”", "“we open at nine,” and “… KAREN Doyle said”"])
def test_what_was_taken_out_of_print_is_told_apart_from_what_was_never_said(text):
    assert taken_out(text, SAID, SENT) == (quotations(text)[-1],)


@pytest.mark.parametrize("text", ["“We open at nine,” [the clerk] said", "“We never open at all”", "“Karen”"])
def test_what_stands_in_print_or_never_stood_anywhere_was_not_taken_out(text):
    assert taken_out(text, SAID, SENT) == ()


def test_the_nearest_passage_helps_to_mend_a_misquotation():
    wanted = ("the doors stayed firmly shut", "nothing of the kind")
    assert nearest(wanted, SAID) == ("the door stayed shut. It", "")


@pytest.mark.parametrize(
    ("wanted", "quotation"),
    [
        ("“we open at nine", "“We open at nine”"),
        ("it wasn't me.", "“It wasn’t me.”"),
        ("clerk said", "“[the clerk] said”"),
        ("the clerk", "“[the clerk]”"),
        ("there. “We open at nine,” [the", "“there. ‘We open at nine,’ [the clerk]”"),
    ],
)
def test_picked_words_are_quoted_letter_for_letter(wanted, quotation):
    assert quoted(wanted, SAID) == quotation
    assert misquotations(quotation, SAID) == ()


def test_words_that_do_not_stand_there_cannot_be_picked():
    assert (quoted("we open at ten", SAID), quoted("…", SAID), quoted("", SAID)) == (None, None, None)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_text_never_misquotes_itself(before, after):
    said = before.replace("“", "").replace("”", "")
    assert said not in misquotations(f"“{said}”", f"{said} {after}")


@given(
    st.lists(st.sampled_from(["one", "two’s", "[a", "shop]", "“Oh,”", "*so*", "née", "\n\n"]), max_size=12),
    st.data(),
)
def test_whatever_is_picked_stands_in_the_text(parts, data):
    text = " ".join(parts)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    quotation = quoted(text[start:end], text)
    if quotation is not None:
        assert misquotations(quotation, text) == taken_out(quotation, text, text) == ()
