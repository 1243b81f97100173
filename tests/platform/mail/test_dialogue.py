"""What is said on a connection, against servers that chance makes up: nobody gets two, nobody is forgotten.

Two servers. The first keeps to RFC 5321 and is unlucky: it refuses, is slow, closes or vanishes at any byte,
and whatever was on its way to it when we cut the connection it may still read. What it took is known. The
second says anything at any time; of it one thing is certain: it cannot take a message whose final dot has
not left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsroom.platform.mail.parcel import Parcel, double_dots
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.dialogue import Dialogue, nothing_was_sent
from newsroom.platform.mail.smtp.replies import Reader
from tests.chance import examples

FROM = "bounce@service-bell.example"
_TEXTS = ("short", ".\r\n..\r\n.dots", "an end of a line\r\n", "\r\n.\r\nMAIL FROM:<x@y.example>\r\n")


def letter(number: int) -> Parcel:
    """One like no other, with dots and commands where they could do harm."""
    text = f"Subject: {number}\r\n\r\nletter {number}\r\n{_TEXTS[number % len(_TEXTS)]}"
    return Parcel(FROM, f"reader{number}@reader.example", text.encode())


def on_the_wire(parcel: Parcel) -> bytes:
    end = b".\r\n" if parcel.message.endswith(b"\r\n") else b"\r\n.\r\n"
    return double_dots(parcel.message) + end


def let_leave(dialogue: Dialogue, count: int) -> bytes:
    """So many of the unsent bytes leave."""
    words = b"".join(dialogue.unsent)[:count]
    if words:
        dialogue.sent(len(words))
    return words


class UnluckyServer:
    """One connection of a server that keeps to the RFC; what all of its connections took is in `taken`."""

    def __init__(self, taken: Counter[tuple[str, bytes]]) -> None:
        self.taken = taken
        # What is on its way to it, and what it has said that has not arrived.
        self.coming = b""
        self.said = b""
        self.is_closed = False
        self._words = b""
        self._has_sender = False
        self._recipients: list[str] = []
        self._is_data = False

    def read(self, count: int, mood: str) -> None:
        """Read so many bytes, and answer whatever is whole."""
        more, self.coming = self.coming[:count], self.coming[count:]
        self._words += more
        while not self.is_closed and self._answer(mood):
            pass

    def _answer(self, mood: str) -> bool:
        end = b"\r\n.\r\n" if self._is_data else b"\r\n"
        # A dot may be the first line of all.
        words = b"\r\n" + self._words if self._is_data else self._words
        found, mark, rest = words.partition(end)
        if not mark:
            return False
        self._words = rest
        if self._is_data:
            self._is_data = False
            self._hear_message((found + b"\r\n")[2:].replace(b"\r\n..", b"\r\n."), mood)
        else:
            self._hear_command(found, mood)
        return True

    def _hear_message(self, message: bytes, mood: str) -> None:
        if message.startswith(b".."):
            message = message[1:]
        recipients, self._recipients, self._has_sender = self._recipients, [], False
        if not recipients:
            self._say("554 5.5.1 No valid recipients")
        elif mood in ("yes", "vanishes"):
            self.taken.update((each, message) for each in recipients)
            self._say("250-2.0.0 Ok\r\n250 queued")
        else:
            self._refuse(mood)
        # It may be gone right after it has taken it.
        if mood == "vanishes":
            self.said, self.is_closed = b"", True

    def _hear_command(self, line: bytes, mood: str) -> None:
        verb = line[:4].upper()
        if mood == "vanishes":
            self.is_closed = True
        elif verb == b"RSET":
            self._has_sender, self._recipients = False, []
            self._say("250 2.0.0 Ok")
        elif verb == b"DATA":
            self._hear_data(mood)
        elif mood not in ("yes", "odd"):
            self._refuse(mood)
        elif verb == b"MAIL" and not self._has_sender:
            self._has_sender = True
            self._say("250 2.1.0 Ok")
        elif verb == b"RCPT" and self._has_sender:
            self._recipients.append(line.decode().partition("<")[2].rstrip(">"))
            self._say("250 2.1.5 Ok")
        else:
            self._say("503 5.5.1 Error")

    def _hear_data(self, mood: str) -> None:
        # RFC 2920 3.1: some say 354 although there is nobody to send it to.
        if (self._recipients and mood in ("yes", "odd")) or mood == "odd":
            self._is_data = True
            self._say("354 Go on")
        elif self._recipients:
            self._refuse(mood)
        else:
            self._say("503 5.5.1 No recipients")

    def _refuse(self, mood: str) -> None:
        if mood == "421":
            self._say("421 4.3.2 Closing")
            self.is_closed = True
        else:
            self._say("550 5.7.1 No" if mood == "no" else "451-4.3.0 Not\r\n451 4.3.0 now")

    def _say(self, words: str) -> None:
        self.said += words.encode() + b"\r\n"


class LettersToAnUnluckyServer(RuleBasedStateMachine):
    """A carrier as `wire` is one, byte by byte."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[tuple[str, bytes]] = Counter()
        self.dialogue: Dialogue | None = None
        self.count = 0
        self.in_hand: Parcel | None = None
        self.following: Parcel | None = None
        self.was_kept = False
        self.answers: list[tuple[Parcel, Reply]] = []

    @initialize(offers=st.sets(st.sampled_from(["pipelining", "size"])))
    def which_server(self, offers: set[str]) -> None:
        self.offers = offers
        self._connect()

    def _connect(self) -> None:
        self.dialogue, self.server = Dialogue(self.offers), UnluckyServer(self.taken)

    def _new(self) -> Parcel:
        self.count += 1
        return letter(self.count)

    @precondition(lambda self: self.in_hand is None)
    @rule(takes_announced=st.sampled_from([True, True, True, False]), has_following=st.booleans())
    def hand_over(self, takes_announced: bool, has_following: bool) -> None:
        announced = self.following if takes_announced else None
        self.in_hand = announced or self._new()
        self.following = self._new() if has_following else None
        if self.dialogue is not None and not self.dialogue.may_begin(self.in_hand.envelope):
            self._cut()
        self.was_kept = self.dialogue is not None
        self._begin()

    def _begin(self) -> None:
        if self.dialogue is None:
            self._connect()
        assert self.dialogue is not None and self.in_hand is not None
        self.dialogue.begin(self.in_hand, self.following)
        self._settle()

    @precondition(lambda self: self.dialogue is not None)
    @rule(count=st.one_of(st.integers(1, 30), st.just(100_000)))
    def some_bytes_leave(self, count: int) -> None:
        assert self.dialogue is not None
        self.server.coming += let_leave(self.dialogue, count)

    @precondition(lambda self: self.server.coming and not self.server.is_closed)
    @rule(
        count=st.one_of(st.integers(1, 30), st.just(100_000)),
        mood=st.sampled_from(["yes", "yes", "yes", "yes", "yes", "no", "later", "odd", "421", "vanishes"]),
    )
    def the_server_reads(self, count: int, mood: str) -> None:
        self.server.read(count, mood)

    @precondition(lambda self: self.dialogue is not None and self.server.said)
    @rule(count=st.one_of(st.integers(1, 5), st.just(100_000)))
    def some_of_its_words_arrive(self, count: int) -> None:
        assert self.dialogue is not None
        words, self.server.said = self.server.said[:count], self.server.said[count:]
        self.dialogue.received(words)
        self._settle()

    @precondition(lambda self: self.dialogue is not None)
    @rule(mood=st.sampled_from(["yes", "yes", "yes", "no", "odd", "vanishes"]))
    def all_of_it_arrives_both_ways(self, mood: str) -> None:
        self.some_bytes_leave(100_000)
        if not self.server.is_closed:
            self.server.read(100_000, mood)
        if self.server.said:
            self.some_of_its_words_arrive(100_000)

    @precondition(lambda self: self.dialogue is not None and self.server.is_closed and not self.server.said)
    @rule()
    def its_end_is_noticed(self) -> None:
        self._break_off("It closed the connection.")

    @precondition(lambda self: self.dialogue is not None)
    @rule(is_silence=st.booleans())
    def the_connection_breaks(self, is_silence: bool) -> None:
        self._break_off("It broke.", is_silence=is_silence)

    def _break_off(self, why: str, *, is_silence: bool = False) -> None:
        assert self.dialogue is not None
        self.dialogue.broke_off(why, is_silence=is_silence)
        self._settle()

    def _cut(self) -> None:
        """Nothing leaves any more, and what has left may still be read."""
        self.dialogue = None
        self.server.read(len(self.server.coming), "yes")

    def _settle(self) -> None:
        assert self.dialogue is not None
        reply = self.dialogue.reply if self.in_hand is not None else None
        is_again = reply is not None and self.was_kept and nothing_was_sent(reply)
        if self.dialogue.is_spent:
            self._cut()
            if is_again:
                self.was_kept = False
                self._begin()
                return
        if reply is not None:
            assert self.in_hand is not None
            self.answers.append((self.in_hand, reply))
            self.in_hand = None

    def _taken(self, parcel: Parcel) -> int:
        end = b"" if parcel.message.endswith(b"\r\n") else b"\r\n"
        return self.taken[parcel.rcpt, parcel.message + end]

    @invariant()
    def what_is_said_of_a_letter_is_true(self) -> None:
        for parcel, reply in self.answers:
            if reply.uncertain:
                assert self._taken(parcel) <= 1
            else:
                assert self._taken(parcel) == int(reply.accepted), reply

    @invariant()
    def nobody_gets_two_or_anything_else(self) -> None:
        wanted = {letter(number).rcpt: letter(number) for number in range(1, self.count + 1)}
        for (rcpt, _), count in self.taken.items():
            assert count == 1
            assert self._taken(wanted[rcpt]) == 1

    def teardown(self) -> None:
        """Whatever is still on its way is read, and no letter stays without its answer."""
        if self.dialogue is not None:
            self._break_off("The end.")
        if self.in_hand is not None and self.dialogue is not None:
            self._break_off("The end.")
        assert self.in_hand is None
        self.what_is_said_of_a_letter_is_true()
        self.nobody_gets_two_or_anything_else()


