"""What both thumbs share: the keys of the story column. It is no kind by itself."""

from newsroom.issues.kinds.spec import Key

COLUMN_KEYS = (
    Key("intro", "Introduction to the column", "Stands above the column in this issue.", of_piece=False),
    Key("lead-in", "Lead-in", "One sentence before the story.", of_piece=False),
    Key("consent", "Consent", "How the author allowed it to be printed. It is printed below the story."),
    Key("attribution", "Attribution", "How the author is named, if at all.", at_end=True),
)
