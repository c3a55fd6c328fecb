"""Prints the script that completes nbguard's command lines in a shell.

  nbguard completion bash > ~/.local/share/bash-completion/completions/nbguard
  nbguard completion zsh > ~/.zfunc/_nbguard     or, below compinit in ~/.zshrc:
                                                 source <(nbguard completion zsh)
  nbguard completion fish > ~/.config/fish/completions/nbguard.fish
  nbguard completion powershell >> $PROFILE

For zsh, ~/.zfunc has to stand in `fpath` before `compinit` runs. The script is made from the options of this version:
print it again after an update.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator


class Following(NamedTuple):
    """What can follow some words: options with what they do, words, and the choices of each option."""

    options: dict[str, str]
    words: dict[str, str]
    choices: dict[str, list[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("shell", choices=tuple(SHELLS), help="the shell to complete in")


def run(options: argparse.Namespace) -> int:
    """Writes the script."""
    sys.stdout.write(SHELLS[options.shell](read_commands()))
    return ExitCode.CLEAN


def read_commands() -> dict[str, Following]:
    """What can follow ``""`` (nbguard itself), ``scan``, ``vault``, ``vault move``, …, as the parsers have it."""
    from nbguard.cli.command_line import sub_commands
    from nbguard.cli.main import COMMANDS, load_command

    words = COMMANDS | {"help": "say what a command takes"}
    found = {"": Following({"--help": "show this help", "--version": "show the version"}, words, {})}
    found["help"] = Following({"--man": "write manual pages into a folder"}, dict(COMMANDS), {})
    for name in COMMANDS:
        parser = load_command(name)[1]
        found[name] = _read(parser)
        if sub_commands(parser):
            found[f"help {name}"] = Following({}, found[name].words, {})
        for word, below in sub_commands(parser).items():
            found[f"{name} {word}"] = _read(below)
    return found


def _read(parser: argparse.ArgumentParser) -> Following:
    from nbguard.cli.command_line import sub_commands

    options, choices = {}, {}
    words = {word: _first_line(below.description) for word, below in sub_commands(parser).items()}
    for action in parser._actions:  # noqa: SLF001 - argparse tells it in no other way
        for name in action.option_strings:
            options[name] = _first_line(action.help)
            if action.choices:
                choices[name] = list(map(str, action.choices))
        if not action.option_strings and action.choices and not words:
            words = {str(choice): "" for choice in action.choices}
    return Following(options, words, choices)


def _first_line(text: str | None) -> str:
    """The first sentence of a text, without signs that a shell would read."""
    line = " ".join((text or "").partition("\n\n")[0].split()).replace("%%", "%")
    line = line.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(": ", ", ")
    return "".join(c for c in line.partition(". ")[0].rstrip(".") if c not in '"`$\\[]:')


def _bash(commands: dict[str, Following]) -> str:
    return (
        "# bash completion for nbguard\n"
        "_nbguard() {\n"
        '  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"\n'
        '  local at="${COMP_WORDS[1]}" words=\n'
        '  [ "$COMP_CWORD" -eq 1 ] && at=\n'
        '  case "$at ${COMP_WORDS[2]}" in\n'
        + _cases(commands, '[ "$COMP_CWORD" -gt 2 ] && at=')
        + '  esac\n  case "$at" in\n'
        + "".join(_bash_lines(commands))
        + "  esac\n"
        '  COMPREPLY=($(compgen -W "$words" -- "$current"))\n'
        "}\n"
        "complete -o default -F _nbguard nbguard\n"
    )


def _cases(commands: dict[str, Following], assign: str) -> str:
    """Branches that take two words for one command, such as ``vault move``."""
    return "".join(f'    "{name}") {assign}"{name}" ;;\n' for name in commands if " " in name)


def _bash_lines(commands: dict[str, Following]) -> Iterator[str]:
    for name, known in commands.items():
        yield f'    "{name}")\n'
        yield f'      words="{" ".join((*known.words, *known.options))}"\n'
        if known.choices:
            yield '      case "$before" in\n'
            for option, values in known.choices.items():
                yield f'        {option}) words="{" ".join(values)}" ;;\n'
            yield "      esac\n"
        yield "      ;;\n"


def _zsh(commands: dict[str, Following]) -> str:
    lines = [
        "#compdef nbguard",
        "_nbguard() {",
        "  local at=${words[2]} before=${words[CURRENT-1]}",
        "  (( CURRENT == 2 )) && at=",
        '  case "$at ${words[3]}" in',
        _cases(commands, "(( CURRENT > 3 )) && at=").rstrip("\n"),
        "  esac",
        '  case "$at" in',
    ]
    for name, known in commands.items():
        lines.append(f'    "{name}")')
        if known.choices:
            lines.append('      case "$before" in')
            lines += [f"        {option}) compadd {' '.join(v)}; return ;;" for option, v in known.choices.items()]
            lines.append("      esac")
        entries = [f"'{word}:{told}'" for word, told in (known.words | known.options).items()]
        lines += [f"      local -a known=({' '.join(entries)})", "      _describe nbguard known", "      ;;"]
    # As a file of fpath it is run at the first completion; whoever sources it has it registered.
    called = 'if [[ ${funcstack[1]} == _nbguard ]]; then _nbguard "$@"; else compdef _nbguard nbguard; fi'
    return "\n".join([*lines, "  esac", "  _files", "}", called, ""])


def _fish(commands: dict[str, Following]) -> str:
    lines = ["# fish completion for nbguard"]
    for name, known in commands.items():
        first, _, second = name.partition(" ")
        when = "__fish_use_subcommand"
        if first:
            when = f"__fish_seen_subcommand_from {first}"
            others = " ".join(word for word in known.words) if not second else ""
            if second:
                when += f"; and __fish_seen_subcommand_from {second}"
            elif others:
                when += f"; and not __fish_seen_subcommand_from {others}"
        # No file stands where a word has to.
        lines += [f"complete -c nbguard -f -n '{when}' -a {word} -d '{told}'" for word, told in known.words.items()]
        for option, told in known.options.items():
            form = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            values = f" -x -a '{' '.join(known.choices[option])}'" if option in known.choices else ""
            lines.append(f"complete -c nbguard -n '{when}' {form}{values} -d '{told}'")
    return "\n".join([*lines, ""])


def _powershell(commands: dict[str, Following]) -> str:
    def row(key: str, words: Iterable[str]) -> str:
        return f"    '{key}' = @('" + "', '".join(words) + "')"

    rows = "\n".join(row(name, (*known.words, *known.options)) for name, known in commands.items())
    choices = "\n".join(
        row(f"{name} {option}", values) for name, known in commands.items() for option, values in known.choices.items()
    )
    return (
        "Register-ArgumentCompleter -Native -CommandName nbguard -ScriptBlock {\n"
        "  param($word, $line, $position)\n"
        f"  $known = @{{\n{rows}\n  }}\n"
        f"  $choices = @{{\n{choices}\n  }}\n"
        "  $given = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() } |\n"
        "    Where-Object { $_ -ne $word -and -not $_.StartsWith('-') })\n"
        "  $at = ''\n"
        "  if ($given.Count -ge 1 -and $known.ContainsKey($given[0])) { $at = $given[0] }\n"
        '  if ($given.Count -ge 2 -and $known.ContainsKey("$($given[0]) $($given[1])")) {\n'
        '    $at = "$($given[0]) $($given[1])"\n'
        "  }\n"
        "  $before = @($line.CommandElements | ForEach-Object { $_.ToString() } | Where-Object { $_ -ne $word })\n"
        '  $after = "$at $($before[-1])"\n'
        "  $there = if ($choices.ContainsKey($after)) { $choices[$after] } else { $known[$at] }\n"
        '  $there | Where-Object { $_ -like "$word*" } | ForEach-Object {\n'
        "    [System.Management.Automation.CompletionResult]::new($_)\n"
        "  }\n"
        "}\n"
    )


SHELLS: dict[str, Callable[[dict[str, Following]], str]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
    "powershell": _powershell,
}
