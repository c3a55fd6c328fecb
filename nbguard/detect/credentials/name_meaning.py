"""What a name says of its value, where the name may be a sentence: ``IBM Quantum API key for the lab account``."""

from __future__ import annotations

import re

from nbguard.detect.generic.credential_names import KEY, PASSWORD, class_of_name
from nbguard.lazy_regex import lazy_regex

_BEHIND = lazy_regex(r"\b(?:for|of|to|on|at|in|from|by|is|as|with)\b.*|\(.*", re.IGNORECASE | re.DOTALL)
# Whose key it is, behind the name: `fs.azure.account.key.lab.dfs.core.windows.net`.
_ACCOUNT_HOST = lazy_regex(r"(?<=[Kk]ey)\.[\w-]{1,60}\.(?:dfs|blob|file|queue|table)\.core\.[\w.]{4,40}\Z")
_KEY = lazy_regex(r"\bkeys?\s*\Z", re.IGNORECASE)


def core_of_name(name: str) -> str:
    """A name without what a sentence says behind it: ``the password for ana`` is the password."""
    name = _ACCOUNT_HOST.sub("", name)
    return _BEHIND.sub("", name).strip() if " " in name.strip() else name


def meaning_of(name: str) -> str:
    """The class of credential that a name says (see credential_names); empty for none."""
    core = core_of_name(name)
    return class_of_name(core) or (KEY if " " in core and _KEY.search(core) is not None else "")


def says_password(name: str) -> bool:
    """Whether a name is a password's, not a token's or a key's."""
    return class_of_name(core_of_name(name)) == PASSWORD
