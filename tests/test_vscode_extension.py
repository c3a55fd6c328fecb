"""The VS Code extension's manifest, and the package that is made of it."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from nbguard.version import SOURCE, __version__
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
        # Whoever builds: another time zone or umask made other bytes of the same sources.
        assert {info.date_time for info in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in held.infolist()} <= {0o100644, 0o100664}
    kept = {name for name in names if not name.startswith("walkthrough/")}
    assert kept == {"LICENSE.txt", "package.json", "readme.md", "dist/extension.js", "media/icon.png"}


OFFER = """
const { buildSync } = require('esbuild');
const [built] = buildSync({
  entryPoints: ['src/server.ts'], bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], write: false
}).outputFiles;
let wanted;
const vscode = {
  workspace: { getConfiguration: () => ({ get: name => (name === 'python' ? '/env/bin/python' : undefined) }) },
  window: {
    showWarningMessage: async (_, ...ways) => ways[wanted],
    createTerminal: () => ({ show() {}, sendText: text => console.log(text) })
  }
};
const made = { exports: {} };
const find = name => (name === 'vscode' ? vscode : require(name));
new Function('module', 'exports', 'require', built.text)(made, made.exports, find);
(async () => {
  for (wanted = 0; wanted < 4; wanted++) {
    await made.exports.offerToInstall();
  }
})();
"""


@pytest.mark.slow
def test_what_it_offers_to_install_is_what_the_documentation_says() -> None:
    """From git, at its own version: the name in the Python Package Index isn't this project's."""
    assert (FOLDER / "node_modules").is_dir(), "the extension isn't built: make vscode"
    done = subprocess.run(["node", "-e", OFFER], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wanted = f'"nbguard[lsp] @ {SOURCE}"'
    assert done.stdout.splitlines() == [
        f"uv tool install {wanted}", f"pipx install {wanted}", f'"/env/bin/python" -m pip install {wanted}'
    ]  # fmt: skip
    assert f"uv tool install {wanted}".replace('"', "'") in Path(CHECKOUT, "docs", "editors.md").read_text()
    assert (FOLDER / "walkthrough" / "install.md").read_text().count(wanted) == 3
