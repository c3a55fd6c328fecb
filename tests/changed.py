"""Names the tests of what changed: ``python -m tests.changed [REF]``, one path a line, for the quick loop.

A changed module of nbguard stands for the test file of its name, and where it has none for the tests of its folder; a
changed test file for itself. REF (main) is what the change is counted from; what isn't committed counts, too.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def changed_files(since: str) -> list[str]:
    """The files that differ from where this branch left ``since``, and those that git doesn't know yet."""
    base = _git("merge-base", since, "HEAD") or ["HEAD"]
    return [*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")]


def tests_for(files: list[str]) -> list[str]:
    """The test files, and folders of tests, for changed files; sorted, each once."""
    found = set()
    for path in map(Path, files):
        if path.suffix != ".py":
            continue
        if path.parts[0] == "tests" and path.name.startswith("test_"):
            found.add(path)
        elif path.parts[0] == "nbguard":
            folder = Path("tests", *path.parts[1:-1])
            mirror = folder / f"test_{path.name}"
            found.add(mirror if (ROOT / mirror).exists() else _nearest(folder))
    there = {path for path in found if (ROOT / path).exists() and path.parts[:2] != ("tests", "browser")}
    return sorted(str(path) for path in there if not any(above in there for above in path.parents))


def _nearest(folder: Path) -> Path:
    while not (ROOT / folder).is_dir():
        folder = folder.parent
    # The tests of a whole layer take minutes: the ones of the architecture have to do.
    return folder if len(folder.parts) > 2 else Path("tests/test_architecture.py")


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


if __name__ == "__main__":
    print("\n".join(tests_for(changed_files(sys.argv[1] if len(sys.argv) > 1 else "main"))))
