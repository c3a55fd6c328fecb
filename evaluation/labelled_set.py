"""The labelled set: each form and each look-alike with several services, in a file of its own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from evaluation.containers import write_notebook
from evaluation.forms import Filled, fill, read_forms, read_services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A script's lines are written as a script, as a notebook's cell, and as a cell whose source is one string.
CONTAINERS = ("a.py", "n.ipynb", "s.ipynb")


class Labelled(NamedTuple):
    """A file of the set: its path in the folder, what it was made of, and whether it holds a credential."""

    path: str
    filled: Filled
    secret: bool


def make_set(seed: int, each: int, held_out: bool = False) -> Iterator[tuple[Labelled, bytes]]:
    """The files of a seed: every form with ``each`` services, and every look-alike half as often.

    ``held_out``: the forms that were written down apart from the rules, in place of the others.
    """
    services = read_services()
    within = "held_out/" if held_out else ""
    for folder, times in ((f"{within}forms", each), (f"{within}lookalikes", max(1, each // 2))):
        for form in read_forms(folder):
            chooser = random.Random(f"{seed} {form.family} {form.id}")
            chosen = [services[number % len(services)] for number in chooser.sample(range(40), min(times, 40))]
            for number, service in enumerate(chosen):
                filled = fill(form, service, chooser)
                path, raw = _write(form.path, filled.text, number)
                place = f"{folder}/{form.family}/{form.id}/{number}/{path}"
                yield Labelled(place, filled, folder.endswith("forms")), raw


def write_set(folder: Path, seed: int, each: int, held_out: bool = False) -> list[Labelled]:
    """Writes the set into a folder."""
    labelled = []
    for item, raw in make_set(seed, each, held_out):
        path = folder / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        labelled.append(item)
    return labelled


def _write(path: str, text: str, number: int) -> tuple[str, bytes]:
    name, _, kernel = path.partition(":")
    if name == "a.py" and "# %%" not in text and "Databricks" not in text and "<<<<<<<" not in text:
        name = CONTAINERS[number % len(CONTAINERS)]
    if name.endswith((".ipynb", ".ipynb.bak", ".ipynb.orig")):
        return name, write_notebook(text, kernel or "python3", as_string=name == "s.ipynb")
    return name, (text + "\n").encode()
