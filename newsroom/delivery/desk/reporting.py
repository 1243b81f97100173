"""Doors to the report of an issue: what became of its letters, as charts, as tables, and as a file."""

from __future__ import annotations

import csv
import io

from flask import Response, abort, render_template

from newsroom.accounts.guards import Permission, needs
from newsroom.delivery import figures, queries
from newsroom.delivery.desk.blueprint import NUMBER, bp
from newsroom.delivery.models import Dispatch
from newsroom.platform import tables


@bp.get(f"/{NUMBER}/report")
@needs(Permission.COMPOSE)
def report(number: int) -> str:
    """What became of the letters, how fast they left, what came back, who left."""
    row = _dispatch_or_404(number)
    found = figures.report(row)
    return render_template(
        "delivery/desk/report.html", report=found, dispatch=row, shrunk=queries.shrunk(row)
    )


@bp.get(f"/{NUMBER}/report.csv")
@needs(Permission.COMPOSE)
def download_report(number: int) -> Response:
    """The same figures as a table. No address stands in it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(figures.COLUMNS)
    for row in figures.as_rows(figures.report(_dispatch_or_404(number))):
        writer.writerow([tables.harmless(str(cell)) for cell in row])
    response = Response(file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=issue-{number}-report.csv"
    return response


def _dispatch_or_404(number: int) -> Dispatch:
    row = queries.dispatch_of(number)
    if row is None:
        abort(404, f"Issue {number} was not sent, so there is nothing to report yet.")
    return row
