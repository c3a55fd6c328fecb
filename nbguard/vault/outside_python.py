"""Puts a lookup into a text that isn't Python: a shell, another language of a notebook, prose, configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.magics import cell_magic, kinds_of_cell_magics
from nbguard.documents.file_kinds import WITH_LOOKUPS
from nbguard.documents.reading import open_document
from nbguard.vault.continued_values import check_ended, form_of_file
from nbguard.vault.places_for_references import check_no_script, check_runs_shell, check_takes_references
from nbguard.vault.text_changes import CannotRewriteError
from nbguard.vault.text_forms import change_in_foreign_code, change_in_shell, change_to_reference

if TYPE_CHECKING:
    from nbguard.documents.fields import Document, Field
    from nbguard.vault.style import Lookup
    from nbguard.vault.text_changes import TextChange

# Cell magics that write their body to a file.
WRITING = ("writefile", "file")


def change_outside_python(
    document: Document, field: Field, start: int, value: str, lookup: Lookup, style: str
) -> TextChange:
    """What takes the place of ``value``, which begins at ``start``, in a text that isn't Python.

    Raises CannotRewriteError where nothing can.
    """
    part = field.part
    if part.where == "source" and part.cell is not None and part.cell.type == "code":
        name, kind, rest, body = read_cell_magic(field.text)
        if start < body:
            raise CannotRewriteError("it is in the line of a cell magic")
        if kind == "shell" or (name == "script" and kinds_of_cell_magics().get(rest.split(" ")[0]) == "shell"):
            check_ended(field.text, start, start + len(value), "shell")
            return change_in_shell(field.text, start, value, lookup, style)
        if name in WRITING:
            written = _file_named(rest)
            check_runs_shell(written)
            check_ended(field.text, start, start + len(value), form_of_file(written))
            return _by_language(written, language_of(rest), field.text, start, value, lookup, style)
        if kind == "prose":
            check_no_script(field.text, start)
            return change_to_reference(start, value, lookup)
        if name:
            raise CannotRewriteError(f"there is no lookup for cells that begin with %%{name}")
        check_ended(field.text, start, start + len(value), "code")
        return change_in_foreign_code(field.text, start, value, lookup, document.language)
    if part.where == "file":
        check_runs_shell(document.path)
        check_ended(field.text, start, start + len(value), form_of_file(document.path))
        return _by_language(document.path, document.language, field.text, start, value, lookup, style)
    return change_to_reference(start, value, lookup)


def read_cell_magic(text: str) -> tuple[str, str, str, int]:
    """The magic a cell begins with: its name, what stands below it, the rest of its line, and where the body begins."""
    magic = cell_magic(text)
    if magic is None:
        return "", "", "", 0
    rest = text[magic.arguments : magic.arguments_end].strip()
    return magic.name, kinds_of_cell_magics().get(magic.name, ""), rest, magic.body


def _by_language(path: str, language: str, text: str, start: int, value: str, lookup: Lookup, style: str) -> TextChange:
    if language == "shell":
        return change_in_shell(text, start, value, lookup, style)
    if language in WITH_LOOKUPS and language != "python":
        return change_in_foreign_code(text, start, value, lookup, language)
    check_takes_references(path, text, start)
    return change_to_reference(start, value, lookup)


def language_of(arguments: str) -> str:
    """The language of the file that a ``%%writefile`` line names."""
    name = _file_named(arguments)
    return open_document(name, b"").language if name else ""


def _file_named(arguments: str) -> str:
    names = [word for word in arguments.split() if not word.startswith("-")]
    return os.path.basename(names[-1]) if names else ""
