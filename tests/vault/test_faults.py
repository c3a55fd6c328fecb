"""Whatever breaks while credentials are moved: nothing is lost, leaked or half-written, and a second run completes."""

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbguard.cli.main import main
from nbguard.documents.reading import open_document
from nbguard.errors import NbguardError
from nbguard.vault import client
from nbguard.vault.client import Vault
from nbguard.vault.journal import journal_path
from nbguard.vault.plan import FileToMove, VaultSettings
from nbguard.vault.transaction import carry_out, make_plan
from nbguard.vault.usage import find_uses
from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.openbao_server import OpenBao, ProductionOpenBao
from tests.vault.faulty_proxy import FaultyProxy
from tests.vault.planted import find, write_notebook

RUNS = 500
FORMS = ('p("{}")', 'x = f"apiKey {}"', "%env T={}", 'd = {{"k": "{}"}}\n# {}', 'a("x: " "{}")')


@pytest.fixture(scope="module")
def proxy(openbao: OpenBao) -> Iterator[FaultyProxy]:
    made = FaultyProxy(openbao.port)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts are as many as ever, but short."""
    monkeypatch.setattr(client, "_FIRST_PAUSE", 0.001)


class Scene:
    """Some notebooks with credentials in a folder, and a path in Vault that somebody else uses as well."""

    def __init__(self, folder: Path, server: OpenBao, mount: str, dice: random.Random) -> None:
        tokens = FakeTokens(dice.randrange(10**9))
        self.folder, self.server = folder, server
        self.values = {tokens.ionq(): "ionq", tokens.ionq(): "ionq", tokens.dwave(): "dwave"}
        name = f"r{dice.randrange(10**12)}"
        self.settings = VaultSettings(mount=mount, repository=name)
        self.others = {"quantum/ionq/" + name: {"api_key": "somebody's"}} if dice.random() < 0.4 else {}
        for path, data in self.others.items():
            server.store(path, mount, **data)
        (folder / ".git").mkdir()
        self.before: dict[Path, bytes] = {}
        for number in range(dice.randint(1, 3)):
            chosen = dice.choices(list(self.values), k=dice.randint(1, 3))
            path = folder / f"n{number}.ipynb"
            write_notebook(path, *[dice.choice(FORMS).format(v, v) for v in chosen], values=self.values)
            self.before[path] = path.read_bytes()

    def found(self, paths: Any = None) -> list[FileToMove]:
        """What a scan finds now."""
        items = []
        for path in paths or self.before:
            document = open_document(path.name, path.read_bytes())
            if findings := find(document, self.values):
                items.append(FileToMove(str(path), document, findings))
        return items

    def move(self, vault: Vault, paths: Any = None) -> list[str]:
        """One run; gives what a person would be told went wrong."""
        try:
            plan = make_plan(self.found(paths), self.settings, vault)
            done = carry_out(plan, self.settings, vault, str(self.folder), lambda rule, value: f"fp-{rule}")
        except NbguardError as error:
            return [str(error)]
        return [str(error) for _, error in done.failed]

    def check(self, told: list[str]) -> None:
        """Every value is in its file or in Vault; nothing is told or written down; others' values are as they were."""
        left = [path for path in self.folder.rglob("*") if path.is_file() and path not in self.before]
        for text in [*told, *(path.read_text() for path in left)]:
            assert not any(value in text for value in self.values)
        for path, before in self.before.items():
            raw = path.read_bytes()
            if raw == before:
                continue
            json.loads(raw)
            assert not any(value.encode() in raw for value in self.values)
            self._check_references(path, before, raw)
        for path, data in self.others.items():
            assert data.items() <= self.server.stored(path, self.settings.mount).items()

    def _check_references(self, path: Path, before: bytes, raw: bytes) -> None:
        uses = find_uses(open_document(path.name, raw))
        held = {self.server.stored(u.reference.path, u.reference.mount)[u.reference.key] for u in uses}
        assert held == {value for value in self.values if value.encode() in before}

    def complete(self, vault: Vault) -> None:
        """A second run, with nothing in the way."""
        told = self.move(vault)
        assert told == []
        self.check(told)
        assert all(path.read_bytes() != before for path, before in self.before.items())
        stored = [
            value
            for provider in ("ionq", "dwave")
            for value in self._stored(f"quantum/{provider}/{self.settings.repository}")
            if value in self.values
        ]
        assert len(stored) == len(set(stored))

    def _stored(self, path: str) -> list[str]:
        import hvac

        try:
            return list(self.server.stored(path, self.settings.mount).values())
        except hvac.exceptions.InvalidPath:
            return []


