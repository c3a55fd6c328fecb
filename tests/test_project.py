"""The project as a whole: what it promises to hooks, newcomers and its own contributors."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from nbguard.cli.main import COMMANDS
from tests.command_line import nbguard
from tests.conftest import CHECKOUT

ROOT = Path(CHECKOUT)
SOURCES = sorted((ROOT / "nbguard").rglob("*.py"))
HOOKS = ("nbguard", "nbguard-strip", "nbguard-secrets", "nbguard-data", "nbguard-vault")
TARGETS = ("demo", "test", "lint", "check", "lab", "bench", "eval", "fuzz", "mutate", "docs", "vscode", "release")


def tracked_files() -> list[Path]:
    """Every file that belongs to the project, committed or about to be; all files where git has no say."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [path for name in listed.stdout.split(b"\0") if name and (path := ROOT / os.fsdecode(name)).is_file()]


def test_hook_ids_are_the_contract() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert tuple(hook["id"] for hook in hooks) == HOOKS


@pytest.mark.parametrize("hook", yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()), ids=lambda h: h["id"])
def test_hook_calls_a_command_that_exists(hook: dict[str, object]) -> None:
    program, command, *_ = str(hook["entry"]).split()
    assert program == "nbguard"
    assert command in COMMANDS
    assert hook["language"] == "python"
    assert hook["require_serial"] is True
    assert str(hook["description"]).endswith(".")


@pytest.mark.parametrize("name", ["a.py", "a.ipynb", "a.zip", "a.parquet", "a.docx", "a.pdf", "a.png", "utf16.txt"])
def test_hooks_get_every_file_that_their_commands_look_at(tmp_path: Path, name: str) -> None:
    """As pre-commit decides it: by tags of the file, and by its name."""
    from identify import identify

    (tmp_path / name).write_bytes(b"PK\x03\x04\0\0\xff" if name != "utf16.txt" else "text".encode("utf-16"))
    tags = identify.tags_from_path(str(tmp_path / name))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    given = {h["id"] for h in hooks if tags.issuperset(h["types"]) and re.search(h.get("files", ""), name)}
    assert given == {hook for hook in HOOKS if hook != "nbguard-strip" or name == "a.ipynb"}


@pytest.mark.parametrize("kind", ["symlink", "directory"])
def test_hooks_that_look_get_links_and_submodules_and_those_that_write_do_not(tmp_path: Path, kind: str) -> None:
    from identify import identify

    path = tmp_path / "x.ipynb"
    path.symlink_to("y") if kind == "symlink" else path.mkdir()
    tags = identify.tags_from_path(str(path))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    given = {hook["id"] for hook in hooks if tags.issuperset(hook["types"])}
    assert given == {"nbguard", "nbguard-secrets", "nbguard-data"}


def test_make_has_every_target_of_the_contract() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert set(TARGETS) <= set(phony[1].split())


def test_ci_ends_with_make_test_on_a_fresh_front_end_and_stops_at_the_first_failure() -> None:
    script = ROOT / ".ci" / "run"
    steps = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert os.access(script, os.X_OK)
    assert steps[0] == "set -euo pipefail"
    assert steps[-5:] == [
        "rm -rf nbguard/jupyter/labextension lab/lib", "export NBGUARD_LAB=require", "make lab", "make docs",
        "exec make test",
    ]  # fmt: skip


def test_make_test_runs_every_test_the_browsers_ones_in_a_process_of_their_own() -> None:
    plan = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    runs = [line for line in plan.splitlines() if "-m pytest" in line]
    assert [run.split("-m pytest ")[1] for run in runs] == [
        "-n logical --dist worksteal --slow -p no:randomly --hypothesis-profile=steady",
        "-n logical --dist loadfile --slow -p no:randomly --hypothesis-profile=steady tests/browser",
    ]  # fmt: skip


