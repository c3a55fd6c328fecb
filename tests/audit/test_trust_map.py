"""`nbguard map`: what the code names is on it, in three formats, and no value is."""

import json
import os
import re
import sys
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.audit.schemas import schema_texts
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode
from nbguard.report.map_labels import _room, fitted
from nbguard.report.map_picture import TITLES, DrawnMap, as_section, as_svg
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

CELL = """
from nbguard import secret
from braket.aws import AwsDevice
device = AwsDevice("arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1")
data = "s3://lab-results/pilot/1.csv"
requests.get("https://api.ionq.co/v0.4/jobs", headers={"Authorization": "apiKey " + secret("quantum/ionq/lab#api_key")})
"""


def test_what_the_code_names_is_drawn(tmp_path):
    token = FakeTokens(500).ionq()
    cells = (code(CELL), code(f'from qiskit_ionq import IonQProvider\nIonQProvider("{token}")'))
    (tmp_path / 'a"<b>.ipynb').write_bytes(as_bytes(notebook(*cells)))
    (tmp_path / "notes.md").write_text("see s3://elsewhere and https://api.ionq.co\n")
    drawn = json.loads(nbguard("map", "--format", "json", cwd=tmp_path).out)
    jsonschema.validate(drawn, json.loads(schema_texts()["nbguard-map-1.schema.json"]))
    nodes = {(node["kind"], node["name"]) for node in drawn["nodes"]}
    assert nodes == {
        ("file", 'a"<b>.ipynb'),
        ("sdk", "amazon-braket-sdk"),
        ("sdk", "qiskit-ionq"),
        ("endpoint", "aws-braket"),
        ("endpoint", "ionq"),
        ("device", "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1"),
        ("bucket", "s3://lab-results"),
        ("vault", "quantum/ionq/lab#api_key"),
    }
    edges = {(edge["source"]["name"], edge["target"]["name"]) for edge in drawn["edges"]}
    assert ("qiskit-ionq", "ionq") in edges
    assert ('a"<b>.ipynb', "s3://lab-results") in edges
    mermaid = nbguard("map", cwd=tmp_path).out
    assert mermaid.startswith("flowchart LR\n")
    assert 'a#34;#60;b#62;.ipynb"]' in mermaid
    assert mermaid.count(" --> ") == len(edges)
    dot = nbguard("map", "--format", "dot", cwd=tmp_path).out
    assert dot.count(" -> ") == len(edges)
    assert dot.count("{") == dot.count("}")
    assert len(re.findall(r"^    n\d+ \[label=", dot, re.MULTILINE)) == len(nodes)


DEVICES = {
    'from qiskit_ibm_runtime import QiskitRuntimeService as S\nS().backend("ibm_fez")': "ibm_fez",
    'import qiskit_ibm_runtime\nname = "ibm_" + "kingston"\nservice.backend(name=name)': "ibm_kingston",
    "from qiskit_ionq import IonQProvider\nIonQProvider().get_backend('ionq_qpu.aria-1')": "ionq_qpu.aria-1",
    'from dwave.system import DWaveSampler\nDWaveSampler(solver="Advantage2_system1.6")': "Advantage2_system1.6",
    'import azure.quantum\nworkspace.get_targets("rigetti.qpu.ankaa-3")': "rigetti.qpu.ankaa-3",
    'import perceval as pcvl\npcvl.RemoteProcessor("qpu:belenos")': "qpu:belenos",
    'import pytket\nQuantinuumBackend("H2-1LE")': "H2-1LE",
    'import qbraid\nprovider.get_device("aws:ionq:qpu:forte-1")': "aws:ionq:qpu:forte-1",
}


