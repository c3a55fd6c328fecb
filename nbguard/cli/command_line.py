"""The parser of a command line: what is wrong, and what was probably meant, in one line; help in 80 columns."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, HelpFormatter, _SubParsersAction
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_USUAL_WIDTH = 80
# What argparse says of a word that isn't one of those that can stand there.
_WRONG_CHOICE = lazy_regex(r"argument (?P<what>\S+): invalid choice: '(?P<word>[^']*)'")


class CommandLine(ArgumentParser):
    """Also the class of subparsers. An option that is cut short could be another one in the next version."""

    _lays_out = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False} | settings)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Raises UsageError where words are left over: argparse would have the outermost parser tell of them."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left

    def error(self, message: str) -> NoReturn:
        """Raises UsageError instead of exiting."""
        message, _, choices = message.partition(" (choose from ")
        meant = self._meant(message)
        if (wrong := _WRONG_CHOICE.match(message)) and self._is_of_commands(wrong["what"]):
            message = f"there is no command '{self.prog} {wrong['word']}'"
        there = choices.removesuffix(")").replace("'", "") or self._possible(message)
        told = " ".join(filter(None, (meant, there and f"one of: {there}")))
        raise UsageError(f"{message}{f' ({told})' if told else ''}; see `{self.prog} --help`")

    def format_help(self) -> str:
        """The help, laid out. Argparse asks for a formatter at every option, too: that one needs no layout."""
        self._lays_out = True
        return super().format_help()

    def format_usage(self) -> str:
        """The usage, laid out."""
        self._lays_out = True
        return super().format_usage()

    def _get_formatter(self) -> HelpFormatter:
        if not self._lays_out:
            return HelpFormatter(self.prog, width=_USUAL_WIDTH)
        from nbguard.cli.help_layout import HelpLayout

        return HelpLayout(self.prog, width=help_width())

    def _possible(self, message: str) -> str:
        """What the one word could be that is missing."""
        _, _, name = message.partition("the following arguments are required: ")
        return ", ".join(self._choices_of(name)) if "|" not in name else ""

    def _is_of_commands(self, name: str) -> bool:
        return any(isinstance(action, _SubParsersAction) and action.metavar == name for action in self._actions)

    def _meant(self, message: str) -> str:
        """The option or word that somebody probably meant who got this message."""
        from difflib import get_close_matches

        if unknown := re.match(r"unrecognized arguments: (--[\w-]+)", message):
            # Every option begins alike: that says nothing of how near two are.
            near = [f"--{name}" for name in get_close_matches(unknown[1].lstrip("-"), self._long_names(), 1)]
        elif wrong := _WRONG_CHOICE.match(message):
            near = get_close_matches(wrong["word"], sorted(self._choices_of(wrong["what"])), 1)
        else:
            return ""
        return f"did you mean {near[0]!r}?" if near else ""

    def _long_names(self) -> list[str]:
        return sorted(name[2:] for name in option_names(self) if name.startswith("--"))

    def _choices_of(self, name: str) -> Iterator[str]:
        for action in self._actions:
            if name in (action.metavar, action.dest, "/".join(action.option_strings)) and action.choices:
                yield from map(str, action.choices)


def option_names(parser: ArgumentParser) -> list[str]:
    """The options that a parser knows, long and short."""
    return list(parser._option_string_actions)  # noqa: SLF001 - argparse tells it in no other way


def sub_commands(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """The parsers of the words that a command takes first, such as ``move`` of ``vault``."""
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, _SubParsersAction):
            return dict(action.choices)
    return {}


def describe_parts(parser: ArgumentParser) -> None:
    """Gives sub-commands that have no description one from their command's: what it says of them, with its examples."""
    for action in parser._actions:  # noqa: SLF001 - argparse tells it in no other way
        if isinstance(action, _SubParsersAction):
            for told in action._choices_actions:  # noqa: SLF001
                below = action.choices[told.dest]
                if below.description is None and told.help:
                    below.description = _part_of(parser, below.prog, told.help)


def _part_of(parser: ArgumentParser, command: str, summary: str) -> str:
    told = parser.description or ""
    examples, taken = [], False
    for line in told.splitlines():
        if line.startswith("  nbguard "):
            taken = f"{line.strip()} ".startswith(f"{command} ")
        # What goes on with an example is indented deeper.
        elif not line.startswith("   "):
            taken = False
        if taken:
            examples.append(line)
    status = [paragraph.rstrip() for paragraph in told.split("\n\n") if paragraph.startswith("Exit status:")]
    also = f"See also `{parser.prog} --help`."
    return "\n\n".join([f"{summary[0].upper()}{summary[1:]}.", "\n".join(examples), also, *status])


def help_width() -> int:
    """The columns that help is laid out for: the terminal's, at most 100."""
    from nbguard.report.terminal import columns_of

    return max(min(columns_of(sys.stdout), 100), 40)
