"""The entry point: finds the command, loads its module, turns errors into one line and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.cli.process_end import leave
from nbguard.errors import ExitCode, NbguardError, describe_defect
from nbguard.version import __version__

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Sequence
    from typing import NoReturn

# So many new objects before the first search for garbage among them.
_YOUNG = 50_000

# Command: one line for the overview. The module nbguard.cli.<name, with _ for -> is loaded when it is called.
COMMANDS = {
    "scan": "find credentials, sample data and quantum metadata",
    "trace": "say where a credential was, and how to rotate it",
    "credentials": "list every credential: since when, where, when it is due",
    "sdk": "list the quantum SDKs, and what is wrong with them",
    "map": "draw which notebook uses which SDK, endpoint and Vault path",
    "incident": "lead through a leak: steps that are verified where they can be",
    "revoke": "revoke a credential at its provider, by a documented call",
    "decommission": "say what is left of a project, and delete what can be",
    "sweep": "scan the histories of many repositories, and object stores",
    "ci": "scan the commits of a CI job",
    "pre-receive": "refuse pushes on a server (git calls it)",
    "pre-push": "stop pushes before they leave (git calls it)",
    "strip": "take outputs, counts and volatile metadata out of notebooks",
    "vault": "move credentials to Vault, check references, print policies",
    "data": "put stand-ins in the place of sample data",
    "init": "take nbguard into this repository, and other tools out",
    "install": "set up the git filter and the git hooks in this repository",
    "uninstall": "take them out again",
    "status": "say what is installed here",
    "doctor": "look for what is wrong with the set-up, and say how to mend it",
    "renormalize": "explain notebooks that only look modified, and end it",
    "restore": "put stripped outputs back from the local store",
    "baseline": "accept what is there today, so that only new findings fail",
    "approve": "accept a finding with a signature that can be verified",
    "evidence": "write down what an audit asks for, in a form it can read",
    "review": "one page of what came, went, was accepted, is overdue",
    "events": "say whether a log of events is whole, and what is in it",
    "policy": "say what the policy is, and bundle one for many repositories",
    "waivers": "list what was accepted, and what of it matches nothing",
    "rules": "list the rules",
    "explain": "say what a rule looks for and how to rotate what it finds",
    "lsp": "run the language server, for editors",
    "run": "run a command with references resolved into its environment",
    "completion": "print the script that completes command lines in a shell",
    "demo": "play the whole story in a scratch directory",
}

# As a shell tells of a program whose reader left.
_CUT_OFF = 141

# What git calls; nobody types it.
_HIDDEN = frozenset(("filter",))

# Commands that take another word first.
_WITH_COMMANDS = ("vault", "data", "baseline", "policy")

_USAGE = """\
usage: nbguard [--version] [--help] COMMAND ...

Keeps credentials, sample data and outputs out of committed notebooks.

commands:
{commands}

`nbguard help COMMAND` says what a command takes; `nbguard help --man FOLDER`
writes manual pages.
Exit status: 0 clean, 1 findings or changed files, 2 usage or configuration
error, 3 something could not be scanned.
"""


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit status (see ExitCode)."""
    if arguments[:2] == ["help", "--man"]:
        return _write_manual(arguments[2:])
    if arguments[:1] == ["help"] and arguments[1:]:
        arguments = [*arguments[1:], "--help"]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        width = max(map(len, COMMANDS))
        sys.stdout.write(_USAGE.format(commands="\n".join(f"  {n.ljust(width)}  {s}" for n, s in COMMANDS.items())))
        return ExitCode.CLEAN if arguments else ExitCode.USAGE
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"nbguard {__version__}\n")
        return ExitCode.CLEAN
    name, *rest = arguments
    if name not in COMMANDS and name not in _HIDDEN:
        what = "option" if name.startswith("-") else "command"
        return _complain(f"there is no {what} {name!r}{_nearest(name)}; see `nbguard --help`", ExitCode.USAGE)
    try:
        command, parser = load_command(name)
        return int(command.run(parser.parse_args(rest)))
    except NbguardError as error:
        return _complain(str(error), error.exit_code)