def test_a_device_that_a_call_names_is_drawn_and_nothing_else(tmp_path):
    """No device: another program's calls, what is known when it runs only, an address, and what could be a token."""
    token = FakeTokens(501).ionq()
    calls = ("backend(chosen)", 'backend("https://a.example/x")', f'get_backend("{token}")', 'backend(f"ibm_{x}")')
    others = ['import torch\ntorch.backend("nccl")\nget_device("cuda:0")', "import qiskit\ns." + "\ns.".join(calls)]
    for number, cell in enumerate((*DEVICES, *others)):
        (tmp_path / f"{number}.ipynb").write_bytes(as_bytes(notebook(code(cell))))
    run = nbguard("map", "--format", "json", cwd=tmp_path)
    edges = [edge for edge in json.loads(run.out)["edges"] if edge["target"]["kind"] == "device"]
    drawn = {(edge["source"]["name"], edge["target"]["name"]) for edge in edges}
    assert drawn == {(f"{number}.ipynb", device) for number, device in enumerate(DEVICES.values())}
    assert token not in run.out


def test_a_login_in_an_address_is_not_drawn(tmp_path):
    (tmp_path / "a.py").write_text('x = "s3://key:pass@bucket/x"\ny = "abfss://box@lab.dfs.core.windows.net/x"\n')
    drawn = json.loads(nbguard("map", "--format", "json", cwd=tmp_path).out)
    names = [node["name"] for node in drawn["nodes"] if node["kind"] == "bucket"]
    assert names == ["abfss://lab.dfs.core.windows.net"]


def test_nothing_is_drawn_of_nothing(tmp_path):
    run = nbguard("map", cwd=tmp_path)
    assert (run.status, run.out) == (0, "flowchart LR\n")


SECRET = "Xq7Lw2Zp9Rk4"


@pytest.mark.parametrize(
    "address",
    [
        f"s3://{SECRET}%2Fx@bucket/a", f"s3://{SECRET}+more@bucket/a", f"s3://{SECRET},x@bucket/a", f"s3://{SECRET}@bucket",
        f"s3://{SECRET}/abc@bucket/a", f"s3://key:{SECRET}@bucket/a", f"az://{SECRET}/{SECRET}@account/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["mermaid", "svg", "dot", "json"])
def test_no_part_of_a_login_is_drawn(tmp_path, address, form):
    (tmp_path / "a.py").write_text(f'import qiskit\ndata = "{address}"\nmore = "gs://named/b"\n')
    run = nbguard("map", "--format", form, cwd=tmp_path)
    assert "gs://named" in run.out
    assert SECRET not in run.out


def test_a_name_stays_on_its_line(tmp_path):
    (tmp_path / "a\n  click n0 call x()\n%% gone.py").write_text("import qiskit\n")
    for form in ("mermaid", "dot"):
        lines = nbguard("map", "--format", form, cwd=tmp_path).out.split("\n")
        assert not any(line.lstrip().startswith(("click", "%%")) for line in lines)
        assert sum("gone.py" in line for line in lines) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text here")
@pytest.mark.parametrize("command", ["map", "sdk", "decommission"])
def test_a_file_name_that_is_no_text_is_written_as_json(tmp_path, command):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff")).mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff") / ".ipynb_checkpoints").mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff\n.py")).write_text("import qiskit\n")
    home = ("--home", tmp_path / "home", "--without-vault") if command == "decommission" else ()
    run = nbguard(command, "--format", "json", *home, cwd=tmp_path / "r")
    assert run.status in (ExitCode.CLEAN, ExitCode.FINDINGS), run.err
    assert "\\udcff" in json.dumps(json.loads(run.out))


# --- the picture


SVG = "{http://www.w3.org/2000/svg}"


