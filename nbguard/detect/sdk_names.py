"""Which packages are quantum SDKs: those of the catalogue's providers (in triggers.json) and the open ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.triggers import load_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable

# A name of these families stands for itself and for what is built upon it: qiskit, qiskit-aer, qiskit-nature, …
FAMILIES = (
    "qiskit", "cirq", "pennylane", "pytket", "amazon-braket", "dwave", "azure-quantum", "qsharp", "qoqo", "quri-parts",
    "pulser", "bloqade", "openqaoa", "qibo", "cuda-quantum", "cudaq", "tensorcircuit", "iqm",
)  # fmt: skip
OPEN_SDKS = (
    "qdk", "mitiq", "qutip", "qutip-qip", "projectq", "tensorflow-quantum", "openfermion", "qulacs", "stim", "dimod",
    "pymatching", "thewalrus", "myqlm", "torchquantum", "qrisp", "guppylang", "graphix", "qsimcirq", "pyzx", "bqskit",
    "mqt-core", "mqt-qmap", "oqpy", "openqasm3", "pyqasm", "quimb",
)  # fmt: skip
# Packages of the catalogue that serve other things too.
_NOT_QUANTUM = frozenset(("boto3", "azure-identity", "covalent", "ibm-platform-services", "ibm-cloud-sdk-core"))
# A line in a JSON string, with those that it is continued on.
_COMMAND = re.compile(rb'(?:\\\\(?:\\r)?\\n(?:"\s{0,200},\s{0,200}")?|\\[^nr]|[^\\"\n]){0,2000}')
_WORD = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEPARATORS = re.compile(r"[-_.]+")


def normalise(name: str) -> str:
    """A package's name as registries compare it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return _SEPARATORS.sub("-", name).lower().strip("-")


def is_quantum_sdk(name: str) -> bool:
    """Whether a package is a quantum SDK."""
    name = normalise(name)
    return name in load_triggers().sdks or any(name == head or name.startswith(head + "-") for head in FAMILIES)


def names_sdk(raw: bytes, start: int) -> bool:
    """Whether the command that goes on at a byte of a notebook names a quantum SDK."""
    command = _COMMAND.match(raw, start)
    words = _WORD.findall(command.group()) if command is not None else ()
    return any(is_quantum_sdk(word.decode()) for word in words)


def list_sdks(packages: Iterable[str]) -> list[str]:
    """The names of quantum SDKs among the catalogue's packages, with the open ones; families aren't repeated."""
    names = {normalise(name) for name in (*packages, *OPEN_SDKS)} - _NOT_QUANTUM
    return sorted(name for name in names if not any(name == head or name.startswith(head + "-") for head in FAMILIES))
