"""What the guard says of a notebook is what `nbguard scan` says of the same bytes."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nbguard.cli.demo.samples import plant
from nbguard.editing.events.emitting import schema_id
from tests import notebook_builder as nb
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.jupyter.guard.conftest import IMPORT, IONQ, Server, with_token

SAMPLES = sorted((Path(CHECKOUT) / "sample_notebooks").glob("*.ipynb"))


def _scan(server: Server, path: str) -> list[dict[str, Any]]:
    run = nbguard("scan", path, "--format", "json", cwd=server.root)
    return [finding for finding in json.loads(run.out)["findings"] if finding["waived"] is None]


def _raised(server: Server) -> list[dict[str, Any]]:
    return [event for event in server.events if event["schema"] == schema_id("finding")]


def _known_by(findings: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(finding["rule"], finding["severity"], finding["fingerprint"]) for finding in findings}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
async def test_on_the_samples(server: Server, sample: Path) -> None:
    """The content comes from the contents manager, so it isn't laid out as the file is."""
    server.policy('profile = "enterprise"\nsalt = "pepper"\n[jupyter]\nsave = "warn"\n')
    server.put("dir/source.ipynb", plant(sample.read_bytes()))
    model = (await server.ask("GET", "dir", "source.ipynb")).json
    assert (await server.save("dir/a.ipynb", model["content"])).status == 201
    expected = _scan(server, "dir/a.ipynb")
    assert _known_by(_raised(server)) == _known_by(expected)
    counted = Counter(finding["rule"] for finding in expected)
    assert [event["findings"] for event in server.saves] == ([sum(counted.values())] if counted else [])
    assert [event["rules"] for event in server.saves] == (
        [list(dict.fromkeys(f["rule"] for f in expected))] if counted else []
    )


async def test_on_zones(server: Server) -> None:
    server.policy("""
[jupyter]
save = "block"
[[zones]]
paths = ["lab/"]
disable = ["ionq-*"]
[[zones]]
paths = ["seminar/"]
save = "warn"
""")
    for folder, status in (("lab", 201), ("seminar", 201), ("src", 422)):
        (server.root / folder).mkdir()
        assert (await server.save(f"{folder}/a.ipynb", with_token())).status == status
    assert _scan(server, "lab/a.ipynb") == []
    assert _known_by(_raised(server)) == _known_by(_scan(server, "seminar/a.ipynb"))


async def test_on_severities_below_what_fails(server: Server) -> None:
    server.policy('fail_on = "critical"\nseverity = { "ionq-api-key" = "high" }\n[jupyter]\nsave = "block"\n')
    assert (await server.save("a.ipynb", with_token())).status == 201
    assert nbguard("scan", "a.ipynb", cwd=server.root).status == 0
    assert server.events == []


async def test_on_an_inline_allow(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    allowed = f'IonQProvider("{IONQ}")  # nbguard: allow ionq-api-key reason="a test"'
    assert (await server.save("a.ipynb", nb.notebook(nb.code(IMPORT + allowed)))).status == 201
    server.policy('[jupyter]\nsave = "block"\n[waivers]\ninline = false\n')
    assert (await server.save("a.ipynb", nb.notebook(nb.code(IMPORT + allowed)))).status == 422


async def test_on_what_is_allowed_in_the_message(server: Server) -> None:
    """The message says what to write. Written, it works."""
    server.policy('[jupyter]\nsave = "block"\n')
    said = (await server.save("a.ipynb", with_token())).json["message"]
    mark = said[said.index("# nbguard: allow") : said.index(" on its line")]
    allowed = nb.notebook(nb.code(IMPORT), nb.code(f'IonQProvider("{IONQ}")  {mark}'))
    assert (await server.save("a.ipynb", allowed)).status == 201


async def test_on_a_baseline_and_again_when_it_is_gone(server: Server) -> None:
    server.policy('[jupyter]\nsave = "off"\n')
    assert (await server.save("a.ipynb", with_token())).status == 201
    nbguard("baseline", "create", cwd=server.root)
    server.policy('[jupyter]\nsave = "block"\n')
    assert (await server.save("a.ipynb", with_token())).status == 200
    assert (await server.save("b.ipynb", with_token())).status == 422
    (server.root / ".nbguard-baseline.jsonl").unlink()
    assert (await server.save("a.ipynb", with_token())).status == 422


async def test_on_rule_packs(server: Server) -> None:
    pack = '[[rules]]\nid = "lab-badge"\nregex = "LAB-[0-9]{6}"\nkeywords = ["lab-"]\n'
    server.put("lab.toml", pack.encode())
    server.policy('rules = ["lab.toml"]\n[jupyter]\nsave = "block"\n')
    badge = nb.notebook(nb.code('badge = "LAB-' + '731946"'))
    answer = await server.save("a.ipynb", badge)
    assert answer.status == 422
    assert "lab-badge" in answer.json["message"]
    server.put("lab.toml", pack.replace("LAB-", "BAL-").encode())
    assert (await server.save("a.ipynb", badge)).status == 201


async def test_places_are_said_as_people_count_them(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    tokens = FakeTokens(7)
    lines = [f'IonQProvider("{tokens.ionq()}")' for _ in range(5)]
    broken = nb.notebook(nb.code(IMPORT), nb.markdown("# 2"), nb.code("\n".join(["#", *lines])))
    said = (await server.save("a.ipynb", broken)).json["message"]
    assert (
        "ionq-api-key in cell 3, line 2; ionq-api-key in cell 3, line 3; ionq-api-key in cell 3, line 4 and 2 more"
        in said
    )


async def test_a_token_in_an_output_is_said_with_its_way_out(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    shown = nb.notebook(nb.code(IMPORT), nb.code("show()", nb.stream(f'IonQProvider("{IONQ}")')))
    shown["cells"][1]["outputs"] = [nb.stream("token = " + FakeTokens(3).dwave())]
    said = (await server.save("a.ipynb", shown)).json["message"]
    assert "in an output of cell 2. Clear the outputs and save again." in said
    assert "nbguard: allow" not in said


async def test_no_per_cent_sign_is_in_a_message(server: Server) -> None:
    """Tornado doubles it, and nobody can copy what stands there then."""
    server.policy('profile = "50% enterprise"\n[jupyter]\non_error = "block"\n')
    assert "%" not in (await server.save("100%.ipynb", with_token())).json["message"]
    server.policy('[jupyter]\nsave = "block"\n')
    assert "%" not in (await server.save("100%.ipynb", with_token())).json["message"]