def picture(text: str) -> ElementTree.Element:
    """The picture, held against what every one must be: well-formed, described, without a script or an address."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert set(root.get("aria-labelledby", "").split()) == ids
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "line", "text", "path", "g",
    }  # fmt: skip
    assert not any(name.endswith(("href", "src")) or name[:2] == "on" for e in root.iter() for name in e.attrib)
    return root


def boxes_of(root: ElementTree.Element) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        found[group.findtext(f"{SVG}title")] = tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return found


names = st.text(min_size=1, max_size=200)
maps = st.lists(
    st.tuples(st.tuples(st.sampled_from(("file", "sdk")), names), st.tuples(st.sampled_from(list(TITLES)[2:]), names)),
    max_size=30,
    unique=True,
)


@given(maps)
def test_every_node_has_a_box_of_its_own_and_every_text_is_inside(edges):
    drawn = DrawnMap(tuple(sorted({node for edge in edges for node in edge})), tuple(edges))
    root = picture(as_svg(drawn))
    height = float(root.get("height"))
    width = float(root.get("width"))
    groups = list(root.iter(f"{SVG}g"))
    assert len(groups) == len(drawn.nodes)
    boxes = [tuple(float(g.find(f"{SVG}rect").get(n)) for n in ("x", "y", "width", "height")) for g in groups]
    for at, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        for other_x, other_y, _, other_h in boxes[at + 1 :]:
            assert x != other_x or y + h <= other_y or other_y + other_h <= y
        texts = groups[at].findall(f"{SVG}text")
        assert 1 <= len(texts) <= 2
        assert all(y < float(text.get("y")) <= y + h for text in texts)
    assert len(list(root.iter(f"{SVG}path"))) == len(edges)


@given(st.text(max_size=120), st.integers(5, 40))
def test_a_label_fits_and_keeps_beginning_and_end(name, width):
    lines = fitted(name, width)
    assert all(_room(line) <= width for line in lines)
    whole = plain(name)
    if len(lines) == 1:
        assert lines == (whole,)
    elif not lines[1].startswith("…"):
        assert "".join(lines) == whole
    else:
        assert whole.startswith(lines[0])
        assert whole.endswith(lines[1][1:])


def test_the_boundary_is_between_what_is_here_and_what_is_outside(tmp_path):
    (tmp_path / "lab.ipynb").write_bytes(as_bytes(notebook(code(CELL))))
    run = nbguard("map", "--format", "svg", cwd=tmp_path)
    root = picture(run.out)
    (line,) = [element for element in root.iter(f"{SVG}line") if element.get("class") == "boundary"]
    at = float(line.get("x1"))
    boxes = boxes_of(root)
    assert {name.partition(":")[0] for name in boxes} == {"Files", "SDKs", "Endpoints", "Devices", "Buckets", "Vault"}
    for name, (x, _, w, _) in boxes.items():
        assert (x + w < at) == name.startswith(("Files", "SDKs")), name
    assert picture(as_svg(DrawnMap((), ()))) is not None


def test_the_report_of_a_scan_has_the_picture_and_the_same_as_a_table(tmp_path):
    (tmp_path / "lab.ipynb").write_bytes(as_bytes(notebook(code(CELL))))
    nbguard("scan", "--format", "html", "-o", "r.html", cwd=tmp_path)
    page = (tmp_path / "r.html").read_text()
    start = page.index('<svg xmlns="http://www.w3.org/2000/svg" class="map"')
    assert "<style" not in page[start:]
    picture(page[start : page.index("</svg>", start) + 6])
    assert "<td>Vault</td><td>quantum/ionq/lab#api_key</td>" in page
    nbguard("scan", "--staged", "--format", "html", "-o", "s.html", cwd=tmp_path)
    assert "Trust boundaries" not in ((tmp_path / "s.html").read_text() if (tmp_path / "s.html").exists() else "")


def test_a_page_draws_what_is_used_most_and_says_what_it_left_out():
    edges = tuple((("file", f"f{n:03}.py"), ("sdk", f"s{n % 3}")) for n in range(90))
    drawn = DrawnMap(tuple(sorted({node for edge in edges for node in edge})), edges)
    section = as_section(drawn, 20)
    assert section.count("<g>") == 23
    assert "70 less used ones aren't drawn" in section
    assert section.count("<tr><td>Files</td>") == 90
