"""The ways to the disk that no hook is called for: renaming, copying folders, checkpoints, uploads in pieces.

The contents manager's methods are wrapped on the one object the server has, so that whoever calls them (REST,
jupyter-collaboration, another extension) comes past here.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

from nbguard.documents.files import read_file, write_file
from nbguard.errors import NbguardError
from nbguard.jupyter.guard.guard import describe
from nbguard.jupyter.guard.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.jupyter.guard.guard import Rules, SaveGuard

    # Takes the call's arguments in their order; raises HTTPError to refuse, and gives back what is to be done after.
    Before = Callable[..., Callable[[], None] | None]

_CHECKPOINTS = ".ipynb_checkpoints"


def watch_ways(manager: Any, guard: SaveGuard) -> None:
    """Wraps the methods of a contents manager. What a manager doesn't have is left out."""
    _wrap_save(manager, Uploads(guard))
    if hasattr(manager, "_get_os_path"):  # without files on disk there is nothing to look at
        ways = Ways(manager, guard)
        _wrap_checkpoint(manager, ways)
        befores: dict[str, Before] = {
            "rename_file": ways.before_rename,
            "_copy_dir": ways.before_folder_copy,
            "restore_checkpoint": ways.before_restore,
        }
        for name, before in befores.items():
            _wrap(manager, name, before, guard)


class Ways:
    """What is looked at before each deed, for a manager that keeps files on disk."""

    def __init__(self, manager: Any, guard: SaveGuard) -> None:
        self._guard = guard
        self._checkpoints = manager.checkpoints
        self._find = manager._get_os_path  # noqa: SLF001 - where the manager itself asks for a file's place

    def before_rename(self, old_path: str, new_path: str, *_: Any) -> Callable[[], None] | None:
        """A file is looked at where its new name is guarded and the old one wasn't, or less so."""
        old_path, new_path = old_path.strip("/"), new_path.strip("/")
        return self._before_move(old_path, new_path, "renamed")

    def before_folder_copy(
        self, from_path: str, _original: str, _name: str, to_path: str, *_: Any
    ) -> Callable[[], None] | None:
        """The files of a folder, as with a rename. Single files are copied by saving them: the hook sees those."""
        return self._before_move(from_path.strip("/"), to_path.strip("/"), "copied")

    def instead_of_checkpoint(self, path: str) -> dict[str, Any] | None:
        """The answer where no second copy is made, since a save of it would be refused; None where one is.

        Lab makes a checkpoint of every notebook it opens: an error would keep people from opening the one that they
        are to mend.
        """
        path = path.strip("/")
        rules = self._guard.rules_at(path)
        file = self._find(path)
        if rules.save.mode != "block" or not rules.guarded or not os.path.isfile(file):
            return None
        try:
            refused = self._guard.would_refuse(path, read_file(file, rules.max_file_size), rules)
        except NbguardError:
            refused = rules.save.refuse_on_error
        if not refused:
            return None
        return {"id": "checkpoint", "last_modified": datetime.fromtimestamp(os.path.getmtime(file), UTC)}

    def before_restore(self, checkpoint_id: str, path: str, *_: Any) -> Callable[[], None] | None:
        """What a checkpoint brings back may be older than a move to Vault."""
        path = path.strip("/")
        rules = self._guard.rules_at(path)
        find = getattr(self._checkpoints, "checkpoint_path", None)
        # Those of the other kind restore by saving, and the hook sees that.
        by_saving = hasattr(self._checkpoints, "get_notebook_checkpoint")
        if rules.save.mode == "off" or not rules.guarded or find is None or by_saving:
            return None
        file = find(checkpoint_id, path)
        if not os.path.isfile(file):
            return None
        return self._look_at(path, file, rules, "restored", after=self._find(path))

    def _before_move(self, old_path: str, new_path: str, what: str) -> Callable[[], None] | None:
        old, new = self._find(old_path), self._find(new_path)
        afterwards = []
        for inside in [""] if os.path.isfile(old) else self._guarded_in(old, new_path):
            source, target = f"{old_path}/{inside}".rstrip("/"), f"{new_path}/{inside}".rstrip("/")
            rules = self._guard.rules_at(target)
            if _needs_a_look(self._guard.rules_at(source), rules, os.path.realpath(old)):
                parts = inside.split("/") if inside else []
                file, after = os.path.join(old, *parts), os.path.join(new, *parts)
                afterwards.append(self._look_at(target, file, rules, what, after=after))
        return lambda: _do_all(afterwards)

    def _guarded_in(self, folder: str, new_path: str) -> Iterator[str]:
        """The files below a folder that may be guarded at their new place, by their path from the folder."""
        for where, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in (".git", _CHECKPOINTS))
            inside = "" if where == folder else os.path.relpath(where, folder).replace(os.sep, "/") + "/"
            config = self._guard.rules_at(f"{new_path}/{inside}x.ipynb").config
            more = config is not None and bool(config.jupyter.get("also_guard"))
            for name in sorted(names):
                if (more or name.lower().endswith(".ipynb")) and os.path.isfile(os.path.join(where, name)):
                    yield inside + name

    def _look_at(self, path: str, file: str, rules: Rules, what: str, *, after: str = "") -> Callable[[], None] | None:
        """Holds a file on disk against the rules; where outputs go, that is to be done to the file ``after``."""
        try:
            raw = read_file(file, rules.max_file_size)
        except NbguardError as error:
            self._guard.fail(path, rules, str(error), what)
            return None
        kept = self._guard.decide(path, raw, rules, what)
        if kept is raw or not after:
            return None

        def strip_it() -> None:
            try:
                write_file(after, kept, raw)
            except NbguardError as error:
                self._guard.tell_late(path, rules, f"its outputs are still in it: {error}", what)

        return strip_it


