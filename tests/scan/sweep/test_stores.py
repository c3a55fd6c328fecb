"""Object stores: every object is looked at, whatever it is, and what can't be read is told."""

import json
import os
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import fsspec
import pytest

from nbguard.errors import UsageError
from nbguard.scan.sweep.sweep_targets import find_targets, parse_part
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import History, with_dwave, with_ionq
from tests.scan.sweep.sweeping import sweep


@pytest.fixture
def archive(tmp_path):
    """A folder as an archive of notebooks looks: notebooks, text that repeats a value, an archive, odd files."""
    tokens = FakeTokens(11)
    folder = tmp_path / "archive"
    (folder / "2021" / "lab").mkdir(parents=True)
    first, second, third = tokens.ionq(), tokens.ionq(), tokens.dwave()
    (folder / "2021" / "run.ipynb").write_bytes(with_ionq(first))
    (folder / "2021" / "lab" / "log.txt").write_text(f"connected with {first}\n")
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as made:
        made.writestr("inner.ipynb", as_bytes(notebook(code(f'IonQProvider("{second}")'))))
    (folder / "old.zip").write_bytes(packed.getvalue())
    (folder / "s.py").write_text(with_dwave(third))
    (folder / "empty").write_text("")
    (folder / "broken.ipynb").write_text("{")
    return folder


FOUND = {"2021/run.ipynb", "2021/lab/log.txt", "old.zip!/inner.ipynb", "s.py"}


def test_files_of_a_store_are_looked_at(archive, tmp_path):
    url = f"file://{archive}"
    swept = sweep(url, output=tmp_path / "r.sqlite")
    assert {f.path.removeprefix(f"{url}/") for f in swept.report.findings} == FOUND
    assert swept.skipped == {}
    (note,) = swept.notes
    assert note.startswith(f"{url}: broken.ipynb: searched as text")
    assert {f.origin.repository for f in swept.report.findings} == {url}
    assert swept.run.contents == 6


def test_a_store_in_memory_holds_the_same(archive, tmp_path):
    memory = fsspec.filesystem("memory")
    memory.put(str(archive), "/nbguard-archive", recursive=True)
    try:
        swept = sweep("memory://nbguard-archive", output=tmp_path / "r.sqlite")
        assert {f.path.removeprefix("memory://nbguard-archive/") for f in swept.report.findings} == FOUND
        # One object changes, one goes.
        memory.pipe("/nbguard-archive/s.py", b"clean\n")
        memory.rm("/nbguard-archive/old.zip")
        again = sweep("memory://nbguard-archive", output=tmp_path / "r.sqlite")
    finally:
        memory.rm("/nbguard-archive", recursive=True)
    assert again.run.contents == 1
    assert {f.path.removeprefix("memory://nbguard-archive/") for f in again.report.findings} == FOUND - {
        "s.py", "old.zip!/inner.ipynb"
    }  # fmt: skip


def test_one_object_is_a_store_too(archive, tmp_path):
    swept = sweep(f"file://{archive}/s.py", output=tmp_path / "r.sqlite")
    assert [f.path for f in swept.report.findings] == [f"file://{archive}/s.py/s.py"]


