"""Every way to the disk, in every mode."""

import json

import pytest

from tests import notebook_builder as nb
from tests.jupyter.guard.conftest import IONQ, Server, clean, outputs_on_disk, with_both, with_output, with_token

MODES = ["off", "warn", "strip", "block"]


def _set(server: Server, mode: str, more: str = "") -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n{more}')


@pytest.mark.parametrize("mode", MODES)
async def test_a_save(server: Server, mode: str) -> None:
    _set(server, mode)
    answer = await server.save("a.ipynb", with_both())
    if mode == "block":
        assert answer.status == 422
        assert answer.json["reason"] == "nbguard"
        assert "ionq-api-key in cell 2, line 1" in answer.json["message"]
        assert not server.has("a.ipynb")
        assert server.actions == ["blocked"]
        return
    assert answer.status == 201
    assert IONQ.encode() in server.read("a.ipynb")
    assert bool(outputs_on_disk(server.read("a.ipynb"))) is (mode != "strip")
    assert server.actions == ([] if mode == "off" else ["warned"])


@pytest.mark.parametrize("mode", MODES)
async def test_a_save_over_a_file(server: Server, mode: str) -> None:
    """By hand, by a timer, and by Save As under a name that is taken: what was there stays where it is refused."""
    before = server.put("a.ipynb", clean()).read_bytes()
    _set(server, mode)
    answer = await server.save("a.ipynb", with_both())
    assert answer.status == (422 if mode == "block" else 200)
    assert (server.read("a.ipynb") == before) is (mode == "block")
    assert (IONQ.encode() in server.read("a.ipynb")) is (mode != "block")
    assert bool(outputs_on_disk(server.read("a.ipynb"))) is (mode in ("off", "warn"))


@pytest.mark.parametrize("mode", MODES)
async def test_a_rename_over_a_file(server: Server, mode: str) -> None:
    """Jupyter overwrites nothing with a rename, whatever is in the files."""
    raw, before = nb.as_bytes(with_both()), server.put("a.ipynb", clean()).read_bytes()
    server.put("a.txt", raw)
    _set(server, mode)
    assert (await server.rename("a.txt", "a.ipynb")).status == (422 if mode == "block" else 409)
    assert (server.read("a.txt"), server.read("a.ipynb")) == (raw, before)


async def test_stripping_says_so_and_leaves_the_sender_alone(server: Server) -> None:
    _set(server, "strip")
    assert (await server.save("a.ipynb", with_output())).status == 201
    assert outputs_on_disk(server.read("a.ipynb")) == []
    assert json.loads(server.read("a.ipynb"))["cells"][0]["source"] == ["1 + 1"]
    assert server.actions == ["stripped"]
    assert "outputs were left out of the file" in server.saves[0]["message"]


async def test_stripping_takes_a_token_in_an_output_along(server: Server) -> None:
    """What isn't on the disk is no finding."""
    _set(server, "strip")
    assert (await server.save("a.ipynb", with_output(f'IonQProvider("{IONQ}")'))).status == 201
    assert IONQ.encode() not in server.read("a.ipynb")
    assert server.actions == ["stripped"]


async def test_stripping_keeps_to_the_options_of_strip(server: Server) -> None:
    _set(server, "strip", '[strip]\ndrop_output_types = ["stream"]\nkeep_output = true\n')
    both = nb.notebook(nb.code("1", nb.stream("gone"), nb.result(text__plain="'kept'")))
    assert (await server.save("a.ipynb", both)).status == 201
    assert [output["output_type"] for output in outputs_on_disk(server.read("a.ipynb"))] == ["execute_result"]


@pytest.mark.parametrize("form", ["text", "base64"])
@pytest.mark.parametrize("mode", MODES)
async def test_a_notebook_that_is_sent_as_a_file(server: Server, mode: str, form: str) -> None:
    _set(server, mode)
    answer = await server.upload("deep.ipynb", nb.as_bytes(with_both()), form)
    assert answer.status == (422 if mode == "block" else 201)
    assert server.has("deep.ipynb") is (mode != "block")
    if mode != "block":
        raw = server.read("deep.ipynb")
        assert bool(outputs_on_disk(raw)) is (mode != "strip")
        assert mode == "strip" or raw == nb.as_bytes(with_both())


@pytest.mark.parametrize("form", ["text", "base64"])
async def test_a_clean_file_arrives_byte_for_byte(server: Server, form: str) -> None:
    _set(server, "strip")
    raw = nb.as_bytes(clean(), indent=3, ascii_only=True)
    assert (await server.upload("a.ipynb", raw, form)).status == 201
    assert server.read("a.ipynb") == raw


