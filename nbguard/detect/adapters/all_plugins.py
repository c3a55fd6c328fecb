"""The whole default set of detect-secrets, with the results of ``detect-secrets scan --no-verify``, much sooner.

One hyperscan database holds the necessary conditions of all plugins. It runs once over a file's lines; only where a
condition is met does the unmodified plugin see the line. What detect-secrets does around the plugins (transformers
for INI and YAML, filters of files, lines and values) is done by its own functions, after a cheaper check that proves
nothing is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.adapters.plugin_conditions import WRITTEN_FOR, conditions_of, digest_of
from nbguard.detect.finding import RANK_FOREIGN, Finding
from nbguard.documents.decode import decode_text
from nbguard.documents.fields import Field, Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.documents.fields import Document

# Characters that a regex without case takes for ASCII letters; bytes can't tell them, so their lines are always asked.
_FOLDING = re.compile("[\u0130\u0131\u017f\u212a]")
# An indented line continues another, # and ; begin comments, [ a section. Any other line without = or : makes an INI
# file unreadable (configparser raises at its end), so that detect-secrets' eager attempt at one comes to nothing.
_NO_INI_LINE = re.compile(r"^[^#;\s\[=:][^=:\n]*$", re.MULTILINE)
# is_indirect_reference of detect-secrets without what its regex has before the operator: that may be empty, so both
# match the same lines, and this one doesn't try every beginning.
_INDIRECT = re.compile(r"[:!=]\s*[\w.-]+[\[(][^\v]*[\])]")
_LETTER = re.compile("[A-Za-z]")
# How KeywordDetector's regexes write a quote that may be missing.
_OPTIONAL_QUOTE = "`]?)"
_NOISY = frozenset(("Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector", "KeywordDetector"))


class PluginSecret(NamedTuple):
    """What detect-secrets reports: its name for the type, the plugin's class, the line from 1 on, and the value."""

    type: str
    plugin: str
    line: int
    value: str

    def __repr__(self) -> str:
        """Shows no value."""
        return f"PluginSecret({self.type!r}, line {self.line})"


class AllPlugins:
    """All plugins of detect-secrets with their default settings. Make one and keep it: it compiles a database.

    ``names`` are the classes of those that are asked; all of them where none is given.
    """

    def __init__(self, names: Collection[str] | None = None) -> None:
        self._names = names

    @property
    def rule_ids(self) -> set[str]:
        """The rules under which findings are reported (see find_by_all_plugins)."""
        return {_rule_id(plugin.secret_type) for plugin in self._plugins}

    @cached_property
    def _plugins(self) -> list[Any]:
        return [plugin() for name, plugin in _classes().items() if self._names is None or name in self._names]

    @cached_property
    def _always_asked(self) -> frozenset[int]:
        """The plugins we have no conditions for."""
        return frozenset(
            number
            for number, plugin in enumerate(self._plugins)
            if WRITTEN_FOR.get(type(plugin).__name__) != digest_of(plugin)
        )

    @cached_property
    def _databases(self) -> dict[bool, Any]:
        """For files in which KeywordDetector asks for quotes (True), and for the others."""
        return {quotes: self._compile(quotes) for quotes in (True, False)}

    def _compile(self, quotes: bool) -> Any:
        import hyperscan

        expressions, owners = [], []
        for number, plugin in enumerate(self._plugins):
            conditions = conditions_of(type(plugin).__name__, bare=not quotes)
            if number not in self._always_asked:
                expressions += [condition.encode("latin-1") for condition in conditions]
                owners += [number] * len(conditions)
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(expressions=expressions, ids=owners, elements=len(expressions), flags=[0] * len(expressions))
        return database

    def scan(self, path: str, raw: bytes) -> list[PluginSecret]:
        """What ``detect-secrets scan --no-verify`` reports for a file of this name with these bytes, in file order.

        Bytes that aren't UTF-8 are no text to detect-secrets: nothing is reported. The same value of the same type
        is reported once, at its first line.
        """
        from detect_secrets.filters import heuristic

        if heuristic.is_non_text_file(path) or heuristic.is_lock_file(path) or heuristic.is_swagger_file(path):
            return []
        for lines in _variants_of_lines(path, raw):
            secrets = {(secret.type, secret.value): secret for secret in reversed(list(self._scan_lines(path, lines)))}
            if secrets:
                return list(reversed(secrets.values()))
        return []

    def _scan_lines(self, path: str, lines: list[str]) -> Iterator[PluginSecret]:
        from detect_secrets.util.code_snippet import get_code_snippet

        for index, numbers in sorted(self._asked(path, lines).items()):
            line = lines[index].rstrip()
            context = get_code_snippet(lines=lines, line_number=index + 1)
            if _is_allowed(path, line, context) or (len(line) <= 1000 and _INDIRECT.search(line)):
                continue
            for number in sorted(numbers):
                plugin = self._plugins[number]
                found = plugin.analyze_line(filename=path, line=line, line_number=index + 1, context=context)
                for secret in found:
                    if not _is_filtered(secret.secret_value, line, plugin):
                        yield PluginSecret(secret.type, type(plugin).__name__, index + 1, secret.secret_value)

    def _asked(self, path: str, lines: list[str]) -> dict[int, set[int]]:
        """Line index -> the plugins whose conditions the line meets."""
        from detect_secrets.plugins.keyword import QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP, REGEX_BY_FILETYPE
        from detect_secrets.util.filetype import determine_file_type

        table = REGEX_BY_FILETYPE.get(determine_file_type(path), QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP)
        quotes = not any(_OPTIONAL_QUOTE in regex.pattern for regex in table)
        text = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        lengths = [len(line) if line.isascii() else len(line.encode()) for line in lines]
        ends = list(accumulate(n + (not line.endswith("\n")) for n, line in zip(lengths, lines, strict=True)))
        asked: dict[int, set[int]] = {}

        def remember(owner: int, _: int, end: int, __: int, ___: Any) -> None:
            asked.setdefault(bisect_right(ends, end - 1), set()).add(owner)

        self._databases[quotes].scan(text.encode(), match_event_handler=remember)
        everything = set(range(len(self._plugins)))
        if _FOLDING.search(text) or self._always_asked or len(lines) != text.count("\n"):
            for index, line in enumerate(lines):
                if _FOLDING.search(line) or "\n" in line[:-1]:
                    asked[index] = everything
                elif self._always_asked:
                    asked.setdefault(index, set()).update(self._always_asked)
        return asked


