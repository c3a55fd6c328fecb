"""Words of calls and commands that are given a password, and what stands behind each in a text and in raw bytes.

These are rare words, so that each has a regex of its own for what has to follow; it is asked of the raw bytes, in which
a quotation mark may have a backslash and a line's end may be the end of a string in a list.
"""

from __future__ import annotations

import re
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex

_LOGINS = load_knowledge("places")["logins"]
# Those of them that stand nearly everywhere, also in longer words.
ORDINARY_WORDS = tuple(word for login in _LOGINS if login.get("ordinary") for word in login["words"])
# What narrows others of them (see detector.Literal).
NARROWED = {word: login["narrow"] for login in _LOGINS if "narrow" in login for word in login["words"]}


def _with_parts(pattern: str) -> str:
    for name, part in reversed(load_knowledge("places")["parts"].items()):
        pattern = pattern.replace(f"@{name}@", part)
    return pattern


# What has to stand behind each word.
LOGIN_WORDS: dict[str, str] = {word: _with_parts(login["behind"]) for login in _LOGINS for word in login["words"]}


@cache
def confirm_of(word: str) -> str:
    """The regex that raw bytes match where such a word stands."""
    letters = re.escape(word)
    return f"(?i:{letters})(?:{LOGIN_WORDS[word]})" if LOGIN_WORDS[word] else ""


def shows_login(word: str, text: str, start: int) -> bool:
    """Whether behind such a word at an offset of a text a password may stand."""
    return not LOGIN_WORDS[word] or _compiled(word).match(text, start) is not None


@cache
def _compiled(word: str) -> re.Pattern[str]:
    return kept_regex(confirm_of(word), re.ASCII)
