"""``secret("path#key")``: the value a reference stands for, when the code runs."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from nbguard.vault.references import DEFAULT_MOUNT, Reference, format_reference, parse_reference
from nbguard.vault.vault_errors import NoSuchKeyError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.vault.client import Vault
    from nbguard.vault.stored_secret import StoredSecret

# Called with each value that is handed out; the kernel's masking registers here.
watchers: list[Callable[[str, str], None]] = []


class SecretText(str):
    """A secret value. It is a ``str`` wherever one is needed, but its ``repr`` and its pickle hold the reference.

    A pickle asks Vault again where it is loaded, so a worker needs access of its own.
    """

    __slots__ = ("reference",)
    reference: str

    def __new__(cls, value: str, reference: str) -> Self:
        """A value and the reference it came from."""
        text = super().__new__(cls, value)
        text.reference = reference
        return text

    def __repr__(self) -> str:
        """Shows the reference only, so a traceback or a cell's result can't show the value."""
        return f"<secret {self.reference}>"

    def __reduce_ex__(self, protocol: object) -> tuple[Callable[[str], str], tuple[str]]:
        """Pickles the reference."""
        return secret, (self.reference,)

    def __copy__(self) -> SecretText:
        """Text never changes, so the copy is the same object."""
        return self

    def __deepcopy__(self, memo: object) -> SecretText:
        """Text never changes, so the copy is the same object."""
        return self


_lock = threading.RLock()
_cache: dict[tuple[str, str, int | None], tuple[Mapping[str, Any], float]] = {}
_vault: Vault | None = None
_vault_settings = 0


def secret(reference: str) -> str:
    """The value at a reference such as ``quantum/ionq#api_key``; a ``str`` that keeps out of ``repr`` and pickles.

    Looks into ``NBGUARD_SECRETS_DIR`` first (files rendered by Vault Agent or a CSI driver), then asks Vault. A value
    is kept for its lease, or for the life of the process where it has none. Safe to call from several threads.

    Raises UsageError where ``reference`` is none, and a VaultError that says what to do.
    """
    wanted = parse_reference(reference)
    name = format_reference(wanted)
    value = _from_files(wanted)
    if value is None:
        value = _from_vault(wanted)
    text = SecretText(value, name)
    if "ipykernel" in sys.modules:
        _mask_in_kernel()
    for watch in watchers:
        watch(str(text), name)
    return text


async def secret_async(reference: str) -> str:
    """As :func:`secret`, without blocking the event loop."""
    import asyncio

    return await asyncio.to_thread(secret, reference)


def forget() -> None:
    """Empties the cache and drops the connection, so that the next lookup asks anew."""
    global _vault
    with _lock:
        _cache.clear()
        _vault = None


def is_in_files(reference: Reference) -> bool:
    """Whether a rendered file (``NBGUARD_SECRETS_DIR``) gives the value, so that Vault isn't asked."""
    return _from_files(reference) is not None


def _mask_in_kernel() -> None:
    """Loads the extension that keeps values out of a kernel's outputs, as ``%load_ext nbguard`` does."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and hasattr(shell, "kernel"):
        shell.extension_manager.load_extension("nbguard.kernel")


def _from_files(reference: Reference) -> str | None:
    folder = os.environ.get("NBGUARD_SECRETS_DIR")
    if not folder:
        return None
    path = reference.path if reference.mount == DEFAULT_MOUNT else f"{reference.mount}/{reference.path}"
    flat = f"{path.replace('/', '-')}-{reference.key}"
    for name in (os.path.join(path, reference.key), flat):
        text = _content(os.path.join(folder, name))
        if text is not None:
            return text.removesuffix("\n").removesuffix("\r")
    for name in (path, f"{path}.json"):
        text = _content(os.path.join(folder, name))
        if text is not None and (value := _member(text, reference.key)) is not None:
            return value
    return None


def _content(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def _member(text: str, key: str) -> str | None:
    import json

    try:
        members = json.loads(text)
    except ValueError:
        return None
    value = members.get(key) if isinstance(members, dict) else None
    return value if isinstance(value, str) else None


def _from_vault(reference: Reference) -> str:
    place = (reference.mount, reference.path, reference.version)
    with _lock:
        kept = _cache.get(place)
        if kept is None or kept[1] <= time.monotonic():
            entry = _connect().read(reference.mount, reference.path, reference.version)
            kept = (entry.data, _end_of_lease(entry))
            _cache[place] = kept
            if entry.lease_id and entry.renewable:
                _renew_later(place, entry.lease_id, entry.lease)
    if reference.key not in kept[0]:
        known = ", ".join(sorted(map(str, kept[0]))) or "none"
        raise NoSuchKeyError(f"{reference.mount}/{reference.path} has no key {reference.key!r}; its keys: {known}")
    value = kept[0][reference.key]
    return value if isinstance(value, str) else _as_text(value)


def _end_of_lease(entry: StoredSecret) -> float:
    # A tenth less, so that a value isn't handed out that ends before it is used.
    return time.monotonic() + entry.lease * 0.9 if entry.lease else float("inf")


def _renew_later(place: tuple[str, str, int | None], lease_id: str, seconds: int) -> None:
    """Renews a lease at half its time, again and again, for code that holds on to the value."""
    timer = threading.Timer(max(seconds / 2, 0.5), _renew, (place, lease_id, seconds))
    timer.daemon = True
    timer.start()


def _renew(place: tuple[str, str, int | None], lease_id: str, seconds: int) -> None:
    with _lock:
        kept = _cache.get(place)
        if kept is None or _vault is None:
            return
        try:
            granted = _vault.renew(lease_id)
        except VaultError:
            # The value ends with its lease; the next lookup asks for a new one.
            return
        _cache[place] = (kept[0], time.monotonic() + granted * 0.9)
    # Near its longest life a lease is granted less and less; then it is better to let it end.
    if granted * 4 >= seconds:
        _renew_later(place, lease_id, granted)


def _connect() -> Vault:
    global _vault, _vault_settings
    settings = hash(tuple(item for item in sorted(os.environ.items()) if item[0].startswith("VAULT_")))
    if _vault is None or settings != _vault_settings:
        from nbguard.vault.client import Vault

        _cache.clear()
        _vault, _vault_settings = Vault(), settings
    return _vault


def _as_text(value: object) -> str:
    import json

    return json.dumps(value)
