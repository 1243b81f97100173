"""What each page of the archive shows, gathered from what the floors below have published. Reads only.

A page asks the database a fixed number of questions, however many issues there are.
"""

from newsroom.archive.queries.changes import (
    block_changed_at,
    changed_at,
    described_at,
    midnight,
    testimonials_changed_at,
)
from newsroom.archive.queries.editions import IssuePage, front_page, issue_page, sent_issues
from newsroom.archive.queries.machines import every_address, feed
from newsroom.archive.queries.printed import (
    CORRECTIONS,
    ENGAGEMENTS,
    LISTINGS,
    RECOMMENDATIONS,
    TOPICS,
    VERDICTS,
    article_page,
    first_words,
    follow_ups,
    portrait,
    set_piece,
    teaser,
)
from newsroom.archive.queries.shelves import (
    all_series,
    author,
    author_subjects,
    authors,
    chapters,
    dated,
    pieces,
    said_by_readers,
    said_of_corrections,
    series,
    stories,
    story_counts,
    was_removed,
)

__all__ = [
    "CORRECTIONS",
    "ENGAGEMENTS",
    "LISTINGS",
    "RECOMMENDATIONS",
    "TOPICS",
    "VERDICTS",
    "IssuePage",
    "all_series",
    "article_page",
    "author",
    "author_subjects",
    "authors",
    "block_changed_at",
    "changed_at",
    "chapters",
    "dated",
    "described_at",
    "every_address",
    "feed",
    "first_words",
    "follow_ups",
    "front_page",
    "issue_page",
    "midnight",
    "pieces",
    "portrait",
    "said_by_readers",
    "said_of_corrections",
    "sent_issues",
    "series",
    "set_piece",
    "stories",
    "story_counts",
    "teaser",
    "testimonials_changed_at",
    "was_removed",
]