def test_what_is_too_large_or_left_out_or_a_link(archive, tmp_path):
    (archive / "large.txt").write_bytes(b"x" * 200_000)
    os.symlink("/etc/hostname", archive / "link.txt")
    swept = sweep(f"file://{archive}", output=tmp_path / "r.sqlite", max_file_size=100_000, exclude=("*.ipynb", "2021"))
    told = {path.rpartition("/")[2]: reason for path, reason in swept.report.skipped}
    assert told["large.txt"] == "too large: 0 MB (limit 0 MB)"
    assert told["link.txt"] == "a symbolic link, which isn't followed"
    assert set(told) == {"large.txt", "link.txt"}
    assert {f.path.removeprefix(f"file://{archive}/") for f in swept.report.findings} == {
        "old.zip!/inner.ipynb",
        "s.py",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_in_a_folder_is_not_waited_for(archive, tmp_path):
    os.mkfifo(archive / "pipe.ipynb")
    swept = sweep(f"file://{archive}", output=tmp_path / "r.sqlite")
    told = {path.rpartition("/")[2]: reason for path, reason in swept.report.skipped}
    assert told["pipe.ipynb"] == "no file: a pipe, a socket or a device"


def test_an_object_that_cannot_be_read_is_told(archive, tmp_path, monkeypatch):
    """As a store that answers with an error for one object; its words, which may hold a key, stay inside."""
    from fsspec.implementations.local import LocalFileSystem

    whole = LocalFileSystem.cat_file

    def refuse(self, path, *arguments, **options):
        if path.endswith("s.py"):
            raise PermissionError("denied for key=abcdef")
        return whole(self, path, *arguments, **options)

    monkeypatch.setattr(LocalFileSystem, "cat_file", refuse)
    swept = sweep(f"file://{archive}", output=tmp_path / "r.sqlite")
    assert swept.skipped[f"file://{archive}/s.py"] == "can't be read: PermissionError"
    assert len(swept.report.findings) == len(FOUND) - 1


def test_a_place_where_nothing_is_is_told(tmp_path):
    swept = sweep(f"file://{tmp_path}/nowhere", output=tmp_path / "r.sqlite")
    assert swept.skipped == {f"file://{tmp_path}/nowhere": "there is nothing at this URL"}


def test_a_store_whose_package_is_missing_is_told(tmp_path, monkeypatch):
    """Each store has a package of its own; fsspec says which is missing."""
    import sys

    monkeypatch.setitem(sys.modules, "s3fs", None)
    swept = sweep("s3://lab/notebooks", output=tmp_path / "r.sqlite")
    (reason,) = swept.skipped.values()
    assert reason.startswith("s3:// needs another package: pip install 'nbguard[cloud] @ git+https://")


@pytest.mark.parametrize(
    "url", ["https://lab.example/x", "zip://a::file://b", "reference://x", "github://a:b@/", "simplecache::s3://x"]
)
def test_only_object_stores_are_swept(url):
    with pytest.raises(UsageError, match="not an object store"):
        find_targets([url])


@pytest.mark.parametrize("url", ["s3://key:word@bucket/x", "gs://bucket/x?token=abc"])
def test_no_credentials_in_a_url(url):
    with pytest.raises(UsageError, match="leave credentials out") as caught:
        find_targets([url])
    assert "word" not in str(caught.value)
    assert "abc" not in str(caught.value)


def test_targets_are_found_by_folder_glob_and_list_each_once(tmp_path):
    for name in ("a", "b", "deep/c"):
        History(tmp_path / name)
    History(tmp_path / "bare.git", "--bare")
    listed = tmp_path / "list.txt"
    listed.write_text(f"# ours\n\n{tmp_path}/a\n{tmp_path}/deep\nfile://{tmp_path}/x\n{tmp_path}/*.git\n")

    def names(*words):
        found = find_targets(map(str, words))
        assert not found.skipped
        return [t.name.removeprefix(f"{tmp_path}/").removeprefix(f"file://{tmp_path}/") for t in found.found]

    assert names(tmp_path) == ["a", "b", "bare.git", "deep/c"]
    assert names(listed) == ["a", "deep/c", "x", "bare.git"]
    assert names(tmp_path / "a", f"{tmp_path}/?", tmp_path) == ["a", "b", "bare.git", "deep/c"]
    parts = [
        {target.name for target in find_targets([str(tmp_path)], parse_part(f"{number}/3")).found}
        for number in (1, 2, 3)
    ]
    assert sum(map(len, parts)) == len(set().union(*parts)) == 4


@pytest.mark.parametrize("part", ["0/3", "4/3", "x", "1/", "/2", "1/0"])
def test_a_part_that_is_none(part):
    with pytest.raises(UsageError, match="NUMBER/OF"):
        parse_part(part)


def test_results_as_parquet_hold_the_same(archive, tmp_path):
    from nbguard.scan.sweep.ledger import close_ledger, open_ledger, open_results
    from nbguard.scan.sweep.parquet import write_parquet
    from nbguard.scan.sweep.results import read_report, read_runs, read_spread

    (archive / "not\udcff utf8.py").write_text(with_dwave(FakeTokens(12).dwave()))
    sweep(f"file://{archive}", tmp_path / "nowhere", output=tmp_path / "r.sqlite")
    db = open_ledger(str(tmp_path / "r.sqlite"))
    write_parquet(db, str(tmp_path / "r.parquet"))
    again = open_results(str(tmp_path / "r.parquet"))
    assert read_report(again) == read_report(db)
    assert read_runs(again) == read_runs(db)
    assert read_spread(again, 10) == read_spread(db, 10)
    assert len(read_report(db).findings) == len(FOUND) + 1
    close_ledger(again)
    close_ledger(db)

    import pyarrow.parquet

    table = pyarrow.parquet.read_table(tmp_path / "r.parquet").to_pylist()
    assert {row["type"] for row in table} == {"finding", "skipped"}
    assert json.loads(next(row["record"] for row in table if row["type"] == "finding"))
    assert not (tmp_path / "r.parquet.part").exists()


@pytest.mark.parametrize("content", [b"PAR1", b"nothing", b""])
def test_a_file_that_is_no_parquet(content, tmp_path):
    from nbguard.scan.sweep.ledger import open_results

    (tmp_path / "r.parquet").write_bytes(content)
    with pytest.raises(UsageError, match="not the results"):
        open_results(str(tmp_path / "r.parquet"))
