"""Finds what says who and where somebody worked: home folders with a name, public IP addresses, MAC addresses.

Only in what people write (source and files): outputs are full of paths, and stripping takes them out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.samples.single_values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOME = re.compile(
    r"(?:(?<![\w.~/$}>*-])|(?<=file://))(?:/home/|/Users/|[A-Za-z]:[\\/]{1,4}Users[\\/]{1,4})"
    r"([A-Za-z][\w.-]{2,31})(?=[\\/\"'\s:;,)\]]|\Z)"
)
# Accounts of machines, images and courses, and what documentation writes for anybody's.
_NOBODY = re.compile(
    r"(?i)jovyan|joyvan|users?\d*|user[-_]?name|usr|runner(?:admin)?|ubuntu|vscode|ec2-user|root|app|admin\w*|public|"
    r"shared?|default|colab|sagemaker-user|jupyter\w*|docker|work(?:space|ing|dir)?|me|you|your[-_.]?\w*|name|"
    r"students?\d*|studio-lab-user|gitpod|codespaces?|travis|circleci|jenkins|vagrant|dev\w*|test\w*|guest|azure\w*|"
    r"mambauser|micromamba|conda|coder|lab|labs|foo|bar|baz|demo|samples?|examples?|projects?|home|shiny|rstudio|opc|"
    r"centos|fedora|debian|nobody|linuxbrew|python\w*|anaconda\w*|miniconda\w*|nvidia|hadoop|spark|airflow|databricks|"
    r"trusted-service-user|my[-_]?\w*|some\w*|xx+\w*|abc\w*|alice|bob|eve|carol|john|jane|quantum\w*|qiskit\w*|qbraid|"
    r"cirq|data\w*|build\w*|ci|git|gitlab\w*|github\w*|bin|lib|local|tmp|path|file\w*|folder|desktop|documents|"
    r"downloads|host|node|nb_?user|notebooks?|scratch|software|download|cloud\w*|cocalc\w*|sage|kaggle|oracle|"
    r"hub\w*|course\w*|teacher|instructor|computer|pc|laptop|windows|mac|linux|owner|www(?:-data)?|service\w*|system"
)
_IP = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)(?!/(?:[0-9]|[12]\d|3[0-2])\b)")
_IP_CONTEXT = re.compile(r"(?i)\bip\b|ip_|_ip|ipv4|host|server|addr|ssh|scp|ping|client|remote|://|@|login|visitor")
_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:-])|(?<![\w-])(?:[0-9A-F]{2}-){5}[0-9A-F]{2}\b"
)
# What stands inside every match: searched much faster.
_IN_IP = re.compile(r"\.\d{1,3}\.\d{1,3}\.")
_IN_MAC = re.compile(r":[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:"), re.compile(r"-[0-9A-F]{2}-[0-9A-F]{2}-")
_MAC_CONTEXT = re.compile(r"(?i)\bmac|mac_|_mac|hwaddr|ether|bssid|hardware addr|device")
# Public name servers: they are nobody's.
_RESOLVERS = frozenset(("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"))
# Characters before an address in which a word must stand.
_BEFORE = 60


def traces_in(text: str) -> Iterator[Hit]:
    """The home folders, IP and MAC addresses in a text; each user and each address once."""
    seen: set[str] = set()
    if "/home/" in text or "Users" in text:
        for found in _HOME.finditer(text):
            user = found[1].rstrip(".")
            if user.lower() not in seen and not _NOBODY.fullmatch(user):
                seen.add(user.lower())
                yield Hit(
                    "sample-home-path", found.start(), found.end(), user.lower(), "a home folder with a user's name"
                )
    for inside, pattern, context, rule, message in (
        ((_IN_IP,), _IP, _IP_CONTEXT, "sample-ip", "a public IP address"),
        (_IN_MAC, _MAC, _MAC_CONTEXT, "sample-mac", "a MAC address"),
    ):
        if not any(part.search(text) for part in inside):
            continue
        for found in pattern.finditer(text):
            value = found.group().lower()
            known = _is_public(value) if rule == "sample-ip" else _is_somebodys(value)
            if known and value not in seen and context.search(text, max(0, found.start() - _BEFORE), found.start()):
                seen.add(value)
                yield Hit(rule, *found.span(), value, message)


def _is_public(address: str) -> bool:
    """Whether an address is global: not private, reserved or for documentation (RFC 6890), nor a name server."""
    from ipaddress import AddressValueError, IPv4Address

    try:
        parsed = IPv4Address(address)
    except AddressValueError:
        return False
    # Four small numbers are a version.
    return parsed.is_global and not parsed.is_multicast and address not in _RESOLVERS and max(parsed.packed) > 31


def _is_somebodys(address: str) -> bool:
    """Whether a MAC address is of a real card: not broadcast or zero, not the block for documentation (RFC 7042)."""
    digits = address.replace(":", "").replace("-", "")
    return len(set(digits)) > 3 and not digits.startswith("00005e") and digits not in ("001122334455", "aabbccddeeff")
