"""What is said on one open connection, message by message. It touches no socket and knows no clock.

Whoever carries its words sends what is `unsent` and says how much of it left (`sent`), hands over what comes
back (`received`) and says when the connection is gone (`broke_off`), until there is a `reply`. A dialogue
that `is_spent` can say no more: its connection is to be cut.

Whoever knows which message follows says so: where the server offers PIPELINING its envelope leaves right
behind the final dot (RFC 2920 3.1), so that a message costs one round trip. Of the following message not one
byte leaves before it is begun itself, so that a connection has one message at most of which nobody may know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from enum import Enum, auto

from newsroom.platform.mail.message import Unsendable, needs_smtputf8
from newsroom.platform.mail.parcel import Envelope, Parcel
from newsroom.platform.mail.reply import CLOSING, Reply, Stage
from newsroom.platform.mail.smtp.replies import NoReply, Reader

_WANTED = {Stage.MAIL: (250,), Stage.RCPT: (250, 251, 252), Stage.DATA: (354,)}
# Replies to what was announced are three; whoever sends many more unasked is not listened to.
_MOST_UNASKED = 16


class _Step(Enum):
    """What the dialogue is at."""

    NOTHING = auto()
    ENVELOPE = auto()
    MESSAGE = auto()
    # The server waits for a message that does not come, and is given none.
    NO_MESSAGE = auto()
    RESET = auto()


class Dialogue:
    """The words of one connection, from one message to the next."""

    def __init__(self, offers: Collection[str], *, may_announce: bool = True) -> None:
        self._offers = offers
        self._may_announce = may_announce and "pipelining" in offers
        self._reader = Reader()
        self._heard: deque[tuple[int, str]] = deque()
        self._step = _Step.NOTHING
        self._parcel: Parcel | None = None
        self._following: Parcel | None = None
        # Commands that are still to be said, each when the one before it was answered.
        self._later: deque[tuple[Stage, bytes]] = deque()
        # The stages whose replies are due, and the replies of this envelope that have come.
        self._due: deque[Stage] = deque()
        self._replies: list[Reply] = []
        # The envelope that the server knows already and whose replies nobody has looked at yet.
        self._announced: Envelope | None = None
        self._was_announced = False
        # Bytes that have to leave until the final dot has.
        self._until_dot = 0
        # What the message in hand was answered, while the transaction is still tidied up.
        self._verdict: Reply | None = None
        # How many replies have come, whatever they say.
        self.heard_count = 0
        self.unsent: deque[bytes | memoryview] = deque()
        self.reply: Reply | None = None
        self.is_spent = False
        # The server did not answer what stood behind a final dot: each time that would cost a long wait.
        self.announcing_is_vain = False

    @property
    def waits_for_message(self) -> bool:
        """Whether it is the message that the server takes its time for, and not a command."""
        return self._step is _Step.MESSAGE

    @property
    def stage(self) -> Stage:
        """How far the message in hand has come."""
        return self._due[0] if self._step is _Step.ENVELOPE else Stage.DATA

    @property
    def expects_nothing(self) -> bool:
        """Whether nothing was asked, so that whatever comes now is not an answer."""
        return self._step is _Step.NOTHING and self._announced is None

    def may_begin(self, envelope: Envelope) -> bool:
        """Whether a message with this envelope may come next; else the server waits for another one."""
        return not self.is_spent and self._announced in (None, envelope)

    def begin(self, parcel: Parcel, following: Parcel | None = None) -> None:
        """Begin a message that may come next. Raises `Unsendable` for an address that no wire can carry."""
        envelope = parcel.envelope
        self._verdict = None
        self.reply = self._refusal_of_ours(envelope)
        if self.reply is not None:
            return
        self._parcel, self._following = parcel, following
        self._step, self._replies = _Step.ENVELOPE, []
        self._was_announced, self._announced = self._announced is not None, None
        steps = self._steps(envelope)
        if self._was_announced or "pipelining" in self._offers:
            self._due.extend(stage for stage, _ in steps)
            if not self._was_announced:
                self._say(b"".join([line for _, line in steps]))
        else:
            self._later.extend(steps)
            self._say_next()
        # What was announced may have been answered already.
        self._listen()

    def sent(self, count: int) -> None:
        """So many of the unsent bytes have left."""
        self._until_dot = max(0, self._until_dot - count)
        while count:
            first = self.unsent.popleft()
            if count < len(first):
                self.unsent.appendleft(memoryview(first)[count:])
                return
            count -= len(first)

    def received(self, words: bytes) -> None:
        """These bytes came back."""
        try:
            found = self._reader.read(words)
        except NoReply:
            self.broke_off("What it says has no end, and is no SMTP.")
            return
        self.heard_count += len(found)
        self._heard.extend(found)
        self._listen()
        if self._heard and (self.expects_nothing or len(self._heard) > _MOST_UNASKED):
            # Mostly that it closes. What it means by anything else nobody can know.
            self.is_spent = True

    def broke_off(self, why: str, *, is_silence: bool = False) -> None:
        """The connection is gone, or nobody waits for its answer any more; `why` is a sentence."""
        self.is_spent = True
        if self._step is _Step.NOTHING:
            return
        in_envelope = self._step is _Step.ENVELOPE
        self.announcing_is_vain = is_silence and in_envelope and self._was_announced
        is_unknown = self._step is _Step.MESSAGE and not self._until_dot
        self._end(self._verdict or Reply(0, why, self.stage, uncertain=is_unknown))

    # What comes back

    def _listen(self) -> None:
        while self._heard and self._step is not _Step.NOTHING:
            code, said = self._heard.popleft()
            if self._step is _Step.ENVELOPE:
                self._hear_envelope(Reply(code, said, self._due[0]))
            elif self._step is _Step.MESSAGE:
                self._hear_message(Reply(code, said, Stage.DATA))
            else:
                self._hear_tidying(code)

    def _hear_envelope(self, reply: Reply) -> None:
        if reply.code == CLOSING:
            self._end(reply, spent=True)
            return
        self._due.popleft()
        self._replies.append(reply)
        if self.unsent and not self._due:
            # What it was asked for has not left yet: from here on nobody knows what it answers to.
            self._end(_as_refusal(reply), spent=True)
            return
        is_refused = reply.code not in _WANTED[reply.stage]
        if self._later and not is_refused:
            self._say_next()
        elif not self._due:
            self._envelope_is_answered()
        # Else other replies of the same breath are still to come.

    def _envelope_is_answered(self) -> None:
        self._later.clear()
        unwanted = [reply for reply in self._replies if reply.code not in _WANTED[reply.stage]]
        if not unwanted:
            self._say_message()
            return
        self._verdict = _as_refusal(unwanted[0])
        last = self._replies[-1]
        if last.code != 354:
            self._reset()
        elif last.stage is Stage.DATA and 400 <= self._replies[1].code < 600:
            # RFC 2920 3.1 says to end it at once: it is to nobody.
            self._say(b".\r\n")
            self._step = _Step.NO_MESSAGE
        else:
            # The server may have taken the recipient, to whom that would be an empty letter.
            self._end(self._verdict, spent=True)

    def _hear_message(self, reply: Reply) -> None:
        is_refusal = 400 <= reply.code < 600
        if is_refusal or (reply.accepted and not self._until_dot):
            # Who answers before the final dot cannot be told anything else any more.
            self._end(reply, spent=reply.code == CLOSING or self._until_dot > 0)
            return
        # Half an answer, or none of SMTP's: who sent it has the message, and may have taken it.
        text = f"The answer to the message makes no sense: {_shown(reply)}".rstrip()
        self._end(Reply(0, text, Stage.DATA, uncertain=True), spent=True)

    def _hear_tidying(self, code: int) -> None:
        assert self._verdict is not None
        if self._step is _Step.NO_MESSAGE and code != CLOSING:
            self._reset()
        else:
            self._end(self._verdict, spent=code != 250 or bool(self.unsent))

    # What is said

    def _say(self, words: bytes) -> None:
        self.unsent.append(words)

    def _say_next(self) -> None:
        stage, line = self._later.popleft()
        self._due.append(stage)
        self._say(line)

    def _say_message(self) -> None:
        assert self._parcel is not None
        message = self._parcel.data
        self._until_dot = sum(map(len, message))
        self.unsent.extend(message)
        announcement = self._announcement()
        if announcement:
            self._say(announcement)
        self._step = _Step.MESSAGE

    def _announcement(self) -> bytes:
        """The envelope of the following message, to leave behind the final dot of this one.

        Its DATA may stand there too, because it is the last command of its group (RFC 2920 3.1).
        """
        if self._following is None or not self._may_announce:
            return b""
        try:
            envelope = self._following.envelope
        except Unsendable:
            envelope = None
        if envelope is None or self._refusal_of_ours(envelope) is not None:
            # It cannot leave over this connection, which is said when its turn has come.
            return b""
        self._announced = envelope
        return b"".join([line for _, line in self._steps(envelope)])

    def _reset(self) -> None:
        self._say(b"RSET\r\n")
        self._step = _Step.RESET

    def _end(self, reply: Reply, *, spent: bool = False) -> None:
        self._step, self.reply = _Step.NOTHING, reply
        self.is_spent = self.is_spent or spent
        self._later.clear()
        self._due.clear()
        self._parcel = self._following = None

    def _steps(self, envelope: Envelope) -> tuple[tuple[Stage, bytes], ...]:
        options = f" SIZE={envelope.size}" if "size" in self._offers else ""
        if envelope.needs_smtputf8:
            options += " BODY=8BITMIME SMTPUTF8"
        return (
            (Stage.MAIL, f"MAIL FROM:<{envelope.sender}>{options}\r\n".encode()),
            (Stage.RCPT, f"RCPT TO:<{envelope.recipient}>\r\n".encode()),
            (Stage.DATA, b"DATA\r\n"),
        )

    def _refusal_of_ours(self, envelope: Envelope) -> Reply | None:
        """What such a server cannot carry (RFC 6531 3.5): this recipient, or with our own address all."""
        if not envelope.needs_smtputf8 or "smtputf8" in self._offers:
            return None
        if needs_smtputf8(envelope.recipient):
            text = "5.6.7 The mail server cannot carry addresses beyond ASCII (SMTPUTF8)."
            return Reply(553, text, Stage.RCPT)
        text = "5.6.7 The mail server cannot carry our own address, whose name is beyond ASCII (SMTPUTF8)."
        return Reply(553, text, Stage.MAIL)


def nothing_was_sent(reply: Reply) -> bool:
    """Whether a connection that was kept had gone, or closed at once: the message may go over a new one."""
    return not reply.uncertain and reply.code in (0, CLOSING) and reply.stage in (Stage.MAIL, Stage.RCPT)


def _as_refusal(reply: Reply) -> Reply:
    """Turn an answer that makes no sense here (such as 250 to DATA) into "try again later"."""
    if 400 <= reply.code < 600:
        return reply
    return Reply(451, f"4.5.0 Unexpected answer: {_shown(reply)}", reply.stage)


def _shown(reply: Reply) -> str:
    return reply.text if reply.code < 0 else str(reply)
