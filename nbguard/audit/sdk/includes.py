"""Lists of requirements that other files name, whatever they are called: `-r requirements/dev.txt`, `-c pins/lab.txt`.

https://pip.pypa.io/en/stable/reference/requirements-file-format/,
https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.audit.sdk.code import commands_in
from nbguard.detect.sdk_files.manifests import is_list_of_requirements
from nbguard.documents.decode import decode, decode_text
from nbguard.scan.open_files import open_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config

_OPTION = r"(?:-r|-c|--requirement|--constraint)(?:[ \t=]*)[\"']?(?P<name>[^\s\"'\\]+)"
_LINE = re.compile(rf"(?m)^[ \t]*{_OPTION}")
_WORDS = re.compile(rf"(?<!\S){_OPTION}")
_DYNAMIC = re.compile(r"\bfile[ \t]*(?:=[ \t]*(?P<toml>\[[^\]]*\]|\"[^\"\n]*\")|:[ \t]*(?P<cfg>[^\n]+))")
_NAME = re.compile(r"[^\s\[\]\"',]+")


class NamedList(NamedTuple):
    """A list that a file names: its path from the root (or an address), the file, and whether it must be there."""

    path: str
    by: str
    needed: bool = False


class IncludedList(NamedTuple):
    """A list's path and text; or, where there is a ``problem``, the path of the file that names it."""

    path: str
    text: str
    problem: str = ""


def named_lists(document: Document) -> Iterator[NamedList]:
    """The lists of requirements that a document names."""
    folder, name = os.path.split(document.path)
    if is_list_of_requirements(name):
        yield from _lists_in(document.path, decode_text(document.raw))
    elif name in ("pyproject.toml", "setup.cfg"):
        for found in _DYNAMIC.finditer(decode_text(document.raw)):
            for one in _NAME.findall(found["toml"] or found["cfg"]):
                yield NamedList(_join(folder, one), document.path)
    else:
        for part in document.parts:
            for field in decode(document, part) if part.where in ("source", "file") else ():
                for command in commands_in(field.text):
                    for found in _WORDS.finditer(command["rest"]):
                        # Where it is run from, only a person knows: beside the file, or at the top.
                        yield from (NamedList(_join(at, found["name"]), document.path) for at in {folder, ""})


def read_lists(named: Iterable[NamedList], read: Collection[str], config: Config) -> Iterator[IncludedList]:
    """The lists with all that they include, but those that were ``read``. What must be there and isn't is a problem."""
    waiting, seen = list(named), set(read)
    while waiting:
        one = waiting.pop()
        if one.path in seen:
            continue
        seen.add(one.path)
        problem = _why_not(one.path, config.root)
        for opened in open_documents([os.path.join(config.root, one.path)], config) if not problem else ():
            problem = opened.problem
            if opened.document is not None:
                text = decode_text(opened.document.raw)
                waiting += _lists_in(one.path, text)
                yield IncludedList(one.path, text)
        if problem and (one.needed or problem is _ELSEWHERE):
            # The name isn't told: in an address there may be a login.
            yield IncludedList(one.by, "", f"names a list of requirements that {problem}")


_ELSEWHERE = "is somewhere else: it isn't read"


def _why_not(path: str, root: str) -> str:
    if "://" in path:
        return _ELSEWHERE
    place, top = os.path.realpath(os.path.join(root, path)), os.path.realpath(root)
    if not place.startswith(os.path.join(top, "")):
        return _ELSEWHERE
    return "" if os.path.isfile(place) else "isn't there"


def _lists_in(path: str, text: str) -> Iterator[NamedList]:
    folder = os.path.dirname(path)
    yield from (NamedList(_join(folder, found["name"]), path, needed=True) for found in _LINE.finditer(text))


def _join(folder: str, name: str) -> str:
    return name if "://" in name else os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")
