"""What the parsers say of each command, for those who write it down: manual pages, the reference page of the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Iterable, Iterator

# What a description is wrapped to before its reader lays it out again, in characters.
_WIDTH = 76


class Option(NamedTuple):
    """An argument of a command: ``-o, --output``, or a positional one's name."""

    names: str
    told: str


class CommandPage(NamedTuple):
    """A command or sub-command: ``vault move``. ``groups``: the title of each group of arguments, and those in it."""

    name: str
    summary: str
    usage: str
    description: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Option, ...]], ...]


def read_commands(commands: Iterable[tuple[str, str, ArgumentParser]]) -> Iterator[CommandPage]:
    """Every command with its sub-commands behind it. ``commands``: the name, the summary and the parser of each."""
    from nbguard.cli.command_line import sub_commands

    for name, summary, parser in commands:
        yield _read(name, summary, parser)
        for word, below in sub_commands(parser).items():
            told = (below.description or "").strip().partition("\n")[0].rstrip(".") or summary
            yield _read(f"{name} {word}", told, below)


def _read(name: str, summary: str, parser: ArgumentParser) -> CommandPage:
    from nbguard.cli.help_layout import lay_out

    groups = []
    for group in parser._action_groups:  # noqa: SLF001 - argparse tells it in no other way
        options = tuple(_option(parser, action) for action in group._group_actions if action.help)  # noqa: SLF001
        if options:
            groups.append((group.title or "options", options))
    usage = " ".join(parser.format_usage().split()).removeprefix("usage: ")
    description = tuple(lay_out(parser.description, _WIDTH)) if parser.description else ()
    return CommandPage(name, summary, usage, description, tuple(groups))


def _option(parser: ArgumentParser, action: Action) -> Option:
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    names = f"{', '.join(action.option_strings)} {value}".strip() if action.option_strings else value
    told = " ".join(parser._get_formatter()._expand_help(action).split())  # noqa: SLF001
    if action.choices is not None and "; one of " not in told and action.metavar is None:
        told += f"; one of {', '.join(map(str, action.choices))}"
    return Option(names, told)
