"""What can go wrong, and the exit status that says so."""

import sys
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """Exit status of every command; where several apply, the highest wins."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


class NbguardError(Exception):
    """A problem a person can act on. The message is one line and holds no secret."""

    exit_code = ExitCode.INCOMPLETE

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: the sentence first, then where it was asked for, and nothing below that.

        https://ipython.readthedocs.io/en/stable/config/integrating.html#custom-exception-tracebacks
        """
        sentence = f"{type(self).__name__}: {self}"
        shell = sys.modules["IPython"].get_ipython()
        # What it arose from is below that, too.
        self.__cause__, self.__suppress_context__ = None, True
        shown: list[str] = shell.InteractiveTB.structured_traceback(type(self), self, _above_ours(self.__traceback__))
        return [shown[-1] if str(self) in shown[-1] else sentence, *shown[:-1]]


class UsageError(NbguardError):
    """The command line or the configuration asks for something that can't be done."""

    exit_code = ExitCode.USAGE


class UnreadableError(NbguardError):
    """A document that can't be read as what its name says it is."""


class FileChangedError(NbguardError):
    """A file isn't what it was when it was read, so it isn't overwritten."""


def _above_ours(trace: Any) -> Any:
    """A traceback as far as it isn't in this package."""
    if trace is None or str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == "nbguard":
        return None
    return type(trace)(_above_ours(trace.tb_next), trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


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
