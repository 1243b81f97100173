"""A name server on the loopback, so that a judge which asks the DNS is answered and asks nobody else.

It knows the records that it is given; every other name does not exist. UDP only, IPv4 only.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""Records by name (without the last dot, in ASCII) and type, each as a zone file writes it."""

HOST = "127.0.0.1"
_LONGEST_QUESTION = 4096
_SECONDS_TO_LIVE = 60


def text(value: str) -> str:
    """A TXT record's value in strings of at most 255 bytes (RFC 1035 3.3), as a zone file writes it."""
    pieces = [value[at : at + 255] for at in range(0, len(value), 255)]
    return " ".join(f'"{piece}"' for piece in pieces)


class NameServer:
    """`with NameServer(zone) as names:` answers at `names.port` until the block ends. Thread-safe."""

    def __init__(self, zone: Zone) -> None:
        self._zone = {(name.lower(), kind): list(values) for (name, kind), values in zone.items()}
        self._names = {name for name, _ in self._zone}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve, name="name server", daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._socket.bind((HOST, 0))
        self.port = self._socket.getsockname()[1]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An empty datagram is the sign to go home: closing alone would not wake a thread that waits.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (HOST, self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            question, whence = self._socket.recvfrom(_LONGEST_QUESTION)
            if not question:
                return
            answer = self._answer(question)
            if answer is not None:
                self._socket.sendto(answer, whence)

    def _answer(self, wire: bytes) -> bytes | None:
        try:
            question = dns.message.from_wire(wire)
            asked = question.question[0]
        except (dns.exception.DNSException, IndexError):
            return None
        name = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(question, recursion_available=True)
        values = self._zone.get((name, kind))
        if values is not None:
            answer.answer.append(
                dns.rrset.from_text_list(asked.name, _SECONDS_TO_LIVE, "IN", kind, list(values))
            )
        elif name not in self._names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
