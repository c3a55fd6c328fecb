"""What judges a range of commits: policy, salt, baseline and allows as they stood before it, not as it brings them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.named_files import name_by_any_way, name_inside
from nbguard.errors import UnreadableError, UsageError
from nbguard.policy.baseline import load_baseline
from nbguard.policy.config import find_root, load_config
from nbguard.policy.fingerprint import find_salt
from nbguard.repository.committed_files import CommittedFiles
from nbguard.scan.allowed_before import AllowedBefore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.policy.approval import Approval
    from nbguard.policy.approvals import Approvals
    from nbguard.policy.baseline import Accepted
    from nbguard.policy.policy_settings import Config, Read

# Bytes of a rule pack, and how far one may extend another (as when packs are loaded).
_LARGEST_PACK = 10_000_000
_DEEPEST = 8


class Gate(NamedTuple):
    """The policy that judges. ``stood_before``: see ``policy.verdict.judge``; None where every allow counts.

    ``approvals`` may come with what is judged: they count by their signatures, and the keys are of this policy.
    """

    config: Config
    salt: bytes
    baseline: Accepted | None
    stood_before: Callable[[str, str], bool] | None
    approvals: Approvals | None = None

    def __repr__(self) -> str:
        """Shows no salt."""
        return f"Gate({self.config!r})"


@contextmanager
def open_gate(base: str, explicit: str | None, kinds: frozenset[str], heads: Sequence[str] = ()) -> Iterator[Gate]:
    """The gate of the repository around the working directory, as the commit ``base`` has it.

    ``explicit`` is a configuration file that the job names: one in the repository is read from ``base`` too, one that
    lies elsewhere is the operator's. Without a ``base`` nothing of the repository's judges, no baseline and no allow
    counts: it is the operator's policy, or the defaults. Signed approvals are read from the commits ``heads``, too.
    Raises UsageError where the policy is wrong, and GitError.
    """
    root = find_root(".")
    inside = explicit is not None and name_by_any_way(root, explicit) is not None
    if not base:
        config = load_config(".", None if inside else explicit, read=lambda _name, _limit: None)
        salt = find_salt(config).key
        yield Gate(config, salt, None, lambda _rule, _fingerprint: False, _approvals_in(root, heads, config, salt))
        return
    read = CommittedFiles(root, base).read
    config = load_config(".", explicit, read=read)
    with TemporaryDirectory(prefix="nbguard-") as folder:
        packs = tuple(_lay_out(path, config.root, read, folder) for path in config.rules)
        default = config.default_rules and _lay_out(config.default_rules, config.root, read, folder)
        config = config._replace(rules=packs, default_rules=default)
        salt = find_salt(config, read).key
        before = AllowedBefore(root, (base,), config, kinds, salt)
        approvals = _approvals_in(root, (base, *heads), config, salt, (base,))
        yield Gate(config, salt, load_baseline(config, read), before, approvals)


def gate_of_operator(config: Config, commits: Sequence[str], *, allows_count: bool, heads: Sequence[str] = ()) -> Gate:
    """The gate of a server: the operator's configuration, and the allows that stood in ``commits`` before a push.

    Signed approvals are read from the commits ``heads`` that are pushed.
    With ``allows_count`` those that the push brings count too. Raises UsageError.
    """
    salt = find_salt(config).key
    before = None if allows_count else AllowedBefore(config.root, commits, config, frozenset(), salt)
    return Gate(config, salt, load_baseline(config), before, _approvals_in(config.root, heads, config, salt, commits))


def _approvals_in(
    root: str, commits: Sequence[str], config: Config, salt: bytes, before: Sequence[str] = ()
) -> Approvals | None:
    """The approvals that stand in some commits; None where nobody is listed whose signature would count.

    ``before`` are the commits that were there before what is judged, where there were any.
    """
    if not config.approvers:
        return None
    from nbguard.policy.approval import FILE_NAME, LARGEST, parse_approvals
    from nbguard.policy.approvals import approvals_under
    from nbguard.repository.approval_ground import ground_of

    found: set[Approval] = set()
    for commit in dict.fromkeys(commits):
        try:
            raw = CommittedFiles(root, commit).read(FILE_NAME, LARGEST)
        except UnreadableError as error:
            raise UsageError(f"{FILE_NAME}: {error}") from None
        found.update(parse_approvals(raw or b""))
    ground = ground_of(root, tuple(dict.fromkeys(commits)))
    if before:
        # Which repository this is, what was there before says: a push could bring another one's first commit.
        ground = ground._replace(identities=ground_of(root, tuple(before)).identities)
    return approvals_under(config, salt, sorted(found), ground)


def _lay_out(path: str, root: str, read: Read, folder: str) -> str:
    """Where a rule pack of a commit, and what it extends, is laid out to be loaded; a pack from elsewhere stays."""
    name = name_inside(root, path)
    if name is None:
        return path
    # Packs may name others inside the repository they lie in: here that is this folder.
    os.makedirs(os.path.join(folder, ".git"), exist_ok=True)
    for pack in packs_behind(name, read):
        raw = _read_pack(pack, read)
        if raw is None:
            raise UsageError(f"{pack}: the rule pack can't be read: no such file in the commit that judges")
        target = os.path.join(folder, *pack.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(raw)
    return os.path.join(folder, *name.split("/"))


def packs_behind(name: str, read: Read) -> list[str]:
    """A rule pack by its name in the repository, the one that it extends, and so on, as far as they are there.

    Raises UsageError where one can't be read.
    """
    names = [name]
    while len(names) <= _DEEPEST + 1:
        base = extended_path(_read_pack(names[-1], read) or b"")
        beside = os.path.normpath(os.path.join(os.path.dirname(names[-1]), base)).replace(os.sep, "/")
        if not base or os.path.isabs(base) or beside.startswith("../") or beside in names:
            break
        if _read_pack(beside, read) is None:
            break
        names.append(beside)
    return names


def extended_path(raw: bytes) -> str:
    """What a rule pack names as ``extend.path``; empty where it names nothing, or is none."""
    from nbguard.documents.toml_loading import load_toml

    try:
        pack: dict[str, Any] = {key.lower(): value for key, value in load_toml(raw).items()}
    except ValueError:
        return ""
    extend = pack.get("extend")
    values = {key.lower(): value for key, value in extend.items()} if isinstance(extend, dict) else {}
    return values["path"] if isinstance(values.get("path"), str) else ""


def _read_pack(name: str, read: Read) -> bytes | None:
    try:
        return read(name, _LARGEST_PACK)
    except UnreadableError as error:
        raise UsageError(f"{name}: the rule pack can't be read: {error}") from None
