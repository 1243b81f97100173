"""Redaction: what in a story gives somebody away, who is in it, and the spans over its sealed original.

Pure, all of it, and it knows nothing of the rest of the house: what is stored is read by `casting` and handed
in. `suggestions` and `finds` say where something is, `entities` and `cast` who it is and how it may be named,
`passages` what became of it, `acting` and `spans` make the printable text, `remains`, `leaks` and `checklist`
look whether a name still stands. What is said here is public; of the rooms inside only this feature knows.
"""

from newsroom.stories.redaction.leaks import Leak, LeakSearch, Weight, is_everyday
from newsroom.stories.redaction.spans import (
    KINDS,
    Change,
    Part,
    Span,
    SpanError,
    SpanOutOfRange,
    SpansOverlap,
    apply,
    changes,
    difference,
    from_json,
    in_order,
    in_paragraphs,
    overlap,
    printed_at,
    revise,
    spans_from_edit,
    to_json,
    with_spans,
)

__all__ = [
    "KINDS",
    "Change",
    "Leak",
    "LeakSearch",
    "Part",
    "Span",
    "SpanError",
    "SpanOutOfRange",
    "SpansOverlap",
    "Weight",
    "apply",
    "changes",
    "difference",
    "from_json",
    "in_order",
    "in_paragraphs",
    "is_everyday",
    "overlap",
    "printed_at",
    "revise",
    "spans_from_edit",
    "to_json",
    "with_spans",
]