def _variants_of_lines(path: str, raw: bytes) -> Iterator[list[str]]:
    """The lines of a file as detect-secrets reads them, and where that makes sense once more as an INI file."""
    from io import BytesIO, TextIOWrapper

    from detect_secrets.transformers import get_transformed_file

    class NamedBytes(BytesIO):
        name = path

    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return
    file: Any = TextIOWrapper(NamedBytes(raw), encoding="utf-8")
    yield get_transformed_file(file) or file.readlines()
    if _NO_INI_LINE.search(text.replace("\r\n", "\n").replace("\r", "\n")):
        return
    file.seek(0)
    lines = get_transformed_file(file, use_eager_transformers=True)
    if lines:
        yield lines


def _is_allowed(path: str, line: str, context: Any) -> bool:
    """Whether a comment allows the line; without the word there is none."""
    from detect_secrets.filters.allowlist import is_line_allowlisted

    if "pragma" not in line and "pragma" not in context.previous_line:
        return False
    return bool(is_line_allowlisted(path, line, context))


def _is_filtered(value: str, line: str, plugin: Any) -> bool:
    """Whether a default filter of detect-secrets takes the value out; long values skip what can't apply to them."""
    from detect_secrets.filters import heuristic

    return (
        (len(value) <= 128 and heuristic.is_sequential_string(value))
        or ("-" in value and heuristic.is_potential_uuid(value))
        or (_may_be_id(line) and heuristic.is_likely_id_string(value, line, plugin))
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or _LETTER.search(value) is None
    )


def _may_be_id(line: str) -> bool:
    if not line.isascii():
        return True
    head = line[:8].lower()
    return "_id" in line or "_ID" in line or "_Id" in line or "_iD" in line or head.startswith(("id", "myid", "userid"))


def find_by_all_plugins(document: Document, plugins: AllPlugins) -> Iterator[Finding]:
    """Yields what detect-secrets reports for a document's bytes, as findings in the text of the whole file.

    The rule is ``detect-secrets:`` and the type in lower case with hyphens. Where the value doesn't stand in the line
    as it is (an INI or YAML file that was read as such), the finding covers the line.
    """
    secrets = plugins.scan(document.path, document.raw)
    if not secrets:
        return
    text = decode_text(document.raw).replace("\r\n", " \n").replace("\r", "\n")
    field = Field(decode_text(document.raw), Part("file", None, "", "text/plain", "text", 0, len(document.raw)))
    starts = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    for secret in secrets:
        line_start, line_end = starts[secret.line - 1], starts[secret.line]
        start = text.find(secret.value, line_start, line_end)
        if start < 0:
            start, end = line_start, len(text[:line_end].rstrip("\n"))
        else:
            end = start + len(secret.value)
        yield Finding(
            rule=_rule_id(secret.type),
            kind="credential",
            provider=None,
            severity="low" if secret.plugin in _NOISY else "medium",
            field=field,
            start=start,
            end=end,
            value=secret.value,
            cause=f"detect-secrets {secret.plugin}",
            message=f"detect-secrets calls this: {secret.type}.",
            remedy="Rotate it if it is a credential, and look it up at run time.",
            rank=RANK_FOREIGN,
        )


def plugin_names() -> frozenset[str]:
    """The class names of detect-secrets' plugins."""
    return frozenset(_classes())


def _classes() -> dict[str, Any]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    by_type: dict[str, Any] = get_mapping_from_secret_type_to_class()
    return {plugin.__name__: plugin for plugin in by_type.values()}


def _rule_id(secret_type: str) -> str:
    return "detect-secrets:" + re.sub(r"[^a-z0-9]+", "-", secret_type.lower()).strip("-")
