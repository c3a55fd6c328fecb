"""Fuzzes the readers, guided by coverage: ``python -m tests.fuzz [NAME …] [--seconds N]``; ``make fuzz`` runs all.

Each harness runs in a process of its own under atheris (libFuzzer). An input that fails is kept in
``tests/fuzz/corpus/NAME/`` and is tried by every test run from then on. The counts of inputs are printed.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "corpus")


def fuzz(name: str, seconds: int) -> tuple[int, bool]:
    """Runs one harness; returns the count of inputs, and whether all held."""
    kept = os.path.join(CORPUS, name)
    os.makedirs(kept, exist_ok=True)
    with tempfile.TemporaryDirectory() as grown:
        command = [
            sys.executable, "-m", "tests.fuzz", "--harness", name, grown, kept, f"-max_total_time={seconds}",
            f"-artifact_prefix={kept}/", "-print_final_stats=1", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048",
        ]  # fmt: skip
        done = subprocess.run(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    counted = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    if done.returncode:
        sys.stderr.write(done.stderr[-3000:])
    return int(counted[1]) if counted else 0, done.returncode == 0


def serve(name: str, arguments: list[str]) -> None:
    """The process of one harness: instruments nbguard, and hands over to libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["nbguard"]):
        from tests.fuzz.harnesses import HARNESSES
    atheris.Setup([sys.argv[0], *arguments], HARNESSES[name])
    atheris.Fuzz()


def main() -> int:
    """Runs the harnesses that are named, or all; the exit status is 1 where one failed."""
    if sys.argv[1:2] == ["--harness"]:
        serve(sys.argv[2], sys.argv[3:])
        return 0
    from tests.fuzz.harnesses import HARNESSES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(HARNESSES)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each harness (default: 60)")
    options = parser.parse_args()
    if unknown := set(options.names) - set(HARNESSES):
        parser.error(f"no harness is called {', '.join(sorted(unknown))}; there are {', '.join(HARNESSES)}")
    total, held = 0, True
    for name in options.names or HARNESSES:
        count, fine = fuzz(name, options.seconds)
        total, held = total + count, held and fine
        print(
            f"{name:14} {count:>12,} inputs, {'all held' if fine else 'one FAILED: it is kept in the corpus'}",
            flush=True,
        )
    print(f"{'':14} {total:>12,} inputs in total")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
