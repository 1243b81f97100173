"""What the suite says about a machine that lacks something."""

from pathlib import Path

import pytest

from tests import parts

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_missing_needs_no_closing_line() -> None:
    assert parts.closing_line(["Skipped: only on Linux"]) is None


def test_one_closing_line_names_all_that_is_missing_and_how_to_install_it() -> None:
    line = parts.closing_line(
        ["Skipped: this machine has no PostgreSQL", "Skipped: this machine has no Chromium"]
    )
    assert line == (
        "Not tested here for want of Chromium and PostgreSQL. To install them: scripts/install-test-servers"
    )


def test_each_missing_part_is_named_with_what_installs_it() -> None:
    line = parts.closing_line(
        ["Skipped: this machine has no judges of letters", "Skipped: this machine has no Chromium"]
    )
    assert line is not None
    assert line.endswith("To install them: scripts/install-test-servers && scripts/install-judges quick")
    for part in parts.PARTS:
        assert (ROOT / part.installer.split()[0]).stat().st_mode & 0o111


def test_a_missing_part_skips_at_home_and_fails_where_all_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = parts.Part("browser", "Chromium", lambda: False)
    monkeypatch.setattr(parts, "PARTS", (absent,))
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="this machine has no Chromium"):
        parts.settle_missing(["browser"])
    monkeypatch.setenv("REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="this machine has no Chromium"):
        parts.settle_missing(["browser"])
    parts.settle_missing(["postgres"])
