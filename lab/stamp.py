"""Tells whether the built front end is the one of these sources.

    python lab/stamp.py           writes the digest of lab/ beside the built assets
    python lab/stamp.py --check   exit status 1 when there are no assets, or when they are of other sources

Needs nothing but the standard library: the build hook of the wheel uses it too.
"""

import hashlib
import os
import sys

LAB = os.path.dirname(os.path.abspath(__file__))
ASSETS = os.path.join(os.path.dirname(LAB), "nbguard", "jupyter", "labextension")
STAMP = os.path.join(ASSETS, "sources.sha256")

# What the assets are made of. The version in package.json is part of it.
FOLDERS = ("src", "style", "schema")
FILES = ("package.json", "package-lock.json", "tsconfig.json", "webpack.config.js")


def digest() -> str:
    """Of the names and the contents of the sources, wherever the checkout is."""
    names = [name for name in FILES if os.path.exists(os.path.join(LAB, name))]
    for folder in FOLDERS:
        for where, _, files in os.walk(os.path.join(LAB, folder)):
            names += [os.path.relpath(os.path.join(where, name), LAB).replace(os.sep, "/") for name in files]
    total = hashlib.sha256()
    for name in sorted(names):
        with open(os.path.join(LAB, name), "rb") as file:
            content = file.read().replace(b"\r\n", b"\n")  # a checkout on Windows may have other line ends
        total.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def state() -> str:
    """``built``, ``stale`` or ``missing``. Without sources (a wheel's sdist may lack them) what is there counts."""
    if not os.path.exists(os.path.join(ASSETS, "package.json")):
        return "missing"
    if not os.path.exists(os.path.join(LAB, "src")):
        return "built"
    try:
        with open(STAMP, encoding="ascii") as file:
            return "built" if file.read().strip() == digest() else "stale"
    except FileNotFoundError:
        return "stale"


def main() -> int:
    """Writes the stamp, or checks it."""
    if sys.argv[1:] == ["--check"]:
        found = state()
        if found != "built":
            print(f"the front end in {ASSETS} is {found}: run make lab", file=sys.stderr)
        return int(found != "built")
    with open(STAMP, "w", encoding="ascii") as file:
        file.write(digest() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
