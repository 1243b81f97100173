"""The folder of the pictures that are served: `media` in the instance folder. It knows no table."""

from __future__ import annotations

from newsroom.pictures import rules
from newsroom.platform.kept_files import KeptFiles, NotKept

__all__ = ["NotKept", "keep", "path_of", "remove"]

_FILES = KeptFiles("media", "picture", rules.is_name)

path_of, keep, remove = _FILES.path_of, _FILES.keep, _FILES.remove
