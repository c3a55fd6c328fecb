"""Keyed noise, and permutations that go by it: what has the same key and text always comes out the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUNDS = 8


class Noise:
    """Numbers drawn from a key and a text with keyed BLAKE2b (RFC 7693)."""

    def __init__(self, key: bytes) -> None:
        from hashlib import blake2b

        self._hash = blake2b(digest_size=16, key=blake2b(key, digest_size=32).digest(), person=b"nbguard/redact")

    def __repr__(self) -> str:
        """Shows no key."""
        return "Noise()"

    def draw(self, *texts: str) -> int:
        """A number of 128 bits for some texts."""
        state = self._hash.copy()
        state.update("\0".join(texts).encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "big")

    def permute(self, number: int, size: int, label: str) -> int:
        """The number that stands for ``number`` in a permutation of those below ``size``: no two share one.

        A Feistel network over the next square, walked until it is back in the range (Black and Rogaway, *Ciphers with
        Arbitrary Finite Domains*, 2002).
        """
        side = 1
        while side * side < size:
            side *= 2
        while True:
            left, right = divmod(number, side)
            for step in range(_ROUNDS):
                left, right = right, (left + self.draw(label, str(size), str(step), str(right))) % side
            number = left * side + right
            if number < size:
                return number

    def shuffle(self, count: int, label: str) -> Sequence[int]:
        """The numbers below ``count`` in another order."""
        return sorted(range(count), key=lambda number: self.draw(label, str(count), str(number)))