TestLettersToAnUnluckyServer = LettersToAnUnluckyServer.TestCase
TestLettersToAnUnluckyServer.settings = settings(max_examples=examples(250))


# Answers to nothing


def all_of_it_leaves(dialogue: Dialogue) -> bytes:
    return let_leave(dialogue, 1_000_000)


def test_354_to_the_first_of_several_commands_is_a_reason_to_try_later() -> None:
    dialogue = Dialogue(())
    dialogue.begin(letter(1))
    all_of_it_leaves(dialogue)
    dialogue.received(b"354 go on\r\n")
    assert dialogue.reply == Reply(451, "4.5.0 Unexpected answer: 354 go on", Stage.MAIL)
    assert dialogue.is_spent


def test_what_is_answered_before_it_was_asked_is_no_answer() -> None:
    """Else the answer to MAIL would be taken for that to the message, which nobody may have taken."""
    dialogue = Dialogue({"pipelining"})
    dialogue.begin(letter(1))
    dialogue.received(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    assert dialogue.reply is not None and dialogue.is_spent
    assert not dialogue.reply.accepted and not dialogue.reply.uncertain


def test_a_reset_that_was_answered_before_it_was_asked_ends_the_connection() -> None:
    dialogue = Dialogue({"pipelining"})
    dialogue.begin(letter(1))
    all_of_it_leaves(dialogue)
    dialogue.received(b"550 no\r\n503 no\r\n503 no\r\n250 ok\r\n")
    assert dialogue.reply == Reply(550, "no", Stage.MAIL)
    assert dialogue.is_spent


def test_of_a_message_that_is_refused_midway_no_more_leaves() -> None:
    """Its dot would follow, and the server might take what it has refused."""
    dialogue = Dialogue({"pipelining"})
    dialogue.begin(letter(1))
    all_of_it_leaves(dialogue)
    dialogue.received(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    let_leave(dialogue, 10)
    dialogue.received(b"552 5.2.2 Full\r\n")
    assert dialogue.reply == Reply(552, "5.2.2 Full", Stage.DATA)
    assert dialogue.is_spent


def test_of_a_very_long_answer_the_first_words_are_kept() -> None:
    """Whoever looks for addresses in it must not be kept busy, nor overlook half of one."""
    words = b"5.1.1 No ana@reader.example " + b"x" * 1_960 + b" bo@reader.example " + b"y" * 60_000
    (reply,) = Reader().read(b"550 " + words + b"\r\n")
    assert reply == (550, "5.1.1 No ana@reader.example " + "x" * 1_960)
    assert Reader().read(b"550 " + b"z" * 60_000 + b"\r\n") == [(550, "")]


# A server that says anything

_LINES = [
    b"250 ok\r\n", b"250-ok\r\n", b"354 go on\r\n", b"550 no\r\n", b"451 later\r\n", b"421 closing\r\n",
    b"250-a\r\n550 b\r\n", b"\r\n", b"\n", b"250", b"25", b"\r", b"-1 x\r\n", b"000 zero\r\n", b"999 x\n",
    b"\x00\xff\r\n", b"250 \xff\x00\x1b[2J\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n", b"x" * 70_000,
    b"250-" + b"y" * 500 + b"\r\n",
]  # fmt: skip
_SAYS = st.tuples(st.just("says"), st.sampled_from(_LINES))
_STEPS = st.lists(
    st.one_of(
        _SAYS,
        st.tuples(st.just("is_told"), st.sampled_from(_LINES)),
        st.tuples(st.just("is_told"), st.sampled_from([b"250 ok\r\n", b"354 go on\r\n"])),
        st.tuples(st.just("lets_in"), st.booleans()),
        st.tuples(st.just("reads"), st.sampled_from([1, 7, 40, 100, 100_000])),
        st.tuples(st.just("begins"), st.booleans()),
    ),
    max_size=40,
)


class AnyServer:
    """What has left of letters, and what was heard since."""

    def __init__(self, offers: Iterable[str]) -> None:
        self.dialogue = Dialogue(frozenset(offers))
        self.left = b""
        self.count = 0
        self.in_hand: Parcel | None = None
        self.announced: Parcel | None = None
        self.heard_since_dot = b""
        # Letters of which was said that they are certainly not taken.
        self.must_not_leave: list[Parcel] = []

    def begins(self, has_following: bool) -> None:
        if self.in_hand is not None:
            return
        parcel = self.announced or self._new()
        assert self.dialogue.may_begin(parcel.envelope)
        assert not self._has_left(parcel)
        self.announced = self._new() if has_following else None
        self.in_hand, self.heard_since_dot = parcel, b""
        self.dialogue.begin(parcel, self.announced)
        self.settles()

    def reads(self, count: int) -> None:
        self.left += let_leave(self.dialogue, count)
        assert not any(map(self._has_left, self.must_not_leave))

    def says(self, words: bytes) -> None:
        if self.in_hand is not None and self._has_left(self.in_hand):
            self.heard_since_dot += words
        self.dialogue.received(words)
        self.settles()

    def is_told(self, words: bytes) -> None:
        """It reads all there is before it says something."""
        self.reads(100_000)
        self.says(words)

    def lets_in(self, has_following: bool) -> None:
        """A letter as far as its message."""
        self.begins(has_following)
        for line in (b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            if not self.dialogue.is_spent:
                self.is_told(line)

    def settles(self) -> None:
        reply = self.dialogue.reply
        if self.in_hand is None or reply is None:
            return
        parcel, self.in_hand = self.in_hand, None
        has_left = self._has_left(parcel)
        if reply.accepted:
            assert has_left and b"2" in self.heard_since_dot
        elif reply.uncertain:
            assert self.dialogue.is_spent
        elif has_left:
            assert any(sign in self.heard_since_dot for sign in (b"4", b"5"))
        else:
            self.must_not_leave.append(parcel)

    def _has_left(self, parcel: Parcel) -> bool:
        found = self.left.count(on_the_wire(parcel))
        assert found <= 1
        return found == 1

    def _new(self) -> Parcel:
        self.count += 1
        return letter(self.count)


@settings(max_examples=examples(250))
@given(st.sets(st.sampled_from(["pipelining", "size"])), _STEPS, st.booleans())
def test_whatever_a_server_says_a_letter_is_handed_over_or_named(
    offers: set[str], steps: list[tuple[str, bytes | int]], is_cut_small: bool
) -> None:
    server = AnyServer(offers)
    for name, argument in steps:
        if server.dialogue.is_spent:
            break
        pieces = [argument]
        if isinstance(argument, bytes) and is_cut_small and len(argument) < 100:
            pieces = [argument[at : at + 1] for at in range(len(argument))]
        for piece in pieces:
            getattr(server, name)(piece)
    # Nothing that stays is large, however much was said.
    assert len(server.dialogue._heard) <= 17
    server.dialogue.broke_off("The end.")
    server.settles()
    assert server.in_hand is None
