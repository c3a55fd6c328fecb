"""Finds the addresses of a host, and lets only public ones pass: no known name leads into a private network."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import TYPE_CHECKING, TypeAlias

from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Callable

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
# The prefix under which a network translates IPv4 (RFC 6052); what is behind it counts.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class NoAnswerError(NbguardError):
    """There is no answer that says anything. The text holds neither a value nor anything that a server said."""


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host. Raises NoAnswerError where there are none, or none in time."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return

    # The system's resolver knows no deadline; a thread that it holds ends with the process.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise NoAnswerError(f"{host} has no address here")
    return list(dict.fromkeys(found))


def check_public(host: str, addresses: list[str], is_fine: Callable[[Address], bool] | None = None) -> str:
    """The first of a host's addresses, if all of them are public. Raises NoAnswerError where one isn't."""
    judge = is_fine or is_public
    for address in addresses:
        if not judge(ipaddress.ip_address(address.partition("%")[0])):
            raise NoAnswerError(f"{host} leads to an address that isn't public; nothing was sent")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, itself and whatever it stands for."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TRANSLATED:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        behind = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
        if any(inner is not None and not is_public(inner) for inner in behind):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
