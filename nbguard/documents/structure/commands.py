"""Command lines: ``--token V``, ``--token=V``, ``-p token V``, ``-u user:V``, ``gh secret set NAME --body V``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.documents.structure.written_literals import read_shell_word
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# Inside another text its marks have backslashes.
_VALUE = (
    r"(?:\"(?P<double>(?:[^\"\\\n]|\\[^\n]){1,4096}+)\"|'(?P<single>(?:[^'\\\n]|\\[^\n]){1,4096}+)'"
    r"|\\\"(?P<inner>[^\"\\\n]{1,4096}+)\\?\"|\\'(?P<within>[^'\\\n]{1,4096}+)\\?'"
    r"|(?P<bare>(?!-)[^\s\"'`<>|;,)\]]{1,4096}+))"
)
# A list's elements are `"--token", "V"`.
_OPTION = lazy_regex(
    r"(?<![\w-])-{1,2}(?P<name>[A-Za-z][\w.-]{1,80}+)\\?[\"']?(?:[ \t]{0,4},)?(?:=|[ \t]{1,8}(?:\\\r?\n[ \t]{0,8})?)"
    + _VALUE
)
_USER = lazy_regex(
    r"(?<![\w-])(?:-u|--user|--userpass|-U|--proxy-user|--creds|--basic)"
    r"(?:[ \t=]{1,4}|\\?[\"'][ \t]{0,4},[ \t]{0,4})\\?[\"']?(?P<user>[^\s:\"'\\/%+]{0,128}):"
    r"(?:(?P<mark>\\?[\"'])(?=[^\s\"'\\]{3,512}+(?P=mark)))?(?P<value>[^\s\"'\\]{3,512}+)"
)
# A key in the user's place, without a password.
_KEY_AS_USER = lazy_regex(
    r"\bcurl\b[^\n|;]{0,400}?(?<![\w-])(?:-u|--user)[ \t=]{1,4}(?P<mark>\\?[\"']?)"
    r"(?P<value>[^\s:\"'\\/%+]{12,512}+):(?P=mark)(?=[\s\"'\\]|\Z)"
)
_SECRET_SET = lazy_regex(
    r"\b(?:secrets?|variables?|env|config|vars?)[ \t]+(?:set|add|create|put)[ \t]+"
    r"(?P<name>[A-Za-z_][\w.-]{1,100})[ \t]+"
    r"(?:[^\n]{0,120}?(?:--body|-b|--value|-v|--data|--secret-string)(?:=|[ \t]+|(?=[\"'])))?" + _VALUE
)
# What a client calls its password: an option of one letter, which others have for a port or a path.
_GAP = r"(?:[^\n|;\\]|\\\r?\n|\\.){0,200}?[ \t\"']"
_CLIENT_PASSWORD = lazy_regex(
    rf"\b(?:(?:mysql|mysqldump|mysqladmin|mariadb|7z|rar)\b{_GAP}-p(?=\S)"
    rf"|sshpass[ \t]{{1,4}}-p[ \t=]{{0,2}}"
    rf"|redis-cli\b{_GAP}(?:-a|--pass)[ \t=]{{0,2}}"
    rf"|(?:mongo|mongosh|mongodump|mongorestore|rabbitmqadmin)\b{_GAP}-p[ \t=]{{0,2}}"
    rf"|(?:(?:docker|podman|nerdctl|oras|skopeo|registry|az|buildah)[ \t]{{1,4}}login|htdigest)\b{_GAP}-p[ \t=]{{0,2}}"
    rf"|(?:zip|unzip|sqlcmd|bcp)\b{_GAP}-P[ \t]{{0,2}}"
    rf"|ldap(?:search|modify|add|delete|whoami|passwd|compare)\b{_GAP}-w[ \t]{{0,2}})" + _VALUE
)
_CLIENTS = (
    "mysql", "mariadb", "7z", "rar", "sshpass", "redis-cli", "mongo", "rabbitmqadmin", "login", "htdigest", "zip",
    "sqlcmd", "bcp", "ldap",
)  # fmt: skip
# How openssl's options say that a password stands there and not in a file or variable.
_IN_PLACE = "pass:"
# What stands behind a word: `/user:name V`, `htpasswd -b file user V`.
_BEHIND_WORD = lazy_regex(
    r"(?:[ \t]/user:[^\s\"']{1,80}[ \t]{1,4}"
    r"|\bhtpasswd[ \t]{1,4}(?:-[A-Za-z]{1,6}[ \t]{1,4}){0,3}?-(?:(?=[A-Za-z]{0,6}n)[A-Za-z]{0,6}b[A-Za-z]{0,6}"
    r"[ \t]{1,4}|[A-Za-z]{0,6}b[A-Za-z]{0,6}[ \t]{1,4}(?:-[A-Za-z]{1,6}[ \t]{1,4}){0,2}"
    r"[^\s\"'-][^\s\"']{0,200}[ \t]{1,4})[^\s\"']{1,80}[ \t]{1,4})" + _VALUE
)
# Options with a name and a value behind them: `papermill in out -p NAME V`, `jq --arg NAME V`. Lists count, too.
_TO_NEXT = r"\\?[\"']?(?:[ \t]{0,4},)?[ \t]{1,8}(?:\\\r?\n[ \t]{0,8})?"
_NAMED_OPTION = lazy_regex(
    r"(?<![\w-])(?:-[pr]|--parameters(?:_raw)?|--arg|--stringparam)"
    rf"{_TO_NEXT}\\?[\"']?(?P<name>[A-Za-z_][\w.-]{{1,80}}+){_TO_NEXT}" + _VALUE
)
# The commands that have them; with others `-p` is a port, a path or a password.
_HAVE_NAMED = ("papermill", "jq", "xsltproc")
_CONFIGURE = lazy_regex(
    r"\b(?:configure|config)[ \t]+(?:--global[ \t]+|--local[ \t]+)?set[ \t]+(?P<name>[A-Za-z_][\w.:/-]{1,160})[ \t]+"
    + _VALUE
)
# With a name in each; the last for texts with one of those commands only.
_NAMED = ((_SECRET_SET, "command"), (_CONFIGURE, "command"), (_NAMED_OPTION, "option"))
# A value that is sent down a pipe to a command that keeps secrets.
_PIPED = lazy_regex(
    r"\b(?:echo|printf)[ \t]+(?:-[ne]+[ \t]+)?" + _VALUE + r"[ \t]*\|[^\n|;]{0,80}?"
    r"\b(?:secrets?|variables?|env|config|vars?)[ \t]+(?:set|add|create|put)[ \t]+(?P<name>[A-Za-z_][\w.-]{1,100})"
)
# A value that is written to a file which is named for it.
_ECHOED = lazy_regex(
    r"\becho[ \t]{1,4}(?:-n[ \t]{1,4})?(?:\\{0,3}[\"'](?P<double>[^\s\"'\\<>|;&$`]{6,400}+)\\{0,3}[\"']"
    r"|(?P<bare>[^\s\"'\\<>|;&$`]{6,400}+))[ \t]{0,4}>{1,2}[ \t]{0,4}(?:[^\s;&|\"']{0,200}/)?"
    r"(?P<name>[\w.-]{0,60}(?:token|secret|passw|key|credential)[\w-]{0,40})"
)
# What a program declares its option's default to be: argparse, click, typer, yargs.
_DECLARED = lazy_regex(
    r"[\"']-{1,2}(?P<name>[A-Za-z][\w-]{1,80})[\"'](?:[^()\n]|\n(?!\n)|"
    r"\([^()\n]{0,200}\)){0,400}?\bdefault(?:_value)?[ \t]{0,4}[=:][ \t]{0,4}"
    r"(?:\"(?P<double>[^\"\\\n]{1,4096}+)\"|'(?P<single>[^'\\\n]{1,4096}+)')"
)


def read_commands(text: str, language: str = "") -> Iterator[Pair]:
    """Yields the options of command lines with the word behind each, and what commands for secrets are given.

    In a shell's own text that word is read as a shell does.
    """
    if not any(sign in text for sign in ("-", " set ", "|", "/user:", "echo ")):
        return
    for found in _PIPED.finditer(text) if "|" in text else ():
        yield _pair(found, found["name"], found.span("name"), "command")
    for found in _OPTION.finditer(text):
        name, (first, last) = found["name"], found.span("name")
        # `-Dsonar.token=V` gives a program of Java's a property.
        property_of = name[0] == "D" and "." in name
        pair = _pair(found, name[property_of:], (first + property_of, last), "option", language)
        if pair.value.startswith(_IN_PLACE) and pair.name in ("pass", "passin", "passout"):
            pair = pair._replace(value=pair.value[len(_IN_PLACE) :], start=pair.start + len(_IN_PLACE))
        yield pair
    for found in _ECHOED.finditer(text) if "echo" in text else ():
        yield _pair(found, found["name"], found.span("name"), "command")
    if "default" in text:
        for found in _DECLARED.finditer(text):
            yield _pair(found, found["name"], found.span("name"), "declared")
    for found in _USER.finditer(text):
        yield Pair("password", found["value"], *found.span("value"), form="user", path=(found["user"],))
    for found in _KEY_AS_USER.finditer(text) if "curl" in text else ():
        yield Pair("api_key", found["value"], *found.span("value"), form="user")
    yield from _read_named(text, language)
    for pattern, words in ((_CLIENT_PASSWORD, _CLIENTS), (_BEHIND_WORD, ("/user:", "htpasswd"))):
        for found in pattern.finditer(text) if may_say(text, words) else ():
            yield _pair(found, "password", (0, 0), "command", language)


def _read_named(text: str, language: str) -> Iterator[Pair]:
    """What stands behind a name that a command or an option is given."""
    for pattern, form in _NAMED if any(command in text for command in _HAVE_NAMED) else _NAMED[:-1]:
        for found in pattern.finditer(text):
            yield _pair(found, found["name"], found.span("name"), form, language)


def _pair(found: re.Match[str], name: str, span: tuple[int, int], form: str, language: str = "") -> Pair:
    # The patterns have groups for a name and for the ways of writing a value alone.
    group = next(one for one, text in found.groupdict().items() if text is not None and one != "name")
    start, quoted = found.start(group), group != "bare"
    if language == "shell" and (word := read_shell_word(found.string, start - quoted)) is not None:
        return Pair(name, *word, *span, (), quoted, form)
    value = undo_escapes(found[group]) if group == "double" else found[group]
    return Pair(name, value, *found.span(group), *span, (), quoted, form)
