"""What the floor of stories shows outside the desk: forms, and each author's own story to its author.

None of it is public. What happened next stands below a printed story; `service.following` looks through it
before it is printed, because no issue is checked by then.
"""

from __future__ import annotations

from newsroom.platform.surfaces import Surface

SURFACES: tuple[Surface, ...] = ()

_OWN_PAGE = "an author’s own page, opened by their receipt code or a letter"
_OWN_LETTER = "a letter to a story’s own author"

FREE = {
    "stories.share": "the form for a story, with what was just typed",
    "stories.receipt": "a receipt code",
    "stories.mailed": "a letter as its author wrote it, for that author to consent to",
    "email/story_parts": "pieces of letters, set by those that have them",
    **dict.fromkeys(
        (
            "stories.agree_follow_up",
            "stories.answer",
            "stories.approve",
            "stories.change",
            "stories.consent",
            "stories.erase",
            "stories.follow_up",
            "stories.introduce",
            "stories.message",
            "stories.refuse",
            "stories.refuse_follow_up",
            "stories.status",
            "stories.status_by_letter",
            "stories.status_page",
            "stories.wake",
            "stories.withdraw",
        ),
        _OWN_PAGE,
    ),
    **dict.fromkeys(
        (
            "email/story_address",
            "email/story_approval",
            "email/story_approval_reminder",
            "email/story_approved",
            "email/story_consent",
            "email/story_declined",
            "email/story_expired",
            "email/story_follow_up",
            "email/story_follow_up_asked",
            "email/story_joined",
            "email/story_mailed",
            "email/story_merged",
            "email/story_message",
            "email/story_published",
            "email/story_question",
            "email/story_received",
            "email/story_refused",
            "email/story_reopened",
            "email/story_unpublished",
            "email/story_withdrawn",
        ),
        _OWN_LETTER,
    ),
}
