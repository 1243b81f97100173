"""Topics: what readers asked for and what comes next."""

from newsroom.issues.kinds.spec import Kind

KIND = Kind(
    name="Topics",
    slug="topics",
    label="Topics",
    contents_label="Topics",
    purpose="What readers asked for, and what comes next.",
)
