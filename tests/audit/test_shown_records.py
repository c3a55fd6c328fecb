"""The JSON of `nbguard waivers`, `doctor` and `review` is what the published schemas say."""

import json

from tests.audit.test_policy_records import held
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History


def test_waivers_the_set_up_and_the_review_of_a_repository(tmp_path):
    token = FakeTokens(71).ionq()
    history = History(tmp_path / "r")
    history.commit(**{
        "a.py": f'IonQProvider("{token}")  # nbguard: allow ionq-api-key reason="an example"\n',
        "b.py": f'from qiskit_ionq import IonQProvider\nIonQProvider("{FakeTokens(72).ionq()}")\n',
    })  # fmt: skip
    waivers = held(nbguard("waivers", "--format", "json", cwd=history.path).out)
    assert [(w["path"], w["reason"]) for w in waivers["waivers"]] == [("a.py", "an example")]
    assert held(nbguard("doctor", "--format", "json", cwd=history.path).out)["repository"] == str(history.path)
    assert held(nbguard("doctor", "--format", "json", cwd=tmp_path).out)["repository"] is None
    review = held(nbguard("review", "--format", "json", cwd=history.path).out)
    page = nbguard("review", cwd=history.path).out
    for section in review["sections"]:
        assert f"## {section['title']}: {section['count']}\n" in page
        assert all(f"- {item}\n" in page for item in section["items"][:15])
    assert any("b.py:2" in item for section in review["sections"] for item in section["items"])


def test_a_review_in_json_has_every_line(tmp_path):
    history = History(tmp_path / "r")
    tokens = FakeTokens(73)
    lines = [f'IonQProvider("{tokens.ionq()}")' for _ in range(20)]
    history.commit(**{"a.py": "from qiskit_ionq import IonQProvider\n" + "\n".join(lines) + "\n"})
    sections = json.loads(nbguard("review", "--format", "json", cwd=history.path).out)["sections"]
    assert max(len(section["items"]) for section in sections) == 20
    assert "- and 5 more" in nbguard("review", cwd=history.path).out
