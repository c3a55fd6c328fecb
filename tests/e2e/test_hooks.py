"""The hooks under the real pre-commit: what they refuse, what they change, and whose work they leave alone."""

import gzip
import json
import os
import re
import sys
from pathlib import Path

import pytest

from nbguard.cli.demo.server import Server
from tests.e2e.lab import DWAVE, IONQ, PLANTED, PLANTED_VALUES, Lab, Snapshot
from tests.notebook_builder import as_bytes, code, notebook, result, stream
from tests.scan.histories import History
from tests.scan.test_opened_files import pdf, word, zipped

pytestmark = pytest.mark.slow

# What a report may call the provider.
NAMES = {
    "ibm-quantum": "IBM",
    "ionq": "IonQ",
    "dwave": "D-Wave",
    "azure-quantum": "Azure",
    "aws-braket": "AWS",
    "quandela": "Quandela",
    "iqm": "IQM",
}
IONQ_CELL = f'from qiskit_ionq import IonQProvider\nprovider = IonQProvider("{IONQ}")'
DWAVE_LINE = f'from dwave.system import DWaveSampler\nsampler = DWaveSampler(token="{DWAVE}")\n'


@pytest.mark.parametrize("value", [IONQ, *PLANTED_VALUES])
def test_the_check_for_printed_values_can_fail(lab: Lab, value: str) -> None:
    with pytest.raises(AssertionError, match="1 planted"):
        lab.run(sys.executable, "-c", f"print({value!r})")


def test_try_repo_refuses_the_samples_and_names_provider_cell_and_line(lab: Lab, snapshot: Snapshot) -> None:
    names = sorted({row.notebook for row in PLANTED} | {"01_bell_state.ipynb"})
    for name in names:
        lab.sample(name)
    lab.git("add", ".")
    done = lab.run("pre-commit", "try-repo", str(snapshot.path), "nbguard", "--files", *names)
    assert done.status == 1
    blocks = done.printed.split("\n\n")
    missing = [
        (row.notebook, row.cell, row.line)
        for row in PLANTED
        if row.kind == "credential"
        and not any(
            row.notebook in block
            and f"cell {row.cell + 1}, line {row.line}, " in block
            and NAMES[row.provider or ""] in block
            for block in blocks
        )
    ]
    assert missing == []
    assert "01_bell_state.ipynb" not in done.printed.replace("hook id", "")


