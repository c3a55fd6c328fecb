"""The guard on other contents managers: synchronous ones, other checkpoints, and none on disk."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.filecheckpoints import GenericFileCheckpoints
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from tornado.web import HTTPError

from nbguard.editing.events import Events
from nbguard.editing.events.saying import GuardEvents
from nbguard.editing.workspace import Workspace
from nbguard.jupyter.guard.guard import SaveGuard
from nbguard.jupyter.guard.ways import watch_ways
from tests import notebook_builder as nb
from tests.growth import assert_linear
from tests.jupyter.guard.conftest import clean, outputs_on_disk, with_both, with_token


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    return root


def _guard(manager: Any, root: Path, mode: str = "block") -> SaveGuard:
    (root / "nbguard.toml").write_text(f'[jupyter]\nsave = "{mode}"\n[[zones]]\npaths = ["scratch/"]\nsave = "off"\n')
    guard = SaveGuard(Workspace(str(root)), GuardEvents(Events(None, logging.getLogger("test"))))
    manager.register_pre_save_hook(guard.before_save)
    watch_ways(manager, guard)
    return guard


def _model(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "notebook", "format": "json", "content": content}


def _refused(deed: Callable[[], Any]) -> None:
    with pytest.raises(HTTPError) as refused:
        deed()
    assert (refused.value.status_code, refused.value.reason) == (422, "nbguard")


@pytest.mark.parametrize("kind", [FileContentsManager, LargeFileManager])
def test_a_synchronous_manager(root: Path, kind: type[FileContentsManager]) -> None:
    manager = kind(root_dir=str(root))
    _guard(manager, root)
    _refused(lambda: manager.save(_model(with_token()), "a.ipynb"))
    (root / "scratch").mkdir()
    (root / "scratch" / "a.ipynb").write_bytes(nb.as_bytes(with_token()))
    _refused(lambda: manager.rename("scratch/a.ipynb", "a.ipynb"))
    _refused(lambda: manager.copy("scratch", ""))
    manager.save(_model(clean()), "a.ipynb")
    checkpoint = root / ".ipynb_checkpoints" / "a-checkpoint.ipynb"
    checkpoint.write_bytes(nb.as_bytes(with_token()))
    _refused(lambda: manager.restore_checkpoint("checkpoint", "a.ipynb"))
    assert [path.name for path in root.glob("*.ipynb")] == ["a.ipynb"]


def test_a_manager_that_knows_of_no_pieces_is_guarded_all_the_same(root: Path) -> None:
    """It takes a notebook for a whole one, whatever its model says of pieces."""
    manager = FileContentsManager(root_dir=str(root))
    _guard(manager, root)
    for chunk in (1, 2, -1, 0, False, "x"):
        _refused(lambda chunk=chunk: manager.save({**_model(with_token()), "chunk": chunk}, "a.ipynb"))  # type: ignore[misc]
    assert not (root / "a.ipynb").exists()


def test_an_upload_in_pieces_to_a_synchronous_manager(root: Path) -> None:
    manager = LargeFileManager(root_dir=str(root))
    _guard(manager, root, "strip")
    raw = nb.as_bytes(with_both()).decode()
    pieces = [raw[at : at + 300] for at in range(0, len(raw), 300)]
    for number, piece in enumerate(pieces, 1):
        chunk = number if number < len(pieces) else -1
        manager.save({"type": "file", "format": "text", "content": piece, "chunk": chunk}, "/a.ipynb")
        assert (root / "a.ipynb").exists() is (chunk == -1)
    assert outputs_on_disk((root / "a.ipynb").read_bytes()) == []


@pytest.mark.parametrize("mode", ["strip", "block"])
def test_checkpoints_that_are_restored_by_saving(root: Path, tmp_path: Path, mode: str) -> None:
    manager = FileContentsManager(root_dir=str(root), checkpoints_class=GenericFileCheckpoints)
    manager.checkpoints.root_dir = str(tmp_path)
    manager.save(_model(with_both()), "a.ipynb")
    manager.create_checkpoint("a.ipynb")
    manager.save(_model(clean()), "a.ipynb")
    _guard(manager, root, mode)
    before = (root / "a.ipynb").read_bytes()
    if mode == "block":
        _refused(lambda: manager.restore_checkpoint("checkpoint", "a.ipynb"))
        assert (root / "a.ipynb").read_bytes() == before
    else:
        manager.restore_checkpoint("checkpoint", "a.ipynb")
        assert outputs_on_disk((root / "a.ipynb").read_bytes()) == []
        assert (root / "a.ipynb").read_bytes() != before


def test_a_manager_without_files_is_guarded_where_it_saves(root: Path) -> None:
    class Kept:
        def __init__(self) -> None:
            self.hooks: list[Any] = []
            self.saved: list[str] = []

        def register_pre_save_hook(self, hook: Any) -> None:
            self.hooks.append(hook)

        def save(self, model: dict[str, Any], path: str = "") -> None:
            for hook in self.hooks:
                hook(model=model, path=path, contents_manager=self)
            self.saved.append(path)

    manager = Kept()
    _guard(manager, root)
    manager.save(_model(clean()), "a.ipynb")
    _refused(lambda: manager.save(_model(with_token()), "b.ipynb"))
    assert manager.saved == ["a.ipynb"]


def test_a_root_that_is_a_link_is_the_folder_it_leads_to(root: Path, tmp_path: Path) -> None:
    """A home is often one. The policy is that of the real place, and what moves within it is let be."""
    link = tmp_path / "link"
    link.symlink_to(root)
    (root / "project" / ".git").mkdir(parents=True)
    (root / "project" / "a.ipynb").write_bytes(nb.as_bytes(with_token()))
    (root / "project" / "nbguard.toml").write_text('[jupyter]\nsave = "off"\n')
    manager = FileContentsManager(root_dir=str(link))
    _guard(manager, link)
    _refused(lambda: manager.save(_model(with_token()), "a.ipynb"))
    manager.rename("project", "renamed")
    assert (root / "renamed" / "a.ipynb").exists()


@pytest.mark.parametrize(("on_error", "done"), [("block", False), ("allow", True)])
def test_a_defect_on_the_way_is_answered_as_the_policy_says(
    root: Path, monkeypatch: pytest.MonkeyPatch, on_error: str, done: bool
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("no")

    manager = FileContentsManager(root_dir=str(root))
    monkeypatch.setattr("nbguard.jupyter.guard.ways._needs_a_look", fail)
    _guard(manager, root)
    (root / "nbguard.toml").write_text(f'[jupyter]\non_error = "{on_error}"\n')
    (root / "a.ipynb").write_bytes(nb.as_bytes(clean()))
    if done:
        manager.rename("a.ipynb", "b.ipynb")
    else:
        _refused(lambda: manager.rename("a.ipynb", "b.ipynb"))
    assert (root / "b.ipynb").exists() is done


def test_a_save_after_the_server_has_stopped_its_threads_is_still_looked_at(root: Path) -> None:
    """jupyter-collaboration saves while the server stops; a refused clean notebook would be lost work."""
    manager = FileContentsManager(root_dir=str(root))
    workspace = Workspace(str(root))
    guard = SaveGuard(workspace, GuardEvents(Events(None, logging.getLogger("test"))))
    (root / "nbguard.toml").write_text('[jupyter]\nsave = "block"\n')
    manager.register_pre_save_hook(guard.before_save)
    workspace.close()
    manager.save(_model(clean()), "a.ipynb")
    _refused(lambda: manager.save(_model(with_token()), "b.ipynb"))


@pytest.mark.slow
def test_time_grows_with_the_notebook(root: Path) -> None:
    guard = _guard(FileContentsManager(root_dir=str(root)), root)

    def save(cells: int) -> None:
        book = nb.notebook(
            *(nb.code(f"x{n} = provider.run(circuit)\n" * 6, nb.stream("y\n" * 9)) for n in range(cells))
        )
        guard.before_save(model=_model(book), path="a.ipynb")

    assert_linear(save, 250)
