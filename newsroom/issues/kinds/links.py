"""Links: a list of addresses worth a visit."""

from newsroom.issues.kinds.spec import Kind

KIND = Kind(
    name="Links",
    slug="links",
    label="Links",
    contents_label="Links",
    purpose="A short list of addresses worth a visit.",
)
