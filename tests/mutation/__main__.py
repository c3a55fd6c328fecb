"""Changes the code in small ways and sees whether a test fails: ``make mutate``, ``python -m tests.mutation [ROOM …]``.

The rooms and their tests stand in ``rooms.toml``, mutmut makes the changes. All mutants
of a room are some thousand, so a sample is drawn from a seed. For each mutant only the tests run that reach the
changed statement, the quickest first. What was found is kept in ``build/mutation/``; a mutant of the same code isn't
tried again unless ``--again`` asks for those that survived.
"""

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import tempfile
import tomllib

from tests.mutation.mutants import Mutant, change, modules_of, mutants_of
from tests.mutation.trial import Reach, measure, survives, warm_up

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEPT = os.path.join(CHECKOUT, "build", "mutation")


class Results:
    """What became of each mutant, by name, in a file that grows line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.told: dict[str, dict[str, object]] = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.told = {result["name"]: result for result in map(json.loads, file)}

    def survived(self, name: str) -> bool | None:
        """None for a mutant that wasn't tried."""
        return bool(self.told[name]["survived"]) if name in self.told else None

    def add(self, name: str, survived: bool, tests: int, change: str) -> None:
        """Keeps one result."""
        self.told[name] = {"name": name, "survived": survived, "tests": tests, "change": change}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(self.told[name]) + "\n")


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for a share."""
    z = 1.96
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return middle - half, middle + half


def copy_of_checkout(folder: str) -> str:
    """The files of the checkout, committed or about to be, in a folder of their own: mutants are written there."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=CHECKOUT, capture_output=True, check=True
    )
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if os.path.isfile(os.path.join(CHECKOUT, name)):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copy2(os.path.join(CHECKOUT, name), os.path.join(folder, name))
    return folder


def reach_of(room: str, tests: list[str]) -> Reach:
    """Runs the room's tests in a process of their own, which alone has the code imported."""
    path = os.path.join(KEPT, f"{room}-reach.json")
    child = os.fork()
    if not child:
        status = 1
        try:
            reach = measure(CHECKOUT, tests)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(reach._asdict(), file)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{room}: the tests don't pass without any mutation")
    with open(path, encoding="utf-8") as file:
        return Reach(**json.load(file))


def try_one(copy: str, mutant: Mutant, source: str, reach: Reach, log: str) -> tuple[int, bool]:
    """Writes the mutant into the copy, runs the tests that reach it, and puts the original back."""
    tests = reach.of(mutant.path, mutant.lines)
    if not tests:
        return 0, True
    path = os.path.join(copy, mutant.path)
    kept = path + ".original"
    os.rename(path, kept)
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    # Compiled code is known by the time and the size of its source.
    os.utime(path, (0, os.stat(kept).st_mtime + 10))
    try:
        return len(tests), survives(copy, tests, 30 + 5 * sum(reach.seconds[test] for test in tests), log)
    finally:
        os.replace(kept, path)


def try_room(room: str, settings: dict[str, list[str]], sample: int, seed: int, again: bool) -> None:
    """Tries a sample of a room's mutants and tells the score."""
    originals = {}
    for path in modules_of(CHECKOUT, settings["code"], settings.get("left-out", [])):
        with open(os.path.join(CHECKOUT, path), encoding="utf-8") as file:
            originals[path] = file.read()
    every = [mutant for path, original in originals.items() for mutant in mutants_of(path, original)]
    drawn = [(one, one.make()) for one in random.Random(seed).sample(every, min(sample, len(every)))]
    results = Results(os.path.join(KEPT, f"{room}.jsonl"))
    kept = [results.survived(one.name(source)) for one, source in drawn]
    to_try = [pair for pair, survived in zip(drawn, kept, strict=True) if survived is None or (again and survived)]
    if to_try:
        reach = reach_of(room, settings["tests"])
        with tempfile.TemporaryDirectory() as folder:
            copy = copy_of_checkout(folder)
            for one, source in to_try:
                tests, survived = try_one(copy, one, source, reach, os.path.join(KEPT, f"{room}.log"))
                results.add(one.name(source), survived, tests, change(originals[one.path], source))
    tell(room, [results.told[one.name(source)] for one, source in drawn], f"seed {seed} from {len(every):,}")


def tell(room: str, results: list[dict[str, object]], drawn: str) -> None:
    """Prints the mutants that survived, and the score."""
    alive = sorted((result for result in results if result["survived"]), key=lambda result: str(result["name"]))
    for result in alive:
        print(f"{result['name']} survived {result['tests']} tests\n{result['change']}\n")
    killed = len(results) - len(alive)
    low, high = interval(killed, len(results))
    print(
        f"{room}: {killed} of {len(results)} killed, {killed / len(results):.0%} (95 %: {low:.0%} to {high:.0%});"
        f" drawn with {drawn}",
        flush=True,
    )


def main() -> None:
    """Tries the rooms that are named, or all."""
    with open(os.path.join(os.path.dirname(__file__), "rooms.toml"), "rb") as file:
        rooms = tomllib.load(file)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(rooms)}")
    parser.add_argument("--sample", type=int, default=300, help="mutants of each room (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--again", action="store_true", help="try those again that survived before")
    options = parser.parse_args()
    if unknown := set(options.rooms) - set(rooms):
        parser.error(f"no room is called {', '.join(sorted(unknown))}; there are {', '.join(rooms)}")
    os.makedirs(KEPT, exist_ok=True)
    warm_up(CHECKOUT)
    for room in options.rooms or rooms:
        try_room(room, rooms[room], options.sample, options.seed, options.again)


if __name__ == "__main__":
    main()
