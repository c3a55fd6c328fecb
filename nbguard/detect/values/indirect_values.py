"""Tells values that say where something is, or that are filled in later: references, templates, paths, addresses."""

from __future__ import annotations

import re
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.word_likeness import wordy_share

_NAME = r"[A-Za-z_][\w.-]{0,80}"
# A whole value, or a piece of one, that a program or a person fills in.
_WHOLE_TEMPLATE = re.compile(
    rf"\$\{{?{_NAME}(?::[-=?][^{{}}]{{0,200}})?\}}?|%{_NAME}%|<[^<>]{{0,200}}>|\[[^\[\]]{{1,200}}\]"
    rf"|\{{{{?[^{{}}]{{0,200}}\}}}}?|\$\([^()]{{0,200}}\)|@@?{_NAME}@@?|@[A-Z][A-Z0-9_]{{2,80}}|:{_NAME}|%[sdr]|\?|__[A-Z][A-Z0-9_]{{1,80}}__"
    r"|`[^`]{0,200}`|#\{[^{}]{0,200}\}"
    # A call or a look-up in IPython's braces, of which a command's option ends at the first sign: `{secret(`.
    rf"|\{{{_NAME}[(\[][^()\[\]]{{0,200}}"
)
_PIECE_OF_TEMPLATE = re.compile(
    rf"\$\{{[^{{}}\s]{{1,200}}\}}|#\{{[^{{}}]{{1,200}}\}}|\{{\{{.{{0,200}}?\}}\}}|\{{{_NAME}(?:[!:][^{{}}]{{0,40}})?\}}"
    rf"|<%.{{0,200}}?%>|%\({_NAME}\)[sdr]|\$\([^()]{{1,200}}\)|<{_NAME}(?: [\w -]{{1,80}})?>|\{{\d?\}}|%s\b"
    r"|%\{[^{}]{1,80}\}|@\{[^{}]{1,80}\}"
)
# Less than this beside what is filled in is no credential.
_LITTLE = 8
_VARIABLE = re.compile(r"\$[A-Za-z_]\w{0,80}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:/{2,3}\S*|(?:mailto|data|urn|tel|javascript|about|blob):\S*")
_E_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,6}[A-Za-z]{2,12}")
_HOST = re.compile(
    r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,12}(?::\d{1,5})?(?:/\S*)?|localhost(?::\d+)?"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\S*)?"
)
_ROOTED = re.compile(
    r"/(?:home|Users|etc|var|tmp|opt|usr|mnt|root|content|workspace|data|run|srv|dev|bin|lib|app|proc|sys|private)(?:/.*)?"
    r"|~/.*|\.{1,2}[/\\].*|[A-Za-z]:[\\/].*|\\\\.*",
    re.DOTALL,
)
_SEGMENTS = re.compile(r"[\w.@~*:+ -]{0,80}(?:[/\\][\w.@~*:+ -]{0,80}){1,20}")


def is_store_reference(value: str) -> bool:
    """Whether a value points to where a secret is kept: ``vault:…``, ``op://…``, ``arn:aws:secretsmanager:…``."""
    return _stores().match(value) is not None


def is_template(value: str) -> bool:
    """Whether a value, or a piece of it that is a name in brackets, is filled in when the program runs."""
    if _WHOLE_TEMPLATE.fullmatch(value) is not None:
        return True
    if "{" not in value and "$" not in value and "<" not in value and "%" not in value:
        return False
    # Names in brackets in a longer text, where they read like one: a random password has brackets too.
    pieces = _PIECE_OF_TEMPLATE.findall(value)
    if pieces and (len(value) - sum(map(len, pieces)) < _LITTLE or any(wordy_share(piece) >= 0.5 for piece in pieces)):
        return True
    return any(len(found) > 4 and wordy_share(found) >= 0.8 for found in _VARIABLE.findall(value))


def is_address(value: str) -> bool:
    """Whether a value is a URL, a host or an e-mail address."""
    if _URL.fullmatch(value) is not None or _E_MAIL.fullmatch(value) is not None:
        return True
    return _HOST.fullmatch(value) is not None and (wordy_share(value) >= 0.5 or value[0].isdigit())


def is_path(value: str) -> bool:
    """Whether a value is a path or the name of a file; base64 has slashes too, but no words between them."""
    if _ROOTED.fullmatch(value) is not None or _file().fullmatch(value) is not None:
        return True
    return ("/" in value or "\\" in value) and _SEGMENTS.fullmatch(value) is not None and wordy_share(value) >= 0.5


@cache
def _stores() -> re.Pattern[str]:
    return re.compile("|".join(load_knowledge("values")["stores"]), re.IGNORECASE)


@cache
def _file() -> re.Pattern[str]:
    endings = "|".join(map(re.escape, load_knowledge("values")["file_endings"].split()))
    return re.compile(rf"[\w./\\ @+-]{{0,200}}\.(?:{endings})", re.IGNORECASE)