def test_top_level_is_what_the_plan_names() -> None:
    """A stray file at the top is the first thing a newcomer would ask about."""
    expected = {
        ".ci", ".gitignore", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml", "CHANGELOG.md", "CONTRIBUTING.md",
        "LICENSE", "Makefile", "README.md", "benchmarks", "docs", "editors", "evaluation", "lab", "mkdocs.yml",
        "nbguard", "pyproject.toml", "sample_notebooks", "tests", "action.yml", "jupyter-config", "hatch_build.py",
        "install.json", ".github", "SECURITY.md", ".devcontainer", "uv.lock",
    }  # fmt: skip
    assert {path.relative_to(ROOT).parts[0] for path in tracked_files()} <= expected


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "SECURITY.md"])
def test_newcomers_find_the_usual_pages(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_readme_names_every_command_hook_and_both_make_targets() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"nbguard {name}" not in readme] == []
    assert [name for name in HOOKS if f"`{name}`" not in readme] == []
    assert "make demo" in readme
    assert "make test" in readme


@pytest.mark.parametrize("page", [path for path in tracked_files() if path.suffix == ".md"], ids=lambda p: p.name)
def test_relative_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    """Paths of the machine something was written on mean nothing anywhere else."""
    home = os.path.expanduser("~") + "/"
    places = [rb"/ro" + rb"ot/", rb"/wo" + rb"rk/"]
    places += [re.escape(os.fsencode(home))] if home.startswith(("/home/", "/Users/")) else []
    machine = re.compile(b"|".join(places))
    found = {str(path.relative_to(ROOT)) for path in tracked_files() if machine.search(path.read_bytes())}
    assert found == set()


def test_no_function_takes_more_than_a_score_of_ways() -> None:
    """Cyclomatic complexity by radon: grade D begins at 21."""
    from radon.complexity import cc_visit

    found = {
        f"{path.relative_to(ROOT / 'nbguard').as_posix()}:{block.name}"
        for path in SOURCES
        for block in cc_visit(path.read_text())
        if block.letter in "FM" and block.complexity > 20
    }
    assert found == set()


