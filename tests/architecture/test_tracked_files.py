"""What is in the repository suits a stranger: public addresses, nobody's own paths, no leftovers."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

ADDRESS = re.compile(r"\bhttps?://([a-z0-9][a-z0-9.\\-]*)", re.IGNORECASE)
OWN_PATH = re.compile(r"(?<![\w.>}/])/(?:root|home|work|Users)/[A-Za-z.]")
# Names that nobody owns (RFC 2606, RFC 6761), this machine, where standards and programs are published, and
# the shorteners of links that pre-flight knows and its tests try.
PUBLIC = (
    "localhost",
    "127.0.0.1",
    # Of private networks (RFC 1918): nobody can be reached there.
    "10.0.0.1",
    "10.1.2.3",
    "example",
    "example.com",
    "example.org",
    "example.net",
    "test",
    "invalid",
    # Amazon's own names, which the webhook of its mail service names and tests what looks like them.
    "amazonaws.com",
    "bit.ly",
    "tinyurl.com",
    "creativecommons.org",
    "github.com",
    "html.spec.whatwg.org",
    "jsonfeed.org",
    "opensource.org",
    "purl.org",
    "rfc-editor.org",
    "schema.org",
    "schemas.microsoft.com",
    "scripts.sil.org",
    "sitemaps.org",
    "w3.org",
)
# Other people's files, with their licences beside them.
FOREIGN = ("static/vendor/", "judges/node/package-lock.json")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name and not name.startswith(FOREIGN)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", errors="replace")))
    return found


@pytest.fixture(scope="module", autouse=True)
def _only_in_a_clone() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the source is not a git clone")


def hosts_in(text: str) -> list[str]:
    """Give the host of each web address; in source a dot may be escaped, and `\\n` may follow."""
    return [found.replace("\\.", ".").split("\\")[0].strip(".") for found in ADDRESS.findall(text)]


def is_public(host: str) -> bool:
    if "." not in host:  # a placeholder in a sentence: nobody can register it
        return True
    return any(host.lower() == name or host.lower().endswith(f".{name}") for name in PUBLIC)


def test_every_address_is_a_reserved_or_a_public_one() -> None:
    strange = {f"{name}: {host}" for name, text in texts() for host in hosts_in(text) if not is_public(host)}
    assert not strange, "\n".join(sorted(strange))


def test_an_address_outside_the_reserved_and_public_names_would_be_found() -> None:
    assert hosts_in("http" + r"://packages\.somewhere.net\n") == ["packages.somewhere.net"]
    assert not is_public("packages.somewhere.net")
    assert not is_public("my.notexample")
    assert is_public("service-bell.example")
    assert OWN_PATH.search(" /ro" + "ot/project")


def test_nobodys_own_folder_is_named() -> None:
    found = [f"{name}: {hit.group()}" for name, text in texts() for hit in OWN_PATH.finditer(text)]
    assert not found, "\n".join(found)


def test_nothing_that_is_built_or_secret_is_tracked() -> None:
    leftovers = re.compile(r"^(\.env|instance|demo|\.venv)(/|$)|\.(db|sqlite3?|pyc|log|pem|key)$")
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    found = [name for name in names if leftovers.search(name) and not name.startswith("tests/")]
    assert not found


def test_scripts_can_be_run() -> None:
    for name in (".ci/run", "scripts/install-test-servers"):
        assert (ROOT / name).stat().st_mode & 0o111, name
