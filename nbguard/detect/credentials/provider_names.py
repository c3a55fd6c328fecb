"""What people call a provider by in the names of their own variables, sections and notes."""

from __future__ import annotations

import os

from nbguard.detect.triggers import KEY_FILES

# Lower-case name -> provider of the catalogue. Each is looked for in every file, so it is no word of another trade.
PROVIDER_NAMES: dict[str, str] = {
    name: provider
    for provider, names in {
        "alice-bob": "alice_bob alicebob alice-bob",
        "aqarios-luna": "aqarios",
        "aqora": "aqora",
        "aqt": "aqt",
        "blueqat": "blueqat",
        "bluequbit": "bluequbit",
        "calcul-quebec": "calculquebec calcul_quebec",
        "classiq": "classiq",
        "dwave": "dwave d-wave d_wave",
        "dynex": "dynex",
        "fastqsim": "fastqsim",
        "fixstars-amplify": "fixstars",
        "haiqu": "haiqu",
        "ibm-quantum": "ibm ibmq ibmcloud ibmquantum",
        "infleqtion": "infleqtion superstaq",
        "ionq": "ionq",
        "iqcc": "iqcc",
        "iqm": "iqm",
        "jij": "jijzept",
        "lightsolver": "lightsolver",
        "lqcloud": "lqcloud",
        "mqss-lrz": "mqss",
        "oneqbit": "oneqbit 1qbit",
        "open-quantum": "openquantum open_quantum",
        "oqc": "oqc",
        "oqtopus": "oqtopus",
        "origin-quantum": "originq originquantum origin_quantum",
        "pasqal": "pasqal",
        "planqk": "planqk",
        "qangles": "qangles",
        "qboson": "qboson",
        "qbraid": "qbraid",
        "qci": "qci",
        "qcoscloud": "qcoscloud",
        "qctrl": "qctrl q-ctrl q_ctrl",
        "qcware": "qcware",
        "qilimanjaro": "qilimanjaro",
        "quafu": "quafu",
        "quandela": "quandela",
        "quantagonia": "quantagonia",
        "quantinuum": "quantinuum",
        "quantum-inspire": "quantuminspire quantum_inspire quantum-inspire",
        "quapp": "quapp",
        "qudora": "qudora",
        "quera": "quera",
        "rigetti-qcs": "rigetti",
        "spinq": "spinq",
        "strangeworks": "strangeworks",
        "tergite": "tergite",
        "tianyan": "tianyan",
        "tyxonq": "tyxonq",
        "wuyue": "wuyue",
        "xanadu": "xanadu",
        "zapata-orquestra": "zapata orquestra",
    }.items()
    for name in names.split()
}

# Three letters stand in every image's base64: what follows them in a name belongs to the literal.
_SHORT = 3
_FOLLOWING = ("_", "-", "=", '"', "'", ":", " ", ".", "]", "\\", "|", ",", "*", "`", "k", "t", "a", "s", "p", "c", "q")
# Literal of the prefilter -> the name that it begins with.
NAME_LITERALS: dict[str, str] = {
    name + end: name for name in PROVIDER_NAMES for end in (_FOLLOWING if len(name) <= _SHORT else ("",))
}

_NO_KEYS = ("public", "partition", "cache", "job", "sort", "hash")


def provider_of_key_file(path: str) -> str:
    """The provider whose key a file keeps by its name, such as ``ionq_key.txt``; empty for any other file."""
    name = path.replace(os.sep, "/").lower().rpartition("/")[2]
    if not name.endswith(KEY_FILES) or any(word in name for word in _NO_KEYS):
        return ""
    for known, provider in PROVIDER_NAMES.items():
        at = name.find(known)
        if at >= 0 and not name[at - 1 : at].isalnum() and not name[at + len(known) : at + len(known) + 1].isalpha():
            return provider
    return ""
