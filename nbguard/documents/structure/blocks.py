"""HCL: what Terraform's ``variable "x" { default = "V" }`` and other blocks with a label say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = lazy_regex(
    r"(?P<open>(?P<kind>[a-z_]{1,40})[ \t]+\"(?P<label>[\w./-]{1,120})\"(?:[ \t]+\"(?P<second>[\w./-]{1,120})"
    r"\")?[ \t]*\{)"
    r"|(?P<key>[A-Za-z_][\w-]{0,80})[ \t]*=[ \t]*\"(?P<text>(?:\\[^\n]|[^\"\\\n]){0,4096})\"|(?P<mark>[{}])|"
    r"\#[^\n]*|\"(?:\\[^\n]|[^\"\\\n]){0,4096}\""
)


def read_blocks(text: str) -> Iterator[Pair]:
    """Yields the string arguments of labelled blocks; the label is the last name of their path."""
    path: list[str] = []
    groups: list[int] = []
    made = 0
    for found in _TOKEN.finditer(text):
        if found["open"] or found["mark"] == "{":
            made += 1
            groups.append(made)
            path.append(found["second"] or found["label"] or "")
        elif found["mark"] == "}":
            if path:
                path.pop()
                groups.pop()
        elif found["key"] and path:
            raw, (start, end) = found["text"], found.span("text")
            value = undo_escapes(raw)
            yield Pair(
                found["key"], value, start, end, *found.span("key"), tuple(step for step in path[-8:] if step), True,
                "block", "", groups[-1],
            )  # fmt: skip
