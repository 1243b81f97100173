"""Correction: what an earlier issue had wrong, and what is right."""

from newsroom.issues.kinds.spec import Key, Kind, whole_number

KIND = Kind(
    name="Correction",
    slug="correction",
    label="Correction",
    contents_label="Correction",
    purpose="What an earlier issue had wrong, and what is right.",
    keys=(
        Key("issue", "Number of the issue", "The one that was wrong, such as 80.", check=whole_number),
        Key("piece", "Piece", "The title of what was wrong."),
    ),
)
