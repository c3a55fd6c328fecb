"""The ways to the disk that no hook is called for: renaming, copying folders, checkpoints, uploads in pieces.

The contents manager's methods are wrapped on the one object the server has, so that whoever calls them (REST,
jupyter-collaboration, another extension) comes past here. Where a method is awaited, so is the look at its files:
nothing else on the server waits for it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

from tornado.web import HTTPError

from nbguard.documents.files import read_file, write_file
from nbguard.errors import NbguardError
from nbguard.jupyter.guard.guard import describe
from nbguard.jupyter.guard.replaced_methods import is_awaited, replace_method
from nbguard.jupyter.guard.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.jupyter.guard.guard import Rules, SaveGuard

    # Takes the call's arguments in their order, and says which files are to be looked at before it.
    Before = Callable[..., Iterable["FileToCheck"]]
    # What is to be done when the deed is done.
    After = Callable[[], None]

_CHECKPOINTS = ".ipynb_checkpoints"


class FileToCheck(NamedTuple):
    """A file on disk that comes to be at a contents path, where rules hold. ``what``: the deed, in messages.

    ``after``: the file's new place, where its outputs go if they have to.
    """

    path: str
    file: str
    rules: Rules
    what: str
    after: str


def watch_ways(manager: Any, guard: SaveGuard) -> None:
    """Wraps the methods of a contents manager. What a manager doesn't have is left out."""
    _join_uploads(manager, Uploads(guard))
    if hasattr(manager, "_get_os_path"):  # without files on disk there is nothing to look at
        ways = Ways(manager, guard)
        _watch_checkpoints(manager, ways)
        befores: dict[str, Before] = {
            "rename_file": ways.before_rename,
            "_copy_dir": ways.before_folder_copy,
            "restore_checkpoint": ways.before_restore,
        }
        for name, before in befores.items():
            _look_before(manager, name, before, ways)


class Ways:
    """What is looked at before each deed, for a manager that keeps files on disk."""

    def __init__(self, manager: Any, guard: SaveGuard) -> None:
        self._guard = guard
        self._checkpoints = manager.checkpoints
        self._find = manager._get_os_path  # noqa: SLF001 - where the manager itself asks for a file's place

    def before_rename(self, old_path: str, new_path: str, *_: Any) -> Iterator[FileToCheck]:
        """A file is looked at where its new name is guarded and the old one wasn't, or less so."""
        return self._before_move(old_path.strip("/"), new_path.strip("/"), "renamed")

    def before_folder_copy(
        self, from_path: str, _original: str, _name: str, to_path: str, *_: Any
    ) -> Iterator[FileToCheck]:
        """The files of a folder, as with a rename. Single files are copied by saving them: the hook sees those."""
        return self._before_move(from_path.strip("/"), to_path.strip("/"), "copied")

    def before_checkpoint(self, path: str) -> FileToCheck | None:
        """The file of which a second copy is made, where it may be refused."""
        path = path.strip("/")
        rules, file = self._guard.rules_at(path), self._find(path)
        if rules.save.mode != "block" or not rules.guarded or not os.path.isfile(file):
            return None
        return FileToCheck(path, file, rules, "saved", "")

    def instead_of_checkpoint(self, look: FileToCheck) -> dict[str, Any] | None:
        """The answer where no second copy is made, since a save of it would be refused; None where one is.

        Lab makes a checkpoint of every notebook it opens: an error would keep people from opening the one that they
        are to mend.
        """
        try:
            refused = self._guard.would_refuse(look.path, read_file(look.file, look.rules.max_file_size), look.rules)
        except NbguardError:
            refused = look.rules.save.refuse_on_error
        if not refused:
            return None
        return {"id": "checkpoint", "last_modified": datetime.fromtimestamp(os.path.getmtime(look.file), UTC)}

    def before_restore(self, checkpoint_id: str, path: str, *_: Any) -> Iterator[FileToCheck]:
        """What a checkpoint brings back may be older than a move to Vault."""
        path = path.strip("/")
        rules = self._guard.rules_at(path)
        find = getattr(self._checkpoints, "checkpoint_path", None)
        # Those of the other kind restore by saving, and the hook sees that.
        by_saving = hasattr(self._checkpoints, "get_notebook_checkpoint")
        if rules.save.mode == "off" or not rules.guarded or find is None or by_saving:
            return
        file = find(checkpoint_id, path)
        if os.path.isfile(file):
            yield FileToCheck(path, file, rules, "restored", self._find(path))

    def _before_move(self, old_path: str, new_path: str, what: str) -> Iterator[FileToCheck]:
        old, new = self._find(old_path), self._find(new_path)
        for inside in [""] if os.path.isfile(old) else self._guarded_in(old, new_path):
            source, target = f"{old_path}/{inside}".rstrip("/"), f"{new_path}/{inside}".rstrip("/")
            rules = self._guard.rules_at(target)
            if _needs_a_look(self._guard.rules_at(source), rules, os.path.realpath(old)):
                parts = inside.split("/") if inside else []
                yield FileToCheck(target, os.path.join(old, *parts), rules, what, os.path.join(new, *parts))

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

    def look_at(self, looks: Iterable[FileToCheck]) -> list[After]:
        """Holds files against their rules: raises HTTPError to refuse, and gives back what is to be done after."""
        return [after for look in looks if (after := self._look_at(look)) is not None]

    async def look_at_later(self, looks: Iterable[FileToCheck]) -> list[After]:
        """The same, with each file examined on the scan thread first. One that changed meanwhile is looked at anew."""
        done = []
        for look in looks:
            await self.look_ahead(look)
            state = _state_of(look.file)
            done.append((look, state, self._look_at(look)))
        afters = [after if _state_of(look.file) == state else self._look_at(look) for look, state, after in done]
        return [after for after in afters if after is not None]

    @contextmanager
    def failing_as_it_says(self, given: list[Any]) -> Iterator[None]:
        """Answers whatever goes wrong inside as the policy says, where the last of a call's arguments says."""
        try:
            yield
        except HTTPError:
            raise
        except Exception as error:  # noqa: BLE001 - the policy decides, whatever it is
            path = str(given[-1]).strip("/")
            self._guard.fail(path, self._guard.rules_at(path), describe(error), "done")

    async def look_ahead(self, look: FileToCheck) -> None:
        """Examines a file on disk without holding the server up."""
        try:
            raw = read_file(look.file, look.rules.max_file_size)
        except NbguardError:
            return  # looking at it meets it again, and answers it
        await self._guard.look_ahead(look.path, raw, look.rules)

    def _look_at(self, look: FileToCheck) -> After | None:
        """Holds a file on disk against the rules; where outputs go, that is to be done to it after."""
        path, rules, what = look.path, look.rules, look.what
        try:
            raw = read_file(look.file, rules.max_file_size)
        except NbguardError as error:
            self._guard.fail(path, rules, str(error), what)
            return None
        kept = self._guard.decide(path, raw, rules, what)
        if kept is raw or not look.after:
            return None

        def strip_it() -> None:
            try:
                write_file(look.after, kept, raw)
            except NbguardError as error:
                self._guard.tell_late(path, rules, f"its outputs are still in it: {error}", what)

        return strip_it


