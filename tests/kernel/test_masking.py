"""A value that ``secret()`` handed out is in no output of the kernel, however it is written."""

import base64
import html
import json
import os
import sys
import urllib.parse
from pathlib import Path

import nbclient
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.kernel.masking import Masker
from nbguard.kernel.variables import credential_variables
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook

VALUE = FakeTokens(3).ionq() + "+/é'<&"
VARIABLE = FakeTokens(4).ionq()
FETCHED = FakeTokens(6).dwave()
MASK = "[secret quantum/ionq#api_key]"
values = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=8, max_size=40)


def masker(value: str = VALUE) -> Masker:
    made = Masker()
    made.add(value, "quantum/ionq#api_key")
    return made


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda v: repr(v)[1:-1],
        lambda v: json.dumps(v)[1:-1],
        html.escape,
        urllib.parse.quote,
        urllib.parse.quote_plus,
        lambda v: v.encode().hex(),
        lambda v: repr(v.encode())[2:-1],
        str.upper,
        str.lower,
        str.swapcase,
        lambda v: str(list(v))[1:-1],
        lambda v: json.dumps(list(v))[1:-1],
        " ".join,
        "\n".join,
        lambda v: ",\n ".join(map(repr, v)),
    ],
)
@given(value=values, before=st.text(max_size=5), after=st.text(max_size=5))
def test_every_spelling_is_masked(write, value: str, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    written = write(value)
    assert written not in masker(value).mask(before + written + after).replace(MASK, "")


@given(value=values, before=st.binary(max_size=6), after=st.binary(max_size=6), url_safe=st.booleans())
def test_base64_of_a_longer_text_is_masked(value: str, before: bytes, after: bytes, url_safe: bool) -> None:
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    text = encode(before + value.encode() + after).decode()
    masked = masker(value).mask(text)
    assert MASK in masked
    # What is left beside the mask are the neighbours and at most a character or two of the value on each side.
    assert len(masked.replace(MASK, "")) <= len(encode(before)) + len(encode(after)) + 4


@given(value=values, pieces=st.lists(st.integers(1, 50), max_size=6))
def test_a_value_split_over_writes_is_held_back(value: str, pieces: list[int]) -> None:
    made, text, shown, held = masker(value), f"a{value}b{value}", "", ""
    for size in [*pieces, len(text)]:
        piece, text = text[:size], text[size:]
        new, held = made.take(held + piece)
        shown += new
    assert shown + made.mask(held) == made.mask(f"a{value}b{value}")
    assert value not in shown + made.mask(held)


# Beside a slice, a character of the value would make a longer slice of it.
besides = st.text("·€\n\u3042", max_size=5)


@given(start=st.integers(0, 24), size=st.integers(8, 32), before=besides, after=besides, much=st.booleans())
def test_eight_characters_of_a_random_value_are_masked(
    start: int, size: int, before: str, after: str, much: bool
) -> None:
    """In a short text and in a long one, which are searched in two ways."""
    token = FakeTokens(5).ionq()
    piece = token[start : start + size]
    before = "-" * 1000 * much + before
    masked = masker(token).mask(f"{before}{piece}{after}")
    left = masked.replace(MASK, "")
    assert not any(token[at : at + 8] in left for at in range(len(token) - 7))
    assert masked.startswith(before)
    assert masked.endswith(after)


def test_words_that_a_value_shares_with_ordinary_text_stay() -> None:
    made = masker("https://us-east.quantum-computing.cloud.ibm.com/crn-1aB2cD3eF4gH5iJ6")
    text = "see https://us-east.quantum-computing.cloud.ibm.com/docs for more"
    assert made.mask(text) == text
    assert made.mask("1aB2cD3eF4gH5iJ6") == MASK


def test_ordinary_text_is_passed_on_at_once() -> None:
    assert masker().split("50%|#####     | 5/10\r") == ("50%|#####     | 5/10\r", "")


@pytest.mark.slow
def test_chatty_output_costs_little() -> None:
    """200 values, lines of 80 characters: eight times the lines take eight times the time."""
    made = Masker()
    tokens = FakeTokens(9)
    for number in range(200):
        made.add(tokens.ionq(), f"quantum/ionq#key_{number}")
    lines = [tokens.of("abcdef ghij", 80) + "\n" for _ in range(1600)]
    assert_linear(lambda count: [made.split(made.mask(line)) for line in lines[:count]], 200)


CELLS = [
    'from nbguard import secret\nimport sys, time, base64, json\nv = secret("quantum/ionq#api_key")',
    "print(v); print(str(v)); print(repr(str(v)), file=sys.stderr)",
    'sys.stdout.write("x" + v[:5]); sys.stdout.flush(); time.sleep(0.4)\n'
    'sys.stdout.write(v[5:] + "y"); sys.stdout.flush()',
    "str(v)",
    "v",
    "print(base64.b64encode(b'user:' + v.encode()).decode())",
    "from IPython.display import display, HTML, JSON\ndisplay(HTML('<b>' + v + '</b>')); display(JSON({'k': str(v)}))\n"
    "display({'application/vnd.x+json': {'a': [str(v)]}, 'text/plain': 'x' + v}, raw=True)",
    "raise ValueError('bad ' + v)",
    "%xmode Verbose",
    "def f(token): raise KeyError(token)\nf(str(v))",
    "!echo {v}",
    "import shlex, subprocess\nprint(subprocess.run(['echo', str(v)], capture_output=True, text=True).stdout, 'done')",
    "print(v[:3], end='')",
    "import os\nprint(os.environ['IONQ_API_KEY'], os.environ['IONQ_API_KEY'][4:20])",
    "%%bash\necho $IONQ_API_KEY",
    "os.environ['DWAVE_API_TOKEN'] = 'DEV-' + v[:32].lower()[::-1]\nprint(os.environ['DWAVE_API_TOKEN'])",
    "print(v[2:14], v.upper(), list(v), v.encode())",
    "%%bash\necho \"it is $($PYTHON -m nbguard vault get quantum/dwave#token)\"",
]  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "quantum/ionq").mkdir(parents=True)
    (folder / "quantum/ionq/api_key").write_text(VALUE)
    (folder / "quantum/dwave").mkdir()
    (folder / "quantum/dwave/token").write_text(FETCHED)
    document = nbformat.reads(as_bytes(notebook(*[code(cell, count=None) for cell in CELLS])), as_version=4)
    environment = dict(os.environ, NBGUARD_SECRETS_DIR=str(folder), PYTHONPATH=os.getcwd(), IONQ_API_KEY=VARIABLE)
    environment["PYTHON"] = sys.executable
    client = nbclient.NotebookClient(document, timeout=60, kernel_name="python3", allow_errors=True)
    client.execute(env=environment)
    return document


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_no_output_of_the_cell_holds_the_value(number: int, played: nbformat.NotebookNode) -> None:
    written = json.dumps(played.cells[number].outputs, ensure_ascii=False)
    shapes = (FETCHED, VARIABLE, VARIABLE[4:20], VALUE[2:14], VALUE.upper(), str(list(VALUE)), VALUE[31::-1].lower())
    for text in (*shapes, VALUE, VALUE[:32], json.dumps(VALUE)[1:-1], base64.b64encode(VALUE.encode()).decode()[4:-4]):
        assert text not in written
    assert played.cells[number].outputs or number in (0, 8)


