"""The same value has one fingerprint, however a language writes it, and no mark or backslash of the writing stays."""

import random
import re
import shlex
from collections.abc import Callable
from html import escape
from json import dumps

import pytest

from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

SIGNS = "\"\\'<>&$`#%!@^*+=?~|;:,(){}[]/. "
NAME = "db_password"


def escaped(pattern: str, mark: str, *more: str) -> Callable[[str], str]:
    """A literal in which a backslash stands before another one, before its mark and before these."""

    def write(value: str) -> str:
        for sign in ("\\", mark, *more):
            value = value.replace(sign, f"\\{sign}")
        return pattern.replace("V", value)

    return write


def raw(pattern: str, *never: str) -> Callable[[str], str | None]:
    """A literal that stands for what is in it; None for what can't be."""
    return lambda value: None if any(sign in value for sign in never) else pattern.replace("V", value)


def doubled(pattern: str, mark: str) -> Callable[[str], str]:
    """A literal in which its mark is written twice."""
    return lambda value: pattern.replace("V", value.replace(mark, mark * 2))


def marks_alone(pattern: str) -> Callable[[str], str | None]:
    """A literal in which a backslash stands for itself, but in front of another one and of the mark."""

    def write(value: str) -> str | None:
        return None if re.search(r"\\[\\']", value) else pattern.replace("V", value.replace("'", "\\'"))

    return write


def safe_for_html(value: str) -> str:
    written = dumps({NAME: value})
    for sign in "<>&'":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def in_properties(value: str) -> str:
    return f"{NAME}=" + value.replace("\\", "\\\\")


FORMS: dict[str, list[Callable[[str], str | None]]] = {
    "a.py": [escaped(f'{NAME} = "V"', '"'), escaped(f"{NAME} = 'V'", "'"), raw(f'{NAME} = r"V"', '"'),
             raw(f"f({NAME}=r'V')", "'"), escaped(f'x = {{"{NAME}": """V"""}}', '"')],
    "a.go": [escaped(f'const {NAME} string = "V"', '"'), raw(f"var {NAME} = `V`", "`"), raw(f"{NAME} := `V`", "`")],
    "a.js": [escaped(f"const {NAME} = 'V';", "'"), escaped(f"const {NAME} = `V`;", "`", "$"),
             escaped(f'x = {{ {NAME}: "V" }};', '"')],
    "a.ts": [escaped(f"const {NAME}: string = 'V';", "'")],
    "a.rb": [marks_alone(f"{NAME} = 'V'"), escaped(f"{NAME} = 'V'", "'"), escaped(f'{NAME} = "V"', '"', "#")],
    "a.php": [marks_alone(f"<?php ${NAME} = 'V';"), escaped(f"<?php return ['{NAME}' => 'V'];", "'"),
              escaped(f'<?php ${NAME} = "V";', '"', "$")],
    "a.pl": [marks_alone(f"my ${NAME} = 'V';"), escaped(f'my ${NAME} = "V";', '"', "$", "@")],
    "a.sh": [raw(f"export {NAME}='V'", "'"), escaped(f'{NAME}="V"', '"', "$", "`"),
             lambda value: f"export {NAME}={shlex.quote(value)}", escaped(f"{NAME}=$'V'", "'"),
             lambda value: f"{NAME}={value[:8]}{shlex.quote(value[8:])}", raw(f"tool --{NAME} 'V' -x", "'"),
             escaped(f'tool --{NAME}="V"', '"', "$", "`")],
    ".env": [raw(f"{NAME}='V'", "'"), escaped(f'{NAME}="V"', '"')],
    "a.json": [lambda value: dumps({NAME: value}), safe_for_html],
    "a.yaml": [escaped(f'{NAME}: "V"', '"'), doubled(f"{NAME}: 'V'", "'")],
    "a.toml": [escaped(f'{NAME} = "V"', '"'), raw(f"{NAME} = 'V'", "'")],
    "a.rs": [escaped(f'let {NAME} = "V";', '"'), raw(f'let {NAME} = r#"V"#;', '"#')],
    "a.java": [escaped(f'String {NAME} = "V";', '"')],
    "a.kt": [raw(f'val {NAME} = """V"""', '"', "$"), escaped(f'val {NAME} = "V"', '"', "$")],
    "a.cs": [doubled(f'string {NAME} = @"V";', '"'), escaped(f'string {NAME} = "V";', '"'),
             raw(f'string {NAME} = """V""";', '"')],
    "a.swift": [raw(f'let {NAME} = #"V"#', '"#'), escaped(f'let {NAME} = "V"', '"')],
    "a.cpp": [raw(f'std::string {NAME} = R"(V)";', ')"'), raw(f'auto {NAME} = R"x(V)x";', ')x"')],
    "a.r": [raw(f'{NAME} <- r"(V)"', ')"'), escaped(f"{NAME} <- 'V'", "'")],
    "a.jl": [raw(f'{NAME} = raw"V"', '"'), escaped(f'{NAME} = "V"', '"', "$")],
    "a.ps1": [doubled(f"${NAME} = 'V'", "'"), lambda value: f'${NAME} = "' + re.sub(r"([`$\"])", r"`\1", value) + '"'],
    "a.dart": [raw(f"const {NAME} = r'V';", "'")],
    "a.sql": [doubled("CREATE USER lab PASSWORD 'V';", "'")],
    "a.properties": [lambda value: in_properties(value) if re.fullmatch(r"[\w\\<>&$]*", value) else None],
    "a.xml": [lambda value: f'<c {NAME}="{escape(value)}"/>'],
}  # fmt: skip


def values(seed: int, count: int) -> list[str]:
    """Random passwords with signs in them, none of which reads as an escape or as two quoted words."""
    chosen, tokens = random.Random(seed), FakeTokens(seed)
    made: list[str] = []
    while len(made) < count:
        letters = list(tokens.of(ALPHANUMERIC, 22))
        for _ in range(chosen.randint(1, 3)):
            letters[chosen.randrange(8, 19)] = chosen.choice(SIGNS)
        value = "".join(letters)
        if not re.search(r"\\[A-Za-z0-9]|  |(['\"`]).*\1", value.replace("\\n", "")):
            made.append(value)
    return made


@pytest.mark.parametrize("path", FORMS)
def test_a_value_is_the_same_in_each_literal_of_a_language(path: str) -> None:
    scanner, compared = Scanner(Config(root=".")), 0
    one, other = FakeTokens(3).of(ALPHANUMERIC, 12), FakeTokens(4).of(ALPHANUMERIC, 9)
    for value in [*values(11, 25), *(one + signs + other for signs in ("\\n", "&", "\\$", "<"))]:
        for write in FORMS[path]:
            written = write(value)
            if written is None:
                continue
            found = [one for one in scanner.scan(path, f"{written}\n".encode()).findings if one.kind == "credential"]
            assert [one.value for one in found] == [value], written
            compared += 1
    assert compared > 3
