"""``GET status`` and ``GET rules``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbguard.detect.rule_list import all_rules
from nbguard.policy.bundle import make_bundle
from nbguard.policy.policy_settings import BUNDLE_NAME
from nbguard.version import __version__
from tests.openbao_server import OpenBao, free_port


async def test_status_says_what_holds_for_a_path(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    (jp_root_dir / "nbguard.toml").write_text('[[zones]]\nname = "prod"\npaths = ["prod/"]\nprofile = "enterprise"\n')
    status = (await ask("GET", "status")).json
    assert (status["version"], status["save"], status["profile"], status["zone"]) == (
        __version__, "warn", "standard", None,
    )  # fmt: skip
    assert status["rules"] == len(all_rules())
    assert status["collaboration"] == {"active": False, "store": None}
    status = (await ask("GET", "status", params={"path": "prod/a.ipynb"})).json
    assert (status["save"], status["profile"], status["zone"]) == ("block", "enterprise", "prod")


async def test_status_says_whose_policy_judges(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    assert (await ask("GET", "status")).json["bundle"] is None
    made = make_bundle(b"", "security@example.org", "7", "2026-06-01", lambda _: "")
    (jp_root_dir / BUNDLE_NAME).write_bytes(made)
    assert (await ask("GET", "status")).json["bundle"].startswith("security@example.org, version 7 of 2026-06-01 ")


async def test_status_says_whether_vault_can_be_used(
    ask: Callable[..., Any], openbao: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = (await ask("GET", "status")).json["vault"]
    assert (vault["configured"], vault["reachable"], vault["authenticated"]) == (False, None, None)
    for name, value in openbao.environment.items():
        monkeypatch.setenv(name, value)
    vault = (await ask("GET", "status")).json["vault"]
    assert vault == {
        "configured": True, "reachable": True, "authenticated": True, "address": "127.0.0.1", "reason": None,
    }  # fmt: skip
    monkeypatch.setenv("VAULT_TOKEN", "s.wrong")
    vault = (await ask("GET", "status")).json["vault"]
    assert (vault["reachable"], vault["authenticated"]) == (True, False)
    assert vault["reason"]
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    vault = (await ask("GET", "status")).json["vault"]
    assert (vault["configured"], vault["reachable"], vault["authenticated"]) == (True, False, None)


async def test_a_configuration_that_is_wrong_is_told(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    (jp_root_dir / "nbguard.toml").write_text("profil = 1\n")
    answer = await ask("GET", "status")
    assert answer.status == 422
    assert "profile" in answer.json["message"]


async def test_rules_are_those_of_the_command(ask: Callable[..., Any]) -> None:
    rules = (await ask("GET", "rules")).json["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in all_rules()]
    assert all(rule["message"] for rule in rules)
