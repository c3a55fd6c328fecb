"""What `nbguard doctor` looks at in Jupyter: the extension, the collaboration store, and checkpoints."""

from __future__ import annotations

import json
import os
import shlex
from time import monotonic
from typing import TYPE_CHECKING

from nbguard.documents.files import read_file
from nbguard.documents.how_many import how_many
from nbguard.errors import NbguardError
from nbguard.repository.checkup import Check
from nbguard.repository.git import run_git, run_git_bytes
from nbguard.repository.git_errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord
    from nbguard.scan.scanner import Scanner

PURGE = "--purge-collaboration-store"
# How much is looked through: somebody waits.
_MOST_CHECKPOINTS = 300
_LARGEST_CHECKPOINT = 20_000_000
_MOST_TEXT = 30_000_000
_SECONDS = 10.0


def check_jupyter(top: str, config: Config) -> Iterator[Check]:
    """Looks at the environment this runs in, and at what Jupyter keeps in and around the repository at ``top``."""
    yield from _check_extension()
    for store in find_stores_around(top):
        yield _check_store(store, top, config)
    yield from _check_checkpoints(top, config)


def find_stores_around(top: str) -> list[str]:
    """The collaboration stores in the repository, in the working directory, and in folders above it in one's home.

    A server keeps its store in the folder it was started in.
    """
    from nbguard.jupyter.collaboration.document_store import STORE_NAME, find_stores

    pattern = ":(glob)**/" + STORE_NAME.replace(".db", "*.db")
    try:
        listed = run_git_bytes(top, "ls-files", "-z", "-c", "-o", "--", pattern)
    except NbguardError:
        listed = b""
    home = os.path.expanduser("~")
    folders, folder = [top, os.getcwd()], top
    while folder != home and folder.startswith(home + os.sep):
        folder = os.path.dirname(folder)
        folders.append(folder)
    return find_stores(folders, (os.path.join(top, os.fsdecode(name)) for name in listed.split(b"\0") if name))


def purge_stores(top: str) -> Iterator[tuple[str, str, bool]]:
    """Deletes the stores around; yields each one's path, what became of it, and whether it is gone."""
    from nbguard.jupyter.collaboration.document_store import purge_store

    for store in find_stores_around(top):
        try:
            rooms = purge_store(store)
            yield _short(store, top), f"deleted, with every edit of {how_many(rooms, 'document')}", True
        except NbguardError as error:
            yield _short(store, top), f"not deleted: {error}", False


def _check_extension() -> Iterator[Check]:
    from importlib.util import find_spec

    if find_spec("jupyter_server") is None or find_spec("jupyter_core") is None:
        return
    if not _is_enabled():
        yield Check("Jupyter extension", "not enabled (`jupyter server extension enable nbguard` does that)")
        return
    yield Check("Jupyter extension", "enabled")
    from nbguard.jupyter.front_end import MISSING, has_front_end

    # No fault of the set-up: an install from git has no built front end.
    there = has_front_end()
    yield Check("JupyterLab front end", "installed" if there else MISSING, is_note=not there)


def _is_enabled() -> bool:
    """What jupyter_server reads, from the weakest folder to the strongest; files of a folder by name."""
    from jupyter_core.paths import jupyter_config_path

    enabled = False
    for folder in reversed(jupyter_config_path()):
        below = os.path.join(folder, "jupyter_server_config.d")
        names = sorted(os.listdir(below)) if os.path.isdir(below) else []
        for path in (
            *(os.path.join(below, name) for name in names),
            os.path.join(folder, "jupyter_server_config.json"),
        ):
            try:
                with open(path, encoding="utf-8") as file:
                    enabled = bool(json.load(file)["ServerApp"]["jpserver_extensions"].get("nbguard", enabled))
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
    return enabled


def _check_store(store: str, top: str, config: Config) -> Check:
    from nbguard.jupyter.collaboration.document_store import as_notebook, read_texts

    what, name = "collaboration store", _short(store, top)
    purge = f"stop the Jupyter server, and run `nbguard doctor {PURGE}`"
    try:
        read = read_texts(store, _SECONDS)
    except ImportError:
        return Check(what, f"{name} keeps every edit; what is in it can't be read without pycrdt", purge)
    except NbguardError as error:
        return Check(what, f"{name} can't be read: {error}", purge)
    kept = f"{name} keeps every edit of {how_many(read.rooms, 'document')}"
    texts, size = [], 0
    for text in read.texts:
        size += len(text)
        texts.append(text)
        if size > _MOST_TEXT:
            break
    found = _credentials_in(as_notebook(texts), "shared.ipynb", _make_scanner(config))
    if found:
        values = len({finding.fingerprint for finding in found})
        rules = ", ".join(sorted({finding.rule for finding in found})[:5])
        return Check(
            what, f"{kept}, and in them {how_many(values, 'credential')} ({rules})", f"{purge}; then rotate them"
        )
    if not read.complete or size > _MOST_TEXT:
        return Check(what, f"{kept}; not all of it could be looked through", purge)
    if not _is_ignored(store, top):
        return Check(what, f"{kept}, and git doesn't ignore it", f"put {os.path.basename(store)} into .gitignore")
    return Check(what, f"{kept}; there is no credential in it")


def _check_checkpoints(top: str, config: Config) -> Iterator[Check]:
    try:
        listed = run_git_bytes(top, "ls-files", "-z", "-c", "-o", "--", ":(glob)**/.ipynb_checkpoints/*.ipynb")
    except NbguardError:
        return
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    if not names:
        return
    scanner = _make_scanner(config)
    bad: list[tuple[str, str]] = []
    unread = 0
    end = monotonic() + _SECONDS
    for number, name in enumerate(names):
        if number >= _MOST_CHECKPOINTS or monotonic() > end:
            unread += len(names) - number
            break
        folder, base = os.path.split(name)
        original = os.path.join(os.path.dirname(folder), base.replace("-checkpoint.ipynb", ".ipynb"))
        try:
            raw = read_file(os.path.join(top, name), _LARGEST_CHECKPOINT)
        except NbguardError:
            unread += 1
            continue
        found = _credentials_in(raw, original.replace(os.sep, "/"), scanner)
        if found:
            bad.append((name, found[0].rule))
    left = f" ({unread} not looked at)" if unread else ""
    if bad:
        name, rule = bad[0]
        more = f" and {len(bad) - 1} more hold" if len(bad) > 1 else " holds"
        yield Check(
            "checkpoints",
            f"{name}{more} a credential ({rule}){left}",
            f"delete it (`rm {shlex.quote(name)}`); Jupyter makes a new one when the notebook is saved",
        )
    else:
        yield Check("checkpoints", f"{how_many(len(names) - unread, 'file')} without a credential{left}")


def _make_scanner(config: Config) -> Scanner:
    from nbguard.scan.scanner import Scanner

    return Scanner(config, frozenset(("credential",)))


def _credentials_in(raw: bytes, name: str, scanner: Scanner) -> list[FindingRecord]:
    scanned = scanner.scan_or_raise(name, raw)
    if scanned.document is None:
        return []
    judged = scanner.judge(scanned.document, scanned.findings)
    return [record for _, record in judged if record.waived is None]


def _is_ignored(path: str, top: str) -> bool:
    """Whether git leaves a file alone; outside of the repository it always does."""
    if os.path.relpath(path, os.path.realpath(top)).startswith(".."):
        return True
    try:
        run_git(top, "check-ignore", "-q", path)
    except GitError:
        return False
    return True


def _short(path: str, top: str) -> str:
    relative = os.path.relpath(path, os.path.realpath(top))
    return path if relative.startswith("..") else relative
