"""What a reader leaves out for want of a word it would not have found: held against readers that leave out nothing."""

import random
from importlib import import_module

import pytest

from nbguard.documents.structure.pair_reader import read_pairs
from nbguard.documents.structure.said_words import may_say
from tests.detect.generated_documents import generated
from tests.documents.structure.test_pair_reader import FORMS

READERS = ("assignments", "collected", "commands", "http", "labels", "logins")
# What the words of the readers stand between: their own, in other cases, and what breaks them off.
PIECES = (
    "password", "Passwd", "PASSPHRASE", "pwd", "secret", "\u017fecret", "Token", "to\u212aen", "keys", "my_secrets",
    "accounts", "log\u0131ns", "Authorization", "authori\u0130ation", "X-Api-Key", "apikey", "Cookie", "Bearer ",
    "Basic ", "mysql", "htpasswd -b f u", "/user:ann", "sshpass", "docker login", "zip", "-p", " -P ", "b64encode",
    "btoa",
    "Buffer.from", "USERPWD", "set_password", "open", ".write", "Path", "value=", "default=", "label=", "(", ")", "[",
    "{", ":", "=", " ", "\t", "\n", ",", '"', "'", "q8Zx71kLw0aQ", '"q8Zx71kLw0aQ"', "'ann:q8Zx71kLw0aQ'", "name", "é",
)  # fmt: skip


def texts(count: int, seed: int) -> list[str]:
    """Texts of all forms, generated documents, and the readers' words in any order."""
    draw = random.Random(seed)
    made = ["".join(draw.choices(PIECES, k=draw.randrange(3, 16))) for _ in range(count)]
    return made + [row[1] for row in FORMS] + [generated(seed + n)[2].decode("latin-1") for n in range(count // 100)]


def read_all(some: list[str]) -> list[list[object]]:
    return [list(read_pairs(text, hint)) for text in some for hint in ("python", "markdown", "")]


@pytest.mark.parametrize("seed", range(4))
def test_readers_find_the_same_without_looking_for_words_first(monkeypatch, seed):
    some = texts(1_500, 1000 * seed)
    fast = read_all(some)
    asked = set()

    def always(text: str, words: tuple[str, ...]) -> bool:
        asked.add(words)
        return True

    for reader in READERS:
        monkeypatch.setattr(import_module(f"nbguard.documents.structure.{reader}"), "may_say", always)
    assert read_all(some) == fast
    assert len(asked) >= len(READERS)


def test_words_are_found_in_any_case_and_not_ruled_out_by_other_letters():
    assert may_say("MY_PASSWORD(", ("password(",))
    assert not may_say("my_password (", ("password(",))
    assert may_say("\u017fecret", ("secret",))
