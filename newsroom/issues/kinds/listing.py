"""Listing: an entry of the marketplace, labelled when somebody paid for it."""

from newsroom.issues.kinds.spec import Key, Kind, days

KIND = Kind(
    name="Listing",
    slug="listing",
    label="Listing",
    noun="listing",
    source="library",
    contents_label="Listing",
    purpose="An entry of the marketplace, labelled when somebody paid for it.",
    keys=(
        Key("when", "When", "A date, or two: 2026-11-04 to 2026-11-06", check=days),
        Key("place", "Place", "A town, or an address."),
        Key("sponsored", "Sponsored by", "Who paid for it; readers see this.", remark="sponsored"),
    ),
)