def _do_all(steps: Iterable[Callable[[], None] | None]) -> None:
    for step in steps:
        if step is not None:
            step()


def _needs_a_look(old: Rules, new: Rules, moved: str) -> bool:
    """Whether a move takes a file to where more is asked of it. What was on the disk before stays on it anyway."""
    if new.save.mode == "off" or not new.guarded:
        return False
    if old.root == moved or old.root.startswith(moved + os.sep):
        return False  # its repository moves along, and the policy in it
    return not old.guarded or new.save.is_stricter_than(old.save) or old.root != new.root


def _wrap(manager: Any, name: str, before: Before, guard: SaveGuard) -> None:
    """Has ``before`` run before a method, and what it gives back after it."""
    original = getattr(manager, name, None)
    if original is None:
        return
    parameters = signature(original)

    def prepare(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], None] | None:
        given = list(parameters.bind(*args, **kwargs).arguments.values())
        try:
            return before(*given)
        except HTTPError:
            raise
        except Exception as error:  # noqa: BLE001 - the policy decides, whatever it is
            path = str(given[-1]).strip("/")  # where the file comes to be
            guard.fail(path, guard.rules_at(path), describe(error), "done")
            return None

    if iscoroutinefunction(original):

        @wraps(original)
        async def guarded_later(*args: Any, **kwargs: Any) -> Any:
            after = prepare(args, kwargs)
            result = await original(*args, **kwargs)
            if after is not None:
                after()
            return result

        setattr(manager, name, guarded_later)
        return

    @wraps(original)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        after = prepare(args, kwargs)
        result = original(*args, **kwargs)
        if after is not None:
            after()
        return result

    setattr(manager, name, guarded)


def _wrap_checkpoint(manager: Any, ways: Ways) -> None:
    """Has checkpoints made only of what may be saved."""
    original = getattr(manager, "create_checkpoint", None)
    if original is None:
        return
    if iscoroutinefunction(original):

        @wraps(original)
        async def create_later(path: str) -> Any:
            return ways.instead_of_checkpoint(path) or await original(path)

        manager.create_checkpoint = create_later
        return

    @wraps(original)
    def create(path: str) -> Any:
        return ways.instead_of_checkpoint(path) or original(path)

    manager.create_checkpoint = create


def _wrap_save(manager: Any, uploads: Uploads) -> None:
    """Has the pieces of an upload come together before they are saved."""
    original = manager.save

    if iscoroutinefunction(original):

        @wraps(original)
        async def save_later(model: dict[str, Any], path: str = "", *args: Any, **kwargs: Any) -> Any:
            result = None
            for step in uploads.take(model, path):
                await uploads.look_ahead(step, path)
                result = step.reply or await original(step.model, path, *args, **kwargs)
            return result

        manager.save = save_later
        return

    @wraps(original)
    def save(model: dict[str, Any], path: str = "", *args: Any, **kwargs: Any) -> Any:
        result = None
        for step in uploads.take(model, path):
            result = step.reply or original(step.model, path, *args, **kwargs)
        return result

    manager.save = save
