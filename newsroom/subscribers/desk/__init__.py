"""The desk's doors to subscribers. Addresses are masked until somebody asks for one, which is recorded.

`people` shows who subscribes; `suppressions` keeps the list of those who are never written to again.
"""

from newsroom.subscribers.desk import people, suppressions
from newsroom.subscribers.desk.blueprint import bp

__all__ = ["bp", "people", "suppressions"]
