"""Help, completion and manual pages: made from the parsers, so held against them."""

import os
import shutil
import subprocess
import sys

import pytest

from nbguard.cli.command_line import help_width, option_names, sub_commands
from nbguard.cli.completion import SHELLS, read_commands
from nbguard.cli.help_layout import lay_out
from nbguard.cli.main import COMMANDS, list_parsers, load_command
from nbguard.cli.man_pages import write_pages
from tests.command_line import nbguard


def all_below(parser):
    """A parser and those of its sub-commands."""
    yield parser
    for below in sub_commands(parser).values():
        yield from all_below(below)


PARSERS = {parser.prog: parser for name in COMMANDS for parser in all_below(load_command(name)[1])}
# Git calls these; nobody types them.
CALLED_BY_GIT = {"nbguard pre-push", "nbguard pre-receive"}


@pytest.mark.parametrize("prog", PARSERS)
def test_help_fits_80_columns(prog, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    too_long = [line for line in PARSERS[prog].format_help().splitlines() if len(line) > 80]
    assert too_long == []


@pytest.mark.parametrize("name", [name for name in COMMANDS if f"nbguard {name}" not in CALLED_BY_GIT])
def test_examples_come_before_everything_that_has_to_be_read(name):
    paragraphs = "\n".join(lay_out(load_command(name)[1].description, 80)).split("\n\n")
    assert paragraphs[1].startswith("  nbguard "), paragraphs[1]


def test_every_sub_command_says_what_it_does_with_an_example():
    below = {prog: parser for prog, parser in PARSERS.items() if len(prog.split()) > 2}
    assert below
    assert [prog for prog, parser in below.items() if f"  {prog}" not in (parser.description or "")] == []


def test_the_overview_fits_too():
    assert max(map(len, nbguard("--help").out.splitlines())) <= 80


@pytest.mark.parametrize("words", [["scan"], ["vault"], ["vault", "move"], ["baseline", "update"]], ids=" ".join)
def test_help_of_a_command_is_its_own(words):
    assert nbguard("help", *words).out == nbguard(*words, "--help").out


def test_prose_is_wrapped_and_examples_keep_their_columns():
    text = "One sentence.\n\nMore\nof it.\n\n  nbguard x      does x\n  nbguard yyyyyy   a very long line about it\n"
    assert list(lay_out(text, 40)) == [
        "One sentence.", "",
        "  nbguard x      does x", "  nbguard yyyyyy", "      a very long line about it", "",
        "More of it.",
    ]  # fmt: skip


def test_what_goes_on_in_the_second_column_is_wrapped_with_it():
    goes_on = " " * 20 + "and more of it"
    text = f"One.\n\n  nbguard x      does this and that\n{goes_on}\n  nbguard y      a-long-name two-of-them\n"
    assert list(lay_out(text, 30))[2:] == [
        "  nbguard x", "      does this and that and", "      more of it",
        "  nbguard y", "      a-long-name two-of-them",
    ]  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_knows_every_word_and_option(shell):
    script = nbguard("completion", shell).out
    for parser in PARSERS.values():
        for option in option_names(parser):
            assert (option.lstrip("-") if shell == "fish" else option) in script, (parser.prog, option)
    assert all(name in script for name in COMMANDS)


@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("nbguard sc", {"scan"}, {"strip"}),
        ("nbguard vault m", {"move"}, {"main"}),
        ("nbguard vault move --st", {"--style"}, {"--staged"}),
        ("nbguard scan --st", {"--strip", "--staged"}, {"--style"}),
        ("nbguard scan --format js", {"json", "jsonl"}, {"--jobs"}),
        ("nbguard completion ", {"bash", "fish"}, set()),
        ("nbguard help sc", {"scan"}, {"strip"}),
        ("nbguard help vault m", {"move"}, {"map"}),
    ],
)
def test_bash_completes(tmp_path, line, offered, not_offered):
    script = tmp_path / "nbguard.bash"
    script.write_text(nbguard("completion", "bash").out)
    words = line.split(" ")
    array = " ".join(f'"{word}"' for word in words)
    ask = f"source {script}; COMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _nbguard"
    script = f"{ask}; printf '%s\\n' ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    got = set(done.stdout.split())
    assert offered <= got
    assert not not_offered & got