def test_lines_are_counted_in_one_place() -> None:
    """To count from the top for each of many findings takes a square: ``documents.positions`` walks a text once.

    Documents themselves count once, for the one defect that is told.
    """
    counting = re.compile(r"""count\((?:b?["']\\n["']|chr\(10\)), 0, [a-z]""")
    once = {"nbguard/strip/outline.py"}
    files = {
        str(path.relative_to(ROOT)) for path in (ROOT / "nbguard").rglob("*.py") if counting.search(path.read_text())
    }
    assert {name for name in files if not name.startswith("nbguard/documents/")} == once


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_carries_one_idea(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    assert path.stem not in ("utils", "util", "helpers", "helper", "manager", "common", "misc")
    if text:
        assert ast.get_docstring(ast.parse(text)), "a module says what it is for"


def test_a_module_s_name_occurs_in_one_room() -> None:
    """Who reads or searches for a name finds one thing; each folder of TOML files has a ``build`` of its own."""
    names = [path.stem for path in SOURCES]
    assert {name for name in names if names.count(name) > 1} == {"__init__", "build"}


# Names of classes that mean two things: none may come to them.
MEANING_TWO: frozenset[str] = frozenset()


def test_a_class_s_name_means_one_thing() -> None:
    """Over the whole package; a class that is its module's own begins with an underscore."""
    names = [
        node.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert {name for name in names if names.count(name) > 1} == MEANING_TWO


def test_every_room_is_a_layer() -> None:
    """A package that import-linter doesn't know could be imported from anywhere."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = " ".join(settings["tool"]["importlinter"]["contracts"][0]["layers"])
    rooms = {path.parent.name for path in (ROOT / "nbguard").glob("*/__init__.py")}
    assert {room for room in rooms if f"nbguard.{room}" not in layers} == set()


def test_no_test_is_skipped_for_good() -> None:
    """Nothing passes by being skipped: only the slow tier and the platform may leave a test out."""
    marks = re.compile(r"pytest\.mark\.(?:skip|xfail)\b|pytest\.importorskip|pytest\.skip\(")
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.name not in ("conftest.py", "test_project.py")]
    assert [f"{path.name}: {hit}" for path in files for hit in marks.findall(path.read_text())] == []


def test_nbguard_finds_nothing_in_itself() -> None:
    """What our own hook looks at is clean: code, documentation, settings."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    left_out = re.compile(next(hook["exclude"] for hook in hooks if hook["id"] == "nbguard"))
    names = [str(path.relative_to(ROOT)) for path in tracked_files()]
    run = nbguard("scan", "--", *[name for name in names if not left_out.search(name)], cwd=ROOT)
    assert run.status == 0, run.out


@pytest.mark.slow
def test_a_test_that_prints_a_planted_value_fails(tmp_path: Path) -> None:
    """The suite's own alarm, tried on a test that prints one and a test that prints none."""
    (tmp_path / "test_loud.py").write_text(
        "from tests.fake_tokens import FakeTokens\n\n"
        "def test_loud():\n    print(FakeTokens(1).ionq())\n\n"
        "def test_quiet():\n    FakeTokens(1).ionq()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "1 failed, 1 passed" in done.stdout
    assert "a planted value was printed" in done.stdout


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports in functions and for type checkers count: a circle is two ideas that can't be read one by one."""
    assert circles_of(import_graph()) == []


def import_graph() -> dict[str, set[str]]:
    """For each module of nbguard those that it names in an import."""
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in SOURCES}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        wanted: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                wanted |= {module if module in names else node.module for module in inner}
            elif isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
        graph[name] = {module for module in wanted if module in names and module != name}
    return graph


def circles_of(graph: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """The groups of modules that reach each other, each sorted."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for following in graph[todo.pop()] - seen:
                seen.add(following)
                todo.append(following)
        return seen

    reach = {name: reached(name) for name in graph}
    groups = {tuple(sorted(other for other in reach[name] if name in reach[other])) for name in graph}
    return sorted(group for group in groups if len(group) > 1)


def test_a_circle_is_seen() -> None:
    assert circles_of({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [("a", "b", "c")]


def test_a_name_is_imported_from_the_module_that_has_it() -> None:
    """A name that a module only passes on has two addresses; a package's ``__init__`` may be a face.

    What a module makes itself, and imports for type checkers alone, is its own.
    """
    modules = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in SOURCES if p.stem != "__init__"}
    trees = {name: ast.parse(path.read_text()) for name, path in modules.items()}
    imports = {name: [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)] for name, tree in trees.items()}
    made = {
        (name, target.id)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    passed = {
        (name, alias.asname or alias.name) for name, nodes in imports.items() for node in nodes for alias in node.names
    } - made
    found = {
        f"{name}: {alias.name} from {node.module}"
        for name, nodes in imports.items()
        for node in nodes
        for alias in node.names
        if (node.module, alias.name) in passed and f"{node.module}.{alias.name}" not in modules
    }
    assert found == set()


# What Jupyter and IPython ask for, and what docs/vault.md offers.
_ASKED_FOR = {
    "_jupyter_server_extension_points", "load_ipython_extension", "unload_ipython_extension", "secret_async"
}  # fmt: skip


def names_without_use(modules: dict[str, str]) -> set[str]:
    """The names at the top of modules, as ``module:name``, that neither their own code nor another module's names.

    A text that names one counts, as the table of detectors does; a docstring doesn't.
    """
    trees = {module: ast.parse(text) for module, text in modules.items()}
    docstrings = {
        id(node.body[0].value)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    elsewhere: set[str] = set()
    own: dict[str, set[str]] = {}
    for module, tree in trees.items():
        nodes = list(ast.walk(tree))
        own[module] = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                elsewhere |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                elsewhere.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                elsewhere |= set(re.findall(r"\w+", node.value))
    found = set()
    for module, tree in trees.items():
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
            for target in targets:
                name = getattr(target, "id", getattr(target, "name", ""))
                used = name in own[module] or name in _ASKED_FOR or (name in elsewhere and not name.startswith("_"))
                if name and not name.startswith("__") and not used:
                    found.add(f"{module}:{name}")
    return found


def test_no_module_keeps_a_name_that_nothing_uses() -> None:
    """What only tests name is theirs."""
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in SOURCES}
    assert names_without_use(texts) == set()


def test_a_name_without_a_use_is_seen() -> None:
    code = '"""Says GONE."""\nKEPT = 1\nGONE = 2\n_own = 3\ndef run():\n    return _own\n'
    assert names_without_use({"a": code, "b": "from a import KEPT, run"}) == {"a:GONE"}
