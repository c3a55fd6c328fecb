"""The story of README in a browser: a token is typed, marked, moved, run and saved; its pictures make the recording.

NBGUARD_SCREENSHOTS=<folder> keeps the pictures, and ``python -m tests.browser.recording <folder>`` makes
docs/images/jupyter-story.webp of them.
"""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import open_findings
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown
from tests.openbao_server import OpenBao


def frame(notebook: NotebookPage, step: str) -> None:
    notebook.picture(f"story-{step}")


def test_story_of_a_token(open_notebook: OpenNotebook, start_lab: StartLab, openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")
    token = FakeTokens(seed=704).ionq()
    notebook = open_notebook(
        "bell.ipynb", markdown("# Bell pairs on IonQ"), code("", count=None), code("", count=None), kernel=True
    )
    notebook.page.set_viewport_size({"width": 1000, "height": 560})
    notebook.execute("application:toggle-left-area")
    open_findings(notebook)
    frame(notebook, "1-begin")
    notebook.write(1, f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(1)).to_have_text([token])
    frame(notebook, "2-marked")
    notebook.hover(notebook.marks(1))
    frame(notebook, "3-tip")
    notebook.press_in_tip(notebook.marks(1), "Move to Vault")
    expect(notebook.marks(1)).to_have_count(0)
    assert 'secret("quantum/ionq/notebooks#api_key")' in notebook.sources()[1]
    frame(notebook, "4-moved")
    notebook.write(2, "print(len(IONQ_API_KEY), IONQ_API_KEY)")
    notebook.run(1)
    notebook.run(2)
    expect(notebook.output(2)).to_have_text("32 [secret quantum/ionq/notebooks#api_key]")
    frame(notebook, "5-run")
    assert notebook.save() == 200
    assert token.encode() not in (start_lab().root / "bell.ipynb").read_bytes()
    frame(notebook, "6-saved")
