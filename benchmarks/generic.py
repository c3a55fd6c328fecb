"""Generic credentials: what is found of what was planted, what is reported on clean notebooks, and what it costs.

    python -m benchmarks.generic [--seed N] [--corpus FOLDER] [--files N]

Three tables. Planted: one credential of every generic rule in a script, a cell, an output and metadata, made from the
seed. Corpus: what the generic rules report on a folder of public notebooks (none by default; nothing of it is kept).
All plugins: the full default set of detect-secrets over files of this Python's installed packages (and of the corpus),
by nbguard and by detect-secrets itself in one process, in CPU seconds, with any difference in the results.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from nbguard.detect.adapters.all_plugins import AllPlugins
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.generic_examples import examples
from tests.notebook_builder import as_bytes, code, notebook, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENGINE = Engine(Scope(frozenset(("credential",))))


def find(path: str, raw: bytes) -> Iterator[tuple[str, str, str]]:
    """Rule, severity and value of the generic credentials that a scan finds in a file."""
    screening = ENGINE.screen(raw, path)
    if screening is not None:
        for finding in ENGINE.detect(open_document(path, raw), screening):
            yield finding.rule, finding.severity, finding.value


def planted(seed: int) -> None:
    places: dict[str, Callable[[str], tuple[str, bytes]]] = {
        "script": lambda text: ("a.py", f"import x\n{text}\n".encode()),
        "cell": lambda text: ("a.ipynb", as_bytes(notebook(code(f"import x\n{text}\n")), 1)),
        "output": lambda text: ("a.ipynb", as_bytes(notebook(code("show()", stream(text + "\n"))), 1)),
        "metadata": lambda text: ("a.ipynb", as_bytes(notebook(code("1"), note=text), 1)),
    }
    print(f"planted, seed {seed}\n  place      planted  found  rule right")
    for place, wrap in places.items():
        total = found = right = 0
        for number in range(10):
            for example in examples(seed + number):
                results = list(find(*wrap(example.text)))
                total += 1
                found += any(value == example.value for _, _, value in results)
                right += any(rule == example.rule and value == example.value for rule, _, value in results)
        print(f"  {place:10} {total:7}  {found:5}  {right:10}")


def corpus(folder: str) -> None:
    paths = [str(path) for path in Path(folder).rglob("*.ipynb")]
    size, counts, started = 0, Counter[str](), time.process_time()
    for path in paths:
        raw = Path(path).read_bytes()
        size += len(raw)
        for rule, severity, _ in find(path, raw):
            counts[f"{rule} ({severity})"] += 1
    seconds = time.process_time() - started
    print(f"corpus: {len(paths)} notebooks, {size / 1e6:.0f} MB, {seconds:.2f} s, {sum(counts.values())} findings")
    for name, count in counts.most_common():
        print(f"  {count:4} {name}")


def all_plugins(seed: int, count: int, folders: list[str]) -> None:
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    chooser, files = random.Random(seed), []
    for folder in folders:
        candidates = [
            os.path.join(place, name)
            for place, _, names in os.walk(folder)
            for name in names
            if not name.endswith((".pyc", ".so")) and os.path.getsize(os.path.join(place, name)) < 400_000
        ]
        files += chooser.sample(sorted(candidates), min(count, len(candidates)))
    plugins, size, results, different = AllPlugins(), 0, 0, []
    seconds = {"nbguard": 0.0, "detect-secrets": 0.0}
    plugins.scan("warm-up.py", b'"x"\n')
    with default_settings():
        for path in files:
            raw = Path(path).read_bytes()
            size += len(raw)
            started = time.process_time()
            ours = {(secret.type, secret.value): secret.line for secret in plugins.scan(path, raw)}
            seconds["nbguard"] += time.process_time() - started
            started = time.process_time()
            theirs: dict[tuple[str, str], int] = {}
            for secret in scan_file(path):
                theirs.setdefault((secret.type, secret.secret_value or ""), secret.line_number)
            seconds["detect-secrets"] += time.process_time() - started
            results += len(theirs)
            if ours != theirs:
                different.append(path)
    ratio = seconds["detect-secrets"] / seconds["nbguard"]
    print(f"all plugins: {len(files)} files, {size / 1e6:.1f} MB, {results} findings")
    print(f"  detect-secrets {seconds['detect-secrets']:8.2f} s")
    print(f"  nbguard        {seconds['nbguard']:8.2f} s   {ratio:.0f} times as fast, {len(different)} files differ")
    for path in different:
        print(f"    differs: {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--corpus", help="a folder of public notebooks")
    parser.add_argument("--files", type=int, default=200, help="files a folder for the comparison with detect-secrets")
    options = parser.parse_args()
    planted(options.seed)
    if options.corpus:
        corpus(options.corpus)
    import detect_secrets

    folders = [os.path.dirname(os.path.dirname(detect_secrets.__file__))]
    all_plugins(options.seed, options.files, [*folders, *([options.corpus] if options.corpus else [])])


if __name__ == "__main__":
    main()
