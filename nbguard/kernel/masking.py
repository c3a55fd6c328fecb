"""Finds secret values in text, also where they are encoded, and puts their reference there instead."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter values stand in ordinary text by chance; masking them would garble every output.
SHORTEST = 6
_SHORTEST_ENCODED = 8
# Characters of a value that are masked without the rest of it.
SLICE = 8
# A piece is looked up in the time in which so many characters are searched for one.
_SEARCHES = 20
# What is printed character by character is known up to this length: its spellings are six times as long.
_LONGEST_SPELLED_OUT = 200


class Masker:
    """Knows values and how they look when encoded. Not locked: callers share it under a lock of their own."""

    def __init__(self) -> None:
        self._masks: dict[str, str] = {}
        self._order: tuple[str, ...] = ()
        self._beginnings: set[str] = set()
        self._longest = 0
        self._slices: dict[str, str] = {}

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
        for piece in _pieces(value):
            if _is_telling(piece):
                self._slices.setdefault(piece, f"[secret {reference}]")

    def mask(self, text: str) -> str:
        """The text with every known value, or eight characters of one, replaced by its reference.

        The same object where there is none.
        """
        return self._mask_slices(self.mask_whole(text))

    def mask_whole(self, text: str) -> str:
        """As ``mask``, for whole values only."""
        for known in self._order:
            if known in text:
                text = text.replace(known, self._masks[known])
        return text

    def take(self, text: str) -> tuple[str, str]:
        """A stream's text in two: what can be shown, masked, and an end that may be the beginning of a value."""
        shown, rest = self.split(self.mask_whole(text))
        return self._mask_slices(shown), rest

    def _mask_slices(self, text: str) -> str:
        """Looks each piece of the text up, or for each piece in the text, whatever is less."""
        if len(text) < SLICE or not self._slices:
            return text
        if len(text) < _SEARCHES * len(self._slices):
            found = self._slices.keys() & {text[start : start + SLICE] for start in range(len(text) - SLICE + 1)}
        else:
            found = {piece for piece in self._slices if piece in text}
        return _cover(text, {piece: self._slices[piece] for piece in found}) if found else text

    def split(self, text: str) -> tuple[str, str]:
        """The text in two: what can be shown, and an end that may be the beginning of a value."""
        start = max(0, len(text) - self._longest + 1)
        for at in range(start, len(text)):
            if text[at:] in self._beginnings:
                return text[:at], text[at:]
        return text, ""


def _pieces(value: str) -> list[str]:
    return [value[start : start + SLICE] for start in range(len(value) - SLICE + 1)]


def _is_telling(piece: str) -> bool:
    """Whether a piece is of a random value: words and addresses, which stand in ordinary text, are of one kind."""
    if not piece.isascii() or any(character.isspace() for character in piece):
        return False
    kinds = (str.islower, str.isupper, str.isdigit)
    return sum(any(map(kind, piece)) for kind in kinds) > 1


def _cover(text: str, masks: Mapping[str, str]) -> str:
    """The text with each stretch that pieces cover replaced by the mask of its first."""
    covered: list[tuple[int, str]] = []
    for piece, mask in masks.items():
        at = text.find(piece)
        while at >= 0:
            covered.append((at, mask))
            at = text.find(piece, at + 1)
    done: list[str] = []
    end = -1
    for start, mask in sorted(covered):
        if start > end:
            done += [text[max(end, 0) : start], mask]
        end = max(end, start + SLICE)
    return "".join([*done, text[end:]])


def spellings(value: str) -> set[str]:
    """How a value may be written: as it is, in other cases, escaped (JSON, Python, HTML, URL), as a list of its
    characters, in hex, and inside base64.

    Base64 writes three bytes as four characters, so a value inside a longer text looks in one of three ways
    (RFC 4648); the characters that depend on its neighbours are left out.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = {value, repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found.add(repr(raw)[2:-1])
    found |= {other for other in (value.upper(), value.lower(), value.swapcase()) if len(other) >= _SHORTEST_ENCODED}
    if len(value) <= _LONGEST_SPELLED_OUT:
        quoted = [repr(character) for character in value]
        found |= {", ".join(quoted), ",\n ".join(quoted), json.dumps(list(value))[1:-1]}
        found |= {separator.join(value) for separator in (" ", "\n", ", ", ",")}
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
