"""Scores nbguard on the examples of its peers.

    python -m evaluation.peer_examples [--gitleaks DIR] [--kingfisher DIR] [--peers ENVIRONMENT] [--misses] [--show]

DIR is a checkout: of gitleaks, whose rules in Go say what they have to find and what not; of kingfisher, whose rules
in YAML have examples. Each example is written as a script and as a cell of a notebook, and counts where there is a
credential in its file. Nothing of theirs is kept; ``--misses`` prints the rules, and ``--show`` the examples too.

ENVIRONMENT (``--peers``): a virtual environment with gitleaks or kingfisher, which are scored on the same files.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluation.go_values import assigned_values
from evaluation.regex_samples import sample_of, sample_of_value
from nbguard.documents.yaml_loading import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of each of kingfisher's rules so many values are made, and so many are scanned; each in so many tries.
_VALUES, _SHOWN, _TRIES = 12, 3, 40
_SHORTEST_BEGINNING, _SHORTEST_VALUE = 3, 16
_NO_SECRET = ("public", "publishable", " id", "client id", "hash", "identifier", "username", "url", "uri")
_FORMS = ("py", "ipynb")
_RULES_OF_GITLEAKS, _RULES_OF_KINGFISHER = "cmd/generate/config/rules", "data/rules"


class Example(NamedTuple):
    """An example of a peer's rule; ``found`` says whether the peer means it to be found."""

    rule: str
    found: bool
    text: str


def read_gitleaks(folder: Path, seed: int) -> Iterator[Example]:
    """The true and the false positives that gitleaks' rules are checked with; the seed makes the values of regexes."""
    source = random.Random(seed)
    calls = _calls_of_gitleaks(folder, source)
    for path in sorted((folder / _RULES_OF_GITLEAKS).glob("*.go")):
        text = path.read_text(encoding="utf-8")
        for name, found in (("tps", True), ("fps", False)):
            for value in assigned_values(text, name, calls):
                examples = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
                yield from (Example(path.stem, found, one) for one in examples if isinstance(one, str) and one.strip())


def _calls_of_gitleaks(folder: Path, source: random.Random) -> dict[str, Callable[..., Any]]:
    utils = folder / "cmd/generate/config/utils"
    forms: dict[str, str] = {}
    for value in assigned_values((utils / "generate.go").read_text(encoding="utf-8"), "samples", {}):
        forms = value if isinstance(value, dict) else forms

    def fill(form: str, identifier: str, secret: str) -> str:
        return form.replace("{i}", identifier).replace("{I}", identifier.upper()).replace("{s}", secret)

    def sprintf(form: str, *values: str) -> str:
        for value in values:
            form = form.replace("%s", value, 1)
        return form

    sizes = {
        "Numeric": "0-9", "Hex": "a-f0-9", "AlphaNumeric": "a-z0-9", "AlphaNumericExtendedShort": "a-z0-9_-",
        "AlphaNumericExtended": "a-z0-9=_-", "AlphaNumericExtendedLong": "a-z0-9/=_+-",
    }  # fmt: skip
    made: dict[str, Callable[..., Any]] = {
        f"utils.{name}": lambda size, signs=signs: f"[{signs}]{{{size}}}" for name, signs in sizes.items()
    }
    return made | {
        "utils.Hex8_4_4_4_12": lambda: "-".join(f"[0-9a-f]{{{size}}}" for size in (8, 4, 4, 4, 12)),
        "secrets.NewSecret": lambda pattern: sample_of(pattern, source),
        "secrets.NewSecretWithEntropy": lambda pattern, _: sample_of(pattern, source),
        "utils.GenerateSampleSecret": lambda name, secret: f'{name}_api_token = "{secret}"',
        "utils.GenerateSampleSecrets": lambda name, secret: [fill(form, name, secret) for form in forms.values()],
        "fmt.Sprintf": sprintf,
        "strings.ToUpper": str.upper,
        "strings.ToLower": str.lower,
    }


def read_kingfisher(folder: Path) -> Iterator[Example]:
    """The examples of kingfisher's rules, and those that say what isn't to be found."""
    for path in sorted((folder / _RULES_OF_KINGFISHER).glob("*.yml")):
        for rule in load_yaml(path.read_text(encoding="utf-8")).get("rules", ()):
            for key, found in (("examples", True), ("negative_examples", False)):
                for text in rule.get(key) or ():
                    yield Example(rule["id"], found, str(text))


def read_shapes(folder: Path, seed: int) -> Iterator[Example]:
    """Made-up values of kingfisher's rules that begin with a fixed text, as ``SERVICE = connect("VALUE")``.

    A value has as many different signs as a rule asks for. Rules for what is no secret are left out by their words.
    """
    source = random.Random(seed)
    for path in sorted((folder / _RULES_OF_KINGFISHER).glob("*.yml")):
        for rule in load_yaml(path.read_text(encoding="utf-8")).get("rules", ()):
            said = f"{rule['id']} {rule['name']}".lower()
            if rule.get("visible") is False or any(word in said for word in _NO_SECRET):
                continue
            values = list(_values_of(rule, source))
            if len(values) == _VALUES and len({value[:_SHORTEST_BEGINNING] for value in values}) == 1:
                service = rule["id"].split(".")[1]
                yield from (Example(rule["id"], True, f'{service} = connect("{value}")') for value in values[:_SHOWN])


