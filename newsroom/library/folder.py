"""The folder of the files that readers can take with them: `downloads` in the instance folder."""

from __future__ import annotations

from newsroom.library import things
from newsroom.platform.kept_files import KeptFiles, NotKept

__all__ = ["NotKept", "keep", "path_of", "remove"]

_FILES = KeptFiles("downloads", "file", things.is_file)

path_of, keep, remove = _FILES.path_of, _FILES.keep, _FILES.remove