def _write_manual(folders: Sequence[str]) -> int:
    if len(folders) != 1:
        return _complain("one folder is needed: nbguard help --man ~/.local/share/man/man1", ExitCode.USAGE)
    from nbguard.cli.man_pages import write_pages

    try:
        sys.stdout.writelines(f"{path}\n" for path in write_pages(folders[0], list_parsers()))
    except OSError as error:
        return _complain(f"can't write {error.filename}: {error.strerror}", ExitCode.USAGE)
    return ExitCode.CLEAN


def list_parsers() -> Iterator[tuple[str, str, ArgumentParser]]:
    """The name, the summary and the parser of each command, in the order of ``nbguard --help``."""
    for name, summary in COMMANDS.items():
        yield name, summary, load_command(name)[1]


def load_command(name: str) -> tuple[Any, ArgumentParser]:
    """The module of a command and the parser of its command line, which raises UsageError instead of exiting."""
    from nbguard.cli.command_line import CommandLine, describe_parts

    command = import_module(f"nbguard.cli.{name.replace('-', '_')}")
    parser = CommandLine(prog=f"nbguard {name}", description=command.__doc__)
    command.add_arguments(parser)
    describe_parts(parser)
    return command, parser


def run() -> None:
    """Runs the command of this process and exits with its status."""
    _open_what_is_closed()
    # What the terminal's encoding doesn't have is written as an escape. (Values go out by way of the buffer.)
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # What starting makes stays until the end; to look for garbage in it a dozen times is a twentieth of a short run.
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    _end_tidily()
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing more can be written. What was cut off may be findings, so that isn't clean: it ends as by SIGPIPE.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        status = _CUT_OFF
    except KeyboardInterrupt:
        status = 130
    except Exception as error:  # noqa: BLE001 - a traceback could show what a file holds
        status = _complain(_full_disk(error) or describe_defect(error), ExitCode.INCOMPLETE)
    _leave(status)


def _open_what_is_closed() -> None:
    """Leads closed streams (``>&-``) nowhere: a file that is opened later would get their numbers."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(number)
        sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
        sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _leave(status: int) -> NoReturn:
    """Ends the process. Where other threads may run, the interpreter waits for them."""
    if "threading" not in sys.modules or sys.modules["threading"].active_count() == 1:
        leave(status)
    sys.exit(status)


def _end_tidily() -> None:
    """Has a request to end go the way of an error, so that what was started is ended and what was begun undone."""
    import signal

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Whoever has it ignored (nohup) means it.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


def _full_disk(error: Exception) -> str:
    """What can't be written, such as on a disk that is full; empty for another error."""
    import errno

    if not isinstance(error, OSError):
        return ""
    if error.errno == errno.ENOENT and str(error.strerror).startswith("No usable temporary directory"):
        return "no temporary file can be made: is the disk full? TMPDIR may name a folder elsewhere"
    full = (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
    if error.errno not in full:
        return ""
    # An error without a name is most likely standard output's.
    if error.filename is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - nothing more can be written to the other
    return f"can't write {error.filename or 'the output'}: {os.strerror(error.errno or 0).lower()}"


def _complain(message: str, status: ExitCode) -> ExitCode:
    from nbguard.cli.console import tell
    from nbguard.documents.plain import plain

    tell(f"nbguard: {plain(message)}", sys.stderr)
    return status


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    from nbguard.cli.command_line import sub_commands

    if name == "allow":
        return '; an allow is a comment beside the value: # nbguard: allow RULE reason="…"'
    below = [f"{command} {name}" for command in _WITH_COMMANDS if name in sub_commands(load_command(command)[1])]
    near = below or get_close_matches(name, (*COMMANDS, "help", "--version", "--help"), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
