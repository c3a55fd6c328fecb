"""Puts lookups in the place of credentials, by replacing bytes: everything else in the file stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.decode import decode
from nbguard.documents.edits import EDITABLE_FORMS, Writer, apply
from nbguard.vault.imports import Need, changes_for_imports, choose_name, marimo_cell
from nbguard.vault.outside_python import WRITING, change_outside_python, language_of, read_cell_magic
from nbguard.vault.python_code import CodeReplacement, PythonCode
from nbguard.vault.python_forms import changes_in_python
from nbguard.vault.references import format_reference
from nbguard.vault.same_program import StandIn
from nbguard.vault.style import PLATFORMS, Lookup, expression, import_line, shell_expression
from nbguard.vault.text_changes import CannotRewriteError, TextChange, add_change, check_alone
from nbguard.vault.text_forms import change_in_magic

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Edit, Field


class RewriteTarget(NamedTuple):
    """A finding, and the lookup that takes the place of its value."""

    finding: Finding
    lookup: Lookup


class Left(NamedTuple):
    """A finding that stays as it is, and why."""

    finding: Finding
    reason: str


class Rewritten(NamedTuple):
    """A document's new bytes, the edits that make them, the targets that were replaced and those that weren't.

    ``changes`` are the same edits on decoded text, by field, for showing them to people.
    """

    raw: bytes
    edits: tuple[Edit, ...]
    done: tuple[RewriteTarget, ...]
    left: tuple[Left, ...]
    changes: tuple[tuple[Field, tuple[TextChange, ...]], ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Rewritten({len(self.edits)} edits, {len(self.done)} done, {len(self.left)} left)"


def rewrite(document: Document, targets: Sequence[RewriteTarget], style: str = "nbguard") -> Rewritten:
    """Replaces every target's value by its lookup, in the form that the place needs.

    In Python code that is an expression of ``style`` (one of STYLES) with its import; in other
    kernels the reading of an environment variable; in comments, prose, outputs, metadata and configuration the
    reference as text. A target that can't be replaced safely is left alone, with the reason.
    """
    by_field = _by_field(targets)
    codes = python_fields(document, by_field) if targets else []
    by_span = {(code.field.part.start, code.field.part.end): code for code in codes}
    main = [code for code in codes if code.scope == 0]
    name = choose_name([code.source for code in main])
    done: list[RewriteTarget] = []
    left: list[Left] = []
    plain: list[tuple[Field, list[TextChange]]] = []
    for span, group in by_field.items():
        changes: list[TextChange] = []
        reasons = _rewrite_field(document, group, by_span.get(span), style, name, changes)
        done += [target for target, reason in zip(group, reasons, strict=True) if not reason]
        left += [Left(target.finding, reason) for target, reason in zip(group, reasons, strict=True) if reason]
        plain.append((group[0].finding.field, changes))
    add_imports(codes, name)
    lines = [import_line(style, name), import_line(style), import_line("env")]
    imports = [*lines, *map(marimo_cell, filter(None, lines))]
    if not all(code.is_proven(code.changes, imports) for code in codes if code.changes):
        reason = "the imports that are needed would change what the code does"
        return Rewritten(document.raw, (), (), tuple(Left(target.finding, reason) for target in targets), ())
    plain = [(field, changes) for field, changes in plain if changes]
    plain += [(code.field, sorted(code.changes)) for code in codes if code.changes]
    shown = tuple((field, tuple(changes)) for field, changes in sorted(plain, key=lambda pair: pair[0].part.start))
    edits = _edits(document, shown)
    return Rewritten(apply(document.raw, edits), edits, tuple(done), tuple(left), shown)


def _edits(document: Document, shown: Sequence[tuple[Field, Sequence[TextChange]]]) -> tuple[Edit, ...]:
    writers = [(Writer(document, field), changes) for field, changes in shown]
    return tuple(writer.replace(*change) for writer, changes in writers for change in changes)


def _by_field(targets: Sequence[RewriteTarget]) -> dict[tuple[int, int], list[RewriteTarget]]:
    """The fields in the order of their first target, with their targets from first to last, the longer before."""
    groups: dict[tuple[int, int], list[RewriteTarget]] = {}
    for target in targets:
        part = target.finding.field.part
        groups.setdefault((part.start, part.end), []).append(target)
    return {
        span: sorted(group, key=lambda target: (target.finding.start, -target.finding.end))
        for span, group in groups.items()
    }


def _rewrite_field(
    document: Document,
    targets: Sequence[RewriteTarget],
    code: PythonCode | None,
    style: str,
    name: str,
    plain: list[TextChange],
) -> list[str]:
    """Takes the changes for a field's targets into its code or the ``plain`` ones; for each why not, or nothing."""
    if targets[0].finding.field.part.form not in EDITABLE_FORMS:
        return ["the file is damaged or of mixed encodings there; mend it first"] * len(targets)
    if code is not None:
        return _rewrite_code(code, targets, style, name if code.scope == 0 else "secret")
    return [_rewrite_text(document, target, style, plain) for target in targets]


