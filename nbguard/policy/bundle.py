"""A policy as an organisation hands it out: a configuration file that says in its last table who issued it, and signs.

The table ``[bundle]`` holds issuer, version, day and the SHA-256 of all that stands before it. What is signed are these
words as JSON with sorted keys. A bundle is found as ``.nbguard-policy.toml`` in a repository, or where NBGUARD_POLICY
says; NBGUARD_POLICY_SIGNERS names a file of allowed signers, without which the signature isn't asked for.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.named_files import name_by_any_way, read_given, read_needed
from nbguard.errors import UnreadableError, UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.policy.policy_settings import BUNDLE_NAME, BUNDLE_VARIABLE, SIGNERS_VARIABLE, read_policy_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SCHEMA = "nbguard-policy/1"
NAMESPACE = "policy@nbguard"
_LARGEST = 1_000_000
_TABLE = b"\n[bundle]\n"
_WORDS = ("schema", "issuer", "version", "issued", "sha256", "signature")
_PLAIN = lazy_regex(r"[\w .:@/+=-]{1,200}")
_WHICH = "letters, digits, spaces and . : @ / + = - _"


class Bundle(NamedTuple):
    """A policy with the words of who issued it. ``table`` is the policy, as TOML has it; ``name`` the file."""

    name: str
    issuer: str
    version: str
    issued: str
    sha256: str
    signature: str
    table: Mapping[str, Any]

    @property
    def title(self) -> str:
        """How reports name it."""
        return f"{self.issuer}, version {self.version} of {self.issued} (sha256 {self.sha256[:12]})"

    def message(self) -> bytes:
        """What is signed."""
        words = {"schema": SCHEMA, **{word: getattr(self, word) for word in _WORDS[1:-1]}}
        return json.dumps(words, sort_keys=True, separators=(",", ":")).encode("ascii")


def find_bundle(root: str, read: Callable[[str, int], bytes | None] | None = None) -> Bundle | None:
    """The bundle that holds for a repository, the operator's before the repository's own; None where there is none.

    ``read``: see ``load_config``. It gives the operator's bundle, too, where that lies in the repository. Raises
    UsageError for one that is broken, or isn't signed by who should.
    """
    path = os.environ.get(BUNDLE_VARIABLE, "")
    name = path or BUNDLE_NAME
    try:
        inside = name_by_any_way(root, path) if path and read is not None else None
        if path:
            raw = read(inside, _LARGEST) if read is not None and inside else read_given(path, _LARGEST)
        else:
            raw = read_policy_file(root, BUNDLE_NAME, _LARGEST) if read is None else read(BUNDLE_NAME, _LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{name}: {error}") from None
    if raw is None:
        if path:
            where = "there" if inside is None else "in the commit that judges"
            raise UsageError(f"{path}: {BUNDLE_VARIABLE} names this policy, and it isn't {where}")
        return None
    bundle = read_bundle(raw, name)
    if fault := fault_of(bundle):
        raise UsageError(f"{name}: {fault}")
    return bundle


def read_bundle(raw: bytes, name: str) -> Bundle:
    """The bundle in a file's bytes. Raises UsageError where it is none, or was changed since it was made."""
    from hashlib import sha256

    from nbguard.documents.toml_loading import load_toml

    policy, found, words_after = raw.rpartition(_TABLE)
    if not found:
        raise UsageError(f"{name}: no policy bundle: it has no [bundle] at its end; `nbguard policy bundle` makes one")
    try:
        # Read apart: only what stands before is covered by the hash, so only that is policy.
        table, end = (load_toml(part) for part in (policy, _TABLE + words_after))
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None
    words = end.pop("bundle", None)
    if end or "bundle" in table:
        raise UsageError(f"{name}: [bundle] must stand once, at the end: its SHA-256 doesn't cover what follows it")
    if not isinstance(words, dict) or set(words) != set(_WORDS) or not all(isinstance(w, str) for w in words.values()):
        raise UsageError(f"{name}: [bundle] must hold {', '.join(_WORDS)}, each a string")
    if words.pop("schema") != SCHEMA:
        raise UsageError(f"{name}: [bundle] is of another schema than {SCHEMA}; a newer nbguard may know it")
    if not all(_PLAIN.fullmatch(words[word]) for word in ("issuer", "version", "issued")):
        raise UsageError(f"{name}: issuer, version and issued of [bundle] may hold {_WHICH} only")
    if words["sha256"] != sha256(policy + b"\n").hexdigest():
        raise UsageError(f"{name}: the policy was changed since it was bundled: its SHA-256 is another")
    return Bundle(name=name, table=table, **words)


def make_bundle(policy: bytes, issuer: str, version: str, issued: str, sign: Callable[[bytes], str]) -> bytes:
    """The bytes of a bundle of a configuration file. ``sign`` gives a signature, or an empty text for none.

    Raises UsageError.
    """
    from hashlib import sha256

    for name, word in (("issuer", issuer), ("version", version), ("issued", issued)):
        if not _PLAIN.fullmatch(word):
            raise UsageError(f"{name} may hold {_WHICH} only")
    text = policy.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    bundle = Bundle("", issuer, version, issued, sha256(text).hexdigest(), "", {})
    words = {"schema": SCHEMA, **bundle._asdict(), "signature": sign(bundle.message())}
    lines = "".join(f'{word} = "{words[word]}"\n' for word in _WORDS)
    return text.removesuffix(b"\n") + _TABLE + lines.encode("utf-8")


def fault_of(bundle: Bundle, signers: Iterable[str] | None = None) -> str:
    """Why a bundle's signature doesn't count; empty where it does, or where nobody says whose would.

    ``signers`` are lines of allowed signers; by default those of the file that NBGUARD_POLICY_SIGNERS names. Raises
    UsageError where that can't be read.
    """
    from nbguard.policy.signers import read_signers
    from nbguard.policy.ssh_signatures import find_fault, read_signature

    if signers is None:
        path = os.environ.get(SIGNERS_VARIABLE, "")
        if not path:
            return ""
        signers = read_allowed_signers(path)
    if not bundle.signature:
        return "the policy isn't signed"
    given = read_signature(bundle.signature)
    if given is None or given.namespace != NAMESPACE:
        return "the policy's signature is none, or was made for something else"
    for signer in read_signers(signers):
        if signer.key == given.key and bundle.issuer.lower() in signer.names:
            return find_fault(bundle.message(), bundle.signature, NAMESPACE, bundle.issuer.lower(), signer.line)
    return f"the key that signed the policy isn't listed for {bundle.issuer}"


def read_allowed_signers(path: str) -> list[str]:
    """The lines of a file of allowed signers. Raises UsageError for a line that we don't take (see ``signers``)."""
    from nbguard.policy.signers import read_signer

    raw = read_needed(path, _LARGEST, "file of allowed signers")
    lines = raw.decode("utf-8", "replace").splitlines()
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    for number, line in enumerate(kept, 1):
        if read_signer(line) is None:
            raise UsageError(f"{path}: entry {number} is no allowed signer that nbguard takes")
    return kept


def overlaid(bundle: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A repository's settings over those of a bundle, table by table. Zones of the bundle come first, and count first;
    what the bundle enables stays enabled.
    """
    merged = dict(bundle)
    for key, value in own.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = overlaid(before, value)
        elif key in ("zones", "enable", "plugins", "rules") and isinstance(before, list) and isinstance(value, list):
            merged[key] = [*before, *(item for item in value if item not in before)]
        else:
            merged[key] = value
    return merged
