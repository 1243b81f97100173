"""Every write to stories, as verbs that join the door's unit of work and never commit.

`intake` is how stories come and go, `catalogue` what lists and searches know of them, `likeness` which of
them tell the same, `desk` what editors do, `revising` what they write, `redacting` what they take out of it,
`thread` what both write to each other, `signoff` the author's word on the edited version, `consenting` and
`following` what authors change and add later, `printing` what the floor of issues does, `keeping` how words
are destroyed. Each verb asks `rules` first, writes its audit row, and posts the letter that its author is
owed.
"""

from newsroom.stories.queries import was_told_by_a_reader
from newsroom.stories.service.catalogue import COMPARE, catalogue_again, catalogue_missing, forget
from newsroom.stories.service.consenting import change_consent
from newsroom.stories.service.desk import (
    assess,
    back_to_editing,
    claim,
    decline,
    hold,
    mark_ready,
    release,
    reopen,
    restore_from_spam,
    resume,
    shelve_as_spam,
    start_editing,
    undo,
    unpublish,
)
from newsroom.stories.service.following import (
    agree_follow_up,
    decline_follow_up,
    follow_up,
    publish_follow_up,
    refuse_follow_up,
)
from newsroom.stories.service.importing import Taken, import_stories, record_export
from newsroom.stories.service.intake import (
    WELCOME,
    Received,
    confirm_address,
    submit,
    withdraw,
    write_receipt,
)
from newsroom.stories.service.introducing import introduce
from newsroom.stories.service.keeping import destroy_due, erase
from newsroom.stories.service.likeness import compare, dismiss, merge, sign
from newsroom.stories.service.mailed import (
    Collected,
    collect,
    consent_to_mailed,
    expire_mailed,
    forget_mailed,
)
from newsroom.stories.service.printing import (
    ColumnDraft,
    import_column,
    publish,
    release_from_issue,
    schedule,
    take_newer,
)
from newsroom.stories.service.record import NotReady, SaveConflict
from newsroom.stories.service.redacting import (
    Typed,
    checklist_of,
    decide_naming,
    forget_mark,
    override_naming,
    redact,
    say_harmless,
    say_named,
    sign_redaction,
)
from newsroom.stories.service.revising import (
    AnotherDraft,
    forget_draft,
    keep_draft,
    restore_revision,
    save_revision,
)
from newsroom.stories.service.signoff import (
    approve,
    ask_approval,
    refuse,
    remind_and_expire,
    request_change,
    wake,
)
from newsroom.stories.service.thread import answer, ask, note, stop_asking, write, write_to_author

__all__ = [
    "COMPARE",
    "WELCOME",
    "AnotherDraft",
    "Collected",
    "ColumnDraft",
    "NotReady",
    "Received",
    "SaveConflict",
    "Taken",
    "Typed",
    "agree_follow_up",
    "answer",
    "approve",
    "ask",
    "ask_approval",
    "assess",
    "back_to_editing",
    "catalogue_again",
    "catalogue_missing",
    "change_consent",
    "checklist_of",
    "claim",
    "collect",
    "compare",
    "confirm_address",
    "consent_to_mailed",
    "decide_naming",
    "decline",
    "decline_follow_up",
    "destroy_due",
    "dismiss",
    "erase",
    "expire_mailed",
    "follow_up",
    "forget",
    "forget_draft",
    "forget_mailed",
    "forget_mark",
    "hold",
    "import_column",
    "import_stories",
    "introduce",
    "keep_draft",
    "mark_ready",
    "merge",
    "note",
    "override_naming",
    "publish",
    "publish_follow_up",
    "record_export",
    "redact",
    "refuse",
    "refuse_follow_up",
    "release",
    "release_from_issue",
    "remind_and_expire",
    "reopen",
    "request_change",
    "restore_from_spam",
    "restore_revision",
    "resume",
    "save_revision",
    "say_harmless",
    "say_named",
    "schedule",
    "shelve_as_spam",
    "sign",
    "sign_redaction",
    "start_editing",
    "stop_asking",
    "submit",
    "take_newer",
    "undo",
    "unpublish",
    "wake",
    "was_told_by_a_reader",
    "withdraw",
    "write",
    "write_receipt",
    "write_to_author",
]
