"""The side panel with the findings of a notebook."""

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import wait_until
from tests.browser.panels import counts, findings, open_findings
from tests.browser.sources import dwave, ionq
from tests.conftest import CHECKOUT
from tests.fake_tokens import MADE, FakeTokens
from tests.notebook_builder import code, markdown, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=70)


def expect_places(panel: Locator, wanted: list[str]) -> None:
    """Where the rows say that their findings are, in the order that is shown."""
    rows = findings(panel).locator(".nbg-Finding-place")
    wait_until(panel.page, lambda: rows.evaluate_all("rows => rows.map(row => row.title)") == wanted)


def test_findings_are_a_row_each_with_counts(open_notebook: OpenNotebook) -> None:
    """One list for the whole notebook: how many, how grave, in which cell; by names, not by rules."""
    token = TOKENS.dwave()
    notebook = open_notebook(
        "groups.ipynb",
        markdown("# A notebook"),
        code(ionq(TOKENS.ionq())),
        code("1 + 1"),
        code(dwave(token), stream(f"using {token}\n")),
    )
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(3)
    expect(counts(panel)).to_have_text("3 findings: 3 high")
    expect_places(panel, ["Cell 2, line 2", "Cell 4, line 2", "Cell 4, output 1, line 1"])
    names = ["IonQ API key", "D-Wave SAPI token", "D-Wave SAPI token"]
    heads = panel.get_by_role("table", name="Findings").get_by_role("rowheader")
    expect(heads.get_by_role("button")).to_have_text(names)
    assert "ionq-api-key" not in panel.inner_text()
    assert not any(value in panel.inner_text() for value in MADE)
    notebook.picture("panel")


def test_jump_selects_the_text(open_notebook: OpenNotebook) -> None:
    """A click on a finding goes to its cell and selects what was found."""
    token = TOKENS.ionq()
    notebook = open_notebook("jump.ipynb", code("1 + 1"), code(ionq(token)))
    panel = open_findings(notebook)
    findings(panel).get_by_role("button", name="Go to:").click()
    notebook.page.wait_for_function("wanted => window.getSelection().toString() === wanted", arg=token)


def test_filter_by_text_kind_and_severity(open_notebook: OpenNotebook) -> None:
    """Words, kind and severity narrow the list; the counts say so, and one button shows all again."""
    sample = json.loads(Path(CHECKOUT, "sample_notebooks", "09_portfolio_customers.ipynb").read_text())
    customers = next("".join(cell["source"]) for cell in sample["cells"] if "IBAN" in "".join(cell["source"]).upper())
    notebook = open_notebook(
        "filter.ipynb",
        code(ionq(TOKENS.ionq())),
        code(dwave(TOKENS.dwave())),
        code(customers),
    )
    panel = open_findings(notebook)
    expect(findings(panel).nth(2)).to_be_visible()
    everything = findings(panel).count()
    text = panel.get_by_role("searchbox", name="Filter findings")
    text.fill("d-wave")
    expect(findings(panel)).to_have_count(1)
    expect(counts(panel)).to_contain_text(f"(1 of {everything} shown)")
    text.fill("")
    panel.get_by_role("combobox", name="Kind").select_option("Sample data")
    expect(findings(panel)).to_have_count(everything - 2)
    panel.get_by_role("combobox", name="Severity").select_option("critical and above")
    expect(findings(panel)).to_have_count(0)
    expect(panel.get_by_text("No finding matches the filter.")).to_be_visible()
    panel.get_by_role("button", name="Show all").click()
    expect(findings(panel)).to_have_count(everything)


def test_bulk_move_asks_and_moves_what_is_ticked(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """The question names provider and place; what was unticked stays; the rest is in Vault and gone from the cells."""
    first, second, third = TOKENS.ionq(), TOKENS.dwave(), TOKENS.quandela()
    notebook = open_notebook(
        "bulk.ipynb",
        code(ionq(first)),
        code(dwave(second)),
        code(f'import perceval as pcvl\npcvl.RemoteProcessor("sim:ascella", token="{third}")'),
    )
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(3)
    panel.get_by_role("button", name="Move 3 credentials to Vault…").click()
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog.locator("label")).to_have_count(3)
    expect(dialog.get_by_label("IonQ: Cell 1, line 2")).to_be_checked()
    notebook.picture("bulk-move")
    dialog.get_by_label("D-Wave Leap: Cell 2, line 2").uncheck()
    dialog.get_by_role("button", name="Move").click()
    expect(panel.get_by_text("2 moved to Vault.")).to_be_visible()
    expect(findings(panel)).to_have_count(1)
    text = "\n".join(notebook.sources())
    assert second in text
    assert first not in text
    assert third not in text
    assert text.count("secret(") == 2
    references = re.findall(r'secret\("([^#"]+)#([^"]+)"\)', text)
    assert {openbao.stored(path)[key] for path, key in references} == {first, third}


