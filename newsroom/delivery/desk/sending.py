"""Doors that let an issue go, now (with minutes to take it back) or at an hour, and that stop it again."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from newsroom.accounts.guards import Permission, needs
from newsroom.delivery import queries, rules, service, timing
from newsroom.delivery.desk.blueprint import NUMBER, bp, issue_or_404, refusals_flashed, staff_id
from newsroom.delivery.desk.stopping import stop_the_presses
from newsroom.delivery.forms import FIRST, SECOND, TimeForm
from newsroom.delivery.timing import Moment
from newsroom.issues import rules as issue_rules
from newsroom.issues.service import Blocked
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication
from newsroom.subscribers import queries as subscribers

_HOUR = "09:00"
_WHICH = (
    "This hour comes twice that day, because the clocks go back. "
    "It is the first of the two unless you choose the other."
)
_SURE = "That is more than a year ahead. Tick that the year is right, or choose another day."


@bp.post(f"/{NUMBER}/send")
@needs(Permission.PUBLISH)
def send(number: int) -> Response:
    """Let an approved issue go when the time to take it back is over. A second click changes nothing."""
    issue_or_404(number)
    try:
        with unit_of_work():
            service.send_soon(number, actor_id=staff_id())
    except Blocked as error:
        flash(str(error), "error")
        return redirect(url_for("issues_desk.check", number=number))
    except (rules.Refused, issue_rules.Refused) as error:
        flash(str(error), "error")
    return redirect(url_for(".show", number=number))


@bp.post(f"/{NUMBER}/stop")
@needs(Permission.PUBLISH)
def stop(number: int) -> Response:
    """Stop the presses before the first letter. A second click finds it stopped and changes nothing."""
    issue_or_404(number)
    with refusals_flashed():
        flash(stop_the_presses(number), "success")
    return redirect(url_for(".show", number=number))


@bp.get(f"/{NUMBER}/schedule")
@needs(Permission.PUBLISH)
def choose_time(number: int) -> str | tuple[str, int]:
    """Choose day, hour and zone; with them in the address, look at the instant before it is set."""
    issue = issue_or_404(number)
    if "day" not in request.args:
        return _time_page(issue, _proposed(issue), None)
    form = TimeForm(request.args)
    moment = form.moment(clock.now())
    page = _time_page(issue, form, moment)
    return page if moment is not None else (page, 422)


@bp.post(f"/{NUMBER}/schedule")
@needs(Permission.PUBLISH)
def schedule(number: int) -> Response | tuple[str, int]:
    """Let the issue go out at the chosen moment, once everything that had to be asked is answered."""
    issue = issue_or_404(number)
    form = TimeForm()
    moment = form.moment(clock.now())
    if moment is None:
        return _time_page(issue, form, None), 422
    if moment.is_far and not form.sure.data:
        form.sure.errors = [_SURE]
        return _time_page(issue, form, moment), 422
    try:
        with unit_of_work():
            service.schedule(number, moment, actor_id=staff_id())
    except Blocked as error:
        flash(str(error), "error")
        return redirect(url_for("issues_desk.check", number=number))
    except (rules.Refused, issue_rules.Refused) as error:
        form.form_errors.append(str(error))
        return _time_page(issue_or_404(number), form, None), 422
    flash(f"Issue {number} goes out on {timing.words(moment.at, moment.zone)}.", "success")
    return redirect(url_for(".show", number=number))


def _proposed(issue: Any) -> TimeForm:
    """What the form begins with: the schedule there is, or the issue's own date in the publication's zone."""
    plan = queries.plan(issue.number)
    if plan is not None and plan.is_open and not plan.is_undo_time:
        there = plan.send_at.astimezone(ZoneInfo(plan.zone))
        data = {"day": there.date().isoformat(), "hour": f"{there:%H:%M}", "zone": plan.zone}
    else:
        zone = publication().time_zone
        day = max(issue.issue_on, clock.today(zone))
        data = {"day": day.isoformat(), "hour": _HOUR, "zone": zone}
    return TimeForm(formdata=None, data=data)


def _time_page(issue: Any, form: TimeForm, moment: Moment | None) -> str:
    if moment is not None:
        # What is looked at is what is set, whatever case the zone was typed in.
        form.zone.data = moment.zone
        form.which.data = SECOND if moment.is_second else FIRST
        form.which.choices = [
            SelectChoice(FIRST, f"The first, {timing.words_in_utc(moment.first, moment.zone)}"),
            SelectChoice(SECOND, f"The second, {timing.words_in_utc(moment.second, moment.zone)}"),
        ]
        form.which.description = _WHICH
    return render_template(
        "delivery/desk/schedule.html",
        issue=issue,
        label=issue_rules.LABELS[issue.state],
        may_schedule=issue_rules.may("schedule", issue.state) or issue.state == issue_rules.SCHEDULED,
        form=form,
        moment=moment,
        when=timing.words(moment.at, moment.zone) if moment else "",
        when_in_utc=timing.words_in_utc(moment.at, moment.zone) if moment else "",
        dated_otherwise=moment is not None and timing.day_of(moment) != issue.issue_on,
        left=timing.in_words(moment.at - clock.now()) if moment else "",
        audience=subscribers.reachable_count(),
        zones=sorted(available_timezones()),
    )
