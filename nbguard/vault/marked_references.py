"""Puts values in the place of marked references (``nbguard:path#key``): in environments, ``.env`` files and
configuration, in memory only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping

from nbguard.errors import UsageError
from nbguard.vault.references import Reference, find_marked, parse_reference

Find = Callable[[str], str]

_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>.*?)\s*\Z", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./=-]*(?<!-)")
_YAML_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}


def resolve(text: str, find: Find) -> str:
    """The text with every marked reference in it replaced by its value. ``find`` looks a reference up."""
    return _replace_each(text, lambda reference, _: str(find(reference)))


def _replace_each(text: str, written: Callable[[str, str], str]) -> str:
    """The text with each marked reference replaced by what is ``written`` for it, given what stands right before it."""
    pieces, at = [], 0
    for start, end, reference in find_marked(text):
        pieces += [text[at:start], written(str(reference), text[start - 1 : start])]
        at = end
    return "".join((*pieces, text[at:]))


def read_env_file(path: str) -> dict[str, str]:
    """The variables of a ``.env`` file, as most readers take it: ``export``, quotes, comments; nothing is expanded.

    Raises UsageError with the line where it can't be read.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            lines = list(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {(getattr(error, 'strerror', None) or 'not UTF-8').lower()}") from None
    variables = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None:
            raise UsageError(f"{path}: line {number} is no NAME=value")
        variables[found["name"]] = _unquote(found["value"])
    return variables


def build_environment(base: Mapping[str, str], files: list[str], given: list[str], find: Find) -> dict[str, str]:
    """The child's environment: ``base``, then the ``.env`` files, then ``NAME=reference`` pairs; all resolved.

    Raises UsageError for a pair that is none, and for a name with two references.
    """
    environment = dict(base)
    for path in files:
        environment |= read_env_file(path)
    resolved = {name: resolve(value, find) for name, value in environment.items()}
    references: dict[str, Reference] = {}
    for pair in given:
        name, equals, reference = pair.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise UsageError("--env takes NAME=reference, such as IONQ_API_KEY=quantum/ionq#api_key")
        parsed = parse_reference(reference)
        if references.setdefault(name, parsed) != parsed:
            raise UsageError(f"--env {name} is given twice, with different references: give each a name of its own")
        resolved[name] = str(find(str(parsed)))
    return resolved


def resolve_file(text: str, language: str, find: Find) -> str:
    """A configuration file's text with its references resolved, the values written as its language needs."""

    def escaped(reference: str, before: str) -> str:
        value = str(find(reference))
        if language in ("json", "toml") or (language == "yaml" and before == '"'):
            return json.dumps(value)[1:-1] if before != "'" else value
        if language == "yaml" and before == "'":
            return value.replace("'", "''")
        if language == "yaml" and (not _PLAIN.fullmatch(value) or value.lower() in _YAML_WORDS):
            return json.dumps(value)
        return value

    return _replace_each(text, escaped)


def open_in_memory(text: str) -> str:
    """A path at which this process, and what it becomes by ``exec``, can read ``text``; nothing is on disk.

    Raises UsageError where the system has neither memory files nor a pipe that is large enough.
    """
    data = text.encode()
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("nbguard", 0)
        os.write(handle, data)
        os.lseek(handle, 0, os.SEEK_SET)
        return f"/proc/self/fd/{handle}"
    if os.name == "nt" or len(data) > 16384:
        raise UsageError("--file needs Linux for files of this size; use --env or --env-file")
    read_end, write_end = os.pipe()
    os.write(write_end, data)
    os.close(write_end)
    os.set_inheritable(read_end, True)
    return f"/dev/fd/{read_end}"


def _unquote(value: str) -> str:
    if value[:1] == "'" and (end := value.find("'", 1)) > 0:
        return value[1:end]
    if value[:1] == '"' and (found := re.match(r'"((?:\\.|[^"\\])*)"', value)) is not None:
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), found[1])
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()
