"""Lower case for ASCII letters alone, as the prefilter has it: every character keeps its place and its meaning.

``str.lower`` makes a k of the Kelvin sign and two letters of others.
"""

from __future__ import annotations


def lower_ascii(text: str) -> str:
    """The text with its ASCII letters in lower case."""
    if text.isascii():
        return text.lower()
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
