"""Thumbs down: a reader's story that complains, and the Editor's note that answers it."""

from newsroom.issues.kinds.column import COLUMN_KEYS
from newsroom.issues.kinds.spec import Kind
from newsroom.platform.markup import Dialect

KIND = Kind(
    name="Thumbs down",
    slug="thumbs-down",
    label="Thumbs down",
    noun="story",
    source="story",
    dialect=Dialect.STORY,
    listed=True,
    contents_label="Thumbs Up / Thumbs Down",
    verdict="down",
    purpose="A reader's story of bad service, with the Editor's note.",
    keys=COLUMN_KEYS,
)