def test_a_staged_token_is_refused_and_a_lookup_is_not(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    path = lab.path / "job.ipynb"
    path.write_bytes(as_bytes(notebook(code(IONQ_CELL, count=None))))
    lab.git("add", "job.ipynb")
    printed = lab.commit(status=1)
    assert "job.ipynb" in printed
    assert "IonQ" in printed
    assert lab.git("log", "--oneline").count("\n") == 1
    path.write_bytes(as_bytes(notebook(code('provider = IonQProvider(secret("quantum/ionq#api_key"))', count=None))))
    lab.git("add", "job.ipynb")
    lab.commit(status=0)


def test_the_staged_content_is_judged_not_the_working_copy(lab: Lab, snapshot: Snapshot) -> None:
    """A token that was staged and then deleted in the editor would still be committed."""
    lab.configure(snapshot, "nbguard-secrets")
    path = lab.path / "job.py"
    path.write_text(DWAVE_LINE)
    lab.git("add", "job.py")
    path.write_text("sampler = None\n")
    assert "D-Wave" in lab.commit(status=1)
    assert path.read_text() == "sampler = None\n"


def test_the_unstaged_part_of_a_file_survives_and_is_not_judged(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    path = lab.path / "job.py"
    path.write_text("shots = 100\n" * 20)
    lab.git("add", "job.py")
    unstaged = path.read_text() + DWAVE_LINE
    path.write_text(unstaged)
    lab.commit(status=0)
    assert path.read_text() == unstaged
    assert DWAVE not in lab.git("show", "HEAD:job.py")


def test_the_unstaged_part_of_a_stripped_notebook_survives(lab: Lab, snapshot: Snapshot) -> None:
    """Stripping touches the staged cell's output; the edit in progress is in another cell."""
    lab.configure(snapshot, "nbguard-strip")
    cells = [code("print('first')", stream("first\n"))] + [code(f"step_{n} = {n}", count=None) for n in range(8)]
    path = lab.path / "work.ipynb"
    path.write_bytes(as_bytes(notebook(*cells)))
    lab.git("add", "work.ipynb")
    edited = path.read_bytes().replace(b"step_7 = 7", b"step_7 = 7000  # being typed")
    path.write_bytes(edited)
    lab.commit(status=1)
    assert b"step_7 = 7000  # being typed" in path.read_bytes()
    assert b'step_7 = 7"' in lab.git("show", ":work.ipynb").encode()
    assert json.loads(path.read_bytes())["cells"][0]["outputs"] == []


def test_unstaged_and_stripped_lines_that_collide_lose_nothing(lab: Lab, snapshot: Snapshot) -> None:
    """The notebook was run again after it was staged: the newer outputs are the user's, and stay."""
    lab.configure(snapshot, "nbguard-strip")
    path = lab.path / "work.ipynb"
    path.write_bytes(as_bytes(notebook(code("print(1)", stream("staged\n")))))
    lab.git("add", "work.ipynb")
    newer = as_bytes(notebook(code("print(1)", stream("run again\n"), count=2)))
    path.write_bytes(newer)
    lab.commit(status=1)
    assert path.read_bytes() == newer


def test_strip_changes_a_notebook_then_passes(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard-strip")
    frame = result(count=1, text__html=["<table>\n", "</table>"], text__plain="  a  b")
    (lab.path / "work.ipynb").write_bytes(as_bytes(notebook(code("scores.head()", frame), widgets={"state": {}})))
    lab.git("add", "work.ipynb")
    lab.commit(status=1)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in lab.cells("work.ipynb"))
    lab.git("add", "work.ipynb")
    lab.commit(status=0)


def test_a_renamed_file_is_refused_under_its_new_name(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    (lab.path / "old.py").write_text(DWAVE_LINE)
    lab.git("add", "old.py")
    lab.git("commit", "-q", "--no-verify", "-m", "Past the hook")
    lab.git("mv", "old.py", "new.py")
    printed = lab.commit(status=1)
    assert "new.py" in printed
    assert "old.py" not in printed


def test_a_deleted_file_is_no_matter(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    (lab.path / "old.py").write_text(DWAVE_LINE)
    lab.git("add", "old.py")
    lab.git("commit", "-q", "--no-verify", "-m", "Past the hook")
    lab.git("rm", "-q", "old.py")
    lab.commit(status=0)


@pytest.mark.parametrize("name", ["Über 量子 notes.ipynb", "-dash.ipynb", "two  spaces'quote.ipynb"])
def test_a_file_with_an_unusual_name_is_refused_like_any_other(lab: Lab, snapshot: Snapshot, name: str) -> None:
    lab.configure(snapshot, "nbguard")
    (lab.path / name).write_bytes(as_bytes(notebook(code(IONQ_CELL, count=None))))
    lab.git("add", ".")
    assert "IonQ" in lab.commit(status=1)


def test_a_name_that_is_not_utf8_never_lets_a_token_through(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    path = os.path.join(os.fsencode(lab.path), b"caf\xe9.ipynb")
    with open(path, "wb") as file:
        file.write(as_bytes(notebook(code(IONQ_CELL, count=None))))
    lab.git("add", ".")
    printed = lab.run("git", "commit", "-m", "A commit").printed
    assert lab.git("log", "--oneline").count("\n") == 1, printed
    direct = lab.run("nbguard", "scan", "--strip", b"caf\xe9.ipynb", status=1)
    assert "IonQ" in direct.printed


def test_a_symbolic_link_is_not_followed_but_its_target_is_judged(lab: Lab, snapshot: Snapshot, tmp_path: Path) -> None:
    lab.configure(snapshot, "nbguard")
    outside = tmp_path / "outside.py"
    outside.write_text(DWAVE_LINE)
    (lab.path / "link_out.py").symlink_to(outside)
    lab.git("add", ".")
    lab.commit(status=0)
    (lab.path / "inside.py").write_text(DWAVE_LINE)
    (lab.path / "link_in.py").symlink_to("inside.py")
    lab.git("add", ".")
    printed = lab.commit(status=1)
    assert "inside.py" in printed
    assert "link_in.py" not in printed
    assert outside.read_text() == DWAVE_LINE


def test_stripping_through_a_symbolic_link_keeps_the_link(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard-strip")
    (lab.path / "real.ipynb").write_bytes(as_bytes(notebook(code("print(1)", stream("1\n")))))
    (lab.path / "link.ipynb").symlink_to("real.ipynb")
    lab.git("add", ".")
    lab.commit(status=1)
    assert (lab.path / "link.ipynb").is_symlink()


def test_secrets_and_data_hooks_look_for_their_own_kind_only(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard-secrets", "nbguard-data")
    lab.sample("09_portfolio_customers.ipynb", "customers.ipynb")
    (lab.path / "job.py").write_text(DWAVE_LINE)
    lab.git("add", ".")
    secrets = lab.run("pre-commit", "run", "nbguard-secrets", status=1).printed
    data = lab.run("pre-commit", "run", "nbguard-data", status=1).printed
    assert "job.py" in secrets
    assert "customers.ipynb" not in secrets
    assert "customers.ipynb" in data
    assert "job.py" not in data


def test_a_broken_notebook_is_refused_in_one_line_and_the_others_are_judged(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard")
    whole = as_bytes(notebook(code(IONQ_CELL, count=None)))
    (lab.path / "broken.ipynb").write_bytes(whole[: len(whole) // 2])
    (lab.path / "job.py").write_text(DWAVE_LINE)
    lab.git("add", ".")
    printed = lab.commit(status=1)
    assert "broken.ipynb" in printed
    assert "job.py" in printed
    assert "Traceback" not in printed


def test_vault_hook_moves_the_credential_then_passes(lab: Lab, snapshot: Snapshot, vault_server: Server) -> None:
    lab.configure(snapshot, "nbguard-vault")
    lab.environment |= {"VAULT_ADDR": vault_server.address, "VAULT_TOKEN": vault_server.token}
    path = lab.path / "job.ipynb"
    path.write_bytes(as_bytes(notebook(code(IONQ_CELL, count=None))))
    lab.git("add", "job.ipynb")
    lab.commit(status=1)
    assert IONQ.encode() not in path.read_bytes()
    assert re.search(r'secret\(\\"quantum/ionq[\w/-]*#api_key\\"\)', path.read_text())
    lab.git("add", "job.ipynb")
    lab.commit(status=0)
    assert lab.git("grep", "-F", IONQ, "HEAD", status=1) == ""


def test_vault_hook_without_vault_refuses_and_changes_nothing(lab: Lab, snapshot: Snapshot) -> None:
    lab.configure(snapshot, "nbguard-vault")
    path = lab.path / "job.ipynb"
    before = as_bytes(notebook(code(IONQ_CELL, count=None)))
    path.write_bytes(before)
    lab.git("add", "job.ipynb")
    printed = lab.commit(status=1)
    assert "VAULT_ADDR" in printed
    assert "Traceback" not in printed
    assert path.read_bytes() == before


def test_what_is_no_text_reaches_the_hook_as_well(lab: Lab, snapshot: Snapshot) -> None:
    """What the command looks into and what pre-commit hands to it are the same."""
    lab.configure(snapshot, "nbguard-secrets")
    env = f"DWAVE_API_TOKEN={DWAVE}\n"
    made = {
        "a.zip": zipped({".env": env}),
        "a.docx": word(env.strip()),
        "a.pdf": pdf(env.strip()),
        "log.gz": gzip.compress(env.encode()),
        "wide.txt": env.encode("utf-16"),
        "clean.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "clean.zip": zipped({"a.txt": "nothing"}),
    }
    for name, raw in made.items():
        (lab.path / name).write_bytes(raw)
        lab.git("add", name)
    printed = lab.commit(status=1)
    assert {name: name in printed for name in made} == {name: "clean" not in name for name in made}
    lab.git("rm", "-qf", "--cached", *(name for name in made if "clean" not in name))
    lab.commit(status=0)


def test_links_and_moved_submodules_reach_the_hook_as_well(lab: Lab, snapshot: Snapshot, tmp_path: Path) -> None:
    """A commit that holds nothing else isn't passed as one without files."""
    inner = History(tmp_path / "inner")
    inner.commit(a="x\n")
    lab.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    lab.configure(snapshot, "nbguard")
    inner.commit(**{"leak.py": DWAVE_LINE})
    lab.git("-C", "sub", "pull", "-q", "origin", "main")
    lab.git("add", "sub")
    assert "sub/leak.py" in lab.commit(status=1)
    lab.git("reset", "-q", "--hard")
    (lab.path / "link").symlink_to(f"/srv/{DWAVE}/x")
    lab.git("add", "link")
    assert "<link target>" in lab.commit(status=1)


def test_all_samples_are_named_by_the_hook_on_all_files(lab: Lab, snapshot: Snapshot) -> None:
    """--all-files must not pass vacuously."""
    lab.configure(snapshot, "nbguard")
    for row in PLANTED:
        lab.sample(row.notebook)
    lab.git("add", ".")
    lab.git("commit", "-q", "--no-verify", "-m", "Past the hook")
    printed = lab.run("pre-commit", "run", "nbguard", "--all-files", status=1).printed
    assert [row.notebook for row in PLANTED if row.notebook not in printed] == []
    assert len(PLANTED_VALUES) == 18
