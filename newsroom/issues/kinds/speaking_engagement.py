"""Speaking engagement: where somebody of ours speaks, when, and the materials afterwards."""

from newsroom.issues.kinds.spec import Key, Kind, address_or_later, days

KIND = Kind(
    name="Speaking engagement",
    slug="speaking-engagement",
    label="Speaking engagement",
    noun="event",
    source="library",
    listed=True,
    contents_label="Speaking",
    purpose="A talk, a course or a fair where readers can meet us.",
    keys=(
        Key("when", "When", "A date, or two: 2026-11-04 to 2026-11-06", "Say when it is.", days),
        Key("place", "Place", "A town, or an address."),
        Key("speaker", "Speaker", "Who of us speaks."),
        Key("organiser", "Organiser", "Who invites."),
        Key("materials", "Materials", "An address, or later.", check=address_or_later),
    ),
)
