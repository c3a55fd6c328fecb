"""What nbconvert and Quarto made of a notebook and left beside it: pages and pictures that show its outputs.

They can't be stripped, for the outputs are all they are; they are made again from the notebook. Source of the names:
https://nbconvert.readthedocs.io/en/latest/usage.html, https://quarto.org/docs/output-formats/html-basics.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.documents.files import read_head
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PAGES = (".html", ".slides.html")
# What a page of theirs says of itself, within its first bytes (the style sheets come first, and are long).
_MARKS = (b"jp-Notebook", b"jupyter_nbconvert", b"nbconvert", b'content="quarto')
_HEAD = 1_000_000
_FOLDER = "_files"
_PICTURES = (".png", ".svg", ".jpeg", ".jpg", ".pdf", ".gif")


def find_rendered(notebooks: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yields each page or folder with outputs that stands beside one of the notebooks, with the notebook's path.

    What git ignores is left out: it reaches no commit.
    """
    found = [(beside, path) for path in notebooks for beside in _beside(path)]
    ignored = _ignored([beside for beside, _ in found])
    yield from ((beside, path) for beside, path in found if beside not in ignored)


def _beside(path: str) -> Iterator[str]:
    stem, ending = os.path.splitext(path)
    if ending.lower() != ".ipynb":
        return
    for page in (stem + name for name in _PAGES):
        if os.path.isfile(page) and _is_rendered(page):
            yield page
    folder = stem + _FOLDER
    if os.path.isdir(folder) and any(name.lower().endswith(_PICTURES) for name in _names_in(folder)):
        yield folder


def _is_rendered(page: str) -> bool:
    try:
        head = read_head(page, _HEAD)
    except UnreadableError:
        return False
    return any(mark in head for mark in _MARKS)


def _names_in(folder: str) -> Iterator[str]:
    for _, _, names in os.walk(folder):
        yield from names


def _ignored(paths: list[str]) -> set[str]:
    """Those that git ignores; none outside of a repository."""
    from nbguard.repository.git import run_git_bytes

    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(os.path.dirname(os.path.abspath(path)), []).append(path)
    ignored: set[str] = set()
    for folder, inside in by_folder.items():
        names = {os.path.basename(path): path for path in inside}
        asked = "\0".join(names).encode("utf-8", "surrogateescape")
        try:
            told = run_git_bytes(folder, "check-ignore", "-z", "--stdin", stdin=asked)
        except UsageError:
            continue  # git ends with an error where none is ignored, too
        ignored |= {names[name] for name in os.fsdecode(told).split("\0") if name in names}
    return ignored