def _state_of(file: str) -> object:
    """What changes when a file is written; None where there is none."""
    try:
        known = os.stat(file)
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size, known.st_ino


def _needs_a_look(old: Rules, new: Rules, moved: str) -> bool:
    """Whether a move takes a file to where more is asked of it. What was on the disk before stays on it anyway."""
    if new.save.mode == "off" or not new.guarded:
        return False
    if old.root == moved or old.root.startswith(moved + os.sep):
        return False  # its repository moves along, and the policy in it
    return not old.guarded or new.save.is_stricter_than(old.save) or old.root != new.root


def _look_before(manager: Any, name: str, before: Before, ways: Ways) -> None:
    """Has files looked at before a method runs, and done to them after it what that says."""
    if not hasattr(manager, name):
        return
    parameters, awaited = signature(getattr(manager, name)), is_awaited(manager, name)

    async def guarded(original: Any, *args: Any, **kwargs: Any) -> Any:
        given = list(parameters.bind(*args, **kwargs).arguments.values())
        afters: list[After] = []
        with ways.failing_as_it_says(given):
            looks = before(*given)
            afters = await ways.look_at_later(looks) if awaited else ways.look_at(looks)
        result = await original(*args, **kwargs)
        for after in afters:
            after()
        return result

    replace_method(manager, name, guarded)


def _watch_checkpoints(manager: Any, ways: Ways) -> None:
    """Has checkpoints made only of what may be saved."""
    awaited = is_awaited(manager, "create_checkpoint")

    async def create(original: Any, path: str) -> Any:
        look = ways.before_checkpoint(path)
        if look is not None and awaited:
            await ways.look_ahead(look)
        return (look and ways.instead_of_checkpoint(look)) or await original(path)

    replace_method(manager, "create_checkpoint", create)


def _join_uploads(manager: Any, uploads: Uploads) -> None:
    """Has the pieces of an upload come together before they are saved."""
    awaited = is_awaited(manager, "save")

    async def save(original: Any, model: dict[str, Any], path: str = "", *args: Any, **kwargs: Any) -> Any:
        result = None
        for step in uploads.take(model, path):
            if awaited:
                await uploads.look_ahead(step, path)
            result = step.reply or await original(step.model, path, *args, **kwargs)
        return result

    replace_method(manager, "save", save)
