"""Protects what is made of the catalogue for people: the list of rules, the README's block, the guide's example."""

import os
import re

from nbguard.detect.catalogue import build, document
from nbguard.detect.providers.provider_rules import load_catalogue
from tests.conftest import CHECKOUT

CATALOGUE = load_catalogue()


def read(*parts: str) -> str:
    with open(os.path.join(CHECKOUT, *parts), encoding="utf-8") as file:
        return file.read()


def test_the_list_of_rules_is_up_to_date():
    page = read("docs", "rules.md")
    assert page == document.rules_page(CATALOGUE), "run `python -m nbguard.detect.catalogue.document`"


def test_the_page_of_vendors_is_up_to_date_and_names_every_provider():
    page = read("docs", "vendors.md")
    assert page == document.vendors_page(), "run `python -m nbguard.detect.catalogue.document`"
    assert [provider.name for provider in CATALOGUE.providers if provider.name not in page] == []


def test_the_list_names_every_rule_and_every_provider_once():
    page = document.rules_page(CATALOGUE)
    for rule_id in (*CATALOGUE.by_rule, *CATALOGUE.identifiers):
        assert page.count(f"`{rule_id}`") == 1
    for provider in CATALOGUE.providers:
        assert page.count(f"**{provider.name}**") == 1
        assert provider.name in document.readme_block(CATALOGUE).replace("\n", " ")


def test_the_block_of_the_readme_is_replaced_and_nothing_else(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(document, "CHECKOUT", str(tmp_path))
    (tmp_path / "docs").mkdir()
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- providers: begin -->\nold\n<!-- providers: end -->\nafter\n")
    assert document.main(["--check"]) == 1
    assert "README.md is stale" in capsys.readouterr().err
    assert "old" in readme.read_text()
    assert document.main([]) == 0
    block = document.readme_block(CATALOGUE)
    assert readme.read_text() == f"before\n<!-- providers: begin -->\n{block}<!-- providers: end -->\nafter\n"
    assert document.main(["--check"]) == 0


def test_the_example_of_the_guide_builds(tmp_path):
    """A newcomer copies it: it has to be right as it stands."""
    example = re.search(r"```toml\n(.*?)```", read("docs", "add-a-provider.md"), re.DOTALL)
    lines = [line.removeprefix("    ") for line in example[1].splitlines()]
    (tmp_path / "acme.toml").write_text("\n".join(lines))
    assert '"acme-api-key"' in build.build_catalogue(str(tmp_path))


def test_the_guide_names_every_key_of_a_provider_file():
    from nbguard.detect.catalogue import provider_file

    guide = read("docs", "add-a-provider.md")
    keys = {*provider_file._PROVIDER, *provider_file._CREDENTIAL, *provider_file._CALL, *provider_file._IDENTIFIER}
    assert [
        key for key in keys if f"`{key}`" not in guide and f"[{key}]" not in guide and f"{key} = " not in guide
    ] == []