def test_rows_are_sorted_by_a_click_on_a_column(open_notebook: OpenNotebook) -> None:
    """By severity, by name, by place, and the other way round; what screen readers are told goes along."""
    notebook = open_notebook(
        "sorted.ipynb", code(ionq(TOKENS.ionq())), code("verify = False"), code(dwave(TOKENS.dwave()))
    )
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(2)
    table = panel.get_by_role("table", name="Findings")
    expect_places(panel, ["Cell 1, line 2", "Cell 3, line 2"])
    by_name = table.get_by_role("columnheader", name="Finding")
    by_name.get_by_role("button").click()
    expect(by_name).to_have_attribute("aria-sort", "ascending")
    expect_places(panel, ["Cell 3, line 2", "Cell 1, line 2"])
    by_name.get_by_role("button").click()
    expect(by_name).to_have_attribute("aria-sort", "descending")
    expect_places(panel, ["Cell 1, line 2", "Cell 3, line 2"])
    by_place = table.get_by_role("columnheader", name="Cell")
    by_place.get_by_role("button").click()
    by_place.get_by_role("button").click()
    expect(by_place).to_have_attribute("aria-sort", "descending")
    assert by_name.get_attribute("aria-sort") is None
    expect_places(panel, ["Cell 3, line 2", "Cell 1, line 2"])


def test_fourteen_findings_are_seen_at_once(open_notebook: OpenNotebook) -> None:
    """In the window of a small laptop: none has to be scrolled to."""
    notebook = open_notebook("fourteen.ipynb", *(code(dwave(TOKENS.dwave())) for _ in range(14)))
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(14)
    for row in findings(panel).all():
        expect(row).to_be_in_viewport(ratio=1)
    notebook.picture("panel-fourteen")


def test_panel_leaves_room_in_a_narrow_window(open_notebook: OpenNotebook) -> None:
    """At 900 pixels with both sidebars open the notebook keeps the largest part, and no row is cut off."""
    notebook = open_notebook("narrow.ipynb", code(ionq(TOKENS.ionq())))
    notebook.page.set_viewport_size({"width": 900, "height": 700})
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(1)
    room = notebook.page.locator(".jp-NotebookPanel").bounding_box()
    assert room is not None
    notebook.picture("panel-narrow")
    assert room["width"] >= 370
    assert panel.evaluate("node => node.scrollWidth <= node.clientWidth")
    button = findings(panel).get_by_role("button", name="Move to Vault").bounding_box()
    assert button is not None
    assert button["x"] + button["width"] <= 900


def test_bulk_move_ticks_a_provider_at_once(open_notebook: OpenNotebook) -> None:
    """One tick for all of a provider; it tells when some of them only are chosen."""
    notebook = open_notebook(
        "providers.ipynb", code(dwave(TOKENS.dwave())), code(ionq(TOKENS.ionq())), code(dwave(TOKENS.dwave()))
    )
    panel = open_findings(notebook)
    panel.get_by_role("button", name="Move 3 credentials to Vault…").click()
    dialog = notebook.page.get_by_role("dialog")
    everything = dialog.get_by_label("D-Wave Leap: all 2")
    everything.uncheck()
    expect(dialog.get_by_label("D-Wave Leap: Cell 1, line 2")).not_to_be_checked()
    expect(dialog.get_by_label("D-Wave Leap: Cell 3, line 2")).not_to_be_checked()
    dialog.get_by_label("D-Wave Leap: Cell 3, line 2").check()
    assert everything.evaluate("box => box.indeterminate && !box.checked")
    dialog.get_by_role("button", name="Move").click()
    expect(panel.get_by_text("2 moved to Vault.")).to_be_visible()
    expect_places(panel, ["Cell 1, line 2"])


def test_bulk_move_can_be_cancelled(open_notebook: OpenNotebook) -> None:
    token = TOKENS.ionq()
    notebook = open_notebook("cancelled.ipynb", code(ionq(token)))
    panel = open_findings(notebook)
    panel.get_by_role("button", name="Move 1 credential to Vault…").click()
    notebook.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(notebook.page.get_by_role("dialog")).to_have_count(0)
    assert token in notebook.sources()[0]


def test_allowed_findings_are_folded_with_their_reason(open_notebook: OpenNotebook) -> None:
    """What somebody waived doesn't count, and can be looked at with the reason."""
    allow = '# nbguard: allow ionq-api-key reason="a key of the simulator"'
    notebook = open_notebook("waived.ipynb", code(f"{ionq(TOKENS.ionq())}  {allow}"))
    panel = open_findings(notebook)
    fold = panel.get_by_text("1 allowed")
    expect(fold).to_be_visible()
    expect(panel.get_by_text("Nothing found here.")).to_be_visible()
    reason = panel.get_by_text("Reason: a key of the simulator")
    expect(reason).to_be_hidden()
    fold.click()
    expect(reason).to_be_visible()