def _values_of(rule: dict[str, Any], source: random.Random) -> Iterator[str]:
    least = float(rule.get("min_entropy") or 0)
    for _ in range(_VALUES):
        for _ in range(_TRIES):
            try:
                value = sample_of_value(rule["pattern"], source).strip()
            except ValueError:
                return
            if entropy(value) >= least and len(value) >= _SHORTEST_VALUE:
                yield value
                break


def entropy(text: str) -> float:
    """Shannon's entropy of the signs of a text, in bits a sign."""
    return -sum(count / len(text) * log2(count / len(text)) for count in Counter(text).values())


def write_files(folder: Path, examples: list[Example]) -> None:
    """Each example as a script and as a cell, named by its number."""
    for number, example in enumerate(examples):
        text = example.text.strip("\n") + "\n"
        (folder / f"{number}.py").write_text(text, encoding="utf-8", errors="replace")
        cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
        notebook = {"cells": [cell | {"source": text.splitlines(keepends=True)}]}
        whole = json.dumps(notebook | {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        (folder / f"{number}.ipynb").write_text(whole, encoding="utf-8")


def scan_with_nbguard(folder: Path) -> set[str]:
    """The files in which nbguard finds a credential, each looked at by itself."""
    from nbguard.detect.engine import Engine
    from nbguard.detect.scope import Scope
    from nbguard.documents.reading import open_document

    engine = Engine(Scope(frozenset(("credential",))))
    return {path.name for path in folder.iterdir() if engine.detect(open_document(path.name, path.read_bytes()))}


def scan_with_peer(name: str, environment: Path, folder: Path) -> set[str]:
    """The files in which a peer reports something."""
    from benchmarks.peers import run_scanner

    with tempfile.TemporaryDirectory() as scratch:
        hits = run_scanner(name, environment, folder, Path(scratch) / "report.json").hits
    return {Path(hit.path).name for hit in hits}


def print_scores(name: str, examples: list[Example], found: set[str]) -> None:
    """One line of the table: of the examples to be found, and of the others, how many files have a finding."""
    cells: list[str] = []
    for wanted in (True, False):
        numbers = [number for number, example in enumerate(examples) if example.found is wanted]
        cells += [f"{sum(f'{number}.{form}' in found for number in numbers)} of {len(numbers)}" for form in _FORMS]
    print(f"| {name:24} | {' | '.join(cells)} |")
    missed = {example.rule for number, example in enumerate(examples) if example.found and f"{number}.py" not in found}
    rules = {example.rule for example in examples if example.found}
    print(f"  of {len(rules)} rules, {len(rules - missed)} without a miss")


def print_misses(examples: list[Example], ours: set[str], theirs: set[str] | None, show: bool) -> None:
    """The rules of which nbguard misses examples that the peer finds (or all, without a peer), with how many."""
    missed = [
        (number, example)
        for number, example in enumerate(examples)
        if example.found and f"{number}.py" not in ours and (theirs is None or f"{number}.py" in theirs)
    ]
    for rule, count in Counter(example.rule for _, example in missed).most_common():
        print(f"  {rule:50} {count} of {sum(example.rule == rule and example.found for example in examples)}")
        for _, example in missed if show else ():
            if example.rule == rule:
                print("      " + repr(example.text[:200]))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gitleaks", type=Path, metavar="DIR")
    parser.add_argument("--kingfisher", type=Path, metavar="DIR")
    parser.add_argument("--peers", type=Path, metavar="ENVIRONMENT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print the rules whose examples are missed")
    parser.add_argument("--show", action="store_true", help="print the examples too")
    given = parser.parse_args()
    sets = {
        "gitleaks": given.gitleaks and list(read_gitleaks(given.gitleaks, given.seed)),
        "kingfisher": given.kingfisher and list(read_kingfisher(given.kingfisher)),
        "kingfisher's shapes": given.kingfisher and list(read_shapes(given.kingfisher, given.seed)),
    }
    for owner, examples in sets.items():
        if not examples:
            continue
        rules = {example.rule for example in examples if example.found}
        print(f"{owner}: {len(rules)} rules")
        print("| scanner | to be found .py | .ipynb | not to be found .py | .ipynb |\n|---|---|---|---|---|")
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write_files(folder, examples)
            ours, theirs = scan_with_nbguard(folder), None
            print_scores("nbguard", examples, ours)
            for name in ("gitleaks", "kingfisher") if given.peers else ():
                found = scan_with_peer(name, given.peers.resolve(), folder)
                print_scores(name, examples, found)
                theirs = found if name == owner else theirs
        if given.misses or given.show:
            print_misses(examples, ours, theirs, given.show)


if __name__ == "__main__":
    main()
