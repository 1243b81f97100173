"""rspamd, as if it stood before a mailbox: letters come from outside (line 17).

It runs in a folder that is thrown away, on a loopback port; all names that it asks for are answered by a name
server of our own, so nothing reaches the internet. A letter passes with half a point at most, and when DKIM,
SPF and DMARC hold.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from judges import keys
from judges.contract import Judge, JudgeMissing, Verdict
from judges.letters import JudgedLetter, JudgedMessage
from judges.nameserver import HOST, NameServer, text
from judges.spamming import IMITATES
from newsroom.platform.mail.message import wire_address, wire_domain

LINE = 17
MOST_POINTS = 0.5
_MISSING = "rspamd is not here: install it with scripts/install-judges."
_MUST_HOLD = ("R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW")
_NOT_ASKED = {
    "DATE_IN_PAST": "An issue bears the date of its day, which may be long ago when it is judged.",
    "DATE_IN_FUTURE": "Or still to come.",
    "URI_COUNT_ODD": "Whether the number of all links together is odd is chance, and no fault of a letter.",
}
"""Rules that are left out, with the reason."""
_PATIENCE_SECONDS = 60.0
_MOST_PORTS = 5

_CONFIGURATION = """\
.include "$CONFDIR/common.conf"

options {{
  .include "$CONFDIR/options.inc"
  .include(duplicate=merge; priority=10) "{folder}/options.inc"
  tempdir = "{folder}";
  pidfile = "{folder}/pid";
  control_socket = "{folder}/control mode=0600";
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "warning"; }}
worker "normal" {{ bind_socket = "{host}:{port}"; count = 1; }}

# What lives on the answers of servers elsewhere has nothing to say here.
fuzzy_check {{ enabled = false; }}
rspamd_update {{ enabled = false; }}
asn {{ enabled = false; }}
"""

# What is set already can be changed only by a file that is included. The list of the ends of domains that
# comes with it knows no .example, so that such an address looks disguised, and it takes long to be compiled.
_OPTIONS = """\
dns {{ nameserver = ["{host}:{names}"]; timeout = 2s; }}
url_tld = "{folder}/ends";
disable_hyperscan = true;
"""
_ENDS = "example\ncom\nnet\norg\n"


def _version() -> str:
    if shutil.which("rspamd") is None:
        raise JudgeMissing(_MISSING)
    said = subprocess.run(["rspamd", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"[0-9][0-9.]+", said)
    return found[0] if found else said.strip()


def _judge(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    domains = sorted({wire_domain(letter.domain) for letter in letters})
    addresses = {domain: f"192.0.2.{number}" for number, domain in enumerate(domains, start=10)}
    with NameServer(_zone(addresses)) as names, _running(names.port) as port:
        for letter in letters:
            said = [_ask(port, letter, message, addresses) for message in letter.messages]
            most = inf if letter.name in IMITATES else MOST_POINTS
            problems = [problem for each in said for problem in _problems(each, most)]
            worst = max(float(each["score"]) for each in said)
            yield Verdict(LINE, letter.name, tuple(dict.fromkeys(problems)), f"{worst:+.1f} points")


def _problems(said: Mapping[str, Any], most: float) -> Iterator[str]:
    symbols = said["symbols"]
    if said["score"] > most:
        against = sorted(
            (each for each in symbols.values() if each["score"] > 0), key=lambda each: -each["score"]
        )
        named = ", ".join(f"{each['name']} {each['score']:g}" for each in against)
        yield f"It scores {said['score']:.1f}: {named}."
    for name in _MUST_HOLD:
        if name not in symbols:
            yield f"It does not find {name}."


def _zone(addresses: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """What the world knows of each sender: its key and policies, and the server that sends."""
    zone: dict[tuple[str, str], list[str]] = {}
    for domain, address in addresses.items():
        server = _server(domain)
        zone |= {(name, "TXT"): [text(value)] for name, value in keys.records(domain).items()}
        for name in (domain, f"bounces.{domain}"):
            zone[name, "TXT"] = [text(f"v=spf1 ip4:{address} -all")]
            zone[name, "MX"] = [f"10 {server}."]
            zone[name, "A"] = [address]
        zone[server, "A"] = [address]
        zone[".".join(reversed(address.split("."))) + ".in-addr.arpa", "PTR"] = [f"{server}."]
    return zone


def _server(domain: str) -> str:
    return f"mail.{domain}"


def _ask(
    port: int, letter: JudgedLetter, message: JudgedMessage, addresses: Mapping[str, str]
) -> dict[str, Any]:
    domain = wire_domain(letter.domain)
    asked = Request(
        f"http://{HOST}:{port}/checkv2",
        data=message.raw,
        headers={
            "IP": addresses[domain],
            "Helo": _server(domain),
            "Hostname": _server(domain),
            "From": message.return_path,
            "Rcpt": wire_address(message.recipient),
            "Pass": "all",
            "Settings": json.dumps({"symbols_disabled": list(_NOT_ASKED)}),
        },
    )
    with urlopen(asked, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - as above.
        return dict(json.load(answer))


@contextmanager
def _running(names: int) -> Iterator[int]:
    """A server of our own, by the rules that come with it and nobody's changes; gives its port."""
    with TemporaryDirectory(prefix="judged-by-rspamd-") as folder:
        for _ in range(_MOST_PORTS):
            port = _free_port()
            process = _started(Path(folder), names, port)
            try:
                if _is_ready(process, port):
                    yield port
                    return
            finally:
                process.terminate()
                process.wait()
        log = Path(folder) / "log"
        said = log.read_text(errors="replace") if log.exists() else ""
        raise RuntimeError(f"rspamd did not start. {said}")


def _started(folder: Path, names: int, port: int) -> subprocess.Popen[bytes]:
    configuration = folder / "rspamd.conf"
    configuration.write_text(_CONFIGURATION.format(host=HOST, port=port, folder=folder), encoding="utf-8")
    (folder / "ends").write_text(_ENDS)
    (folder / "options.inc").write_text(_OPTIONS.format(host=HOST, names=names, folder=folder))
    own = [f"--var={name}={folder}" for name in ("DBDIR", "RUNDIR", "LOGDIR", "LOCAL_CONFDIR")]
    # Started by root it would want a user of its own (`--insecure`): here it reads what we wrote.
    return subprocess.Popen(
        ["rspamd", "--config", str(configuration), "--no-fork", "--insecure", *own],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _is_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it answers; False when it ended instead, as when somebody else took the port."""
    deadline = monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and monotonic() < deadline:
        try:
            with urlopen(f"http://{HOST}:{port}/ping", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


JUDGE = Judge("rspamd", (LINE,), _version, _judge)
