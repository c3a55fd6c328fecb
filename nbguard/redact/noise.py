"""Keyed noise: what has the same key and text always comes out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Noise:
    """Numbers drawn from a key and a text with keyed BLAKE2b (RFC 7693)."""

    def __init__(self, key: bytes) -> None:
        from hashlib import blake2b

        self._key = key
        self._hash = blake2b(digest_size=16, key=blake2b(key, digest_size=32).digest(), person=b"nbguard/redact")

    def __repr__(self) -> str:
        """Shows no key."""
        return "Noise()"

    def __reduce__(self) -> tuple[type[Noise], tuple[bytes]]:
        """How a copy for another process is made: a hash can't be sent."""
        return Noise, (self._key,)

    def draw(self, *texts: str) -> int:
        """A number of 128 bits for some texts."""
        state = self._hash.copy()
        state.update("\0".join(texts).encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "big")

    def shuffle(self, count: int, label: str) -> Sequence[int]:
        """The numbers below ``count`` in another order."""
        return sorted(range(count), key=lambda number: self.draw(label, str(count), str(number)))
