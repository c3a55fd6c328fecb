"""What is known of a literal that stands where a credential goes."""

from __future__ import annotations

from typing import NamedTuple


class Sink(NamedTuple):
    """What a sink literal is.

    ``kinds``: call, keywords (a call that takes the credential by keyword only), name (a variable, an attribute, a
    header), scheme, import, host, device, any. With ``needs``, one of them stands in every file where the literal
    counts: what goes by a name too common to be a literal itself. A need is a word, or several joined by ``&``.
    """

    kinds: frozenset[str]
    needs: frozenset[str]
