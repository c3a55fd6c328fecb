"""The pages name only what exists: every command and option, every rule; and their examples do what they say."""

import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from nbguard.cli.main import COMMANDS, load_command
from nbguard.cli.reference_page import reference_page
from nbguard.detect.finding import KINDS
from nbguard.detect.rule_list import all_rules
from tests.command_line import nbguard
from tests.conftest import CHECKOUT

PAGES = [Path(CHECKOUT, "README.md"), *sorted(Path(CHECKOUT, "docs").glob("*.md"))]
RULES = {rule.id for rule in all_rules()}
KNOWN = (*RULES, *KINDS)  # settings take kinds, too
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^(?: {4,}|\t)(.*)$", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_COMMAND = re.compile(r"(?:^|[\s(|;&])nbguard ([a-z][^|;&>)]*)")
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9*]+)+")


def commands_in(page: str) -> Iterator[str]:
    """What follows `nbguard` in each command line of a page: in blocks of code and between backticks."""
    blocks = [body for language, body in _FENCE.findall(page) if language in ("", "sh", "shell", "yaml", "console")]
    outside = _FENCE.sub("", page)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += _INDENTED.findall(outside)
    lines += [" ".join(code.split()) for code in _CODE.findall(outside)]
    for line in lines:
        for found in _COMMAND.finditer(line.split(" #")[0].strip()):
            yield found[1]


def rules_in(page: str) -> Iterator[str]:
    """The ids and globs that a page uses as rules: in allows, settings, records and as code that looks like one."""
    for named in re.findall(r"nbguard: allow ([\w*, -]+?)(?= \w[\w-]*=|[\"`\n]|$)", page, re.MULTILINE):
        yield from re.split(r"[,\s]+", named.strip())
    for listed in re.findall(r"^\W*(?:\"allow\": |(?:en|dis)able = )\[(.*)\]", page, re.MULTILINE):
        yield from re.findall(r'"([\w*-]+)"', re.sub(r'"(?:rule|reason|expires)": ', "=", listed).split("=")[0])
    yield from re.findall(r'"rule": "([^"]+)"', page)
    yield from re.findall(r"nbguard explain ([a-z][\w-]+)", page)
    families = {rule.partition("-")[0] for rule in RULES}
    for code in _CODE.findall(_FENCE.sub("", page)):
        for word in code.split(", "):
            if _KEBAB.fullmatch(word) and word.partition("-")[0] in families:
                yield word


def options_of(parser: ArgumentParser, words: list[str]) -> set[str]:
    """The options that a command line's parser knows; the words choose among subcommands."""
    known = {option for action in parser._actions for option in action.option_strings}
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            chosen = next((word for word in words if not word.startswith("-")), "")
            if chosen and chosen.isalpha() and chosen.islower():
                assert chosen in action.choices, f"there is no {parser.prog} {chosen}"
                known |= options_of(action.choices[chosen], words[words.index(chosen) + 1 :])
    return known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page: Path) -> None:
    unknown = []
    for line in commands_in(page.read_text()):
        words = shlex.split(line.replace("'", ""))
        name, *rest = words
        if words[:2] == ["help", "--man"]:
            continue  # tests/cli/test_help.py has it write them
        if name not in COMMANDS:
            unknown.append(line)
            continue
        if "--compat" in rest:
            rest = rest[: rest.index("--compat") + 1]  # what follows is another tool's
        rest = rest[: rest.index("--")] if "--" in rest else rest
        known = options_of(load_command(name)[1], rest)
        unknown += [line for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    assert unknown == []


def test_the_pages_show_many_commands() -> None:
    """Else the test above would find nothing to look at."""
    shown = {line.split()[0] for page in PAGES for line in commands_in(page.read_text())}
    assert shown >= set(COMMANDS) - {"pre-push"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_rules_exist(page: Path) -> None:
    named = set(rules_in(page.read_text()))
    assert {name for name in named if not any(fnmatchcase(known, name) for known in KNOWN)} == set()


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md", "docs/allowing.md"])
def test_pages_about_allows_name_a_rule(page: str) -> None:
    assert "ionq-api-key" in set(rules_in(Path(CHECKOUT, page).read_text()))


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_example_of_an_allow_allows_something(page: str, tmp_path: Path) -> None:
    (block,) = (body for _, body in _FENCE.findall(Path(CHECKOUT, page).read_text()) if "# nbguard: allow" in body)
    (tmp_path / "a.py").write_text(f"from qiskit_ionq import IonQProvider\n{block}")
    run = nbguard("scan", "a.py", cwd=tmp_path)
    assert (run.status, run.out.partition("(")[0]) == (0, "Nothing found in 1 file, 1 waived ")
    assert nbguard("waivers", "--unused", "a.py", cwd=tmp_path).status == 0


def test_the_readme_leads_to_every_page() -> None:
    readme = PAGES[0].read_text()
    assert [page.name for page in PAGES[1:] if page.name != "index.md" and f"docs/{page.name})" not in readme] == []


def test_the_reference_of_commands_is_what_the_parsers_say() -> None:
    assert Path(CHECKOUT, "docs", "commands.md").read_text() == reference_page(), (
        "make it again: python -m nbguard.cli.reference_page"
    )


def test_every_page_stands_under_a_tab() -> None:
    tabs = Path(CHECKOUT, "mkdocs.yml").read_text()
    assert [page.name for page in PAGES[1:] if not re.search(rf"[ :]{re.escape(page.name)}$", tabs, re.MULTILINE)] == []


def test_every_promise_names_tests_that_are_there() -> None:
    page = Path(CHECKOUT, "docs/promises.md").read_text()
    files = re.findall(r"`(tests/[\w/.]+\.py)`(?:: `(test_\w+)`)?", page)
    assert len(files) > 50
    for file, test in files:
        assert f"def {test}" in Path(CHECKOUT, file).read_text(), f"{file}: {test}"