def play(number: int, folder: Path, server: OpenBao, mount: str, proxy: FaultyProxy) -> Counter[str]:
    """One randomised run: faults on the way, sometimes two movers at once, then a calm second run."""
    dice = random.Random(number)
    scene = Scene(folder, server, mount, dice)
    broken = dict(server.environment, VAULT_ADDR=proxy.address)
    proxy.plan(number, dice.choice((0.1, 0.3, 0.6)), dice.randint(0, 12) if dice.random() < 0.3 else None)
    told: list[str] = []
    if dice.random() < 0.3:
        movers = [
            threading.Thread(target=lambda path=path: told.extend(scene.move(Vault(broken), [path])))
            for path in scene.before
        ]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.join()
    else:
        told = scene.move(Vault(broken))
    seen = Counter(proxy.seen)
    scene.check(told)
    proxy.calm()
    scene.complete(Vault(broken))
    return seen + Counter({"runs": 1, "runs that failed at first": bool(told)})


@pytest.mark.slow
def test_many_runs_with_faults(
    tmp_path: Path, openbao: OpenBao, proxy: FaultyProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    mount, total = openbao.mount(), Counter[str]()
    for number in range(RUNS):
        (tmp_path / str(number)).mkdir()
        total += play(number, tmp_path / str(number), openbao, mount, proxy)
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in total.most_common())
        print(f"\nfault injection: {told}")
    assert total["runs"] == RUNS
    assert total["runs that failed at first"] > RUNS / 20


@pytest.mark.parametrize("number", range(1000, 1015))
def test_a_few_runs_with_faults(number: int, tmp_path: Path, openbao: OpenBao, proxy: FaultyProxy) -> None:
    play(number, tmp_path, openbao, openbao.mount(), proxy)


CRASHING = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from nbguard.documents import files
from nbguard.vault import client, journal, transaction
left = int(sys.argv[2])
def deadly(function):
    def call(*arguments, **keywords):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        result = function(*arguments, **keywords)
        left -= 1
        if left == 0:
            os._exit(9)
        return result
    return call
for owner, name in ((client.Vault, "write"), (client.Vault, "peek"), (client.Vault, "annotate"), (os, "fsync"),
                    (os, "replace"), (os, "fdopen"), (journal, "append")):
    setattr(owner, name, deadly(getattr(owner, name)))
from nbguard.documents.reading import open_document
from nbguard.vault.plan import FileToMove, VaultSettings
from tests.vault.planted import find
path, value = Path(sys.argv[1]), os.environ["PLANTED"]
document = open_document(path.name, path.read_bytes())
settings = VaultSettings(mount=sys.argv[3], repository=sys.argv[4])
vault = client.Vault()
plan = transaction.make_plan([FileToMove(str(path), document, find(document, {value: "ionq"}))], settings, vault)
transaction.carry_out(plan, settings, vault, str(path.parent), lambda rule, value: "fp")
"""


@pytest.mark.slow
def test_killed_at_every_step(tmp_path: Path, openbao: OpenBao) -> None:
    """The process is killed before and after each of its steps, until one run gets through."""
    mount, value, step = openbao.mount(), FakeTokens(21).ionq(), 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        scene = Scene.__new__(Scene)
        scene.folder, scene.server, scene.values, scene.others = folder, openbao, {value: "ionq"}, {}
        scene.settings = VaultSettings(mount=mount, repository=f"step{step}")
        write_notebook(folder / "a.ipynb", f'p("{value}")', values=scene.values)
        scene.before = {folder / "a.ipynb": (folder / "a.ipynb").read_bytes()}
        done = subprocess.run(
            [sys.executable, "-c", CRASHING, str(folder / "a.ipynb"), str(step), mount, f"step{step}"],
            env=dict(os.environ, **openbao.environment, PLANTED=value), capture_output=True, text=True,
        )  # fmt: skip
        scene.check([done.stdout, done.stderr])
        if done.returncode == 0:
            break
        assert done.returncode == 9, done.stderr
        if (folder / "a.ipynb").read_bytes() == scene.before[folder / "a.ipynb"]:
            scene.complete(Vault(openbao.environment))
    assert step > 15
    assert value not in Path(journal_path(str(tmp_path / str(step)))).read_text()


def test_the_server_dies_between_write_and_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = OpenBao()
    try:
        scene = Scene(tmp_path, server, "secret", random.Random(1))
        real = Vault.write

        def write_and_die(self: Vault, *arguments: Any) -> None:
            real(self, *arguments)
            server.stop()

        with monkeypatch.context() as patch:
            patch.setattr(Vault, "write", write_and_die)
            told = scene.move(Vault(server.environment))
        assert told == [
            f"no answer from Vault at {server.address}: is it running, and VAULT_ADDR right? No file was changed: "
            "once Vault answers, run it again, and it goes on from there"
        ]
        assert all(path.read_bytes() == before for path, before in scene.before.items())
        server.start()
        scene.others = {}
        scene.complete(Vault(server.environment))
    finally:
        server.close()


FULL = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(2)),) * 2)
sys.argv.insert(2, "10000")
"""


