"""`nbguard strip` as a command: what it writes where, its exit status, and that files aren't touched without need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

_DIRTY = as_bytes(notebook(markdown("#"), code("1", stream("an output"))))
_CLEAN = as_bytes(notebook(code("1", count=None)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "dirty.ipynb").write_bytes(_DIRTY)
    (tmp_path / "sub" / "clean.ipynb").write_bytes(_CLEAN)
    return tmp_path


def test_a_folder_is_stripped_in_place_and_clean_files_are_not_touched(folder: Path) -> None:
    before = os.stat(folder / "sub" / "clean.ipynb")
    run = nbguard("strip", folder)
    assert run == (1, f"stripped {folder / 'dirty.ipynb'}\n", "")
    assert b"an output" not in (folder / "dirty.ipynb").read_bytes()
    after = os.stat(folder / "sub" / "clean.ipynb")
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert nbguard("strip", folder) == (0, "", "")


def test_check_writes_nothing_and_names_path_cell_and_reason(folder: Path) -> None:
    run = nbguard("strip", "--check", ".", cwd=folder)
    assert run == (1, "dirty.ipynb: cell 2: execution count\ndirty.ipynb: cell 2: outputs\n", "")
    assert (folder / "dirty.ipynb").read_bytes() == _DIRTY
    assert nbguard("strip", "--check", "sub", cwd=folder) == (0, "", "")


def test_diff_shows_what_would_go_and_writes_nothing(folder: Path) -> None:
    run = nbguard("strip", "--diff", "dirty.ipynb", cwd=folder)
    assert run.status == 1
    assert '\n-   "execution_count": 1,\n' in run.out
    assert '\n+   "execution_count": null,\n' in run.out
    assert (folder / "dirty.ipynb").read_bytes() == _DIRTY


def test_standard_input_goes_stripped_to_standard_output() -> None:
    run = nbguard("strip", "-", stdin=_DIRTY)
    assert run.status == 0
    assert "an output" not in run.out
    assert nbguard("strip", "-", stdin=_CLEAN).out.encode() == _CLEAN
    assert nbguard("strip", "--check", "-", stdin=_DIRTY).status == 1


def test_what_cannot_be_read_is_told_in_one_line_and_the_others_are_stripped(folder: Path) -> None:
    (folder / "broken.ipynb").write_bytes(b'{"cells": [')
    run = nbguard("strip", "broken.ipynb", "missing.ipynb", "dirty.ipynb", cwd=folder)
    assert run.status == 3
    assert run.out == "stripped dirty.ipynb\n"
    first, second = run.err.splitlines()
    assert first.startswith("nbguard: broken.ipynb: not valid JSON")
    assert second == "nbguard: missing.ipynb: no such file"
    assert (folder / "broken.ipynb").read_bytes() == b'{"cells": ['


@pytest.mark.parametrize(
    "options",
    [
        ("--keep-output", "--max-size", "5K"),
        ("--extra-keys", "metadata.a", "--keep-metadata-keys", "metadata.a"),
        ("--keep-output-types", "error", "--drop-output-types", "error"),
        ("--extra-keys", "kernelspec"),
        ("--max-size", "five"),
    ],
)
def test_options_that_contradict_each_other_are_refused_and_nothing_is_done(folder: Path, options: tuple) -> None:
    run = nbguard("strip", *options, "dirty.ipynb", cwd=folder)
    assert run.status == 2
    assert run.err.startswith("nbguard: ")
    assert (folder / "dirty.ipynb").read_bytes() == _DIRTY


def test_the_configuration_holds_and_the_command_line_goes_over_it(folder: Path) -> None:
    (folder / "nbguard.toml").write_text('exclude = ["sub/"]\n[strip]\nkeep_count = true\nkeep_output = true\n')
    (folder / ".git").mkdir()
    assert nbguard("strip", "dirty.ipynb", cwd=folder).status == 0
    assert nbguard("strip", "--no-keep-output", "dirty.ipynb", cwd=folder).status == 1
    assert b'"execution_count": 1' in (folder / "dirty.ipynb").read_bytes()
    (folder / "sub" / "clean.ipynb").write_bytes(_DIRTY)
    assert nbguard("strip", "--no-keep-output", "sub/clean.ipynb", cwd=folder) == (0, "", "")


def test_mode_and_symbolic_links_stay(folder: Path) -> None:
    (folder / "dirty.ipynb").chmod(0o640)
    (folder / "link.ipynb").symlink_to("dirty.ipynb")
    assert nbguard("strip", "link.ipynb", cwd=folder).status == 1
    assert (folder / "link.ipynb").is_symlink()
    assert (folder / "dirty.ipynb").stat().st_mode & 0o777 == 0o640
    assert b"an output" not in (folder / "dirty.ipynb").read_bytes()


def test_without_paths_the_repository_is_meant(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / ".gitignore").write_text("ignored.ipynb\n")
    (folder / "ignored.ipynb").write_bytes(_DIRTY)
    run = nbguard("strip", cwd=folder / "sub")
    assert run == (1, f"stripped {os.path.join('..', 'dirty.ipynb')}\n", "")
    assert (folder / "ignored.ipynb").read_bytes() == _DIRTY


def test_without_paths_outside_of_a_repository_there_is_one_clear_line(tmp_path: Path) -> None:
    run = nbguard("strip", cwd=tmp_path)
    assert (run.status, run.out) == (2, "")
    assert run.err == "nbguard: no git repository here; name the files or directories to strip\n"


def test_a_notebook_can_be_laid_out_as_nbformat_does(folder: Path) -> None:
    compact = as_bytes(notebook(code("1\n2", stream("x"))), indent=None, ascii_only=True)
    (folder / "compact.ipynb").write_bytes(b"\xef\xbb\xbf" + compact.replace(b"\n", b"\r\n"))
    assert nbguard("strip", "--normalize", "compact.ipynb", cwd=folder).status == 1
    expected = notebook(code("1\n2", count=None))
    import nbformat

    laid_out = nbformat.v4.writes(nbformat.from_dict(expected)) + "\n"
    assert (folder / "compact.ipynb").read_text() == laid_out
    assert nbguard("strip", "--normalize", "compact.ipynb", cwd=folder).status == 0


def test_a_clean_file_costs_no_heavy_import(folder: Path) -> None:
    program = (
        "import sys; sys.argv = ['nbguard', 'strip', 'sub/clean.ipynb']\n"
        "import nbguard.cli.main as main\n"
        "assert main.main(sys.argv[1:]) == 0\n"
        "print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, check=True, text=True)
    heavy = {"git", "nbformat", "subprocess", "pathlib", "dataclasses", "tomllib", "logging", "difflib", "hyperscan"}
    assert heavy.isdisjoint(done.stdout.split())


def test_killed_at_any_moment_a_notebook_is_the_old_one_or_the_new_one(folder: Path) -> None:
    large = as_bytes(notebook(*(code(str(number), stream("x" * 2000)) for number in range(500))))
    path = folder / "large.ipynb"
    path.write_bytes(large)
    nbguard("strip", path)
    new = path.read_bytes()
    for milliseconds in range(20, 120, 7):
        path.write_bytes(large)
        process = subprocess.Popen([sys.executable, "-m", "nbguard", "strip", str(path)], stdout=subprocess.DEVNULL)
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert path.read_bytes() in (large, new)


def test_a_full_disk_leaves_the_notebook_as_it_was(folder: Path) -> None:
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
    program = limit + "import sys; from nbguard.cli.main import main; sys.exit(main(['strip', 'dirty.ipynb']))"
    done = subprocess.run([sys.executable, "-B", "-c", program], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 3
    assert b"nothing was written" in done.stderr
    assert (folder / "dirty.ipynb").read_bytes() == _DIRTY
    assert sorted(os.listdir(folder)) == ["dirty.ipynb", "sub"]


def test_a_diff_shows_no_credential(folder: Path) -> None:
    token = FakeTokens(7).ionq()
    source = f"provider = IonQProvider('{token}')\nprint(provider.token)"
    (folder / "dirty.ipynb").write_bytes(as_bytes(notebook(code(source, stream(f"token: {token}\n")))))
    run = nbguard("strip", "--diff", "dirty.ipynb", cwd=folder)
    assert '-      "token: ' in run.out
    assert token not in run.out


def test_compat_comes_first_or_is_refused(folder: Path) -> None:
    run = nbguard("strip", "--compat", "nbstripout", "--keep-output", "dirty.ipynb", cwd=folder)
    assert (run.status, run.out) == (0, "")
    assert b"an output" in (folder / "dirty.ipynb").read_bytes()
    for arguments in (("--compat=nbstripout", "dirty.ipynb"), ("--check", "--compat", "nb-clean", "clean")):
        refused = nbguard("strip", *arguments, cwd=folder)
        assert refused.status == 2
        assert "two words" in refused.err
    assert nbguard("strip", "--compat", "jq", cwd=folder).status == 2


_UGLY = b"a\n::error::b\x1b[31m\xff.ipynb"


@pytest.mark.parametrize(
    "arguments", [(), ("--check",), ("--diff",), ("--staged",), ("--compat", "nb-clean", "check")], ids=" ".join
)
def test_a_file_name_cannot_fake_a_line_or_paint_the_terminal(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nor does a name that isn't UTF-8 stop the run."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name, content in ((_UGLY, _DIRTY), (b"2" + _UGLY, b"{")):
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    named = [] if "--staged" in arguments else [os.fsdecode(_UGLY), os.fsdecode(b"2" + _UGLY)]
    run = nbguard("strip", *arguments, *named, cwd=tmp_path)
    told = run.out + run.err
    assert "\\n::error::b\\x1b[31m\\xff.ipynb" in told
    assert "\x1b" not in told
    assert not any(line.startswith("::") for line in told.splitlines())
    assert "defect" not in told
