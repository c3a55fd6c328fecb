"""Keeps the outputs that the filter takes out in a folder of this machine, and puts them back into notebooks.

Outputs are found again by the source of their cell, so they come back after a checkout, a merge or a pull as long as
the cell is the same. The folder lies inside ``.git``: it is never committed, nor pushed.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING

from nbguard.documents.edits import apply
from nbguard.documents.fields import Edit
from nbguard.documents.spans import MalformedJSONError, end_of_value, read_value, skip_space
from nbguard.errors import UnreadableError
from nbguard.strip.outline import Outline, read_outline
from nbguard.strip.strip_bytes import strip
from nbguard.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.strip.laid_out import OutlineCell
    from nbguard.strip.options import StripOptions


class OutputStore:
    """A folder with one file per cell source: the count, a line feed, and the outputs as they stood in the notebook."""

    def __init__(self, folder: str, options: StripOptions) -> None:
        self._folder = folder
        self._options = options

    def save(self, raw: bytes) -> int:
        """Keeps the outputs of a notebook's cells; returns how many cells had some.

        Of cells with the same source the last counts. What can't be written isn't kept: the store is a convenience,
        and mustn't stop a commit.
        """
        try:
            outline = read_outline(raw)
        except UnreadableError:
            return 0
        saved = 0
        for cell, name in self._cells(outline):
            for _, _, start, end in cell.find("outputs"):
                outputs = raw[outline.to_bytes(start) : outline.to_bytes(end)]
                if outputs.startswith(b"[") and outputs[1:-1].strip():
                    count = [outline.text[s:e] for _, _, s, e in cell.find("execution_count", "prompt_number")]
                    saved += self._write(name, (count[-1] if count else "null").encode("latin-1") + b"\n" + outputs)
        return saved

    def restore(self, raw: bytes) -> bytes:
        """The notebook with the outputs that are kept for its cells; the same object where there are none.

        Cells that have outputs keep them. Where stripping the result wouldn't give the notebook again, nothing is
        put back: git would take the outputs for a change.
        """
        try:
            outline = read_outline(raw, whole=True)
        except UnreadableError:
            return raw
        edits = []
        for cell, name in self._cells(outline):
            spans = [(start, end) for _, _, start, end in cell.find("outputs")]
            if len(spans) != 1 or outline.text[spans[0][0] : spans[0][1]] != "[]":
                continue
            kept = self._read(name)
            if kept is None:
                continue
            count, outputs = kept
            edits.append(Edit(*spans[0], outputs))
            for _, _, start, end in cell.find("execution_count", "prompt_number"):
                if outline.text[start:end] == "null":
                    edits.append(Edit(start, end, count))
        if not edits:
            return raw
        restored = apply(raw, edits)
        try:
            return restored if strip(restored, self._options) == raw else raw
        except UnreadableError:
            return raw

    def prune(self, notebooks: Iterable[bytes]) -> tuple[int, int]:
        """Forgets the outputs of cells that none of the notebooks has; returns how many are kept and were forgotten."""
        wanted: set[str] = set()
        for raw in notebooks:
            try:
                outline = read_outline(raw)
            except UnreadableError:
                continue  # no notebook: nothing was ever kept for it
            wanted.update(path for _, path in self._cells(outline))
        kept = gone = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = os.path.join(folder, name)
                if path in wanted:
                    kept += 1
                    continue
                try:
                    os.unlink(path)
                    gone += 1
                except OSError:
                    kept += 1
        return kept, gone

    def _cells(self, outline: Outline) -> Iterator[tuple[OutlineCell, str]]:
        for cells in outline.cell_lists:
            for cell in cells:
                # Of a key that stands there twice, JSON's readers take the last.
                for _, _, start, _end in list(cell.find("source", "input"))[-1:]:
                    value = read_value(outline.text, start)[0]
                    source = "".join(map(str, value)) if isinstance(value, list) else str(value)
                    if source.strip():
                        name = blake2b(source.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
                        yield cell, os.path.join(self._folder, name[:2], name[2:])

    def _write(self, path: str, content: bytes) -> bool:
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with whole_file(path, 0o600, durable=False) as file:
                file.write(content)
        except OSError:
            return False
        return True

    def _read(self, path: str) -> tuple[bytes, bytes] | None:
        """The count and the outputs; None where nothing is kept, or the file is damaged."""
        try:
            with open(path, "rb") as file:
                count, _, outputs = file.read().partition(b"\n")
        except OSError:
            return None
        text = outputs.decode("latin-1")
        try:
            whole = text.startswith("[") and skip_space(text, end_of_value(text, 0)) == len(text)
        except MalformedJSONError:
            return None
        return (count, outputs) if whole and (count == b"null" or count.isdigit()) else None
