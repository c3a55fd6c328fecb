"""`nbguard strip --check` names what nbconvert left beside a notebook: pages made by nbconvert itself, in real git."""

import subprocess
from pathlib import Path

import pytest

from tests.command_line import nbguard
from tests.notebook_builder import as_bytes, code, notebook, stream


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a b.ipynb").write_bytes(as_bytes(notebook(code("x = 1", count=None))))
    return tmp_path


def page(folder: Path) -> str:
    """The page that nbconvert makes of a notebook with outputs."""
    import nbformat
    from nbconvert import HTMLExporter

    raw = as_bytes(notebook(code("x = 1", stream("an output\n"))))
    return str(HTMLExporter().from_notebook_node(nbformat.reads(raw.decode(), as_version=4))[0])


def test_a_page_of_nbconvert_s_is_named(folder: Path) -> None:
    assert nbguard("strip", "--check", cwd=folder).status == 0
    (folder / "a b.html").write_text(page(folder))
    for names in ((), (".",), ("a b.ipynb",)):
        run = nbguard("strip", "--check", *names, cwd=folder)
        assert run.status == 1
        assert "a b.html: shows the outputs of a b.ipynb" in run.out
    (folder / ".gitignore").write_text("*.html\n")
    assert nbguard("strip", "--check", cwd=folder) == (0, "", "")


def test_a_folder_with_pictures_is_named(folder: Path) -> None:
    (folder / "a b_files").mkdir()
    (folder / "a b_files" / "notes.txt").write_text("mine")
    assert nbguard("strip", "--check", cwd=folder).status == 0
    (folder / "a b_files" / "output_1_0.png").write_bytes(b"\x89PNG")
    assert "a b_files: shows" in nbguard("strip", "--check", cwd=folder).out


@pytest.mark.parametrize("name", ["a b.html", "other.html", "a b.txt"])
def test_another_page_is_nobody_s_business(folder: Path, name: str) -> None:
    (folder / name).write_text("<html><body>Our lab</body></html>" if name == "a b.html" else page(folder))
    assert nbguard("strip", "--check", cwd=folder) == (0, "", "")


def test_where_outputs_are_kept_so_are_pages(folder: Path) -> None:
    (folder / "a b.html").write_text(page(folder))
    (folder / "nbguard.toml").write_text("[strip]\nkeep_output = true\n")
    assert nbguard("strip", "--check", cwd=folder).status == 0


def test_stripping_leaves_pages_alone(folder: Path) -> None:
    (folder / "a b.html").write_text(page(folder))
    assert nbguard("strip", cwd=folder).status == 0
    assert (folder / "a b.html").exists()
