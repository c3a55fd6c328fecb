"""Runs a command with references resolved into its environment. Values are never written to disk.

  nbguard run --env IONQ_API_KEY=quantum/ionq#api_key -- jupyter lab
  nbguard run --env-file .env -- papermill in.ipynb out.ipynb
  nbguard run --file CONFIG=config.yaml -- sh -c 'python job.py --config "$CONFIG"'

References written `nbguard:path#key` are resolved in .env files, in this environment's own variables, and in files
given by --file: the named variable then holds a path at which the command reads the resolved file, in memory.
The exit status is the command's.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("--env", action="append", default=[], metavar="NAME=REF", help="a variable (repeatable)")
    parser.add_argument("--env-file", action="append", default=[], metavar="FILE", help="a .env file (repeatable)")
    parser.add_argument("--file", action="append", default=[], metavar="NAME=FILE", help="a configuration file")
    parser.add_argument("argv", nargs="...", metavar="-- CMD", help="the command and its arguments")


def run(options: argparse.Namespace) -> int:
    """Becomes the command (on Windows: waits for it). Returns only where there is no exec."""
    import shutil

    from nbguard.vault.lookup import secret
    from nbguard.vault.marked_references import build_environment

    command = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    if not command:
        raise UsageError("say what to run, after --")
    environment = build_environment(os.environ, options.env_file, options.env, secret)
    for pair in options.file:
        name, path = _resolved_file(pair)
        environment[name] = path
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise UsageError(f"{command[0]}: no such command")
    sys.stdout.flush()
    if os.name == "nt":  # pragma: no cover - exec doesn't wait there
        import subprocess

        return subprocess.run([program, *command[1:]], env=environment, check=False).returncode
    try:
        os.execve(program, command, environment)  # noqa: S606 - to run a command is what this is for
    except OSError as error:
        raise UsageError(f"{command[0]}: {(error.strerror or 'cannot be run').lower()}") from None


def _resolved_file(pair: str) -> tuple[str, str]:
    from nbguard.documents.reading import open_document
    from nbguard.vault.lookup import secret
    from nbguard.vault.marked_references import open_in_memory, resolve_file

    name, equals, path = pair.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError("--file takes NAME=FILE, such as CONFIG=config.yaml")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {(getattr(error, 'strerror', None) or 'not UTF-8').lower()}") from None
    return name, open_in_memory(resolve_file(text, open_document(path, b"").language, secret))
