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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# page\n\n[acme-key]\npage = 'x", "can't be read as TOML: "),
        (
            "# page  the vendor's\n# No other key is known.\n\n[acme-key]\npaage = 'x'\n",
            "[acme-key]: there is no key `paage`",
        ),
    ],
)
def test_a_mistake_in_a_body_is_told_in_one_line_with_its_file(text, told, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("nbguard.detect.knowledge.build.FOLDER", str(tmp_path))
    monkeypatch.setattr("nbguard.detect.knowledge.build.list_bodies", lambda: ["service_keys"])
    monkeypatch.setattr(build_knowledge, "__defaults__", (str(tmp_path),))
    (tmp_path / "service_keys.toml").write_text(text, encoding="utf-8")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith(f"service_keys.toml: {told}")
    assert not (tmp_path / "service_keys.json").exists()


def test_a_body_is_loaded_once():
    assert load_knowledge("values") is load_knowledge("values")
