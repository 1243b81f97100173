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
from newsroom.issues.service.beginning import (
    NameTaken,
    begin_carried_over,
    begin_from_template,
    delete_template,
    rename_template,
    save_template,
)
from newsroom.issues.service.checking import check, check_document, obstacles, stop_waiving, waive
from newsroom.issues.service.composing import (
    add_section,
    create_issue,
    print_opening,
    save_head,
    save_section,
    section_of,
    take_newer,
)
from newsroom.issues.service.correcting import CorrectionLeaks, correct, leaks_in, print_correction
from newsroom.issues.service.filling import words_stand_elsewhere
from newsroom.issues.service.freezing import freeze, objections, publish, unfreeze
from newsroom.issues.service.importing import import_manuscript
from newsroom.issues.service.placing import fill_from_shelf, is_empty_place, place_piece, place_story
from newsroom.issues.service.reaching import ASK_LINKS, answers, ask_for_links, due, remember
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
    "ASK_LINKS",
    "AlreadyAdded",
    "Blocked",
    "Conflict",
    "CorrectionLeaks",
    "NameTaken",
    "SectionRefused",
    "add_section",
    "answers",
    "approve",
    "ask_for_links",
    "ask_for_review",
    "begin_carried_over",
    "begin_from_template",
    "cancel",
    "check",
    "check_document",
    "correct",
    "create_issue",
    "delete_template",
    "due",
    "fill_from_shelf",
    "forget_story",
    "freeze",
    "import_manuscript",
    "is_empty_place",
    "leaks_in",
    "move_section",
    "move_section_to",
    "objections",
    "obstacles",
    "place_piece",
    "place_story",
    "print_correction",
    "print_opening",
    "publish",
    "put_back",
    "remember",
    "remove_section",
    "remove_sections",
    "rename_template",
    "reopen",
    "restore_section",
    "save_head",
    "save_section",
    "save_template",
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
