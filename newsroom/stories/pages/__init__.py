"""The reader's doors to stories: no account, no cookie, no JavaScript. Each reads, calls one verb, answers.

`share` is telling a story, `mailed` consenting to one that came by mail; `words` opens a status by the four
words or a letter's link, `guessing` limits that; `page` is what then is seen, `status` what can be done.
"""

from newsroom.stories.pages import mailed, page, share, status, words
from newsroom.stories.pages.blueprint import bp

__all__ = ["bp", "mailed", "page", "share", "status", "words"]
