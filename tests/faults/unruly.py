"""How a mail server misbehaves, left to chance: to whom, and in which way. It judges nothing."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mailserver import DROP, DROP_MIDWAY, MailServer

# Longer than anybody's patience; the server forgets it when it is told to behave.
FOR_EVER = 3600.0


@dataclass(frozen=True)
class Whim:
    """One misbehaviour towards one reader's letter, once. What it may make of a row tells the rest."""

    command: str
    reply: str | None
    refuses: bool = False  # the row may be failed
    obscures: bool = False  # the row may be uncertain
    seconds: float = 0.0


WHIMS = {
    "421 at RCPT": Whim("RCPT", "421 4.3.2 Going down for a moment"),
    "451 at RCPT": Whim("RCPT", "451 4.7.1 Greylisted, come back later"),
    "550 at RCPT": Whim("RCPT", "550 5.1.1 No such user here", refuses=True),
    "hangs at RCPT": Whim("RCPT", None, seconds=FOR_EVER),
    "drops at RCPT": Whim("RCPT", DROP),
    "421 after the final dot": Whim("DATA", "421 4.3.2 Going down for a moment"),
    "451 after the final dot": Whim("DATA", "451 4.3.0 Local error in processing"),
    "550 after the final dot": Whim("DATA", "550 5.7.1 We do not like these words", refuses=True),
    "hangs after the final dot": Whim("DATA", None, obscures=True, seconds=FOR_EVER),
    # All of the message may have left us before the connection is seen to be gone.
    "drops in mid-message": Whim("DATA", DROP_MIDWAY, obscures=True),
    "drops after the final dot": Whim("DATA", DROP, obscures=True),
}
# What a server says before it knows whom a letter is for.
AT_MAIL = ("421 4.7.0 Too many messages", "451 4.3.2 Not now", DROP)


def provoke(smtp: MailServer, readers: Sequence[str], chance: random.Random, times: int) -> dict[str, Whim]:
    """Let each misbehaviour meet so many readers, chosen by chance: who meets which."""
    victims = chance.sample(list(readers), times * len(WHIMS))
    plan = dict(zip(victims, list(WHIMS.values()) * times, strict=True))
    for email, whim in plan.items():
        smtp.answer(whim.command, whim.reply, to=email, times=1, after_seconds=whim.seconds)
    return plan


def change_mood(smtp: MailServer, chance: random.Random) -> None:
    """Offer PIPELINING or not, close after a few messages or never, and refuse somebody's next MAIL."""
    smtp.pipelining = chance.random() < 0.5
    smtp.close_after = chance.choice([None, 3, 10, 30])
    smtp.answer("MAIL", chance.choice(AT_MAIL), times=1)
