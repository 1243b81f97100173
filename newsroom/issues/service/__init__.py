"""Every write to issues: composing, importing, approving, freezing, publishing.

Verbs join the door's unit of work and never commit. Any change of what an issue says voids its approval.
This room knows no subscriber and sends nothing; `delivery` calls `freeze`, `unfreeze` and `publish`.
"""

from newsroom.issues.service.approving import approve, ask_for_review, cancel, reopen
from newsroom.issues.service.arranging import (
    move_section,
    move_section_to,
    remove_section,
    remove_sections,
    restore_section,
)
from newsroom.issues.service.checking import check, check_document, obstacles, stop_waiving, waive
from newsroom.issues.service.composing import (
    add_section,
    create_issue,
    place_piece,
    place_story,
    save_head,
    save_section,
    section_of,
    take_newer,
)
from newsroom.issues.service.correcting import CorrectionLeaks, correct, leaks_in, print_correction
from newsroom.issues.service.filling import words_stand_elsewhere
from newsroom.issues.service.freezing import freeze, objections, publish, unfreeze
from newsroom.issues.service.importing import import_manuscript
from newsroom.issues.service.refusals import AlreadyAdded, Blocked, Conflict, SectionRefused
from newsroom.issues.service.scheduling import schedule, unschedule, void_unless_approved, void_what_changed
from newsroom.issues.service.withdrawing import (
    forget_story,
    put_back,
    story_allows_other,
    take_back,
    tombstone,
)

__all__ = [
    "AlreadyAdded",
    "Blocked",
    "Conflict",
    "CorrectionLeaks",
    "SectionRefused",
    "add_section",
    "approve",
    "ask_for_review",
    "cancel",
    "check",
    "check_document",
    "correct",
    "create_issue",
    "forget_story",
    "freeze",
    "import_manuscript",
    "leaks_in",
    "move_section",
    "move_section_to",
    "objections",
    "obstacles",
    "place_piece",
    "place_story",
    "print_correction",
    "publish",
    "put_back",
    "remove_section",
    "remove_sections",
    "reopen",
    "restore_section",
    "save_head",
    "save_section",
    "schedule",
    "section_of",
    "stop_waiving",
    "story_allows_other",
    "take_back",
    "take_newer",
    "tombstone",
    "unfreeze",
    "unschedule",
    "void_unless_approved",
    "void_what_changed",
    "waive",
    "words_stand_elsewhere",
]
