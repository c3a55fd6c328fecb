"""Makes the repository's salt: the key of fingerprints, one for everybody who works on it."""

from __future__ import annotations

import os

from nbguard.errors import UsageError
from nbguard.policy.fingerprint import SALT_FILE
from nbguard.repository.git import top_of


def make_salt(folder: str) -> bool:
    """Writes ``.nbguard-salt``, one line of 32 hexadecimal characters, at the top of the work tree.

    It is to be committed, so that fingerprints mean the same to everybody; a salt that is there stays. Returns whether
    one was made. Raises UsageError.
    """
    path = os.path.join(top_of(folder), SALT_FILE)
    try:
        with open(path, "x", encoding="ascii") as file:
            file.write(f"{os.urandom(16).hex()}\n")
    except FileExistsError:
        return False
    except OSError as error:
        raise UsageError(f"{SALT_FILE}: {(error.strerror or 'can not be written').lower()}") from None
    return True
