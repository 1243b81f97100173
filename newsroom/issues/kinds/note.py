"""Note: anything that no other kind is made for."""

from newsroom.issues.kinds.spec import Kind

KIND = Kind(
    name="Note",
    slug="note",
    label="Note",
    contents_label="Note",
    purpose="Anything that no other kind is made for.",
)
