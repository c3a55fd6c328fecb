"""Reads TOML that somebody else wrote (https://toml.io/en/v1.0.0), in bounded time, and never repeats what it holds."""

from __future__ import annotations

import re
from typing import Any

from nbguard.lazy_regex import lazy_regex

# Names between dots in a key. The parser's work for a key grows with the square of them.
_MOST_NAMES = 30
_NAME = r"""(?:[\w-]++|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY = lazy_regex(rf"""(?<![\w"'-]){_NAME}(?:[ \t]*+\.[ \t]*+{_NAME}){{{_MOST_NAMES}}}""")
# Deeper than anything that somebody means, and less deep than what ends the parser.
_DEEP = 50
_STRING = "|".join((r'"""(?:\\.|[^\\])*?"""', r'"(?:\\.|[^"\\\n])*"', r"'''.*?'''", r"'[^'\n]*'"))
_TOKEN = lazy_regex(rf"#[^\n]*|{_STRING}|[\[\]{{}}]", re.DOTALL)


def load_toml(raw: bytes) -> dict[str, Any]:
    """What a TOML file says. A byte-order mark and Windows line ends are passed over.

    Raises ValueError with what is wrong and the line, without the text that is quoted there: it may be a salt.
    """
    import tomllib

    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if text.count(".") >= _MOST_NAMES and (key := _LONG_KEY.search(text)) is not None:
        raise ValueError(f"not valid TOML: a key of too many names (at {_line(text, key.start())})")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {_without_content(str(error))}") from None
    except ValueError:  # int() refuses very long numbers, and the parser passes that on
        number = re.search(r"[0-9_]{4000,}", text)
        raise ValueError(f"not valid TOML: a number is too long{_at(text, number and number.start())}") from None
    except RecursionError:
        raise ValueError(f"nested too deeply{_at(text, _where_it_is_deep(text))}") from None


def _where_it_is_deep(text: str) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
        if depth > _DEEP:
            return token.start()
    return None


def _at(text: str, position: int | None) -> str:
    return "" if position is None else f" (at {_line(text, position)})"


def _line(text: str, position: int) -> str:
    return f"line {text.count(chr(10), 0, position) + 1}"


def _without_content(message: str) -> str:
    """A parser's error without the text it quotes. The line and column stay."""
    place = re.search(r"\(at [^)]*\)$", message)
    what = re.sub(r"(['\"]).*\1", "…", message[: place.start()] if place else message).strip()
    return f"{what} {place.group() if place else ''}".strip()
