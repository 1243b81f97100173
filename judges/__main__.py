"""`python -m judges`: ask the judges, print what they say and keep it in test-results/judges.md."""

from __future__ import annotations

from pathlib import Path

import click

from judges import bench, report

_KEPT = Path("test-results") / "judges.md"


@click.command()
@click.option("--only", "judges", metavar="NAME", multiple=True, help="Ask this judge; may be given again.")
@click.option(
    "--letter", "letters", metavar="NAME", multiple=True, help="Judge this letter; may be given again."
)
def main(judges: tuple[str, ...], letters: tuple[str, ...]) -> None:
    """Judge the letters by programs that other people wrote.

    Exit 1 when anything fails, a judge is missing, or one lets through what was broken on purpose.
    """
    _known("judge", judges, [each.name for each in bench.JUDGES])
    _known("letter", letters, bench.letter_names())
    chosen = [each for each in bench.JUDGES if not judges or each.name in judges]
    heard = bench.sitting(
        chosen, letters or bench.letter_names(), say=lambda words: click.echo(words, err=True)
    )
    written = report.report(heard)
    _KEPT.parent.mkdir(exist_ok=True)
    _KEPT.write_text(written, encoding="utf-8")
    click.echo(written)
    if not report.is_content(heard):
        raise SystemExit(1)


def _known(what: str, asked: tuple[str, ...], known: list[str]) -> None:
    for name in asked:
        if name not in known:
            raise click.UsageError(f"There is no {what} “{name}”; there is {', '.join(known)}.")


if __name__ == "__main__":
    main()
