"""The entry point: wrong command lines, output that can't be written, and terminals of few letters."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbguard.cli.main import COMMANDS, load_command, main
from nbguard.errors import UsageError
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scan", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (
            ["scan", "--fromat", "json"],
            "unrecognized arguments: --fromat (did you mean '--format'?); see `nbguard scan",
        ),
        (["baseline", "crate"], "there is no command 'nbguard baseline crate' (did you mean 'create'?"),
        (
            ["vault", "move", "--stlye", "env"],
            "unrecognized arguments: --stlye (did you mean '--style'?); see `nbguard vault move ",
        ),
        (["policy", "show", "--unsigned"], "unrecognized arguments: --unsigned; see `nbguard policy show "),
        (["scan", "--format", "jsn"], "argument --format: invalid choice: 'jsn' (did you mean 'json'?"),
        (["help", "scna"], "there is no command 'scna' (did you mean 'scan'?)"),
        (["explain"], "the following arguments are required: RULE; see `nbguard explain --help`"),
        (["vault", "mvoe"], "there is no command 'nbguard vault mvoe' (did you mean 'move'?"),
        (["move", "a.py"], "there is no command 'move' (did you mean 'vault move'?); see"),
        (["redact"], "there is no command 'redact' (did you mean 'data redact'?); see"),
        (["allow", "ionq"], "there is no command 'allow'; an allow is a comment beside the value: # nbguard: allow"),
        (["completion", "tcsh"], "argument shell: invalid choice: 'tcsh' (one of: bash, zsh, fish, powershell); see"),
        (["vault", "get"], "the following arguments are required: REF; see `nbguard vault get --help`"),
        (["--versoin"], "there is no option '--versoin' (did you mean '--version'?); see `nbguard --help`"),
        (["ci", "--reprt"], "unrecognized arguments: --reprt; see"),
        (["update"], "there is no command 'update' (did you mean 'baseline update'?); see"),
        (["scna"], "there is no command 'scna' (did you mean 'scan'?); see `nbguard --help`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_told_in_one_line(arguments: list[str], said: str) -> None:
    run = nbguard(*arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"nbguard: {said}")
    assert run.err.count("\n") == 1
    assert run.err.endswith("--help`\n")


def all_parsers() -> Iterator[argparse.ArgumentParser]:
    """The parser of every command and of every action below one."""
    waiting = [load_command(name)[1] for name in (*COMMANDS, "filter")]
    while waiting:
        parser = waiting.pop()
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()


def test_an_option_cut_short_is_refused_everywhere() -> None:
    """`install --glob` once set up a filter for all repositories. Every option of every parser is cut by a letter."""
    cut = 0
    for parser in all_parsers():
        assert not parser.allow_abbrev, parser.prog
        known = set(parser._option_string_actions)
        for option in known:
            if len(option) > 4 and option[:-1] not in known:
                with pytest.raises(UsageError):
                    parser.parse_args([option[:-1]])
                assert parser._get_option_tuples(option[:-1]) == [], option
                cut += 1
    assert cut > 100


@pytest.mark.parametrize("line", [["nbstripout", "--dry"], ["nb-clean", "clean", "--remove-empty"]])
def test_nor_does_another_tool_s_command_line_take_one(line: list[str], tmp_path: Path) -> None:
    run = nbguard("strip", "--compat", *line, cwd=tmp_path)
    assert run.status == 2, run


def test_install_is_not_made_global_by_half_an_option(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    run = nbguard("install", "--glob", cwd=tmp_path, env={"HOME": str(tmp_path)})
    assert run.status == 2
    assert not (tmp_path / ".gitconfig").exists()


def test_what_somebody_typed_cannot_paint_the_terminal() -> None:
    run = nbguard("scan", "--\x1b[31m\n::error::")
    assert run.status == 2
    assert "\\x1b[31m\\n::error::" in run.err
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_describes_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: nbguard {name}")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the device is Linux's")
@pytest.mark.parametrize("arguments", [["rules"], ["--version"], ["explain", "ionq-api-key"]], ids=" ".join)
def test_output_that_cannot_be_written_is_told(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        for buffered in ("", "1"):
            done = subprocess.run(
                [sys.executable, "-m", "nbguard", *arguments], stdout=full, stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": buffered},
            )  # fmt: skip
            assert done.returncode == 3
            assert done.stderr == b"nbguard: can't write the output: no space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="a shell closes them")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_what_is_closed_is_written_nowhere_and_the_verdict_stays(closed: str, tmp_path: Path) -> None:
    leaking = tmp_path / "a.env"
    leaking.write_text(f"IONQ_API_KEY={FakeTokens(8).ionq()}\n")
    clean = tmp_path / "b.env"
    clean.write_text("DEBUG=1\n")
    for path, status in ((leaking, 1), (clean, 0)):
        script = f'exec "{sys.executable}" -m nbguard scan "{path}" {closed}'
        done = subprocess.run(["sh", "-c", script], capture_output=True, cwd=tmp_path)
        assert (done.returncode, b"Traceback" in done.stderr) == (status, False)
        assert (b"IonQ" in done.stdout) == (status == 1 and not closed.startswith(">") and "<&- >" not in closed)


@pytest.mark.parametrize("arguments", [["explain", "ionq-api-key"], ["rules"]], ids=" ".join)
def test_a_terminal_of_few_letters_gets_escapes(arguments: list[str]) -> None:
    run = nbguard(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert (run.status, run.err) == (0, "")
    assert run.out.isascii()