def test_empty_notebook_says_so(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook("empty.ipynb", code("1 + 1"))
    panel = open_findings(notebook)
    expect(panel.get_by_text("Nothing found here.")).to_be_visible()
    expect(counts(panel)).to_have_text("0 findings")


def test_finding_off_screen_is_listed_and_can_be_reached(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """In a windowed notebook of 500 cells most have no editor: the panel knows them all the same."""
    token = TOKENS.ionq()
    cells = [code(f"value_{number} = {number}") for number in range(500)]
    cells[431] = code(ionq(token))
    settings = json.dumps({"@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"}})
    notebook = open_notebook("long.ipynb", *cells, server=start_lab(settings=settings))
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(1)
    expect_places(panel, ["Cell 432, line 2"])
    assert notebook.cell(431).count() == 0
    findings(panel).get_by_role("button", name="Go to:").click()
    expect(notebook.cell(431)).to_be_visible()
    notebook.page.wait_for_function("wanted => window.getSelection().toString() === wanted", arg=token)


def test_text_of_a_notebook_is_never_markup(open_notebook: OpenNotebook) -> None:
    """Names, reasons and outputs with HTML in them are shown as they are written; nothing of them runs."""
    bang = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>'
    allow = "# nbguard: allow ionq-api-key reason='<img src=x onerror=window.hacked=1>'"
    token = TOKENS.dwave()
    notebook = open_notebook(
        "hostile <b>.ipynb",
        markdown(bang),
        code(f"{ionq(TOKENS.ionq())}  {allow}"),
        code(f"{dwave(token)}  # {bang}", stream(f"{bang} {token}\n")),
    )
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(2)
    panel.get_by_text("1 allowed").click()
    for details in findings(panel).get_by_role("button", name="Why, and what to do").all():
        details.click()
    expect(notebook.cell(2).locator(".nbg-OutputBar")).to_be_visible()
    assert panel.locator("img, script, b").count() == 0
    assert notebook.page.locator(".nbg-OutputBar img, .nbg-OutputBar script").count() == 0
    assert notebook.page.evaluate("() => window.hacked") is None


def test_panel_is_used_with_the_keyboard(open_notebook: OpenNotebook) -> None:
    """Everything is reached with Tab in the order it is read, and pressed with Enter or Space."""
    token = TOKENS.ionq()
    notebook = open_notebook("keys.ipynb", code(ionq(token)))
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(1)
    panel.get_by_role("button", name="Scan again").focus()
    names = []
    for _ in range(10):
        notebook.page.keyboard.press("Tab")
        names.append(notebook.focused())
    assert names[:4] == ["Filter findings", "Kind", "Severity", "Move 1 credential to Vault…"]
    assert [name.rstrip(" ▴").lstrip("!") for name in names[4:7]] == ["Severity", "Finding", "Cell"]
    assert names[7].startswith("Go to: IonQ API key, Cell 1, line 2")
    assert names[8].startswith("Move to Vault: ")
    assert names[9].startswith("Why, and what to do: ")
    notebook.page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Allow…: IonQ API key, Cell 1, line 2")).to_be_visible()
    panel.get_by_role("button", name="Go to:").focus()
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_function("wanted => window.getSelection().toString() === wanted", arg=token)


def test_panel_in_notebook_7(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The same panel is in Notebook 7, where it opens in the right sidebar, and does the same."""
    token = TOKENS.ionq()
    notebook = open_notebook("seven.ipynb", code(ionq(token)), server=start_lab(app="notebook"))
    panel = open_findings(notebook)
    expect(counts(panel)).to_have_text("1 finding: 1 high")
    notebook.picture("notebook-7")
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(panel.get_by_text("Nothing found here.")).to_be_visible()
    assert token not in notebook.sources()[0]


def test_list_of_thousands_is_cut_and_can_be_filtered(open_notebook: OpenNotebook) -> None:
    """A page with every row would be slow: the counts are of all, and the filter finds the rest."""
    lines = [f'from dwave.system import DWaveSampler\nDWaveSampler(token="{TOKENS.dwave()}")' for _ in range(310)]
    last = TOKENS.ionq()
    notebook = open_notebook("thousands.ipynb", code("\n".join(lines)), code(ionq(last)))
    panel = open_findings(notebook)
    expect(counts(panel)).to_contain_text("311 findings")
    expect(findings(panel)).to_have_count(300)
    expect(panel.get_by_text("11 more are not shown: filter the list.")).to_be_visible()
    panel.get_by_role("searchbox").fill("ionq")
    expect(findings(panel)).to_have_count(1)
