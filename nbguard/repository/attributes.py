"""Puts lines into git attributes files and takes exactly these out again; other lines keep their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.repository.small_files import change_small, read_small

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = ("*.ipynb filter=nbguard", "*.ipynb diff=nbguard", "*.zpln filter=nbguard")


def add_lines(path: str, lines: Sequence[str] = LINES) -> bool:
    """Appends the lines that aren't in the file yet, making the file where there is none; whether anything changed.

    Raises UsageError where the file can't be written.
    """
    before = read_small(path)
    have = {line.strip() for line in before.decode("utf-8", "surrogateescape").splitlines()}
    missing = [line for line in lines if line not in have]
    if not missing:
        return False
    end = "\r\n" if b"\r\n" in before else "\n"
    gap = end if before and not before.endswith(b"\n") else ""
    added = gap + "".join(line + end for line in missing)
    change_small(path, before + added.encode(), before)
    return True


def remove_lines(path: str, lines: Sequence[str] = LINES) -> bool:
    """Takes the lines out; a file with nothing left in it goes too. Whether anything changed.

    Raises UsageError where the file can't be written.
    """
    before = read_small(path)
    ours = {line.encode() for line in lines}
    after = b"".join(line for line in before.splitlines(keepends=True) if line.strip() not in ours)
    if after == before:
        return False
    change_small(path, after, before)
    return True


def other_filters(path: str) -> list[str]:
    """Lines of an attributes file that give notebooks to another filter."""
    text = read_small(path).decode("utf-8", "surrogateescape")
    return [
        line.strip()
        for line in text.splitlines()
        if line.strip() not in LINES and "filter=" in line and line.lstrip().startswith(("*.ipynb", "*.zpln", "* "))
    ]
