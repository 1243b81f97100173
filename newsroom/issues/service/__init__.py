"""Every write to issues: composing, importing, approving, freezing, publishing.

Verbs join the door's unit of work and never commit. Any change of what an issue says voids its approval.
This room knows no subscriber and sends nothing; `delivery` calls `freeze`, `unfreeze` and `publish`.
"""

from newsroom.issues.service.approving import approve, ask_for_review, cancel, reopen
from newsroom.issues.service.checking import check, check_document, obstacles, stop_waiving, waive
from newsroom.issues.service.composing import (
    add_section,
    create_issue,
    move_section,
    place_piece,
    place_story,
    remove_section,
    save_head,
    save_section,
    section_of,
    take_newer,
)
from newsroom.issues.service.filling import words_stand_elsewhere
from newsroom.issues.service.freezing import (
    forget_story,
    freeze,
    objections,
    publish,
    story_allows_other,
    tombstone,
    unfreeze,
)
from newsroom.issues.service.importing import import_manuscript
from newsroom.issues.service.refusals import AlreadyAdded, Blocked, Conflict, SectionRefused

__all__ = [
    "AlreadyAdded",
    "Blocked",
    "Conflict",
    "SectionRefused",
    "add_section",
    "approve",
    "ask_for_review",
    "cancel",
    "check",
    "check_document",
    "create_issue",
    "forget_story",
    "freeze",
    "import_manuscript",
    "move_section",
    "objections",
    "obstacles",
    "place_piece",
    "place_story",
    "publish",
    "remove_section",
    "reopen",
    "save_head",
    "save_section",
    "section_of",
    "stop_waiving",
    "story_allows_other",
    "take_newer",
    "tombstone",
    "unfreeze",
    "waive",
    "words_stand_elsewhere",
]
