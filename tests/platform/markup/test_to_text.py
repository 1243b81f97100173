"""The text edition, line by line."""

from textwrap import dedent

import pytest

from newsroom.platform.markup import Dialect, LinkNotes, to_text

ARTICLE = Dialect.ARTICLE


def set_at(source: str, width: int = 40, notes: LinkNotes | None = None) -> str:
    return to_text(dedent(source).strip(), ARTICLE, width, notes)


def lines(text: str) -> str:
    return dedent(text).strip("\n")


def test_an_article_is_typeset() -> None:
    source = """
        ## The second call

        We *waited* for **ten** minutes in [an electronics superstore], and nobody looked up.
        ### Why
        > A nod costs nothing, and yet it was not to be had.
        > > True.

        ---
        The end.
        """
    assert set_at(source) == lines(
        """
        The second call
        ---------------

        We _waited_ for *ten* minutes in [an
        electronics superstore], and nobody
        looked up.


        Why
        ...

        > A nod costs nothing, and yet it was
        > not to be had.
        >
        > > True.

                         * * *

        The end.
        """
    )


def test_lists_hang() -> None:
    source = """
        9. The ninth item is long enough to need a second line
        10. Tenth
            - inner words that go on and on until they wrap
        """
    assert set_at(source) == lines(
        """
         9. The ninth item is long enough to
            need a second line
        10. Tenth
            * inner words that go on and on
              until they wrap
        """
    )


def test_a_loose_list_breathes() -> None:
    assert set_at("- one\n\n- two\n\n  more") == "* one\n\n* two\n\n  more"


def test_a_dialogue_hangs_below_its_labels() -> None:
    source = (
        "**Customer:** The new one does not work either, you see.\n\n**Clerk:** Are you using it properly?"
    )
    assert set_at(source) == lines(
        """
        Customer: The new one does not work
                  either, you see.
        Clerk:    Are you using it properly?
        """
    )


def test_a_dialogue_with_long_labels_hangs_by_four() -> None:
    source = "**The customer at the desk:** Not again, surely.\n\n**B:** Yes."
    assert set_at(source) == "The customer at the desk: Not again,\n    surely.\nB: Yes."


def test_a_table_stands_in_columns_where_it_fits() -> None:
    source = """
        | Shop | Wait | Verdict |
        |:-----|-----:|:-------:|
        | 東京 | 4 min | up |
        | **Port Ellery** | 10 min | down |
        """
    assert set_at(source) == lines(
        """
        Shop           Wait  Verdict
        -----------  ------  -------
        東京          4 min    up
        Port Ellery  10 min   down
        """
    )


def test_a_table_that_does_not_fit_becomes_labelled_lines() -> None:
    source = """
        | Shop | What happened |
        |---|---|
        | Port Ellery | Nobody looked up for ten minutes |
        | Ropewalk | They did |
        """
    assert set_at(source, 30) == lines(
        """
        Shop | What happened

        Shop: Port Ellery
        What happened: Nobody looked
          up for ten minutes

        Shop: Ropewalk
        What happened: They did
        """
    )


def test_links_are_numbered_notes_and_one_address_has_one_number() -> None:
    notes = LinkNotes()
    text = set_at(
        "See [one](https://a.example/1 'First'), [two](/2) and [one again](https://a.example/1).", 60, notes
    )
    assert text == "See one [1], two [2] and one again [1]."
    assert set_at("And [two](/2)s.", notes=notes) == "And twos [2]."
    assert notes.lines() == ["[1] https://a.example/1 (First)", "[2] /2"]


def test_without_notes_the_addresses_stand_at_the_end() -> None:
    assert set_at("[one](https://a.example/1)") == "one [1]\n\n[1] https://a.example/1"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("[https://a.example/x](https://a.example/x)", "https://a.example/x"),
        ("[a.example](https://a.example/)", "https://a.example/"),
        ("[me@a.example](mailto:me@a.example)", "me@a.example"),
        ("[no](javascript:x)", "no"),
        ("![A shop](/x.png)", "[Picture: A shop]"),
        ('![A shop](/x.png "Port Ellery")', "[Picture: A shop (Port Ellery)]"),
        ("![](/x.png)", ""),
        ("Before.\n\n![](/x.png)\n\nAfter.", "Before.\n\nAfter."),
        ("one  \ntwo", "one\ntwo"),
        ("`code  here`", "code here"),
        ("(*a*), **b**", "(_a_), *b*"),
        ("*a*`b` c`d`*e*", "ab cde"),
        ("***a*** b*c", "_*a*_ b*c"),
    ],
)
def test_links_and_pictures_in_words(typed: str, shown: str) -> None:
    assert set_at(typed, 72, LinkNotes()) == shown


def test_a_note_stays_with_its_word() -> None:
    assert set_at("aaaa bbbb [cccc](/c)", 14, LinkNotes()) == "aaaa bbbb\ncccc [1]"


def test_paths_become_full_addresses_where_the_site_is_named() -> None:
    notes = LinkNotes()
    to_text("[a](/issues/80)", ARTICLE, 72, notes, base_url="https://service-bell.example")
    assert notes.lines() == ["[1] https://service-bell.example/issues/80"]


def test_nothing_gives_nothing() -> None:
    assert to_text(" \n", ARTICLE) == ""
