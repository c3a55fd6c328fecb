"""Decides what becomes of a file on its way to the disk: written, written without outputs, or refused."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from tornado.web import HTTPError

from nbguard.editing import wording
from nbguard.errors import NbguardError, describe_defect
from nbguard.jupyter.guard import models
from nbguard.jupyter.guard.examination import Examiner
from nbguard.jupyter.guard.health import GuardHealth
from nbguard.jupyter.guard.refused_saves import Refusals, deed_of_a_save
from nbguard.policy.config import find_root
from nbguard.policy.policy_settings import DEFAULT_MAX_FILE_SIZE
from nbguard.policy.saving import SavePolicy, is_guarded, refuses_unread, save_policy

if TYPE_CHECKING:
    from nbguard.editing.events.saying import GuardEvents
    from nbguard.editing.policies import Policy
    from nbguard.editing.workspace import Workspace
    from nbguard.jupyter.guard.examination import FileExamination
    from nbguard.policy.policy_settings import Config

STATUS = 422
# Files on their way at the same time of which the answer is kept.
_MOST_AHEAD = 16
REASON = "nbguard"


class Rules(NamedTuple):
    """What holds at a path. ``policy`` is None where it can't be read; then ``problem`` says why.

    ``root`` is the repository's; ``guarded``: by its name, the file is one to look at.
    """

    root: str
    policy: Policy | None
    save: SavePolicy
    guarded: bool
    problem: str = ""

    @property
    def config(self) -> Config | None:
        """The configuration, where it could be read."""
        return self.policy.config if self.policy is not None else None

    @property
    def max_file_size(self) -> int:
        """How many bytes of a file are looked at, at most."""
        return self.config.max_file_size if self.config is not None else DEFAULT_MAX_FILE_SIZE


class SaveGuard:
    """The guard of one server. Used on the event loop's thread."""

    def __init__(self, workspace: Workspace, teller: GuardEvents) -> None:
        self._workspace = workspace
        self._teller = teller
        self._examiner = Examiner(workspace.scanner_for, workspace.identities)
        self._last_configs: dict[str, Config] = {}
        # What was examined before its save began, by path: the state of its bytes, and the answer.
        self._ahead: dict[str, tuple[object, FileExamination | Exception]] = {}
        self.refusals = Refusals(self._tell_over)
        self.health = GuardHealth()

    def before_save(self, *, model: dict[str, Any], path: str, **_: Any) -> None:
        """The contents manager's pre-save hook. Raises HTTPError 422 for what is refused.

        Chunks are none of its business: they come together first (see uploads). Only files come in chunks, and a
        manager that knows of none writes a notebook with that word in its model.
        """
        if "content" not in model or model.get("type") == "directory":
            return
        if model.get("chunk") is not None and model.get("type") == "file":
            return
        rules = self.rules_at(path)
        notebook = model.get("type") == "notebook"
        if rules.save.mode == "off" or not (notebook or rules.guarded):
            return
        what = deed_of_a_save()
        try:
            raw = models.bytes_of(model)
        except Exception as error:  # noqa: BLE001 - whatever it is, the policy decides
            self.fail(path, rules, describe(error), what)
            return
        if raw is None:
            return
        kept = self.decide(path, raw, rules, what, notebook=notebook or None)
        if kept is raw:
            return
        try:
            models.put_back(model, kept)
        except Exception as error:  # noqa: BLE001 - whatever it is, the policy decides
            self.fail(path, rules, describe(error), what)

    def decide(self, path: str, raw: bytes, rules: Rules, what: str, *, notebook: bool | None = None) -> bytes:
        """The bytes to write: the very same, or without outputs. Raises HTTPError 422 where they are refused.

        ``path`` is the contents path, ``what`` the deed in messages (saved, uploaded, renamed). Whatever goes wrong
        in here is answered as the policy says.
        """
        if rules.policy is None:
            self.health.broke(rules.root, rules.problem)
            self.fail(path, rules, rules.problem, what)
            return raw
        if notebook is None:
            notebook = _is_notebook(path, rules.policy)
        try:
            kept = self._decide(path, raw, rules, rules.policy, what, notebook)
        except HTTPError:
            self.health.works(rules.root)
            raise
        except Exception as error:  # noqa: BLE001 - "any exception lets it through" is what this is here against
            self.health.broke(rules.root, describe(error))
            self.fail(path, rules, describe(error), what)
            return raw
        self.health.works(rules.root)
        return kept

    def would_refuse(self, path: str, raw: bytes, rules: Rules) -> bool:
        """Whether a save of these bytes would be refused. Nobody is told."""
        if rules.policy is None:
            return rules.save.refuse_on_error
        try:
            # As look_ahead examined it: only a mode that blocks is asked here, and that strips nothing.
            examined = self._examined(path, raw, rules.policy, _is_notebook(path, rules.policy), False)
        except Exception:  # noqa: BLE001 - see decide
            return rules.save.refuse_on_error
        unread = _is_unread(examined, rules.policy.config)
        return rules.save.mode == "block" and (bool(examined.findings) or (unread and rules.save.refuse_on_error))

    def rules_at(self, path: str) -> Rules:
        """What holds at a contents path. Nothing is raised: a broken configuration is an answer, too.

        Where links lead to another file, what holds there does too: the stricter goes.
        """
        path = path.strip("/")
        named = self._rules_of(path)
        root = self._workspace.root
        place = os.path.normpath(os.path.join(root, *path.split("/")))
        try:
            real = os.path.realpath(place)
            if real == place:
                return named
            linked = self._rules_of(os.path.relpath(real, root).replace(os.sep, "/"))
        except (OSError, ValueError):
            return named  # another drive, or no name for a file
        stricter = not named.guarded or linked.save.is_stricter_than(named.save)
        return linked if linked.guarded and stricter else named

    def _rules_of(self, path: str) -> Rules:
        try:
            policy = self._workspace.policies.policy_of(path)
            self._last_configs[policy.config.root] = policy.config
            return Rules(
                policy.config.root,
                policy,
                save_policy(policy.name, policy.config),
                is_guarded(policy.name, policy.config),
            )
        except Exception as error:  # noqa: BLE001 - see decide
            return self._rules_without_policy(path, describe(error))

    def _rules_without_policy(self, path: str, problem: str) -> Rules:
        """What held before the configuration broke; else what its text seems to want."""
        file = os.path.join(self._workspace.root, *path.split("/"))
        root = find_root(os.path.dirname(file))
        last = self._last_configs.get(root)
        name = os.path.relpath(file, root).replace(os.sep, "/")
        if last is not None:
            save = save_policy(name, last)
        else:
            refuse = refuses_unread(root)
            save = SavePolicy("block" if refuse else "warn", refuse)
        return Rules(root, None, save, is_guarded(name, last), problem)

    def _decide(self, path: str, raw: bytes, rules: Rules, policy: Policy, what: str, notebook: bool) -> bytes:
        mode, config = rules.save.mode, policy.config
        examined = self._examined(path, raw, policy, notebook, mode == "strip")
        findings = examined.findings
        unread = _is_unread(examined, config)
        if findings and mode == "block":
            message = wording.refusal(findings, what, config)
            self._teller.tell(path, "blocked", message, findings, config, what)
            self.refusals.refused(path, what, message, len(findings))
            raise HTTPError(STATUS, message, reason=REASON)
        if unread and (rules.save.refuse_on_error or not findings):
            self.fail(path, rules, examined.problem, what)
        elif findings:
            self._teller.tell(path, "warned", wording.warning(findings, what), findings, config, what)
        elif examined.stripped is not None:
            self._teller.tell(path, "stripped", wording.stripped(), (), config, what)
        else:
            self._teller.forget(path)
        return raw if examined.stripped is None else examined.stripped

    async def look_ahead_at_model(self, model: dict[str, Any], path: str) -> None:
        """Examines what a contents model is going to write; ``before_save`` then has the answer at hand."""
        rules = self.rules_at(path)
        notebook = model.get("type") == "notebook"
        if "content" not in model or rules.save.mode == "off" or not (notebook or rules.guarded):
            return
        try:
            raw = models.bytes_of(model)
        except Exception:  # noqa: BLE001 - before_save meets it again, and answers it
            return
        if raw is not None:
            await self.look_ahead(path, raw, rules, notebook=notebook or None)

    async def look_ahead(self, path: str, raw: bytes, rules: Rules, *, notebook: bool | None = None) -> None:
        """Examines a file without holding the server up; ``decide`` then has the answer at hand."""
        if rules.policy is None:
            return
        if notebook is None:
            notebook = _is_notebook(path, rules.policy)
        stripping = rules.save.mode == "strip"
        answer: FileExamination | Exception
        try:
            answer = await self._workspace.on_scan_thread(self._examine, raw, rules.policy, notebook, stripping)
        except Exception as error:  # noqa: BLE001 - decide answers it
            answer = error
        self._ahead[path.strip("/")] = (_state_of(raw, rules.policy, notebook, stripping), answer)
        while len(self._ahead) > _MOST_AHEAD:
            del self._ahead[next(iter(self._ahead))]

    def _examined(self, path: str, raw: bytes, policy: Policy, notebook: bool, stripping: bool) -> FileExamination:
        """What was found ahead, where it is of these bytes under this policy; else the scan thread is waited for."""
        state, answer = self._ahead.pop(path.strip("/"), (None, None))
        if answer is None or state != _state_of(raw, policy, notebook, stripping):
            return self._workspace.wait_for_scan_thread(self._examine, raw, policy, notebook, stripping)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _examine(self, raw: bytes, policy: Policy, notebook: bool, stripping: bool) -> FileExamination:
        return self._examiner.examine(raw, policy, notebook=notebook, stripping=stripping)

    def fail(self, path: str, rules: Rules, problem: str, what: str) -> None:
        """The guard couldn't do its work: refuses with HTTPError 422, or lets through and says so."""
        refused = rules.save.refuse_on_error
        message = wording.failure(problem, what, refused=refused)
        self._teller.tell(path, "blocked" if refused else "failed", message, (), rules.config, what)
        if refused:
            self.refusals.refused(path, what, message, 0)
            raise HTTPError(STATUS, message, reason=REASON)

    def tell_late(self, path: str, rules: Rules, problem: str, what: str) -> None:
        """Something went wrong after the deed was done."""
        self._teller.tell(path, "failed", f"nbguard: {what}, but {problem}.", (), rules.config, what)

    def _tell_over(self, path: str) -> None:
        self._teller.tell_over(path, self.rules_at(path).config)


def _state_of(raw: bytes, policy: Policy, notebook: bool, stripping: bool) -> object:
    """What an examination holds for: the same bytes, the same policy, asked in the same way."""
    digest = blake2b(raw, digest_size=16).digest()
    return digest, id(policy.config), id(policy.baseline), policy.salt, policy.name, notebook, stripping


def _is_unread(examined: FileExamination, config: Config) -> bool:
    """Whether a file couldn't be looked through, and the policy minds."""
    return bool(examined.problem) and not config.allow_unreadable


def _is_notebook(path: str, policy: Policy) -> bool:
    """By its name, or that of the file a link leads to."""
    return path.lower().endswith(".ipynb") or policy.name.lower().endswith(".ipynb")


def describe(error: Exception) -> str:
    """What went wrong, without a word of what was being saved."""
    return str(error) if isinstance(error, NbguardError) else describe_defect(error)
