"""The VS Code extension's manifest, and the package that is made of it."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from nbguard.version import __version__
from tests.conftest import CHECKOUT

FOLDER = Path(CHECKOUT, "editors", "vscode")
MANIFEST = json.loads((FOLDER / "package.json").read_text())
SOURCES = "\n".join(path.read_text() for path in sorted((FOLDER / "src").glob("*.ts")))


def test_its_version_is_ours_and_its_only_dependency_the_language_client() -> None:
    assert MANIFEST["version"] == __version__
    assert list(MANIFEST["dependencies"]) == ["vscode-languageclient"]


def test_every_command_of_the_manifest_is_there_and_a_setting_that_names_a_program_needs_trust() -> None:
    for command in MANIFEST["contributes"]["commands"]:
        assert f"'{command['command']}'" in SOURCES
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert set(trust["restrictedConfigurations"]) == {"nbguard.command", "nbguard.python"}
    read = set(re.findall(r"settings\.get(?:<[^(]*>)?\('(\w+)'", SOURCES))
    assert {f"nbguard.{name}" for name in read} == set(MANIFEST["contributes"]["configuration"]["properties"])


def test_it_sends_nothing_anywhere() -> None:
    assert not re.search(r"telemetry|https?\.request|fetch\(|XMLHttpRequest|WebSocket", SOURCES, re.IGNORECASE)


@pytest.mark.slow
def test_the_package_is_small_and_holds_nothing_but_the_extension() -> None:
    package = FOLDER / "nbguard.vsix"
    assert package.is_file(), "the extension isn't built: make vscode"
    assert package.stat().st_size <= 500_000
    with zipfile.ZipFile(package) as held:
        names = {name.removeprefix("extension/") for name in held.namelist() if name.startswith("extension/")}
        assert {info.date_time[:3] for info in held.infolist()} == {(1980, 1, 1)}
    kept = {name for name in names if not name.startswith("walkthrough/")}
    assert kept == {"LICENSE.txt", "package.json", "readme.md", "dist/extension.js", "media/icon.png"}
