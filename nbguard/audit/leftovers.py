"""What can be left of a project, and what each thing needs."""

from __future__ import annotations

from msgspec import Struct

# What is looked for. Of these, `REMOVABLE` are files that can be deleted for whoever asks for it.
KINDS = (
    "values", "history", "copies", "references", "outputs", "checkpoints", "collaboration", "marimo", "papermill",
    "dotfiles", "vault",
)  # fmt: skip
REMOVABLE = ("outputs", "checkpoints", "collaboration", "marimo", "papermill", "dotfiles")


class Leftover(Struct, frozen=True, order=True):
    """Something that is left: where it is, what it is, and what it needs. ``removable``: it can be deleted as it is."""

    kind: str
    place: str
    what: str
    needs: str
    removable: bool = False