def printed_by(cell: nbformat.NotebookNode) -> str:
    """What a cell printed: a kernel under load sends one `print` in several messages."""
    return "".join(output.text for output in cell.outputs)


def test_the_outputs_are_there_with_the_reference(played: nbformat.NotebookNode) -> None:
    outputs = [json.dumps(cell.outputs, ensure_ascii=False) for cell in played.cells]
    assert outputs[1].count(MASK) == 3
    assert f"x{MASK}y" in printed_by(played.cells[2])
    assert outputs[4].count("<secret quantum/ionq#api_key>") == 1
    assert outputs[6].count(MASK) >= 4
    assert f"bad {MASK}" in played.cells[7].outputs[0].evalue
    assert "done" in outputs[11]
    assert printed_by(played.cells[12]) == VALUE[:3]
    assert printed_by(played.cells[13]) == "[secret env#IONQ_API_KEY] [secret env#IONQ_API_KEY]\n"
    assert printed_by(played.cells[14]) == "[secret env#IONQ_API_KEY]\n"
    assert printed_by(played.cells[15]) == "[secret env#DWAVE_API_TOKEN]\n"
    assert printed_by(played.cells[17]) == "it is [secret quantum/dwave#token]\n"


def test_variables_can_be_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONQ_API_KEY", VARIABLE)
    assert credential_variables()["IONQ_API_KEY"] == VARIABLE
    monkeypatch.setenv("NBGUARD_MASK_VARIABLES", "0")
    assert credential_variables() == {}


def test_the_extension_is_loaded_by_its_name(tmp_path: Path) -> None:
    """`%load_ext nbguard.kernel` works before any lookup, and twice."""
    cells = ["%load_ext nbguard.kernel", "%reload_ext nbguard.kernel", "print('fine')"]
    document = nbformat.reads(as_bytes(notebook(*[code(cell, count=None) for cell in cells])), as_version=4)
    nbclient.NotebookClient(document, timeout=60, kernel_name="python3").execute(
        env=dict(os.environ, PYTHONPATH=os.getcwd())
    )
    assert document.cells[2].outputs[0].text == "fine\n"
