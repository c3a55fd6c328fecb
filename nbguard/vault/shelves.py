"""How many credentials go to one path of Vault; what is more goes to paths below it: ``path/2``, ``path/3``.

OpenBao takes 1,000 texts in a request unless its operator says otherwise, and a key and its value are two; Vault's own
storage takes 1 MiB at a path. What is more would be refused value by value, and stay in the file for good.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbguard.vault.plan import PlannedCredential

MOST_KEYS = 400
MOST_CHARACTERS = 400_000
# Matches what follows the path on a shelf of it.
SHELF = r"(?:/\d+)?"


def shelves(path: str) -> Iterator[str]:
    """The paths for what goes to a path, in their order, without an end."""
    return (path if number == 1 else f"{path}/{number}" for number in count(1))


def fit(
    existing: Mapping[str, object], wanted: Sequence[PlannedCredential], update: bool = False
) -> tuple[list[PlannedCredential], list[PlannedCredential]]:
    """What of ``wanted`` goes beside what exists at a path, and what has no room there.

    What is there already, what a person gave a name, and what takes the place of another value (``update``) is never
    sent elsewhere. A path that is empty takes one value of any length.
    """
    texts = [value for value in existing.values() if isinstance(value, str)]
    there, keys, characters = set(texts), len(existing), sum(map(len, texts))
    here: list[PlannedCredential] = []
    further: list[PlannedCredential] = []
    for credential in wanted:
        stays = credential.value in there or credential.chosen or (update and credential.key in existing)
        if not stays:
            full = keys >= MOST_KEYS or characters + len(credential.value) > MOST_CHARACTERS
            if full and keys:
                further.append(credential)
                continue
            keys, characters = keys + 1, characters + len(credential.value)
        here.append(credential)
    return here, further
