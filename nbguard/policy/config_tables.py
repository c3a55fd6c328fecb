"""The tables of a configuration file: how they are called there, and which of them are ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.named_files import name_inside, place_inside
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tables(NamedTuple):
    """How to name the tables of a configuration file in a message."""

    name: str
    path: str

    def place(self, table: str = "", rest: str = "") -> str:
        """The file and the table in it, as it has to be written there."""
        pyproject = os.path.basename(self.path) == "pyproject.toml"
        words = ".".join(word for word in ("tool.nbguard" if pyproject else "", table) if word)
        brackets = ("[[", "]]") if rest else ("[", "]")
        return f"{self.name}: {brackets[0]}{words}{brackets[1]}{rest}" if words else self.name


def our_table(whole: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
    """The settings in a file. Raises UsageError where some of them would be passed over."""
    tool = whole.get("tool")
    table = tool.get("nbguard") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{name}: [tool.nbguard] must be a table")
    if os.path.basename(path) == "pyproject.toml":
        return table or {}
    if table is None:
        return whole
    if os.path.basename(path) == "nbguard.toml" or len(whole) > 1:
        raise UsageError(
            f"{name}: [tool.nbguard] is how pyproject.toml writes it; here write its settings at the top of the file,"
            " and [strip] for [tool.nbguard.strip]"
        )
    return table


def check_names(root: str, tables: Tables, kept: Mapping[str, Any]) -> None:
    """Refuses names of files that lead out of the repository, where it is the repository that names them."""
    if name_inside(os.path.realpath(root), os.path.realpath(tables.path)) is None:
        return
    named = [(key, kept.get(key, "")) for key in ("baseline", "default_rules")]
    named += [("rules", path) for path in kept.get("rules", ())]
    for key, name in named:
        try:
            inside = not name or ".git" not in os.path.relpath(place_inside(root, name), os.path.realpath(root)).split(
                os.sep
            )
        except UnreadableError:
            inside = False
        if not inside:
            raise UsageError(f"{tables.place()}: {key} must name a file inside the repository")
