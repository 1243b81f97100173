"""What whoever opens an issue at the desk has to know about its schedule, as the floor of issues asks for it.

Reads only; the sentences lead to the page where something can be done.
"""

from __future__ import annotations

from newsroom.delivery import queries, rules
from newsroom.delivery.queries import Plan
from newsroom.issues import rules as issue_rules
from newsroom.issues.events import Notice


def notices(number: int, state: str) -> list[Notice]:
    """What is to be said about the schedule of an issue that is in this state."""
    plan = queries.plan(number)
    said = _notice(plan, state) if plan is not None else None
    return [said] if said is not None else []


def _notice(plan: Plan, state: str) -> Notice | None:
    path = f"/desk/deliveries/{plan.number}"
    people = rules.counted(plan.recipient_count, "confirmed subscriber")
    if plan.state == rules.WAITING and plan.is_undo_time:
        words = f"It goes out in a few minutes, to {people}. Until then it can be taken back."
        return Notice(words, "info", path, "Take it back")
    if plan.state == rules.WAITING:
        words = f"It goes out on {plan.when}, to {people}. Any change makes approval and schedule void."
        return Notice(words, "info", path, "Look at its schedule")
    if plan.state == rules.ASKING:
        return Notice(question(plan), "warning", path, "Decide", asks=True)
    if plan.state == rules.VOID and state in (issue_rules.DRAFTING, issue_rules.IN_REVIEW):
        words = f"The approval and the schedule for {plan.when} are void: {plan.reason}."
        return Notice(words, "warning", tells_of_approval=True)
    if plan.state == rules.NOT_SENT and state == issue_rules.APPROVED:
        return Notice(not_sent(plan), "warning", path, "Look at it")
    return None


def question(plan: Plan) -> str:
    """What is asked about a schedule whose hour passed while nothing ran."""
    return (
        f"Issue {plan.number} was to go out on {plan.when}, but nothing was running then. "
        "Nothing was sent: send it now, choose another time, or let it be?"
    )


def not_sent(plan: Plan) -> str:
    """Why an issue did not go out at its hour."""
    return f"Issue {plan.number} could not be sent on {plan.when}. {plan.reason}"
