"""The examples and look-alikes that stand beside rules in the bodies of knowledge, as files."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from nbguard.detect.knowledge.build import list_bodies
from nbguard.detect.knowledge.loading import load_knowledge
from tests.fake_tokens import HEX, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook


class Example(NamedTuple):
    """A text that a rule finds something in, or (not ``found``) mustn't. ``path`` is empty for a cell."""

    rule: str
    found: bool
    path: str
    text: str

    @property
    def file(self) -> tuple[str, bytes]:
        """A path and bytes: a notebook with the text in a cell, or the file that the example names."""
        return (self.path, self.text.encode()) if self.path else ("a.ipynb", as_bytes(notebook(code(self.text))))


def rules_with_examples() -> dict[str, dict[str, Any]]:
    """What each rule says that has examples, by its id."""
    tables = [load_knowledge(body).get("rules", {}) for body in list_bodies()]
    return {rule: said for table in tables for rule, said in table.items() if "examples" in said}


def rule_examples(seed: int = 1) -> Iterator[Example]:
    """Every example and look-alike, with values made from the seed."""
    tokens = FakeTokens(seed)
    for rule, said in rules_with_examples().items():
        for kind, found in (("examples", True), ("lookalikes", False)):
            for entry in said[kind]:
                path, text = ("", entry) if isinstance(entry, str) else (entry["file"], entry["text"])
                for sign, value in (
                    ("{key}", tokens.of("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", 32)),
                    ("{id}", "-".join(tokens.of(HEX, length) for length in (8, 4, 4, 4, 12))),
                ):
                    text = text.replace(sign, value)
                yield Example(rule, found, path, text)