@pytest.mark.parametrize("mode", MODES)
async def test_the_ending_counts_in_any_case(server: Server, mode: str) -> None:
    _set(server, mode)
    answer = await server.upload("a.IPYNB", nb.as_bytes(with_token()))
    assert answer.status == (422 if mode == "block" else 201)


@pytest.mark.parametrize("mode", MODES)
async def test_a_copy(server: Server, mode: str) -> None:
    server.put("a.ipynb", with_both())
    _set(server, mode)
    answer = await server.copy("a.ipynb")
    assert answer.status == (422 if mode == "block" else 201)
    assert server.has("a-Copy1.ipynb") is (mode != "block")
    if mode == "strip":
        assert outputs_on_disk(server.read("a-Copy1.ipynb")) == []
        assert outputs_on_disk(server.read("a.ipynb"))


@pytest.mark.parametrize("mode", MODES)
async def test_a_text_file_that_is_renamed_to_a_notebook(server: Server, mode: str) -> None:
    _set(server, mode)
    raw = nb.as_bytes(with_both())
    assert (await server.upload("a.txt", raw)).status == 201
    assert server.actions == []
    answer = await server.rename("a.txt", "a.ipynb")
    if mode == "block":
        assert answer.status == 422
        assert server.read("a.txt") == raw
        assert not server.has("a.ipynb")
        return
    assert answer.status == 200
    assert bool(outputs_on_disk(server.read("a.ipynb"))) is (mode != "strip")
    assert server.actions == ([] if mode == "off" else ["warned"])


async def test_a_rename_under_the_same_policy_is_let_be(server: Server) -> None:
    """What is on the disk stays on it, whatever it is called: refusing would only be in the way."""
    server.put("a.ipynb", with_token())
    _set(server, "block")
    assert (await server.rename("a.ipynb", "b.ipynb")).status == 200
    assert server.events == []


ZONES = '[[zones]]\npaths = ["scratch/"]\nsave = "off"\n'


async def test_a_rename_out_of_a_looser_zone_is_looked_at(server: Server) -> None:
    server.put("scratch/a.ipynb", with_token())
    (server.root / "src").mkdir()
    _set(server, "block", ZONES)
    assert (await server.rename("scratch/a.ipynb", "src/a.ipynb")).status == 422
    assert server.has("scratch/a.ipynb")
    assert (await server.rename("scratch/a.ipynb", "scratch/b.ipynb")).status == 200


@pytest.mark.parametrize("mode", ["warn", "strip", "block"])
async def test_a_folder_that_is_renamed_out_of_a_looser_zone(server: Server, mode: str) -> None:
    server.put("scratch/deep/a.ipynb", with_both())
    server.put("scratch/deep/data.bin", bytes(range(256)))
    _set(server, mode, ZONES)
    answer = await server.rename("scratch/deep", "src")
    if mode == "block":
        assert answer.status == 422
        assert server.has("scratch/deep/a.ipynb")
        assert not server.has("src")
        return
    assert answer.status == 200
    assert server.read("src/data.bin") == bytes(range(256))
    assert bool(outputs_on_disk(server.read("src/a.ipynb"))) is (mode == "warn")
    assert server.actions == ["warned"]
    assert server.saves[0]["path"] == "src/a.ipynb"


@pytest.mark.parametrize("mode", ["warn", "strip", "block"])
async def test_a_folder_that_is_copied_out_of_a_looser_zone(server: Server, mode: str) -> None:
    server.put("scratch/deep/a.ipynb", with_both())
    (server.root / "src").mkdir()
    _set(server, mode, ZONES)
    answer = await server.copy("scratch/deep", "src")
    assert answer.status == (422 if mode == "block" else 201)
    assert server.has("src/deep/a.ipynb") is (mode != "block")
    if mode == "strip":
        assert outputs_on_disk(server.read("src/deep/a.ipynb")) == []
        assert outputs_on_disk(server.read("scratch/deep/a.ipynb"))


async def test_a_repository_that_moves_takes_its_policy_along(server: Server) -> None:
    (server.root / "project" / ".git").mkdir(parents=True)
    server.put("project/a.ipynb", with_token())
    server.put("project/nbguard.toml", b'[jupyter]\nsave = "off"\n')
    _set(server, "block")
    assert (await server.rename("project", "renamed")).status == 200


async def test_a_nested_repository_has_its_own_policy(server: Server) -> None:
    (server.root / "project" / ".git").mkdir(parents=True)
    server.put("project/nbguard.toml", b'[jupyter]\nsave = "block"\n')
    _set(server, "off")
    assert (await server.save("a.ipynb", with_token())).status == 201
    assert (await server.save("project/a.ipynb", with_token())).status == 422
    assert (await server.rename("a.ipynb", "project/a.ipynb")).status == 422


