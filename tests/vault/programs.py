"""Makes Python programs with a credential in them, moves it, and runs both: ``python -m tests.vault.programs``.

What each program comes to is told by running it, with a lookup that gives the value: nothing of the code that moves
is asked. ``--count N --seed S``; the programs that differ are printed, and the exit status is 1 then.
"""

from __future__ import annotations

import argparse
import random
import sys
from typing import Any, NamedTuple

from nbguard.detect.finding import Finding
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.style import Lookup
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

LOOKUP = Lookup(Reference("secret", "quantum/ionq", "api_key"), "IONQ_API_KEY")

# Statements around an expression; every name that begins with `r` is a result.
STATEMENTS = (
    "r{n} = {e}", "r{n} = [{e}, 1]", "r{n} = {{'a': {e}, 'b': x}}", "r{n} = take({e}, key={f})",
    "r{n} = (lambda: {e})()", "def g{n}(v={e}):\n    return v, {f}\nr{n} = g{n}()",
    "if len({f}) > 3:\n    r{n} = {e}\nelse:\n    r{n} = {f}", "class C{n}:\n    token = {e}\nr{n} = C{n}.token",
    "r{n} = [v + {f} for v in ({e},)]", "r{n} = {e}.upper()", "try:\n\tr{n} = {e}\nfinally:\n\tx = 'y'",
    "r{n} = x if {e} == {f} else {e}", "assert {e}, {f}; r{n} = {f}", "r{n} = {e}  # about it", "r{n}: str = {e}",
    "with held({e}) as r{n}: pass", "r{n} = not{e}", "r{n} = take(*[{e}], **{{'key': {f}}})", "r{n} = {e}[2:5]",
    "r{n} = take(\n    {e},\n    key={f},\n)", "for r{n} in ({e}, {f}): pass", "global r{n}\nr{n} = {e}",
    "r{n} = {e} \\\n  + {f}", "'''{t}'''\nr{n} = {f}", "r{n} = (yield_ := {e})", "r{n} = f'{{{e}!r:>9}}'",
)  # fmt: skip
HEADS = ("", "", "'''what it does'''\n", "from __future__ import annotations\n", "import os\n", "# coding: utf-8\n")
MARKS = ('"', "'", '"""', "'''")
# Texts beside the value.
BESIDE = ("", "", "", "Bearer ", "key=", "{", "}", "{x}", "a\\nb ", "'", '"', "é ", "\\\\", "%s", "\\t", "<>", "#")


class MadeProgram(NamedTuple):
    """A program, the value in it, and where the value is written out (empty where it stands in pieces)."""

    text: str
    value: str
    start: int
    end: int


def make_program(seed: int) -> MadeProgram | None:
    """A program by its number; None where what came out is no program, or the value isn't in it as it is."""
    choose = random.Random(seed)
    value = FakeTokens(seed).of(ALPHANUMERIC, choose.choice((12, 32)))
    lines = [
        choose.choice(STATEMENTS).format(n=n, e=_expression(choose, value), f=_other(choose), t=f"see {value}!")
        for n in range(choose.randint(1, 3))
    ]
    text = choose.choice(HEADS) + "x = 'z'\n" + "\n".join(lines) + "\n"
    start, end = _place(text, value)
    if start < 0:
        return None
    try:
        compile(text, "p", "exec")
    except (SyntaxError, ValueError):
        return None
    return MadeProgram(text, value, start, end)


def _place(text: str, value: str) -> tuple[int, int]:
    start = text.find(value)
    if start >= 0:
        return start, start + len(value)
    first, last = text.find(value[:5]), text.find(value[-5:])
    return (first, last + 5) if 0 <= first < last else (-1, -1)


def _expression(choose: random.Random, value: str) -> str:
    kind = choose.randrange(10)
    before, after = choose.choice(BESIDE), choose.choice(BESIDE)
    if kind < 3:
        return _literal(choose, before + value + after)
    cut = choose.randint(5, len(value) - 5)
    first, second = _literal(choose, before + value[:cut]), _literal(choose, value[cut:] + after)
    if kind == 3:
        return f"({first} {second})"
    if kind == 4:
        return f"({first} + {second})"
    if kind == 5:
        return f"({first}\n   {second})"
    if kind == 6:
        return f"({_literal(choose, before)} {_literal(choose, value)} {_literal(choose, after)})"
    if kind == 7:
        return f"(x + {_literal(choose, before + value + after)} + x)"
    if kind == 8:
        return f"{_literal(choose, value)}.encode().decode()"
    return _f_string(choose, value)


def _f_string(choose: random.Random, value: str) -> str:
    mark = choose.choice(MARKS)
    before, after = choose.choice(("{x} ", "{{", "", "{x!r:>4} ")), choose.choice((" {x}", "}}", ""))
    return f"f{mark}{before}{value}{after}{mark}"


def _literal(choose: random.Random, text: str) -> str:
    mark = choose.choice(MARKS)
    prefix = choose.choice(("", "", "", "r", "u", "b", "rb", "f", "F", "R"))
    if "f" in prefix.lower():
        text = text.replace("{", "{{").replace("}", "}}")
    return prefix + mark + text + mark


def _other(choose: random.Random) -> str:
    return choose.choice(("x", "'other'", "f'{x}-'", "('a' 'b')", "x + 'c'", "str(1)"))


def results(text: str, value: str) -> dict[str, Any] | str:
    """What the names that begin with ``r`` come to, or the kind of error that ends the program."""

    class Held:
        def __init__(self, what: object) -> None:
            self.what = what

        def __enter__(self) -> object:
            return self.what

        def __exit__(self, *_: object) -> None:
            pass

    def look_up(reference: str) -> str:
        assert reference == "quantum/ionq#api_key"
        return value

    text = text.replace("from nbguard import secret\n", "", 1)
    names: dict[str, Any] = {"secret": look_up, "take": lambda *a, **k: (a, k), "held": Held}
    try:
        exec(compile(text, "p", "exec"), names)
    except Exception as error:  # noqa: BLE001 - whatever it raises, both must
        return type(error).__name__
    return {name: found for name, found in names.items() if name.startswith("r")}


def move(program: MadeProgram) -> tuple[str, bool]:
    """The program with its value moved, and whether it was."""
    document = open_document("p.py", program.text.encode())
    field = next(decode(document, document.parts[0]))  # type: ignore[arg-type]
    place = (field, program.start, program.end, program.value)
    finding = Finding("ionq-api-key", "credential", "ionq", "critical", *place, "IonQProvider(token=…)", "", "")
    done = rewrite(document, [RewriteTarget(finding, LOOKUP)])
    return done.raw.decode(), bool(done.done)


def is_the_same(program: MadeProgram) -> bool | None:
    """Whether the moved program comes to what the first one does; None where the value stays."""
    text, moved = move(program)
    if not moved:
        assert text == program.text
        return None
    return results(text, program.value) == results(program.text, program.value)


def main() -> int:
    """Counts programs, moves and differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    made = moved = differ = 0
    for seed in range(options.seed, options.seed + options.count):
        program = make_program(seed)
        if program is None:
            continue
        made += 1
        same = is_the_same(program)
        moved += same is not None
        if same is False:
            differ += 1
            print(seed, program.text, move(program)[0], sep="\n", flush=True)
    print(f"{options.count} seeds, {made} programs, {moved} moved, {differ} differ")
    return differ > 0


if __name__ == "__main__":
    sys.exit(main())
