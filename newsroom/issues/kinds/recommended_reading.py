"""Recommended reading: something worth a reader's time, with its source and what ties us to it."""

from newsroom.issues.kinds.spec import Key, Kind

KIND = Kind(
    name="Recommended reading",
    slug="recommended-reading",
    label="Recommended reading",
    noun="recommendation",
    source="library",
    listed=True,
    contents_label="Recommended reading",
    purpose="An article, a talk or a site worth a reader's time.",
    keys=(
        Key("author", "Author", "Who wrote it."),
        Key("source", "Source", "Where it appeared."),
        Key("by", "Recommended by", "One of us, by name."),
        Key("disclosure", "Disclosure", "What ties us to the author or the seller, if anything does."),
    ),
)