@pytest.mark.parametrize("mode", MODES)
async def test_a_checkpoint_that_is_older_than_the_policy_is_restored(server: Server, mode: str) -> None:
    server.put("a.ipynb", with_both())
    assert (await server.ask("POST", "a.ipynb", "checkpoints")).status == 201
    assert (await server.save("a.ipynb", clean())).status == 200
    before = server.read("a.ipynb")
    _set(server, mode)
    answer = await server.ask("POST", "a.ipynb", "checkpoints", "checkpoint")
    assert answer.status == (422 if mode == "block" else 204)
    if mode == "block":
        assert server.read("a.ipynb") == before
        assert "not restored" in answer.json["message"]
    else:
        assert IONQ.encode() in server.read("a.ipynb")
        assert bool(outputs_on_disk(server.read("a.ipynb"))) is (mode != "strip")


@pytest.mark.parametrize("mode", MODES)
async def test_a_checkpoint_of_what_would_be_refused(server: Server, mode: str) -> None:
    server.put("a.ipynb", with_token())
    _set(server, mode)
    answer = await server.ask("POST", "a.ipynb", "checkpoints")
    # Lab asks for one when it opens a notebook: an error would keep people from the one they are to mend.
    assert answer.status == 201
    assert answer.json["id"] == "checkpoint"
    assert server.events == []
    assert server.has(".ipynb_checkpoints/a-checkpoint.ipynb") is (mode != "block")


async def test_new_notebooks_folders_and_other_files_are_let_be(server: Server) -> None:
    _set(server, "block")
    assert (await server.ask("POST", body={"type": "notebook"})).status == 201
    assert (await server.ask("POST", body={"type": "directory"})).status == 201
    assert (await server.upload("token.txt", IONQ.encode())).status == 201
    assert (await server.upload("a.bin", bytes(range(256)), "base64")).status == 201
    assert server.events == []


async def test_other_files_are_looked_at_where_the_policy_names_them(server: Server) -> None:
    _set(server, "block", 'also_guard = ["*.py", ".env*"]\n')
    source = f'from qiskit_ionq import IonQProvider\nIonQProvider("{IONQ}")\n'.encode()
    answer = await server.upload("a.py", source)
    assert answer.status == 422
    assert "ionq-api-key in line 2" in answer.json["message"]
    assert (await server.upload("a.txt", source)).status == 201
    assert (await server.rename("a.txt", "b.py")).status == 422
    assert (await server.upload("b.py", b"print(1)\n")).status == 201


async def test_a_notebook_under_another_ending_is_one(server: Server) -> None:
    """Jupytext opens source files as notebooks: the model's type says so."""
    _set(server, "block")
    assert (await server.save("a.py", with_token())).status == 422


@pytest.mark.parametrize("path", ["scratch/link/a.ipynb", "scratch/link/new.ipynb", "link.txt", "scratch/link.ipynb"])
async def test_a_link_leads_to_the_rules_of_the_file(server: Server, path: str) -> None:
    """A looser zone, or a name that isn't guarded, is no way to a file that is."""
    _set(server, "block", '[[zones]]\npaths = ["scratch/"]\nsave = "off"\n')
    file = server.put("strict/a.ipynb", clean())
    before = file.read_bytes()
    (server.root / "scratch").mkdir()
    (server.root / "scratch" / "link").symlink_to(file.parent)
    (server.root / "scratch" / "link.ipynb").symlink_to(file)
    (server.root / "link.txt").symlink_to(file)
    assert (await server.upload(path, nb.as_bytes(with_token()))).status == 422
    assert (await server.save(path, with_token())).status == 422
    assert file.read_bytes() == before
    assert not server.has("strict/new.ipynb")
    server.put("scratch/b.ipynb", with_token())
    assert (await server.rename("scratch/b.ipynb", "scratch/link/b.ipynb")).status == 422
    assert (await server.save("scratch/own.ipynb", with_token())).status == 201


async def test_a_link_to_a_file_of_another_name_is_the_notebook_it_is_called(server: Server) -> None:
    """git-annex and DVC keep files elsewhere, under their hashes."""
    _set(server, "block")
    (server.root / "store").mkdir()
    (server.root / "store" / "5d41").write_bytes(nb.as_bytes(clean()))
    (server.root / "a.ipynb").symlink_to("store/5d41")
    assert (await server.upload("a.ipynb", nb.as_bytes(with_token()))).status == 422
