"""Finds what says who and where somebody worked: home folders with a name, public IP addresses, MAC addresses.

Only in what people write (source and files): outputs are full of paths, and stripping takes them out.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.samples.hits import SampleHit
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HOME = lazy_regex(
    r"(?:(?<![\w.~/$}>*-])|(?<=file://))(?:/home/|/Users/|[A-Za-z]:[\\/]{1,4}Users[\\/]{1,4})"
    r"([A-Za-z][\w.-]{2,31})(?=[\\/\"'\s:;,)\]]|\Z)"
)
_IP = lazy_regex(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)(?!/(?:[0-9]|[12]\d|3[0-2])\b)")
_IPV6 = lazy_regex(r"(?<![\w:.-])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])")
_MAC = lazy_regex(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:-])|(?<![\w-])(?:[0-9A-F]{2}-){5}[0-9A-F]{2}\b"
)
# What stands inside every match: searched much faster.
_IN_IP = lazy_regex(r"\.\d{1,3}\.\d{1,3}\.")
_IN_IPV6 = lazy_regex(r":(?![0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:)[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:")
_IN_MAC = re.compile(r":[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:"), re.compile(r"-[0-9A-F]{2}-[0-9A-F]{2}-")

# The size of a block, behind its address.
_BITS = lazy_regex(r"/(\d{1,3})(?!\d)")


# The longest account that is judged.
_LONGEST = 40


def traces_in(text: str, is_example: Callable[[int], bool] = lambda _: False) -> Iterator[SampleHit]:
    """The home folders, IP and MAC addresses in a text; each user and each address once.

    ``is_example`` says of a place whether it is in a comment or the like: what stands there doesn't count.
    """
    seen: set[str] = set()
    for hit in chain(_home_folders(text), _addresses(text)):
        if hit.value not in seen and not is_example(hit.start):
            seen.add(hit.value)
            yield hit


def _home_folders(text: str) -> Iterator[SampleHit]:
    if "/home/" in text or "Users" in text:
        for found in _HOME.finditer(text):
            user = found[1].rstrip(".")
            if not is_nobodys(user):
                yield SampleHit("sample-home-path", *found.span(), user.lower(), "a home folder with a user's name")


def _addresses(text: str) -> Iterator[SampleHit]:
    before = load_knowledge("traces")["thresholds"]["context"]
    for inside, pattern, words, is_known, rule, message in (
        ((_IN_IP,), _IP, "ip_words", _is_public, "sample-ip", "a public IP address"),
        ((_IN_IPV6,), _IPV6, "ip_words", _is_public_v6, "sample-ip", "a public IP address"),
        (_IN_MAC, _MAC, "mac_words", _is_somebodys, "sample-mac", "a MAC address"),
    ):
        if any(part.search(text) for part in inside):
            for found in pattern.finditer(text):
                start, value = found.start(), found.group().lower()
                if not _context(words).search(text, max(0, start - before), start):
                    continue
                if is_known(value) and not _is_block(value, text[found.end() : found.end() + 4]):
                    yield SampleHit(rule, start, found.end(), value, message)


@cache
def _context(words: str) -> re.Pattern[str]:
    return kept_regex(rf"(?i){'|'.join(load_knowledge('traces')[words])}")


@cache
def _account_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = load_knowledge("traces")
    words = sorted(set(known["account_words"].split()), key=len, reverse=True)
    return kept_regex(rf"(?:(?:{'|'.join(words)})[-_.\d]*)+"), re.compile("|".join(known["accounts"]))


@lru_cache(1024)
def is_nobodys(account: str) -> bool:
    """Whether an account is of a machine, a service, an image or a course, or stands for anybody's."""
    words, whole = _account_patterns()
    small = account.lower().strip("-_.")
    return len(small) <= _LONGEST and bool(words.fullmatch(small) or whole.fullmatch(small))


def _is_public(address: str) -> bool:
    """Whether an address is global: not private, reserved or for documentation (RFC 6890), nor in manuals."""
    from ipaddress import AddressValueError, IPv4Address

    known = load_knowledge("traces")
    try:
        parsed = IPv4Address(address)
    except AddressValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or address in known["known_addresses"]:
        return False
    first, *others = parsed.packed
    # Four small numbers are a version; one number four times, or counting on, is made up.
    counted = all(later - earlier == 1 for earlier, later in pairwise(parsed.packed))
    is_version = first < known["thresholds"]["first_number"] and sum(number >= 100 for number in others) < 2
    return not is_version and set(others) != {first} and not counted


def _is_public_v6(address: str) -> bool:
    """Whether an IPv6 address is global (RFC 6890), no name server that everybody may ask, and not counted up."""
    from ipaddress import AddressValueError, IPv6Address

    try:
        parsed = IPv6Address(address)
    except AddressValueError:
        return False
    groups = [int(group, 16) for group in parsed.exploded.split(":")]
    counted = all(later - earlier == 1 for earlier, later in pairwise(groups))
    known = str(parsed) in load_knowledge("traces")["known_addresses"]
    return parsed.is_global and not parsed.is_multicast and len(set(groups)) > 2 and not counted and not known


def _is_block(address: str, behind: str) -> bool:
    """Whether an address with what stands behind it is a network's (RFC 4632): ``64:ff9b::/96`` is nobody's own."""
    from ipaddress import ip_network

    bits = _BITS.match(behind)
    if bits is None:
        return False
    try:
        return ip_network(f"{address}/{bits[1]}").num_addresses > 1
    except ValueError:
        return False


def _is_somebodys(address: str) -> bool:
    """Whether a MAC address is of a real card (RFC 7042): one that a maker was given, for one card, in no program."""
    known = load_knowledge("traces")
    digits = address.replace(":", "").replace("-", "").lower()
    local_or_group = int(digits[1], 16) & 3
    return (
        not local_or_group
        and len(set(digits)) > 3
        and digits[:6] not in known["virtual_cards"]
        and digits not in known["documented_cards"]
    )
