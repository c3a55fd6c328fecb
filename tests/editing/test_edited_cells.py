"""While one cell of a large notebook is typed in, what is remembered of all others never decides otherwise than a scan
of the whole.
"""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from nbguard.detect import edit_memory, engine, screening_memory
from nbguard.detect.edit_memory import EditMemory, common_ends
from nbguard.editing.finding_records import as_answer
from nbguard.editing.request_records import NotebookRequest, read_record
from nbguard.editing.workspace import Workspace
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, markdown, notebook

FILLER = "theta = 0.25 * np.pi\nqc.rx(theta, 0)  # token of the ring: 3\nfor value, other in counts.items():\n" * 8
# Pieces between which values go; {0} and {1} are credentials.
PIECES = (
    "from qiskit_ionq import IonQProvider as P\n", "from somewhere import IonQProvider as P\n", 'key = "{0}"\n',
    'key = "{1}"\n', 'half, rest = "{0:.16}", "{0!s}"[16:]\n', "key = half + rest\n", "P(token=key)\n", "P(key",
    "def connect(value):\n    return P(token=value)\n", "connect(key)\n", "connect(value='{1}')\n",
    "def connect(value, other=None):\n    key = other\n    return P(value)\n", "settings = {{'token': '{0}'}}\n",
    "P(**settings)\n", "settings['token'] = key\n", "settings.update(token='{1}')\n", "# P(token='{0}')\n",
    "class C:\n    token = '{0}'\n", "c = C()\nP(token=c.token)\n", "c.token = '{1}'\n", "value = '{1}'\n",
    "for key in ['{0}', '{1}']:\n    P(token=key)\n", "[P(token=key) for key in ('{1}',)]\n", "global key\n",
    "key = None\n", "client = Client(api_key=key)\n", "print(key)\n", "(", '"""', "'", "\U0001f600 = 1\n",
    "requests.get(url, headers={{'Authorization': f'Bearer {{key}}'}})\n", "the password is below:\n", "api.ionq.co\n",
    "a@example.com, b@example.org\n", "%env IONQ_API_KEY={0}\n", "import marimo\n",
    "@app.cell\ndef f(value):\n    return P(token=value)\n",
)  # fmt: skip


class Typist:
    """Makes one change after the other in a notebook, as people do, from a seed."""

    def __init__(self, seed: int) -> None:
        self.choice, tokens = random.Random(seed), FakeTokens(700 + seed)
        self.tokens = tokens.ionq(), tokens.ionq()
        self.count = 0
        self.cells = [self.cell() for _ in range(36)]

    def piece(self) -> str:
        return self.choice.choice(PIECES).format(*self.tokens)

    def cell(self) -> dict[str, Any]:
        self.count += 1
        source = FILLER + "".join(self.piece() for _ in range(self.choice.randrange(3)))
        if self.choice.random() < 0.1:
            return markdown(f"```\n{source}```\n", f"c{self.count}")
        shown = self.choice.choice(["done\n", self.tokens[0], f"Using {self.tokens[1][:14]}…\n"])
        outputs = [{"output_type": "stream", "name": "stdout", "text": shown}]
        return code(source, f"c{self.count}") | {"outputs": outputs[: self.choice.randrange(2)], "metadata": {}}

    def edit(self) -> None:
        cells, at, what = self.cells, self.choice.randrange(len(self.cells)), self.choice.randrange(12)
        if what == 0:
            cells.insert(at, self.cell())
        elif what == 1 and len(cells) > 1:
            del cells[at]
        elif what == 2:
            other = self.choice.randrange(len(cells))
            cells[at], cells[other] = cells[other], cells[at]
        elif what == 3 and cells[at]["cell_type"] == "code":
            cells[at] = cells[at] | {"outputs": [{"output_type": "stream", "name": "stdout", "text": self.tokens[1]}]}
        else:
            source = cells[at]["source"]
            where = self.choice.randrange(len(source) + 1) if what < 6 else len(source)
            gone = self.choice.choice((0, 0, 1, 30))
            cells[at] = cells[at] | {"source": source[: max(0, where - gone)] + self.piece() + source[where:]}

    def request(self) -> NotebookRequest:
        return read_record(json.dumps(notebook(*self.cells)).encode(), NotebookRequest)


def answers(workspace: Workspace, request: NotebookRequest) -> list[dict[str, Any]]:
    return [as_answer(judged) for judged in workspace.scan(request)[1]]


