"""Protects the clean commit: what a move leaves behind is never taken for a credential again."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
# Digits, capitals and length make a name look random.
REPOSITORIES = ["quantum-lab", "qlab2", "r4", "qc-lab-2", "My.Repo_1", "a8f3c2d19b7e4f60a8f3c2d19b7e4f60"]


def forms(reference):
    """Every way in which a reference is written down, as path and bytes."""
    cells = notebook(
        code(
            "import os\nfrom nbguard import secret\n"
            f'os.environ["IONQ_API_KEY"] = secret("{reference}")\n'
            f'p = IonQProvider(secret("{reference}"))\ns = DWaveSampler(token=secret("{reference}"))\n'
            f"# IonQProvider('nbguard:{reference}')\n"
        ),
        markdown(f"Run `nbguard run --env DWAVE_API_TOKEN={reference} -- x`; IONQ_API_KEY=nbguard:{reference}"),
    )
    yield "a.ipynb", as_bytes(cells)
    yield ".env", f'IONQ_API_KEY=nbguard:{reference}\nexport PASQAL_PASSWORD="nbguard:{reference}"\n'.encode()
    yield "c.yaml", f"password: nbguard:{reference}\nionq:\n  api_key: nbguard:{reference}\n".encode()
    yield "dwave.conf", f"[defaults]\ntoken = nbguard:{reference}\n".encode()
    yield "a.py", f'token = "{reference}"\nIonQProvider(token=token)\nAPI_KEY = secret("{reference}")\n'.encode()


@pytest.mark.parametrize("repository", REPOSITORIES)
@pytest.mark.parametrize("pattern", ["quantum/ionq/{}#api_key", "quantum/dwave/{}#sapi_token", "t:q/x/{}#key_2@12"])
def test_a_reference_is_no_finding_in_any_form(repository, pattern):
    for path, raw in forms(pattern.format(repository)):
        assert [(path, finding.rule) for finding in ENGINE.detect(open_document(path, raw))] == []


@pytest.mark.parametrize("behind", ['"LAB", "{}"', '"LAB", unset = "{}"'])
def test_what_stands_in_for_a_variable_of_r_is_no_name_of_one(behind):
    value = "a8f3C2d19b7E4f60Tq5Wz1Lm"
    text = f"token <- Sys.getenv({behind.format(value)})\nid <- Sys.getenv('{value[::-1]}')\n"
    assert [one.value for one in ENGINE.detect(open_document("a.R", text.encode()))] == [value]
