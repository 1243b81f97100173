"""Thumbs up: a reader's story that praises, and the Editor's note that answers it."""

from newsroom.issues.kinds.column import COLUMN_KEYS
from newsroom.issues.kinds.spec import Kind
from newsroom.platform.markup import Dialect

KIND = Kind(
    name="Thumbs up",
    slug="thumbs-up",
    label="Thumbs up",
    noun="story",
    source="story",
    dialect=Dialect.STORY,
    listed=True,
    contents_label="Thumbs Up / Thumbs Down",
    verdict="up",
    purpose="A reader's story of good service, with the Editor's note.",
    keys=COLUMN_KEYS,
)