def scan_whole(folder: str, request: NotebookRequest, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """By an engine that remembers nothing, on a thread of its own: what the parser keeps, it keeps by thread."""
    fresh = Workspace(folder)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(engine.Engine, "expect_edits", lambda _: None)
            return fresh.wait_for_scan_thread(answers, fresh, request)
    finally:
        fresh.close()


@pytest.fixture
def play(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], int]:
    """Plays some edits from a seed and returns how many findings there were."""
    (tmp_path / ".git").mkdir()
    # Small stretches, so that each edit lies beside some that stay.
    monkeypatch.setattr(edit_memory, "_STRETCH", 512)
    monkeypatch.setattr(screening_memory, "_LARGE", 0)

    def run(seed: int, edits: int) -> int:
        typist, typing, seen = Typist(seed), Workspace(str(tmp_path)), 0
        try:
            for number in range(edits):
                request = typist.request()
                kept = typing.wait_for_scan_thread(answers, typing, request)
                assert kept == scan_whole(str(tmp_path), request, monkeypatch), (seed, number)
                seen += len(kept)
                typist.edit()
        finally:
            typing.close()
        return seen

    return run


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edit_the_findings_are_those_of_a_scan_of_the_whole(
    seed: int, play: Callable[[int, int], int]
) -> None:
    assert play(seed, 12) > 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 104))
def test_after_many_edits_the_findings_are_those_of_a_scan_of_the_whole(
    seed: int, play: Callable[[int, int], int]
) -> None:
    assert play(seed, 60) > 60


def test_units_that_an_edit_does_not_reach_are_not_looked_at_again(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbguard.detect.credentials import python_sinks

    token = FakeTokens(9).ionq()
    looked: list[str] = []
    real = python_sinks._Search.search

    def search(self: Any, unit: Any, words: Any) -> Any:
        looked.append(unit.source)
        return real(self, unit, words)

    monkeypatch.setattr(python_sinks._Search, "search", search)
    sources = ["from qiskit_ionq import IonQProvider", f"key = '{token}'", "IonQProvider(token=key)", *[FILLER] * 60]
    (tmp_path / ".git").mkdir()
    workspace = Workspace(str(tmp_path))

    def edited(number: int, more: str) -> int:
        sources[number] += more
        looked.clear()
        body = notebook(*(code(source, f"c{at}") for at, source in enumerate(sources)))
        request = read_record(json.dumps(body).encode(), NotebookRequest)
        assert [finding["rule"] for finding in workspace.wait_for_scan_thread(answers, workspace, request)]
        return sum("IonQProvider(" in source for source in looked)

    try:
        assert edited(30, "x = 1\n") == 1
        # A name that isn't followed, and one that is, in a function of its own.
        assert edited(30, "y = key_of(x)\nfor _ in (key for key in x):\n    pass\n") == 0
        assert edited(31, "key = None\n") == 1
    finally:
        workspace.close()


def test_two_versions_share_what_they_begin_and_end_with() -> None:
    choice = random.Random(3)
    for _ in range(2_000):
        one, other = (bytes(choice.choices(b"ab", k=choice.randrange(12))) for _ in range(2))
        head, tail = common_ends(one, other)
        most = min(len(one), len(other))
        assert one[:head] == other[:head]
        assert head == most or one[head] != other[head]
        assert one[len(one) - tail :] == other[len(other) - tail :]
        assert head + tail == most or one[len(one) - tail - 1] != other[len(other) - tail - 1]


def test_a_stretch_is_searched_again_where_its_bytes_changed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_memory, "_STRETCH", 8)
    memory, searched = EditMemory(), []

    def find(raw: bytes, start: int, end: int) -> bytes:
        searched.append(start)
        return raw[start:end]

    def seen(raw: bytes, path: str = "a") -> tuple[list[bytes], list[int]]:
        searched.clear()
        memory.see(path, raw)
        return [found for _, found in memory.answers("x", 2, find)], searched

    first = b"0123456789abcdefghijklmn"
    assert seen(first) == ([first[:8], first[6:16], first[14:24]], [0, 6, 14])
    assert seen(first[:9] + b"X" + first[10:])[1] == [6]
    assert seen(first[:7] + b"X" + first[8:])[1] == [0, 6]
    assert seen(first + b"more")[1] == [0, 6, 14, 22]
    assert seen(first + b"more", "b")[1] == [0, 6, 14, 22]
    assert repr(memory) == "EditMemory(28 bytes, 4 answers)"
