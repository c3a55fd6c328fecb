"""The digests that the way of the hook needs, without OpenSSL: to load that takes longer than all that is hashed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import hashlib

    blake2b, sha256 = hashlib.blake2b, hashlib.sha256
else:

    def _find(name: str, *modules: str) -> Any:
        """A digest from the first of some modules that this interpreter has."""
        for module in modules:
            try:
                return getattr(import_module(module), name)
            except (ImportError, AttributeError):
                pass
        return getattr(import_module("hashlib"), name)

    blake2b = _find("blake2b", "_blake2")
    sha256 = _find("sha256", "_sha2", "_sha256")  # the latter up to Python 3.11
