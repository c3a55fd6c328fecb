"""Plays a quarter of a year in twenty repositories, and answers what an audit asks from `nbguard evidence` alone.

`make demo-audit` prints the answers: ``python -m tests.e2e.audit_quarter``.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave
from tests.signing_keys import Keys, address

REPOSITORIES = 20
DAYS = 90
_WORKER = {"GIT_AUTHOR_EMAIL": "ada@lab.example"}


def play(folder: Path) -> list[Path]:
    """Makes the repositories: leaks, one that is gone again, approvals, a weaker policy, a file nobody can read."""
    keys, tokens = Keys(folder), FakeTokens(2026)
    policy = f'profile = "enterprise"\n[approvers]\nsecurity = ["{keys.line("alice")}", "{keys.line("ada")}"]\n'
    policy = policy.replace(address("ada"), "ada@lab.example")
    made = []
    for number in range(REPOSITORIES):
        history = History(folder / f"team-{number:02}")
        made.append(history.path)
        files = {"README": f"{number}\n", "nbguard.toml": policy, ".nbguard-salt": f"{number:032x}\n"}
        _commit(history, 200, "Ada Q", **files, **{"run.py": "x = 1\n"})
        if number == 3:  # leaks, and takes it out again
            _commit(history, 60, "Bob R", **{"run.py": with_dwave(tokens.dwave())})
            _commit(history, 59, "Bob R", **{"run.py": "x = 2\n"})
        if number == 7:  # leaks, and leaves it
            _commit(history, 30, "Cleo S", **{"lib/solver.py": with_dwave(tokens.dwave())})
        if number == 11:  # an example that is accepted
            _commit(history, 50, "Bob R", **{"tutorial.py": with_dwave(tokens.dwave())})
            _approve(history, keys, "tutorial.py")
            _commit(history, 49, "Bob R")
        if number == 12:  # its author accepts it: by a line that was made elsewhere
            _commit(history, 45, "Ada Q", "ada@lab.example", **{"own.py": with_dwave(tokens.dwave())})
            history.write(".nbguard-approvals.jsonl", _forged(made[11]))
            _commit(history, 44, "Ada Q")
        if number == 15:  # a weaker policy
            _commit(history, 20, "Dora T", **{"nbguard.toml": policy.replace("enterprise", "standard")})
        if number == 18:  # a notebook that nobody can read
            _commit(history, 10, "Bob R", **{"broken.ipynb": '{"cells": ["IonQProvider(api_key='})
    return made


def collect(folders: list[Path], output: Path) -> dict[str, Any]:
    """The evidence of the quarter, as its file holds it."""
    run = nbguard("evidence", *folders, "--since", f"{DAYS}d", "-o", output)
    assert run.status == 3, run.err  # one file can't be read
    body: dict[str, Any] = json.loads(output.read_text())
    return body


def answers(evidence: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The twelve questions, each with its answers."""
    repositories = evidence["repositories"]
    scopes = [repository["scope"] for repository in repositories]
    places = [(r["scope"]["repository"], p) for r in repositories for p in r["findings"] if p["kind"] == "credential"]
    taken = [(r["scope"]["repository"], a) for r in repositories for a in r["acceptances"]]
    signed = [(r["scope"]["repository"], a) for r in repositories for a in r["approvals"]]
    happened = [(r["scope"]["repository"], h) for r in repositories for h in r["happenings"]]
    policies = sorted({f"{r['policy']['profile']}, sha256 {r['policy']['sha256'][:12]}" for r in repositories})
    skipped = [f"{s['repository']}: {n['path']}: {n['reason']}" for s in scopes for n in s["not_scanned"]]
    return [
        ("What was looked at?", [f"{s['repository']} at {s['head'][:12]}, commits: {s['commits']}" for s in scopes]),
        ("Was everything looked at?", [f"all but {len(skipped)} of {sum(s['files'] for s in scopes)} files"]),
        ("What was skipped, and why?", skipped),
        ("By whose policy?", policies),
        ("By which tool and rules?", [f"nbguard {evidence['version']}, sha256 {evidence['rules'][:12]}"]),
        ("What stands there and isn't accepted?", [
            f"{name}: {p['rule']} in {p['path']}, {p['fingerprint'][:8]}"
            for name, p in places if p["now"] and not p["accepted"]
        ]),
        ("What is gone from the files and still in the history?", [
            f"{name}: {p['rule']} in {p['path']}, {p['date'][:10]} by {p['author']}"
            for name, p in places if not p["now"]
        ]),
        ("Who accepted what?", [f"{name}: {a['rule']} in {a['path']}: {a['approved_by']}" for name, a in taken]),
        ("Until when, and why?", [f"{name}: {a['expires']}: {a['reason']}" for name, a in taken]),
        ("Is that verified?", [f"{name}: {'yes' if a['verified'] else 'no'}" for name, a in taken] + [
            f"{name}: by {a['signer']}: doesn't count: {a['problem']}" for name, a in signed if a["problem"]
        ]),
        ("What changed in the rules, by whom?", _told(happened, "policy-changed")),
        ("Which commits went past the hook?", _told(happened, "hook-bypassed")),
    ]  # fmt: skip


def _told(happened: list[tuple[str, dict[str, str]]], kind: str) -> list[str]:
    return [f"{name}: {h['date'][:10]} {h['author']}: {h['what']}" for name, h in happened if h["kind"] == kind]


def _commit(history: History, days_ago: int, name: str, email: str = "", **files: str) -> None:
    for path, content in files.items():
        history.write(path, content)
    when = (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT12:00:00+0000")
    email = email or f"{name.split()[0].lower()}@example.net"
    who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    history.git("add", "-A")
    history.git("commit", "-q", "-m", "work", **who)


def _approve(history: History, keys: Keys, path: str) -> None:
    found = json.loads(nbguard("scan", path, "--format", "json", cwd=history.path).out)["findings"]
    expires = (datetime.now(UTC) + timedelta(days=100)).strftime("%Y-%m-%d")
    words = ("--role", "security", "--reason", "a fake, for the tutorial", "--expires", expires)
    done = nbguard(
        "approve", found[0]["fingerprint"], path, *words, "--key", keys.path("alice"), cwd=history.path, env=_WORKER
    )
    assert done.status == 0, done.err


def _forged(other: Path) -> str:
    """An approval of another repository, said to be for a file of this one."""
    line = json.loads((other / ".nbguard-approvals.jsonl").read_text())
    return json.dumps(line | {"paths": ["own.py"]}) + "\n"


def main() -> int:
    """Plays the quarter and prints the answers."""
    with TemporaryDirectory(prefix="nbguard-audit-") as folder:
        folders = play(Path(folder))
        evidence = collect(folders, Path(folder, "evidence.json"))
        for number, (question, found) in enumerate(answers(evidence), 1):
            sys.stdout.write(f"{number:2}. {question}\n")
            shown = found[:5] + ([f"and {len(found) - 5} more"] if len(found) > 5 else [])
            sys.stdout.writelines(f"      {line}\n" for line in shown or ["nothing"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
