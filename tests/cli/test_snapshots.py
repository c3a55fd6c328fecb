"""What a refusal looks like on terminals and in pipes, kept as files that a person has read.

Run with NBGUARD_SNAPSHOTS=write after a change of the wording, and read the difference. The pictures of terminals in
docs/images/ are drawn from them.
"""

import os
import subprocess
import sys

import pytest

from tests.cli.terminal_picture import draw
from tests.command_line import assert_no_secret
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

SNAPSHOTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "snapshots")
IMAGES = os.path.join(CHECKOUT, "docs", "images")
OLD_HOOKS = """\
repos:
  - repo: https://github.com/kynan/nbstripout
    rev: 0.8.1
    hooks:
      - id: nbstripout
        args: [--keep-count]
  - repo: https://github.com/Yelp/detect-secrets
    rev: v1.5.0
    hooks:
      - id: detect-secrets
        exclude: ^vendor/
"""
FORMS = ("full", "concise", "grouped")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A repository with a credential in code and in an output, one in a text file, and rows of people."""
    folder = tmp_path_factory.mktemp("r")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    tokens = FakeTokens(16)
    ionq, ibm, dwave = tokens.ionq(), tokens.ibm_cloud(), tokens.dwave()
    rows = "people = [\n" + "".join(
        f'    {{"name": "{name}", "email": "{name.lower()}@lovelace.net", "phone": "+44 20 7946 09{n}"}},\n'
        for n, name in enumerate(("Ada", "Alan", "Grace", "Edsger", "Barbara"), 20)
    )
    (folder / "03_ionq_bell.ipynb").write_bytes(
        as_bytes(
            notebook(
                markdown("# Bell"),
                code(f'provider = IonQProvider("{ionq}")', stream(f"using {ionq}\n")),
                code(rows + "]"),
            )
        )
    )
    (folder / "run.py").write_text(
        "from qiskit_ibm_runtime import QiskitRuntimeService\n"
        f'service = QiskitRuntimeService(channel="ibm_quantum_platform", token="{ibm}", instance="open-instance")\n'
    )
    (folder / "deploy.env").write_text(f"DWAVE_API_TOKEN={dwave}\n")
    return folder


def seen(folder, columns, *arguments, colour=True):
    """What a terminal of so many columns gets, with its control sequences as ``^[``."""
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment["PATH"] = f"{os.path.dirname(sys.executable)}{os.pathsep}{environment['PATH']}"
    environment.pop("NO_COLOR", None)
    if not colour:
        environment["NO_COLOR"] = "1"
    command = [sys.executable, "-m", "nbguard", *(arguments or ["scan"])]
    with subprocess.Popen(command, cwd=folder, stdout=follower, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(follower)
        text = b""
        try:
            while chunk := os.read(leader, 4096):
                text += chunk
        except OSError:
            pass  # Linux says so when the other side is closed
    os.close(leader)
    assert process.returncode == 1
    return steady(text.decode(), folder)


def steady(text, folder):
    """The text without what differs from run to run."""
    import re

    assert_no_secret(text)
    text = text.replace("\r\n", "\n").replace("\x1b", "^[").replace(str(folder), "/repository")
    return re.sub(r"in \d+\.\d\d s\)", "in 0.00 s)", text)


def hold(name, text, folder=SNAPSHOTS):
    path = os.path.join(folder, name)
    if os.environ.get("NBGUARD_SNAPSHOTS") == "write":
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        assert text == file.read(), f"{os.path.relpath(path, CHECKOUT)} differs"


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("colour", [True, False], ids=["colour", "plain"])
def test_a_refusal_on_a_terminal(folder, columns, colour):
    text = seen(folder, columns, colour=colour)
    assert ("^[[" in text) == colour
    assert "^[]8;;file:///repository/run.py" in text
    if not colour:
        import re

        plain = re.sub(r"\^\[\]8;;.*?\^\[\\", "", text)
        assert max(map(len, plain.splitlines())) <= columns
        assert max(len(block.splitlines()) for block in plain.split("\n\n")[:-1]) <= 8
    hold(f"full-{columns}-{'colour' if colour else 'plain'}.txt", text)
    if columns == 80 and colour:
        hold("terminal-refusal.svg", draw("nbguard scan", text, columns), IMAGES)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_what_init_would_do_on_a_terminal(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "bell.ipynb").write_bytes(as_bytes(notebook(code("1 + 1", stream("2\n")))))
    (tmp_path / ".pre-commit-config.yaml").write_text(OLD_HOOKS)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    text = seen(tmp_path, 80, "init", "--dry-run")
    hold("init-80-colour.txt", text)
    hold("terminal-init.svg", draw("nbguard init --dry-run", text, 80), IMAGES)


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_in_a_pipe_is_the_same_everywhere(folder, form):
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "133", "PYTHONPATH": os.pathsep.join(sys.path)}
    environment["PATH"] = f"{os.path.dirname(sys.executable)}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", "scan", "--output-format", form],
        cwd=folder, capture_output=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    text = steady(done.stdout.decode(), folder)
    assert "^[" not in text
    if form == "concise":
        findings = text.splitlines()[:-2]
        assert len(findings) == 6
        assert all(": " in line for line in findings)
    hold(f"pipe-{form}.txt", text)