@pytest.mark.parametrize("room", [0, 300, 900])
def test_a_full_disk_leaves_the_notebook_whole(room: int, tmp_path: Path, openbao: OpenBao) -> None:
    """No file may grow beyond ``room`` bytes: the journal or the new notebook can't be written."""
    value, mount = FakeTokens(22).ionq(), openbao.mount()
    found = write_notebook(tmp_path / "a.ipynb", f'p("{value}")', "x = 1\n" * 200, values={value: "ionq"})
    code = FULL + CRASHING + "\nimport sys; sys.exit(5)"
    code = code.replace("transaction.carry_out(", "done = transaction.carry_out(").replace(
        "import sys; sys.exit(5)", "print(*[str(error) for _, error in done.failed])"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path / "a.ipynb"), str(room), mount, "full"],
        env=dict(os.environ, **openbao.environment, PLANTED=value), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "can't be written" in done.stdout or "nothing was written" in done.stdout
    assert value not in done.stdout + done.stderr
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw
    assert not list(tmp_path.glob(".nbguard-[0-9]*"))


def test_vault_is_sealed_between_two_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is in Vault is said, no file was changed, and once it is unsealed the same command does it."""
    (tmp_path / "server").mkdir()
    (tmp_path / "r" / ".git").mkdir(parents=True)
    server, tokens = ProductionOpenBao(str(tmp_path / "server")), FakeTokens(77)
    values = {tokens.ionq(): "IonQProvider(token={!r})", tokens.dwave(): "DWaveSampler(token={!r})"}
    before = {}
    for number, (value, call) in enumerate(values.items()):
        path = tmp_path / "r" / f"n{number}.ipynb"
        heading = "from qiskit_ionq import IonQProvider\nfrom dwave.system import DWaveSampler\n"
        path.write_bytes(as_bytes(notebook(code(heading + call.format(value)))))
        before[path] = path.read_bytes()
    monkeypatch.chdir(tmp_path / "r")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, given in server.environment.items():
        monkeypatch.setenv(name, given)
    real, written = Vault.write, []

    def write_and_seal(self: Vault, *arguments: Any) -> None:
        if written:
            server.root().sys.seal()
        real(self, *arguments)
        written.append(arguments)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(Vault, "write", write_and_seal)
            assert main(["vault", "move", "--yes"]) == 3
        assert len(written) == 1
        said = capsys.readouterr()
        assert said.err.endswith(
            f"Vault at {server.address} is sealed: it must be unsealed first (`vault operator unseal`). No file"
            " was changed: 1 of 2 values are in Vault already; once Vault answers, run it again, and it goes on from"
            " there\n"
        )
        assert_no_secret(said.out + said.err)
        assert {path: path.read_bytes() for path in before} == before
        assert Path(journal_path(str(tmp_path / "r"))).read_text() == ""
        server.unseal()
        assert main(["vault", "move", "--yes"]) == 1
        for (path, raw), value in zip(before.items(), values, strict=True):
            assert value.encode() in raw
            (use,) = find_uses(open_document(path.name, path.read_bytes()))
            assert Vault().read("secret", use.reference.path).data == {use.reference.key: value}
            assert value.encode() not in path.read_bytes()
    finally:
        server.close()
