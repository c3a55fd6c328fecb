"""Protects the way from TOML to what is loaded: no file is out of date."""

import pytest

from nbguard.detect.knowledge.build import build_knowledge, list_bodies, main
from nbguard.detect.knowledge.loading import FOLDER, load_knowledge


@pytest.mark.parametrize("name", list_bodies())
def test_the_json_is_up_to_date(name):
    with open(f"{FOLDER}/{name}.json", encoding="utf-8") as file:
        assert file.read() == build_knowledge(name)


def test_an_old_file_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("nbguard.detect.knowledge.build.FOLDER", str(tmp_path))
    for name in list_bodies():
        (tmp_path / f"{name}.json").write_text("{}\n", encoding="utf-8")
    assert main(["--check"]) == 1
    assert "values.json" in capsys.readouterr().err


def test_a_body_is_loaded_once():
    assert load_knowledge("values") is load_knowledge("values")
