"""jupyter-secrets-manager with its secrets in Vault, where the policy asks for it."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=75)
POLICY = "[jupyter]\nsecrets_connector = true\n"
OWN_STORE = "jupyter-secrets-manager:connector"
# What an extension does that keeps a secret with the manager: it signs for a namespace and is given a key to it.
USE = """async ([action, id, value]) => {
  const extension = (await window._JUPYTERLAB['jupyter-secrets-manager'].get('./extension'))();
  const manager = await window.jupyterapp.resolveOptionalService(extension.ISecretsManager);
  const namespace = 'a-package:a-plugin';
  if (!window.namespaceKey) {
    extension.SecretsManager.sign(namespace, key => { window.namespaceKey = key; return { id: namespace }; });
  }
  const answer = await manager[action](window.namespaceKey, namespace, id, { namespace, id, value });
  return answer?.value ?? null;
}"""


def use(notebook: NotebookPage, action: str, name: str, value: str = "") -> str | None:
    answer: str | None = notebook.page.evaluate(USE, [action, name, value])
    return answer


def test_secrets_are_kept_in_vault(open_notebook: OpenNotebook, start_lab: StartLab, openbao: OpenBao) -> None:
    """What an extension hands to the manager is in Vault below the folder for it, and comes back after a reload."""
    value = TOKENS.ionq()
    server = start_lab(policy=POLICY, disabled_plugins=(OWN_STORE,))
    notebook = open_notebook("connector.ipynb", code("1 + 1"), server=server)
    assert use(notebook, "get", "api.key") is None
    use(notebook, "set", "api.key", value)
    root = openbao.root().secrets.kv.v2
    folders = root.list_secrets("quantum/jupyter")["data"]["keys"]
    stored = [openbao.stored(f"quantum/jupyter/{name}") for name in folders]
    assert [value] in [list(entry.values()) for entry in stored]
    notebook.open("connector.ipynb")
    assert use(notebook, "get", "api.key") == value
    use(notebook, "remove", "api.key")
    assert use(notebook, "get", "api.key") is None


def test_manager_keeps_its_own_store_where_that_is_not_disabled(
    open_notebook: OpenNotebook, start_lab: StartLab
) -> None:
    """A second store would lock the manager: it works on, and the console says what to do."""
    said: list[str] = []
    notebook = open_notebook("own.ipynb", code("1 + 1"), server=start_lab(policy=POLICY))
    notebook.page.on("console", lambda message: said.append(message.text))
    notebook.open("own.ipynb")
    use(notebook, "set", "key", "kept in memory")
    assert use(notebook, "get", "key") == "kept in memory"
    expect(notebook.page.locator("#jp-main-statusbar .nbg-Status")).to_have_text("nbguard: OK")
    assert any("disable the plugin jupyter-secrets-manager:connector" in text for text in said)
