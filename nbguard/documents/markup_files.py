"""Tells files whose text is torn apart by marks, as highlighted code is: HTML, and notebooks exported to LaTeX."""

from __future__ import annotations

# The ends of such files' names.
MARKED_UP = (".html", ".htm", ".xhtml", ".tex")


def is_marked_up(path: str, raw: bytes) -> bool:
    """Whether marks may tear a file's text apart, so that no literal need stand in its bytes whole."""
    if not path.lower().endswith(MARKED_UP) and raw[:64].lstrip()[:1] != b"<":
        return False
    return b"</span>" in raw or b"\\PY{" in raw