# What a command line is completed to: the words that are offered, and some that aren't.
_COMPLETED = [
    ("nbguard sc", {"scan"}, {"move"}),
    ("nbguard vault m", {"move"}, {"main"}),
    ("nbguard vault move --st", {"--style"}, {"--staged"}),
    ("nbguard scan --format js", {"json", "jsonl"}, {"--jobs"}),
    ("nbguard completion ", {"bash", "fish"}, {"scan"}),
    ("nbguard help sc", {"scan"}, {"move"}),
    ("nbguard help vault m", {"move"}, {"map"}),
]
# Stands in for zsh's completion system: what the script hands to it is printed.
_ZSH = r"""
_describe() { print -l -- "${(@)${(@P)2}%%:*}" }
compadd() { print -l -- "$@" }
_files() { : }
compdef() { $1 }
words=("${(@s: :)LINE}") CURRENT=${#words}
"""
# The two ways to have it: sourced, or as a file of fpath.
_ZSH_WAYS = ("source $SCRIPT", "fpath=(${SCRIPT:h}); autoload -Uz _nbguard; _nbguard")


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh isn't here")
@pytest.mark.parametrize(("line", "offered", "not_offered"), _COMPLETED)
@pytest.mark.parametrize("way", _ZSH_WAYS, ids=["sourced", "found"])
def test_zsh_completes(tmp_path, line, offered, not_offered, way):
    script = tmp_path / "_nbguard"
    script.write_text(SHELLS["zsh"](read_commands()))
    environment = {**os.environ, "LINE": line, "SCRIPT": str(script)}
    done = subprocess.run(["zsh", "-f", "-c", _ZSH + way], capture_output=True, text=True, env=environment, check=True)
    got = set(done.stdout.split())
    assert offered <= got
    assert not not_offered & got


@pytest.mark.skipif(not shutil.which("fish"), reason="fish isn't here")
@pytest.mark.parametrize(("line", "offered", "not_offered"), _COMPLETED)
def test_fish_completes(tmp_path, line, offered, not_offered):
    script = tmp_path / "nbguard.fish"
    script.write_text(SHELLS["fish"](read_commands()))
    (tmp_path / "movable").write_text("")
    ask = f"source {script}; complete -C '{line}'"
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        ["fish", "--no-config", "-c", ask], capture_output=True, text=True, env=environment, cwd=tmp_path, check=True
    )
    got = {told.partition("\t")[0] for told in done.stdout.splitlines()}
    assert offered <= got
    assert not (not_offered | {"movable"}) & got


@pytest.mark.skipif(not shutil.which("fish"), reason="fish isn't here")
def test_fish_says_what_a_word_does_in_whole_words(tmp_path):
    script = tmp_path / "nbguard.fish"
    script.write_text(SHELLS["fish"](read_commands()))
    ask = ["fish", "--no-config", "-c", f"source {script}; complete -C 'nbguard vault log'"]
    done = subprocess.run(ask, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    assert "keeps the token where Vault\u2019s own tools keep it, in ~/.vault-token" in done.stdout


# How each shell only reads a script; those that are here do.
_READING = {"zsh": "-n", "fish": "--no-execute", "bash": "-n"}


@pytest.mark.parametrize("shell", [*filter(shutil.which, _READING)])
def test_a_shell_reads_its_script(tmp_path, shell):
    (tmp_path / "script").write_text(SHELLS[shell](read_commands()))
    done = subprocess.run([shell, _READING[shell], tmp_path / "script"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_tables_of_the_powershell_script_name_everything_once():
    """PowerShell takes keys of any case for the same one, and refuses a table that has one twice."""
    script = SHELLS["powershell"](read_commands())
    for table in ("known", "choices"):
        rows = script.partition(f"${table} = @{{\n")[2].partition("\n  }")[0].splitlines()
        keys = [row.partition(" = @(")[0].strip().lower() for row in rows]
        assert keys
        assert len(keys) == len(set(keys))
    assert "'scan --output-format' = @('full', 'concise', 'grouped')" in script


def test_help_writes_the_manual(tmp_path):
    told = nbguard("help", "--man", str(tmp_path / "man1"))
    assert (told.status, told.err) == (0, "")
    assert str(tmp_path / "man1" / "nbguard-scan.1") in told.out.splitlines()
    assert nbguard("help", "--man").err.startswith("nbguard: one folder is needed")
    (tmp_path / "file").write_text("")
    assert nbguard("help", "--man", str(tmp_path / "file")).status == 2


def test_every_command_has_a_manual_page(tmp_path):
    paths = write_pages(str(tmp_path), list_parsers())
    names = {os.path.basename(path).removesuffix(".1").replace("-", " ") for path in paths}
    assert names == {"nbguard", *(prog.replace("-", " ") for prog in PARSERS)}
    text = (tmp_path / "nbguard-vault-move.1").read_text()
    assert text.startswith('.TH "NBGUARD')
    assert "\\-\\-dry\\-run" in text


@pytest.mark.skipif(not shutil.which("groff"), reason="groff isn't here")
def test_the_manual_pages_are_good_roff(tmp_path):
    for path in write_pages(str(tmp_path), list_parsers()):
        done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", path], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), path


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_help_is_as_wide_as_the_terminal(monkeypatch):
    """A shell seldom exports COLUMNS."""
    import termios

    monkeypatch.delenv("COLUMNS", raising=False)
    ours, theirs = os.openpty()
    termios.tcsetwinsize(ours, (24, 60))
    with os.fdopen(ours, "wb"), os.fdopen(theirs, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert help_width() == 60
        assert max(map(len, load_command("scan")[1].format_help().splitlines())) <= 60
