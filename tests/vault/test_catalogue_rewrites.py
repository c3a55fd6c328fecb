"""Every example of the catalogue is found, rewritten, and passes the very value on: with the real engine."""

import ast
import builtins
from collections import Counter
from typing import Any

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.vault.plan import is_reference
from nbguard.vault.program_values import as_program_sees
from nbguard.vault.references import parse_reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import Lookup
from tests.detect.catalogue_examples import Example, as_file, iterate_examples

ENGINE = Engine(Scope(frozenset(("credential",))))
EXAMPLES = list(iterate_examples(20261122))


def rewritten(path: str, raw: bytes, style: str = "nbguard") -> tuple[Rewritten, dict[str, str]]:
    """The document rewritten, and each reference's value."""
    document = open_document(path, raw)
    findings = list(as_program_sees(ENGINE.detect(document), document))
    keys = {value: f"key_{number}" for number, value in enumerate(dict.fromkeys(f.value for f in findings))}
    targets = [
        RewriteTarget(
            f, Lookup(parse_reference(f"quantum/{f.provider or 'other'}#{keys[f.value]}"), keys[f.value].upper())
        )
        for f in findings
    ]
    values = {str(target.lookup.reference): target.finding.value for target in targets}
    return rewrite(document, targets, style), values


class Stub:
    """Stands for every library: any attribute, any call; calls are written down."""

    def __init__(self, seen: list[Any], name: str = "") -> None:
        self.__dict__.update(seen=seen, name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(self.seen, f"{self.name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self.seen.append(("set", f"{self.name}.{name}", plain(value)))

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        self.seen.append((self.name, plain(arguments), plain(keywords)))
        return Stub(self.seen, f"{self.name}()")

    def __getitem__(self, key: Any) -> Any:
        return Stub(self.seen, f"{self.name}[{plain(key)}]")

    def __setitem__(self, key: Any, value: Any) -> None:
        self.seen.append(("set", f"{self.name}[{plain(key)}]", plain(value)))

    def __iter__(self) -> Any:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def plain(value: Any) -> Any:
    if isinstance(value, Stub):
        return value.name
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, str) else repr(type(value))


class World(dict[str, Any]):
    """Globals in which every name is a stub, and ``secret`` a real lookup in a table."""

    def __init__(self, values: dict[str, str]) -> None:
        self.seen: list[Any] = []
        real = builtins.__import__

        def imported(name: str, *arguments: Any) -> Any:
            if name in ("hashlib", "json"):
                return real(name, *arguments)
            return self if name == "nbguard" else Stub(self.seen, name)

        super().__init__(__builtins__={**vars(builtins), "__import__": imported, "open": Stub(self.seen, "open")})
        self.secret = values.__getitem__

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return Stub(self.seen, name)


def play(text: str, values: dict[str, str]) -> list[Any]:
    world = World(values)
    exec(compile(text, "cell", "exec"), world)
    named = {name: plain(value) for name, value in world.items() if name not in ("__builtins__", "secret")}
    return [*world.seen, named]


def runs(example: Example) -> bool:
    if example.form != "py" or not example.path.endswith(".py"):
        return False
    try:
        ast.parse(example.text)
        play(example.text, {})
    except Exception:  # noqa: BLE001 - examples are pieces of code; some need what came before
        return False
    return True


RUNNABLE = [example for example in EXAMPLES if runs(example)]


@pytest.mark.parametrize("example", RUNNABLE, ids=lambda e: e.rule_id)
def test_the_value_reaches_the_call_unchanged(example: Example) -> None:
    path, raw = as_file(example)
    done, values = rewritten(path, raw)
    assert done.done, "nothing was rewritten"
    assert not done.left
    assert example.secret.encode() not in done.raw
    assert play(done.raw.decode(), values) == play(raw.decode(), {})


def test_most_examples_can_be_run() -> None:
    assert len(RUNNABLE) > 150


@pytest.mark.parametrize("style", ["nbguard", "env"])
def test_every_example_is_rewritten_or_left_with_a_reason(style: str) -> None:
    """In all forms: cells, scripts, outputs, metadata, configuration files. What is rewritten isn't found again."""
    reasons: Counter[str] = Counter()
    rewrites = 0
    for example in EXAMPLES:
        path, raw = as_file(example)
        done, _ = rewritten(path, raw, style)
        reasons.update(left.reason for left in done.left)
        rewrites += bool(done.done)
        if done.left or not done.done:
            continue
        assert example.secret.encode() not in done.raw, example.rule_id
        again = ENGINE.detect(open_document(path, done.raw))
        assert [(f.rule, f.cause) for f in again if not is_reference(f)] == [], example.rule_id
    assert rewrites > len(EXAMPLES) * 0.95, reasons
