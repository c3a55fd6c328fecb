"""The files that git's settings name, as git would open them whenever it is asked anything.

Settings are read here without git, since git would wait for such a file. The syntax is that of git-config(1).
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from nbguard.documents.named_files import read_given
from nbguard.errors import UnreadableError
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Bytes of a file of settings; how deep git follows includes (config.c), and how many files are looked into.
_LARGEST = 1_000_000
_DEEPEST = 10
_MOST_FILES = 100
# A section's name, or a setting of it: git takes both on one line.
_LINE = lazy_regex(
    r'[ \t]*+(?:\[([^\]"\n]*+)(?:"(?:\\.|[^"\\\n])*+")?+[^\]\n]*+\])?+[ \t]*+(?:([A-Za-z][\w-]*+)[ \t]*+=(.*))?+'
)
_PIECE = lazy_regex(r'"|\\(.)|[#;]|[^"\\#;]+')
_OPTIONAL = ":(optional)"
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


class NamedFile(NamedTuple):
    """A file that a setting names, and the file that the setting stands in."""

    path: str
    by: str


def files_named_in(settings: str, top: str) -> Iterator[NamedFile]:
    """The files that a file of settings names, and the files it includes, whatever the condition they are under.

    ``top`` is the folder that git works in: what isn't an include is named from there.
    """
    waiting, seen = [(settings, 0)], {settings}
    while waiting:
        path, depth = waiting.pop()
        for section, name, value in _settings_in(path):
            is_include = name == "path" and section in ("include", "includeif")
            if not value or not (is_include or name.endswith("file")):
                continue
            named = os.path.expanduser(value.removeprefix(_OPTIONAL))
            file = os.path.join(os.path.dirname(path) if is_include else top, named)
            yield NamedFile(file, path)
            if is_include and depth < _DEEPEST and len(seen) < _MOST_FILES and file not in seen:
                seen.add(file)
                waiting.append((file, depth + 1))


def _settings_in(path: str) -> Iterator[tuple[str, str, str]]:
    """Section, name and value of each setting, names in small letters; none where the file can't be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return
        raw = read_given(path, _LARGEST) or b""
    except (OSError, UnreadableError):
        return
    section = ""
    for line in os.fsdecode(raw).replace("\r\n", "\n").replace("\\\n", "").split("\n"):
        head, name, value = _LINE.match(line).groups()  # type: ignore[union-attr]  # all of it is optional
        section = section if head is None else head.strip().lower()
        if name:
            yield section, name.lower(), _value(value)


def _value(text: str) -> str:
    """A value without quotes, escapes and the comment behind it."""
    pieces: list[str] = []
    quoted = False
    for piece in _PIECE.finditer(text.strip()):
        word = piece.group()
        if word == '"':
            quoted = not quoted
        elif word in "#;" and not quoted:
            return "".join(pieces).rstrip()
        else:
            pieces.append(_ESCAPES.get(piece[1], piece[1]) if piece[1] else word)
    return "".join(pieces)
