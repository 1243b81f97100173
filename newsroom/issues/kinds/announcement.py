"""Announcement: news that stands above everything else, with an optional offer."""

from newsroom.issues.kinds.spec import Key, Kind, offer

KIND = Kind(
    name="Announcement",
    slug="announcement",
    label="Announcement",
    noun="announcement",
    contents_label="Announcement",
    purpose="News that stands above the rest, with an offer if you have one.",
    keys=(Key("offer", "Offer", "A code and, if it ends, a date: LETTER30 until 2026-10-31", check=offer),),
)
