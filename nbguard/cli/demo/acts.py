"""The story, act by act. Every act does what it says with the real tools and checks what came of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from typing import TYPE_CHECKING, NamedTuple

from nbguard.cli.demo.samples import find_folder, read_planted
from nbguard.cli.demo.scratch import Scratch
from nbguard.cli.demo.vaultside import read_values, rotate
from nbguard.documents.how_many import how_many
from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from nbguard.cli.demo.samples import Planted
    from nbguard.cli.demo.server import Server
    from nbguard.cli.demo.telling import Teller

# Runs without the provider's SDK; says on its standard output which key arrived.
_RUNNABLE = "03_ionq_bell.ipynb"
# Holds customers: Vault is no place for them.
_WITH_CUSTOMERS = "09_portfolio_customers.ipynb"
_REFERENCE = re.compile(r"secret\(\\?[\"']([^\"'\\]+)\\?[\"']\)")


class Cast(NamedTuple):
    """What the acts share: ``planted`` says where the values stand that ``credentials`` and ``customers`` are."""

    scratch: Scratch
    server: Server
    teller: Teller
    names: list[str]
    planted: list[Planted]
    credentials: list[str]
    customers: list[str]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Cast({len(self.names)} notebooks)"


def play(folder: str, server: Server, teller: Teller) -> None:
    """Plays all acts in ``folder`` and tells them.

    :raises NbguardError: something didn't go as the story says.
    """
    started = time.monotonic()
    cast = _set_the_stage(folder, server, teller)
    found, stripped = _commit_is_refused(cast)
    moved = _move_to_vault(cast)
    ran = _run_cleaned_notebook(cast)
    committed = _commit_cleanly(cast)
    searched = _search_for_values(cast)
    teller.conclude(
        "What happened",
        [
            ("refused", f"{found}, and no commit"),
            ("stripped", stripped),
            ("moved", moved),
            ("ran", ran),
            ("committed", committed),
            ("searched", searched),
            ("time", f"{time.monotonic() - started:.0f} seconds"),
        ],
    )


def _set_the_stage(folder: str, server: Server, teller: Teller) -> Cast:
    samples = find_folder()
    scratch = Scratch(folder, server)
    teller.act("A team's notebooks")
    names = scratch.fill(samples)
    checkout = scratch.configure_hook()
    teller.say(
        f"{len(names)} sample notebooks in a new repository, {server.version} as Vault on {server.address}, and the "
        f"hook `nbguard` from {checkout or 'the installed package'}. Every token and every person is invented."
    )
    planted = [(row, row.value(scratch.read(row.notebook))) for row in read_planted(samples)]
    teller.command("pre-commit install --install-hooks")
    done = scratch.run("pre-commit", "install", "--install-hooks")
    if done.status:
        errors = [line.strip() for line in done.printed.splitlines() if "error" in line.lower()]
        said = errors[-1] if errors else _last_line(done.printed)
        raise NbguardError(f"pre-commit couldn't set up the hook, for which it downloads packages: {said}")
    again = "; another run finds it in pre-commit's cache" if "PRE_COMMIT_HOME" in os.environ else ""
    teller.prove(f"The hook is set up ({done.seconds:.0f} s{again}).")
    return Cast(
        scratch, server, teller, names, [row for row, _ in planted],
        [value for row, value in planted if row.kind == "credential"],
        [value for row, value in planted if row.kind == "sample-data"],
    )  # fmt: skip


def _commit_is_refused(cast: Cast) -> tuple[str, str]:
    teller, scratch = cast.teller, cast.scratch
    teller.act("The commit is refused")
    before = _weigh_outputs(cast)
    teller.command("git add . && git commit -m 'Add our notebooks'")
    scratch.expect("git", "add", ".")
    refused = scratch.expect("git", "commit", "-q", "-m", "Add our notebooks", status=1)
    _hold("Traceback" not in refused.printed, f"the hook broke down: {_last_line(refused.printed)}")
    # What and where; the rest of each block is the line, and what to do.
    heads = [line for line in refused.printed.splitlines() if re.match(r"\w+\[[\w-]+\]: | *--> ", line)]
    teller.output(heads, limit=20)
    unnamed = [
        f"{row.notebook} cell {row.cell + 1} line {row.line}"
        for row in cast.planted
        if row.kind == "credential"
        and not any(f"{row.notebook}  cell {row.cell + 1}, line {row.line}, " in head for head in heads)
    ]
    _hold(not unnamed, f"the hook said nothing of {', '.join(unnamed)}")
    _hold(_WITH_CUSTOMERS in refused.printed, f"the hook said nothing of {_WITH_CUSTOMERS}")
    _hold_silent(cast, refused.printed)
    summary = re.search(r"(\d+) findings? in", refused.printed)
    found = how_many(int(summary[1]), "finding") if summary else "findings"
    teller.prove(f"{found} in {refused.seconds:.1f} s. Provider, file, cell and line are named; no value is shown.")
    after = _weigh_outputs(cast)
    _hold(after[0] == 0, "the hook left outputs in a notebook")
    stripped = f"{how_many(before[0], 'output')} ({before[1] / 1000:.1f} kB) out of the notebooks, sources untouched"
    # Samples that somebody stripped in the checkout have none left to take.
    if before[0]:
        teller.prove(f"The same run took {stripped}.")
    return found, stripped


def _move_to_vault(cast: Cast) -> str:
    teller, scratch = cast.teller, cast.scratch
    teller.act("The credentials move to Vault")
    teller.command("nbguard vault move --yes *.ipynb")
    done = scratch.run("nbguard", "vault", "move", "--yes", *cast.names)
    _hold(done.status in (0, 1), f"`nbguard vault move` ended with status {done.status}: {_last_line(done.printed)}")
    teller.output(line for line in done.printed.splitlines() if " is in Vault" in line)
    _hold_silent(cast, done.printed)
    contents = b"".join(map(scratch.read, cast.names)).decode()
    _hold(not any(value in contents for value in cast.credentials), "a credential is still in a notebook")
    references = sorted(set(_REFERENCE.findall(contents)))
    stored = read_values(cast.server, references)
    missing = sum(not any(value in held for held in stored.values()) for value in cast.credentials)
    _hold(not missing, f"{how_many(missing, 'credential')} left the notebooks but can't be read back from Vault")
    teller.prove(
        f"{how_many(len(cast.credentials), 'credential')} read back from Vault, and equal; none is in a notebook."
    )
    teller.say(f"The cells now hold lookups, as in {_RUNNABLE}:")
    lines = scratch.read(_RUNNABLE).decode().splitlines()
    teller.output(json.loads(line.strip().rstrip(",")) for line in lines if "nbguard" in line or "secret(" in line)
    return f"{how_many(len(cast.credentials), 'credential')} to {how_many(len(references), 'reference')} in Vault"


def _run_cleaned_notebook(cast: Cast) -> str:
    teller, scratch = cast.teller, cast.scratch
    teller.act("The cleaned notebook runs")
    content = scratch.read(_RUNNABLE)
    reference = _REFERENCE.findall(content.decode())[0]
    (key,) = read_values(cast.server, [reference]).values()
    teller.command(f"python -m nbguard.cli.demo.execute {_RUNNABLE} executed.ipynb    # nbclient, a fresh kernel")
    printed, seconds = _execute(cast)
    _hold(_says(printed, key), "the key didn't arrive in the cell")
    _hold(key not in printed and key.encode() not in content, "the key is in the notebook or its outputs")
    teller.prove(f"The key arrived from Vault ({seconds:.1f} s). It is in neither the file nor the outputs.")
    fresh = hashlib.sha256(key.encode()).hexdigest()[:32]
    rotate(cast.server, reference, fresh)
    printed, _ = _execute(cast)
    _hold(_says(printed, fresh), "the rotated key didn't arrive in the cell")
    _hold(scratch.read(_RUNNABLE) == content, "running changed the notebook")
    cast.credentials.append(fresh)
    teller.prove("Rotated in Vault and run again: the new key arrived, and not a byte of the notebook changed.")
    return f"{_RUNNABLE} twice, before and after the key was rotated in Vault"


def _commit_cleanly(cast: Cast) -> str:
    teller, scratch = cast.teller, cast.scratch
    teller.act("The clean commit goes through")
    teller.say(
        f"Customers don't belong in Vault either: {_WITH_CUSTOMERS} stays out until it reads them from a source."
    )
    teller.command(f"git rm --cached {_WITH_CUSTOMERS} && git add -u && git commit -m 'Add our notebooks'")
    scratch.expect("git", "rm", "-q", "--cached", "-f", _WITH_CUSTOMERS)
    scratch.expect("git", "add", "-u")
    done = scratch.expect("git", "commit", "-q", "-m", "Add our notebooks")
    teller.output(done.printed.splitlines())
    _hold_silent(cast, done.printed)
    files = set(scratch.expect("git", "ls-tree", "-r", "--name-only", "HEAD").printed.split()) & set(cast.names)
    _hold(files == set(cast.names) - {_WITH_CUSTOMERS}, "the commit doesn't hold the cleaned notebooks")
    teller.prove(f"{how_many(len(files), 'notebook')} committed, hook passed, {done.seconds:.1f} s.")
    return f"{how_many(len(files), 'clean notebook')}; the one with customers stays out"


def _search_for_values(cast: Cast) -> str:
    teller, scratch = cast.teller, cast.scratch
    teller.act("Nothing is left")
    revisions = scratch.expect("git", "rev-list", "--all").printed.split()
    teller.command("git grep -F -f - $(git rev-list --all)    # every planted value, on standard input")
    # By standard input: a value on a command line could be read by every user of the machine. Status 1: no match.
    values = [*cast.credentials, *cast.customers]
    patterns = "".join(f"{value}\n" for value in values)
    scratch.expect("git", "grep", "-q", "-F", "-f", "-", *revisions, stdin=patterns, status=1)
    scratch.expect("git", "grep", "-q", "-F", "-f", "-", *revisions, stdin="secret(\n")
    lines = sum(len(printed.splitlines()) for printed in scratch.printed)
    for printed in scratch.printed:
        _hold_silent(cast, printed)
    teller.prove(f"None of {len(values)} planted values is in any commit, nor in the {lines} lines the tools printed.")
    return f"{len(values)} planted values in {how_many(len(revisions), 'commit')} and {lines} printed lines: none found"


def _execute(cast: Cast) -> tuple[str, float]:
    """Runs the runnable notebook beside the repository; returns the executed notebook's text and the seconds."""
    target = os.path.join(os.path.dirname(cast.scratch.path), "executed.ipynb")
    source = os.path.join(cast.scratch.path, _RUNNABLE)
    done = cast.scratch.expect("python", "-m", "nbguard.cli.demo.execute", source, target)
    with open(target, encoding="utf-8") as file:
        return file.read(), done.seconds


def _says(printed: str, key: str) -> bool:
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return f"IonQ key of {len(key)} characters, SHA-256 {digest}" in printed


def _weigh_outputs(cast: Cast) -> tuple[int, int]:
    """How many outputs the notebooks hold, and their size in bytes."""
    cells = [cell for name in cast.names for cell in json.loads(cast.scratch.read(name))["cells"]]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return len(outputs), sum(len(json.dumps(output)) for output in outputs)


def _last_line(printed: str) -> str:
    return next((line.strip() for line in reversed(printed.splitlines()) if line.strip()), "it said nothing")


def _hold_silent(cast: Cast, printed: str) -> None:
    _hold(not any(value in printed for value in [*cast.credentials, *cast.customers]), "a tool printed a planted value")


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise NbguardError(f"the demo didn't go as it should: {otherwise}")
