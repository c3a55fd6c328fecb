"""What a name says of its value: that it is a password, a token, a secret, a key, or nothing of the kind."""

from __future__ import annotations

from functools import cache, lru_cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.structure.word_marks import MARKS
from nbguard.lazy_regex import lazy_regex

PASSWORD, TOKEN, SECRET, KEY, CREDENTIAL, HEADER = "password", "token", "secret", "key", "credential", "header"
# A list of tokens, which are words or numbers in most programs.
SEVERAL = "tokens"

_WORD = lazy_regex(rf"[A-Z]{{2,60}}(?![a-z])|[A-Z]?(?:[^\W\d_A-Z]|[{MARKS}]){{1,60}}|[A-Z]|\d{{1,6}}")
_LONGEST = 200
# Minifiers give out names of two and three letters, of which some look like several words: `nPW`.
_SHORTEST = 3
# The first letter of the scripts that write words together (Chinese, Japanese, Korean).
_WITHOUT_SPACES = "\u2e80"
# Ends of words that were written together: ``rootpassword``, ``mysqlpwd``.
_GLUED = (("password", PASSWORD), ("passwd", PASSWORD), ("passphrase", PASSWORD), ("pwd", PASSWORD),
          ("apikey", KEY), ("secretkey", KEY), ("accesskey", KEY), ("secret", SECRET), ("token", TOKEN))  # fmt: skip


@lru_cache(maxsize=2048)
def class_of_name(name: str) -> str:
    """The class of credential that a name says: ``password``, ``token``, ``secret``, ``key``, …; empty for none.

    ``name`` may be written in any way (``dbPassword``, ``DB_PASSWORD``, ``spring.datasource.password``). Its last
    telling word decides; words behind it may only be such as ``confirmation`` or numbers, and words in front of it
    may make it something else (``next_page_token``).
    """
    written = name[-_LONGEST:]
    # Only of ASCII's letters a word's end is told by their case.
    written = written.lower() if not written.isascii() and written.isupper() else written
    words = [word.lower() for word in _WORD.findall(written)]
    known = _variables().get("_".join(words))
    if known is not None:
        return known
    if len(written) <= _SHORTEST and words and len(words[0]) == 1 < len(words):
        return ""
    for at in range(len(words) - 1, -1, -1):
        told = _class_at(words, at)
        if told:
            several = words[at] == "keys" or (told == TOKEN and words[at].endswith("s"))
            return "" if _means_otherwise(words, at, told) else SEVERAL if several else told
        if not (words[at].isdigit() or words[at] in _words("neutral")):
            return ""
    return ""


def _class_at(words: list[str], at: int) -> str:
    word = words[at].removesuffix("s") if words[at] in ("passwords", "tokens", "secrets") else words[at]
    told = _classes().get(word, "")
    if told:
        return told
    before = words[at - 1] if at else ""
    told = _joined_class(words, at)
    if told:
        return told
    if word in ("key", "keys") and (before in _pairs() or (before.isdigit() and words[at - 2] + before in _pairs())):
        return KEY
    if word in ("word", "phrase", "code") and before == "pass":
        return PASSWORD
    if word == "id" and before == "secret" and at > 1 and words[at - 2] in ("role", "approle", "vault"):
        return SECRET
    return _class_of_end(word)


def _joined_class(words: list[str], at: int) -> str:
    """The class of a word that was written apart, and ends here."""
    joined = ("".join(words[first : at + 1]) for first in range(max(0, at - 2), at + 1))
    return next((_joined()[word] for word in joined if word in _joined()), "")


def _class_of_end(word: str) -> str:
    """The class of the word that a longer one ends in."""
    if word[-1] >= _WITHOUT_SPACES:
        ends = ((end, told) for end, told in _classes().items() if end[0] >= _WITHOUT_SPACES)
        return next((told for end, told in ends if word.endswith(end)), "")
    if any(piece in word for piece in _words("within")):
        return ""
    return next((told for end, told in _GLUED if word.endswith(end)), "")


def _means_otherwise(words: list[str], at: int, told: str) -> bool:
    other = _others()
    before = words[at - 1] if at else ""
    if any(word in other["anywhere"] for word in words[:at]) or any(
        word in other["anywhere"] for word in words[at + 1 :]
    ):
        return True
    return bool(before) and before in other.get(told, frozenset())


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(load_knowledge("names")[name].split())


@cache
def _classes() -> dict[str, str]:
    return {word: told for told, words in load_knowledge("names")["classes"].items() for word in words.split()}


@cache
def _joined() -> dict[str, str]:
    return {word: told for told, words in load_knowledge("names")["joined"].items() for word in words.split()}


@cache
def _variables() -> dict[str, str]:
    return {
        "_".join(_WORD.findall(name)): told
        for told, names in load_knowledge("names")["variables"].items()
        for name in names.split()
    }


def is_ambiguous(name: str) -> bool:
    """Whether the last word of a name means a credential in one language and another thing in programs."""
    words = [word.lower() for word in _WORD.findall(name[-_LONGEST:])]
    return bool(words) and (words[-1] in _ambiguous("words") or (len(words) == 1 and words[0] in _ambiguous("alone")))


def names_collection(name: str) -> bool:
    """Whether a name may be that of a list of credentials and says no more: ``keys``, ``lab_accounts``."""
    words = _WORD.findall(name[-_LONGEST:])
    return bool(words) and words[-1].lower() in _collections("words")


def names_member(name: str) -> bool:
    """Whether a name in a dictionary of credentials may be that of one, and not of what is said of it: ``key_id``."""
    words = [word.lower() for word in _WORD.findall(name[-_LONGEST:]) if not word.isdigit()]
    return not words or words[-1] not in _collections("otherwise")


def names_service(name: str) -> bool:
    """Whether one of the words of a name is a service that gives out keys: ``SLACK_TOKEN``."""
    return not _services().isdisjoint(word.lower() for word in _WORD.findall(name[-_LONGEST:]))


@cache
def _services() -> frozenset[str]:
    return frozenset(load_knowledge("names")["pairs"]["services"].split())


@cache
def _collections(name: str) -> frozenset[str]:
    return frozenset(load_knowledge("names")["collections"][name].split())


@cache
def _ambiguous(name: str) -> frozenset[str]:
    return frozenset(load_knowledge("names")["ambiguous"][name].split())


@cache
def _pairs() -> frozenset[str]:
    return frozenset(word for words in load_knowledge("names")["pairs"].values() for word in words.split())


@cache
def _others() -> dict[str, frozenset[str]]:
    return {told: frozenset(words.split()) for told, words in load_knowledge("names")["other"].items()}
