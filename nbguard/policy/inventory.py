"""Every allow that stands in a document, whether or not anything is found beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.decode import decode
from nbguard.lazy_regex import lazy_regex
from nbguard.policy.allow import Allow, allows_in, allows_in_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.documents.fields import Cell, Document
    from nbguard.policy.policy_settings import WaiverPolicy

# What every mark has one of; an escape may hide it in a notebook.
_SIGNS = lazy_regex(rb"nbguard|list|:allow|:ignore|\\u00", re.IGNORECASE)


class Mark(NamedTuple):
    """An allow, and the place it stands in. ``where`` is empty for an allow in the metadata: it covers its cell."""

    path: str
    cell: Cell | None
    where: str
    allow: Allow


def may_hold_marks(raw: bytes) -> bool:
    """Whether a file is worth opening for this. Cheap, and never wrongly says no."""
    return _SIGNS.search(raw) is not None


def marks_in(document: Document, policy: WaiverPolicy) -> Iterator[Mark]:
    """The allows of a document: those in comments, in file order, then those in metadata."""
    for part in document.parts:
        if part.path == "metadata.nbguard":
            for allow in allows_in_metadata(document, part.cell):
                yield Mark(document.path, part.cell, "", allow)
            continue
        for field in decode(document, part):
            for allow in allows_in(field, policy):
                yield Mark(document.path, part.cell, part.where, allow)
