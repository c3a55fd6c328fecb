"""What can go wrong, and the exit status that says so."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of every command; where several apply, the highest wins."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


class NbguardError(Exception):
    """A problem a person can act on. The message is one line and holds no secret."""

    exit_code = ExitCode.INCOMPLETE


class UsageError(NbguardError):
    """The command line or the configuration asks for something that can't be done."""

    exit_code = ExitCode.USAGE


class UnreadableError(NbguardError):
    """A document that can't be read as what its name says it is."""


class FileChangedError(NbguardError):
    """A file isn't what it was when it was read, so it isn't overwritten."""


def describe_defect(error: BaseException) -> str:
    """One line about an error nobody foresaw: its type and where it arose, never its message, which may hold data."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("nbguard"):
            place = f" in {name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"a defect in nbguard ({type(error).__name__}{place}); please report it"
