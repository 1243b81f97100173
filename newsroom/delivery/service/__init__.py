"""Every write about schedules and dispatches as verbs that join the caller's unit of work and never commit.

`scheduling` sets, keeps and ends schedules; `dispatching` begins dispatches and says what becomes of them;
`bouncing` takes in what comes back; `keeping` lets ledgers shrink.
"""

from newsroom.delivery.service.bouncing import (
    LEFT_WITHIN,
    Effect,
    Taken,
    note_confirmation,
    note_departure,
    record_report,
    record_reports,
)
from newsroom.delivery.service.dispatching import (
    begin_sending,
    cancel,
    dispatch,
    finish_if_done,
    locked,
    pause,
    pause_if_needed,
    record_attempt,
    record_attempts,
    resume,
    retry,
    send_again,
    stop_for_withdrawal,
)
from newsroom.delivery.service.keeping import fold, keep_tally, let_go, shrink
from newsroom.delivery.service.scheduling import (
    JustBegun,
    end_with_approval,
    give_up,
    keep,
    schedule,
    send_soon,
    stop,
)

__all__ = [
    "LEFT_WITHIN",
    "Effect",
    "JustBegun",
    "Taken",
    "begin_sending",
    "cancel",
    "dispatch",
    "end_with_approval",
    "finish_if_done",
    "fold",
    "give_up",
    "keep",
    "keep_tally",
    "let_go",
    "locked",
    "note_confirmation",
    "note_departure",
    "pause",
    "pause_if_needed",
    "record_attempt",
    "record_attempts",
    "record_report",
    "record_reports",
    "resume",
    "retry",
    "schedule",
    "send_again",
    "send_soon",
    "shrink",
    "stop",
    "stop_for_withdrawal",
]
