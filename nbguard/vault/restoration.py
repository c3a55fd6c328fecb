"""Puts a file back as it was before a move, with the values from Vault."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING

from nbguard.documents.edits import apply
from nbguard.documents.fields import Edit
from nbguard.documents.files import read_file, write_file
from nbguard.documents.reading import open_document
from nbguard.errors import NbguardError
from nbguard.vault import journal
from nbguard.vault.references import parse_reference
from nbguard.vault.spellings import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.vault.client import Vault

# Edits closer than this, in bytes, are looked for together: as wide as possible, for some are very short.
_NEAR = (2000, 500, 150, 40)
_SHORTEST_ANCHOR = 12


def undoable(root: str) -> list[journal.Move]:
    """The last move of each file that wasn't undone, newest first."""
    latest: dict[str, journal.Move] = {}
    for move, state in journal.read(root):
        if state != "undone":
            latest[move.file] = move
    return sorted(latest.values(), key=lambda move: move.time, reverse=True)


def undo(move: journal.Move, root: str, vault: Vault, fingerprint: Callable[[str, str], str], limit: int) -> None:
    """Writes the values back into a file that was moved. They stay in Vault.

    ``limit`` is the largest file in bytes. Raises NbguardError with the reason where the file can't be put back: it
    was changed there, or Vault holds another value by now. Then nothing is written.
    """
    path = os.path.join(root, move.file)
    raw = read_file(path, limit)
    edits = _locate(raw, move)
    values = [_fetch(secret, vault, fingerprint) for secret in move.secrets]
    is_json = open_document(move.file, raw).kind == "notebook"
    changes = [Edit(at, at + len(_bytes(undo.new)), _old(undo, values, is_json, raw)) for at, undo in edits]
    write_file(path, apply(raw, changes), raw)
    journal.append(root, "undone", move)


def _locate(raw: bytes, move: journal.Move) -> list[tuple[int, journal.Undo]]:
    """Where each edit's new text is now. Edits that were near each other are looked for together."""
    if sha256(raw).hexdigest() == move.after:
        return [(edit.start, edit) for edit in move.edits]
    for near in _NEAR:
        located = _search(raw, _groups(move.edits, near))
        if located is not None:
            return located
    raise NbguardError("changed since it was moved; use git, or `nbguard vault get` for the value")


def _search(raw: bytes, groups: Sequence[Sequence[journal.Undo]]) -> list[tuple[int, journal.Undo]] | None:
    located: list[tuple[int, journal.Undo]] = []
    cursor = 0
    for group in groups:
        anchor = max(group, key=lambda edit: len(edit.new))
        text = _bytes(anchor.new)
        at = raw.find(text, cursor) if len(text) >= _SHORTEST_ANCHOR else -1
        while at >= 0 and not all(_stands(raw, at + edit.start - anchor.start, edit) for edit in group):
            at = raw.find(text, at + 1)
        if at < 0:
            return None
        located += [(at + edit.start - anchor.start, edit) for edit in group]
        cursor = at + len(text)
    return located


def _groups(edits: Sequence[journal.Undo], near: int) -> list[list[journal.Undo]]:
    groups: list[list[journal.Undo]] = []
    for edit in edits:
        if groups and edit.start - groups[-1][-1].start - len(groups[-1][-1].new) < near:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def _stands(raw: bytes, at: int, edit: journal.Undo) -> bool:
    text = _bytes(edit.new)
    return at >= 0 and raw[at : at + len(text)] == text


def _fetch(secret: journal.MovedSecret, vault: Vault, fingerprint: Callable[[str, str], str]) -> str:
    reference = parse_reference(secret.reference)
    entry = vault.read(reference.mount, reference.path, reference.version)
    value = entry.data.get(reference.key)
    if not isinstance(value, str) or fingerprint(secret.rule, value) != secret.fingerprint:
        raise NbguardError(f"{secret.reference}: Vault holds another value than the one that was moved")
    return value


def _old(undo: journal.Undo, values: Sequence[str], is_json: bool, raw: bytes) -> bytes:
    if undo.old is None:
        raise NbguardError(
            "a value was written with escapes or in pieces and can't be put back; use `nbguard vault get` and an editor"
        )
    encoding = journal.encoding_of(_bytes(undo.new))
    pieces = []
    for piece in undo.old:
        if isinstance(piece, str):
            pieces.append(_bytes(piece))
            continue
        number, way = (piece, "") if isinstance(piece, int) else piece
        text = spell(values[number], way)
        text = json.dumps(text, ensure_ascii=raw.isascii())[1:-1] if is_json else text
        pieces.append(_bytes(text) if encoding == "utf-8" else text.encode(encoding, "surrogatepass"))
    return b"".join(pieces)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
