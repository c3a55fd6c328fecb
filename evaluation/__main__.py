"""Scores nbguard on the labelled set.

    python -m evaluation                      the table, by family
    python -m evaluation --forms              what isn't found in full, by form, and look-alikes that are
    python -m evaluation --seed 7 --each 12   other values, more of each form
    python -m evaluation --held-out           other forms, written without a look at the rules
    python -m evaluation --without NAME       without a detector or an entry of knowledge
    python -m evaluation --worth              every such name, and the scores without it
    python -m evaluation --hold               exit status 1 where a figure is below evaluation/figures.toml

Everything is made from the seed; no value is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.labelled_set import write_set
from evaluation.scores import make_table
from evaluation.worth import measure_all

if TYPE_CHECKING:
    from evaluation.scores import Score, Table

FIGURES = Path(__file__).with_name("figures.toml")


def score_set(seed: int, each: int, held_out: bool = False) -> Table:
    """The scores of today's code on the set of a seed."""
    from evaluation.scan import scan_folder

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        labelled = write_set(folder, seed, each, held_out)
        return make_table(labelled, scan_folder(folder))


def print_families(table: Table) -> None:
    print(f"{'family':20} planted  recall  provider  whole  look-alikes  wrong  precision")
    for name, score in [*table.families.items(), ("all", table.total)]:
        print(
            f"{name:20} {score.planted:7} {score.recall:7.3f} {score.provider_right:9.3f} {score.taken_whole:6.3f}"
            f" {score.lookalikes:12} {score.wrong:6} {score.precision:10.3f}"
        )


def print_forms(table: Table) -> None:
    for name, score in table.forms.items():
        if _is_flawed(score):
            found, named = f"{score.found}/{score.planted}", f"{score.right}/{score.named}"
            print(f"  {name:42} found {found:6} named {named:6} wrong {score.wrong}")
    print("rules: right and wrong")
    for rule, (right, wrong) in sorted(table.rules.items(), key=lambda entry: -entry[1][1]):
        print(f"  {rule:42} {right:5} {wrong:5}")


def _is_flawed(score: Score) -> bool:
    return bool(score.wrong) or score.found < score.planted or score.right < score.named


def print_worth(seed: int, each: int) -> None:
    """What the set is without each heuristic: a row for each that can be left out and matters to credentials."""
    from evaluation.ablation import list_names

    print(f"{'without':40} {'changes in':12} files  missed  wrong  unnamed  cut")
    for said, worth in measure_all(list_names(), seed, each):
        counts = f"{worth.changed:5} {worth.missed:7} {worth.wrong:6} {worth.unnamed:8} {worth.cut:4}"
        print(f"{worth.name:40} {said:12} {counts if worth.scanned is not None else 'needed'}", flush=True)


def find_losses(table: Table) -> list[str]:
    """The figures that are below those written down."""
    figures = tomllib.loads(FIGURES.read_text(encoding="utf-8"))
    losses = []
    scores = {**table.families, "all": table.total}
    for family, least in figures.items():
        score = scores[family]
        for name, value in least.items():
            now = getattr(score, name)
            if now < value:
                losses.append(f"{family}: {name} is {now:.3f}, it was {value:.3f}")
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8, help="files of each form (look-alikes: half as many)")
    parser.add_argument("--forms", action="store_true", help="list the forms that aren't right in full")
    parser.add_argument("--without", metavar="NAME", help="leave a heuristic out (see --worth for the names)")
    parser.add_argument("--worth", action="store_true", help="leave each heuristic out in turn")
    parser.add_argument("--hold", action="store_true", help="compare with the figures that are written down")
    parser.add_argument("--held-out", action="store_true", help="the forms that were written apart from the rules")
    options = parser.parse_args()
    if options.worth:
        print_worth(options.seed, options.each)
        return
    if options.without:
        from evaluation.ablation import leave_out

        leave_out(options.without)
    table = score_set(options.seed, options.each, options.held_out)
    print_families(table)
    if options.forms:
        print_forms(table)
    losses = find_losses(table) if options.hold else []
    for loss in losses:
        print(loss, file=sys.stderr)
    sys.exit(bool(losses))


if __name__ == "__main__":
    main()
