"""What is said of a file that can't be read, and what is left where a step of replacing one fails."""

import os
from pathlib import Path

import pytest

from nbguard.documents.fields import Document, Edit, Field, Part
from nbguard.documents.files import Replacement, read_between, read_file, read_head
from nbguard.documents.generated_files import keep_generated
from nbguard.documents.named_files import name_by_any_way, name_inside, read_needed
from nbguard.errors import ExitCode, FileChangedError, UnreadableError, UsageError

LIMIT = 3_000_000


def test_a_file_up_to_the_limit_is_read_and_a_larger_one_is_told_in_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * LIMIT)
    assert len(read_file(str(path), LIMIT)) == LIMIT
    with pytest.raises(UnreadableError, match=r"^too large: 3 MB \(limit 2 MB\)$"):
        read_file(str(path), LIMIT - 1)


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "no such file"), (".", "is a directory"), ("pipe", "not a regular file")]
)
def test_why_a_file_can_not_be_read(tmp_path: Path, name: str, reason: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match=f"^{reason}$"):
        read_file(str(tmp_path / name), LIMIT)
    with pytest.raises(UnreadableError, match=r"^no(t a regular file| such file)$"):
        read_head(str(tmp_path / name), 5)


def test_a_stretch_of_a_file_is_as_long_as_the_file_goes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    path = str(tmp_path / "a")
    assert read_head(path, 3) == b"012"
    assert read_between(path, 4, 7) == b"456"
    assert read_between(path, 8, 20) == b"89"
    assert read_between(path, 20, 30) == b""


def test_a_replacement_that_is_dropped_leaves_the_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    replacement = Replacement(str(path), b"new", b"old")
    assert len(list(tmp_path.iterdir())) == 2
    replacement.drop()
    replacement.drop()
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("now", [b"older", b"ol", b"", b"OLD"])
def test_a_file_that_holds_anything_else_is_not_replaced(tmp_path: Path, now: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(now)
    with pytest.raises(FileChangedError, match=r"^changed on disk since it was read; nothing was written$"):
        Replacement(str(path), b"new", b"old")
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (now, 1)


def test_a_file_that_changes_before_the_last_step_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    replacement = Replacement(str(path), b"new", b"old")
    replacement.flush()
    path.write_bytes(b"theirs")
    with pytest.raises(FileChangedError, match=r"^changed on disk since it was read; nothing was written$"):
        replacement.finish()
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"theirs", 1)


def test_a_file_that_goes_before_the_last_step_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    replacement = Replacement(str(path), b"new", b"old")
    path.unlink()
    with pytest.raises(UnreadableError, match=r"^no such file; nothing was written$"):
        replacement.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_to_flush_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    replacement = Replacement(str(path), b"new", b"old")

    def fail(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnreadableError, match=r"^input/output error; nothing was written$"):
        replacement.flush()
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_large_content_is_written_whole(tmp_path: Path) -> None:
    path, content = tmp_path / "a", os.urandom(3_000_001)
    path.write_bytes(content)
    replacement = Replacement(str(path), content[::-1], content)
    replacement.finish()
    assert path.read_bytes() == content[::-1]


@pytest.mark.parametrize(
    ("path", "name"), [("/r/a", "a"), ("/r/a/b", "a/b"), ("/r", "."), ("/s", None), ("/r/..a", "..a"), ("/", None)]
)
def test_a_name_from_a_folder(path: str, name: str | None) -> None:
    assert name_inside("/r", path) == name


def test_a_name_by_a_link_is_one_too(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert name_by_any_way(str(tmp_path / "link"), str(tmp_path / "real" / "a")) == "a"
    assert name_by_any_way(str(tmp_path / "real"), str(tmp_path / "link" / "a")) == "a"
    assert name_by_any_way(str(tmp_path / "real"), str(tmp_path / "a")) is None


def test_a_file_that_is_needed_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"here")
    (tmp_path / "b").symlink_to(tmp_path / "nowhere")
    assert read_needed(str(tmp_path / "a"), 10, "list") == b"here"
    with pytest.raises(UsageError, match=f"^{tmp_path}/c: no such list$"):
        read_needed(str(tmp_path / "c"), 10, "list")
    with pytest.raises(UsageError, match=f"^{tmp_path}/b: a symbolic link that leads to nothing$"):
        read_needed(str(tmp_path / "b"), 10, "list")
    with pytest.raises(UsageError, match=r"a: too large \(limit 0 kB\)$"):
        read_needed(str(tmp_path / "a"), 3, "list")


def test_generated_files_are_written_or_told_to_be_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = {str(tmp_path / "deep" / "a.json"): "1\r\n", str(tmp_path / "b.md"): "é\n"}
    (tmp_path / "b.md").write_text("é\n", encoding="utf-8")
    assert keep_generated(made, ["--check"], "some.maker") == ExitCode.FINDINGS
    assert capsys.readouterr().err == "a.json is stale: run `python -m some.maker`\n"
    assert not (tmp_path / "deep").exists()
    assert keep_generated(made, [], "some.maker") == ExitCode.CLEAN
    assert (tmp_path / "deep" / "a.json").read_bytes() == b"1\r\n"
    assert keep_generated(made, ["--check"], "some.maker") == ExitCode.CLEAN
    assert capsys.readouterr().err == ""


def test_no_record_shows_what_is_in_it() -> None:
    part = Part("source", None, "source", "text/x-python", "string", 0, 9)
    shown = [repr(Field("a-secret", part)), repr(Document("a.py", b"a-secret", "text", "python", (part,)))]
    shown.append(repr(Edit(0, 8, b"a-secret")))
    assert shown == [
        "Field(source, None, 'source', 8 characters)",
        "Document('a.py', text, 8 bytes, 1 parts)",
        "Edit(0, 8, 8 bytes)",
    ]
