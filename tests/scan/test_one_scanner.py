"""There is one way from bytes to judged findings: who else may name the engine, or judge, is listed here."""

import ast
from pathlib import Path

import nbguard

PACKAGE = Path(nbguard.__file__).parent
# Detectors are asked by the scanner, and by their own room.
ENGINE_USERS = {"nbguard.scan.scanner"}
JUDGES = {"nbguard.scan.scanner"}


def imports_of(path: Path) -> set[tuple[str, str]]:
    """Every (module, name) that a module imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
    return found


def users_of(module: str, name: str) -> set[str]:
    """The modules outside of detect/ that can get at a name of a module."""
    above, _, last = module.rpartition(".")
    users = set()
    for path in PACKAGE.rglob("*.py"):
        own = ".".join(("nbguard", *path.relative_to(PACKAGE).with_suffix("").parts))
        if not own.startswith("nbguard.detect.") and imports_of(path) & {(module, name), (module, ""), (above, last)}:
            users.add(own)
    return users


def test_only_the_scanner_names_the_engine() -> None:
    assert users_of("nbguard.detect.engine", "Engine") == ENGINE_USERS


def test_only_the_scanner_judges() -> None:
    assert users_of("nbguard.policy.verdict", "judge") == JUDGES


def test_the_list_would_notice(tmp_path: Path) -> None:
    """Each way to write the import counts."""
    for text in ("from nbguard.detect.engine import Engine, Scope", "import nbguard.detect.engine as e",
                 "def f():\n    from nbguard.detect import engine"):  # fmt: skip
        module = tmp_path / "m.py"
        module.write_text(text)
        wanted = {("nbguard.detect.engine", "Engine"), ("nbguard.detect.engine", ""), ("nbguard.detect", "engine")}
        assert imports_of(module) & wanted