def _rewrite_code(code: PythonCode, targets: Sequence[RewriteTarget], style: str, name: str) -> list[str]:
    """Takes the changes for targets into their code; for each why not, or nothing."""
    reasons = [""] * len(targets)
    made: dict[int, CodeReplacement] = {}
    for number, target in enumerate(targets):
        try:
            made[number] = _in_code(code, target, style, name)
        except CannotRewriteError as error:
            reasons[number] = str(error)
        except RecursionError:
            reasons[number] = "the code is nested too deep"
    for number, reason in zip(made, code.accept_each(list(made.values())), strict=True):
        reasons[number] = reason
    return reasons


def _rewrite_text(document: Document, target: RewriteTarget, style: str, plain: list[TextChange]) -> str:
    """Takes the change for a target into the ``plain`` ones of its field, which are sorted; why not, or nothing."""
    try:
        new = _in_text(document, target, style)
        check_alone(target.finding.field.text, [new])
        add_change(plain, new)
    except CannotRewriteError as error:
        return str(error)
    except RecursionError:
        return "the code is nested too deep"
    return ""


def python_fields(document: Document, by_field: Container[tuple[int, int]]) -> list[PythonCode]:
    """The fields of Python code, in order. Scope 0 is the notebook's or script's own; others stand alone."""
    codes: list[PythonCode] = []
    scope = 0
    for part in document.parts:
        if part.where not in ("source", "file") or (part.cell is not None and part.cell.type != "code"):
            continue
        if document.language not in ("python", "") or (part.cell is None and document.language != "python"):
            continue
        field = next(decode(document, part), None)
        if field is None:
            continue
        name, kind, rest, start = read_cell_magic(field.text) if part.cell is not None else ("", "", "", 0)
        alone = kind == "other_python" or (name in WRITING and language_of(rest) == "python")
        if name and kind != "python" and not alone:
            continue
        scope += alone
        if alone and (part.start, part.end) not in by_field:
            continue
        codes.append(PythonCode(field, start, scope if alone else 0))
    return codes


def _in_code(code: PythonCode, target: RewriteTarget, style: str, name: str) -> CodeReplacement:
    finding, lookup = target
    prose = format_reference(lookup.reference, marked=True)
    magic = code.source.magic_at(finding.start)
    needs: list[tuple[str, int]] = []
    asks_shell = False
    if magic is not None:
        line = (magic.start, magic.end)
        change = change_in_magic(code.field.text, line, finding.start, finding.value, lookup, style, name)
        changes = [change]
        # A shell's own call needs no import.
        asks_shell = style not in PLATFORMS and shell_expression(lookup, style) in change.text
        if change.text.lstrip().startswith("os.environ["):
            needs.append(("env", magic.start))
    else:
        changes = changes_in_python(
            code.source,
            finding.start,
            finding.end,
            finding.value,
            lambda quote: expression(lookup, style, quote, name),
            prose,
        )
    if not asks_shell and any(change.text != prose for change in changes):
        needs.append((style, min(change.start for change in changes)))
    written = expression(lookup, style, '"', name)
    return CodeReplacement(changes, StandIn(written, prose, finding.value), needs)


def _in_text(document: Document, target: RewriteTarget, style: str) -> TextChange:
    finding, lookup = target
    field, value = finding.field, finding.value
    start = finding.start if field.text[finding.start : finding.end] == value else field.text.find(value, finding.start)
    if start < 0:
        raise CannotRewriteError("the value is written with escapes or in pieces here")
    return change_outside_python(document, field, start, value, lookup, style)


def add_imports(codes: Sequence[PythonCode], name: str) -> None:
    """Adds the imports that the changes of all the code need, each once."""
    for scope in sorted({code.scope for code in codes}):
        mine = [code for code in codes if code.scope == scope]
        needs = [Need(style, number, at) for number, code in enumerate(mine) for style, at in code.needs]
        sources = [code.source for code in mine]
        for number, change in changes_for_imports(sources, needs, name if scope == 0 else "secret"):
            code = mine[number]
            beside = {other for other in code.changes if other[:2] == (change.start, change.start)}
            text = change.text + "".join(other.text for other in sorted(beside))
            code.changes = (code.changes - beside) | {change._replace(text=text)}
