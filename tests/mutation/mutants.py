"""The mutants of a module: one small change each, as mutmut's operators make them."""

import ast
import difflib
import hashlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple


class Mutant(NamedTuple):
    """One change of one module. ``lines`` are those of the statement that it changes, beginning with 1."""

    path: str
    lines: range
    line: int
    make: Callable[[], str]

    def name(self, source: str) -> str:
        """The same as long as the module and the change are the same."""
        return f"{self.path}:{self.line}:{hashlib.sha256(source.encode()).hexdigest()[:10]}"


def change(original: str, source: str) -> str:
    """The lines that are other, as a diff without context."""
    told = difflib.unified_diff(original.splitlines(), source.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in told if not line.startswith(("---", "+++", "@@")))


def mutants_of(path: str, original: str) -> Iterator[Mutant]:
    """All mutants of what stands in functions; as in mutmut, nothing in decorated ones, annotations and docstrings."""
    from libcst import FunctionDef, Module
    from libcst.metadata import MetadataWrapper, PositionProvider
    from mutmut.mutation.file_mutation import Mutation, create_mutations

    module, mutations, _, _ = create_mutations(path, original)
    places = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    tree = ast.parse(original)

    def make(mutation: Mutation) -> str:
        changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, Module)
        return changed.code

    for mutation in mutations:
        # Else it stands in the body of a class, which runs on import: no test reaches it, or all do.
        if isinstance(mutation.contained_by_top_level_function, FunctionDef):
            line = places[mutation.original_node].start.line
            yield Mutant(path, lines_of_statement(tree, line), line, partial(make, mutation))


def lines_of_statement(tree: ast.Module, line: int) -> range:
    """Of the innermost statement at a line: of a compound one its head; of a function all, as its head runs early."""
    innermost: ast.stmt | None = None
    for node in ast.walk(tree):
        at_line = isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
        if at_line and (innermost is None or node.lineno >= innermost.lineno):
            innermost = node
    if innermost is None:
        return range(line, line + 1)
    body = getattr(innermost, "body", None)
    last = innermost.end_lineno or innermost.lineno
    if body and not isinstance(innermost, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        last = max(innermost.lineno, body[0].lineno - 1)
    return range(innermost.lineno, max(last, line) + 1)


def modules_of(checkout: str, places: list[str], left_out: list[str]) -> list[str]:
    """The modules that are named or lie in the folders that are named, with paths from the checkout."""
    found = []
    for place in places:
        if place.endswith(".py"):
            found.append(place)
        for folder, _, files in os.walk(os.path.join(checkout, place)):
            found += [os.path.relpath(os.path.join(folder, file), checkout) for file in files if file.endswith(".py")]
    return sorted(path for path in found if path not in left_out)
