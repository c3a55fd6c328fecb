"""Finds secret values in text, also where they are encoded, and puts their reference there instead."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

# Shorter values stand in ordinary text by chance; masking them would garble every output.
SHORTEST = 6
_SHORTEST_ENCODED = 8


class Masker:
    """Knows values and how they look when encoded. Not locked: callers share it under a lock of their own."""

    def __init__(self) -> None:
        self._masks: dict[str, str] = {}
        self._order: tuple[str, ...] = ()
        self._beginnings: set[str] = set()
        self._longest = 0

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Masker({len(self._masks)} texts)"

    def add(self, value: str, reference: str) -> None:
        """Masks a value from now on, in every spelling. Values of fewer than six characters are not masked."""
        if len(value) < SHORTEST or value in self._masks:
            return
        for text in spellings(value):
            self._masks.setdefault(text, f"[secret {reference}]")
            self._beginnings.update(text[:end] for end in range(1, len(text)))
        # The longest first: one spelling may be the beginning of another.
        self._order = tuple(sorted(self._masks, key=len, reverse=True))
        self._longest = len(self._order[0])

    def mask(self, text: str) -> str:
        """The text with every known value replaced by its reference; the same object where there is none."""
        for known in self._order:
            if known in text:
                text = text.replace(known, self._masks[known])
        return text

    def split(self, text: str) -> tuple[str, str]:
        """The text in two: what can be shown, and an end that may be the beginning of a value."""
        start = max(0, len(text) - self._longest + 1)
        for at in range(start, len(text)):
            if text[at:] in self._beginnings:
                return text[:at], text[at:]
        return text, ""


def spellings(value: str) -> set[str]:
    """How a value may be written: as it is, escaped (JSON, Python, HTML, URL), in hex, and inside base64.

    Base64 writes three bytes as four characters, so a value inside a longer text looks in one of three ways
    (RFC 4648); the characters that depend on its neighbours are left out.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = {value, repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found |= {html.escape(value), html.escape(value, quote=False)}
    try:
        found |= {quote(value), quote(value, safe=""), quote_plus(value)}
    except UnicodeEncodeError:
        pass  # lone surrogates have no URL form
    encoded = {raw.hex(), raw.hex().upper()}
    for shift in range(3):
        padded = bytes(shift) + raw
        whole = len(padded) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded.add(encode(padded).decode("ascii")[(0, 2, 3)[shift] : whole])
    return found | {text for text in encoded if len(text) >= _SHORTEST_ENCODED}
