"""Article: the main piece, by a named author, alone or as a part of a series."""

from newsroom.issues.kinds.spec import Key, Kind, address, name, whole_number

KIND = Kind(
    name="Article",
    slug="article",
    label="Article",
    noun="article",
    source="library",
    listed=True,
    contents_label="Article",
    purpose="The main piece, by a named author, alone or as a part of a series.",
    keys=(
        Key("author", "Author", "The name as it is printed.", missing="Say who wrote it.", check=name(120)),
        Key("series", "Series", "Leave empty for an article that stands alone.", check=name(200)),
        Key("stage", "Stage of the series", "Where this part stands: Opening, Closing."),
        Key("part", "Part number", "A whole number from 1.", check=whole_number),
        Key("teaser", "What comes next", "One line below the article: Next time: …", at_end=True),
        Key("prompt", "Question to the reader", "Invites an answer below the article.", at_end=True),
        Key("download", "Download", "The address of a file that goes with it.", check=address, at_end=True),
    ),
)
