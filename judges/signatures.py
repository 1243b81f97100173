"""Python's two judges of signatures, dkimpy and authheaders: line 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from importlib.metadata import PackageNotFoundError, version

from judges.contract import Judge, JudgeMissing, Verdict, one_by_one
from judges.keys import records
from judges.letters import JudgedLetter
from judges.tampering import copies
from newsroom.platform.mail.message import wire_domain

Lookup = Callable[..., bytes | None]
Passes = Callable[[bytes, Lookup], bool]


def _lookup(letter: JudgedLetter) -> Lookup:
    """Stand in for the DNS: the text of a name, as these libraries ask for it."""
    known = records(wire_domain(letter.domain))

    def text(name: bytes | str, **_patience: object) -> bytes | None:
        asked = name.decode("ascii") if isinstance(name, bytes) else name
        found = known.get(asked.rstrip(".").lower())
        return None if found is None else found.encode("ascii")

    return text


def _dkim_passes(raw: bytes, lookup: Lookup) -> bool:
    import dkim

    try:
        return bool(dkim.verify(raw, dnsfunc=lookup))
    except dkim.DKIMException:
        return False


def _dmarc_passes(raw: bytes, lookup: Lookup) -> bool:
    from authheaders import check_dkim, dmarc_per_from

    def text(name: bytes | str, *_type: str, **patience: object) -> bytes | str | None:
        found = lookup(name, **patience)
        return found if found is None or isinstance(name, bytes) else found.decode("ascii")

    signature = check_dkim(raw, dnsfunc=text)
    # Told which domain it is about: its own reading of From stops at a hyphen (its pull request 36).
    writer = message_from_bytes(raw, policy=default)["From"].addresses[0].domain
    result, *_ = dmarc_per_from(writer, dkim_result=signature, dnsfunc=text)
    return signature.result == "pass" and result == "pass"


def _judging(passes: Passes, what: str) -> Callable[[JudgedLetter], Iterator[Verdict]]:
    def judge(letter: JudgedLetter) -> Iterator[Verdict]:
        lookup = _lookup(letter)
        found = [
            f"{what} does not pass for {message.recipient}."
            for message in letter.messages
            if not passes(message.raw, lookup)
        ]
        forged = copies(letter.messages[0].raw)
        found += [
            f"A copy in which {how} was changed passes."
            for how, copy in forged.items()
            if passes(copy, lookup)
        ]
        yield Verdict(3, letter.name, tuple(found), f"{len(forged)} tampered copies")

    return judge


def _version(package: str) -> Callable[[], str]:
    def installed() -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            raise JudgeMissing(f"{package} is not here: make lint installs it.") from None

    return installed


DKIMPY = Judge("dkimpy", (3,), _version("dkimpy"), one_by_one(_judging(_dkim_passes, "DKIM")))
AUTHHEADERS = Judge(
    "authheaders", (3,), _version("authheaders"), one_by_one(_judging(_dmarc_passes, "DKIM with DMARC"))
)
