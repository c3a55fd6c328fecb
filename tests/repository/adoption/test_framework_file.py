"""The framework's file keeps all that isn't ours to take out, however it is written, or it isn't changed."""

import pytest
import yaml

from nbguard.errors import UsageError
from nbguard.repository.adoption.framework_file import change_framework_file

OURS = "- repo: https://example.org/nbguard\n  rev: v1\n  hooks:\n    - id: nbguard\n"
USUAL = """repos:
  # what strips
  - repo: https://example.org/nbstripout
    rev: "1"
    hooks:
      - id: nbstripout
  - repo: local
    hooks:
      - id: gitleaks
        name: g
      - id: mine
        name: m
        entry: x
"""


def test_what_is_replaced_goes_and_ours_is_the_last() -> None:
    changed = yaml.safe_load(change_framework_file(USUAL, OURS, {"nbstripout", "gitleaks"}))
    assert [[hook["id"] for hook in repo["hooks"]] for repo in changed["repos"]] == [["mine"], ["nbguard"]]


@pytest.mark.parametrize(
    "text",
    [
        "repos:\n- repo: local\n  hooks:\n  - id: nbstripout\n    name: s\n  - name: m\n    id: mine\n    entry: x\n",
        "repos:\n- repo: local\n  hooks:\n  - id: nbstripout\n    exclude: &ex ^a\n  - id: mine\n    exclude: *ex\n",
        "repos:\n- repo: local\n  hooks:\n  - id: mine\n    entry: |\n      x\n      - id: nbstripout\n      y\n",
        "repos:\n- repo: local\n  hooks:\n  - id: a\n    entry: |\n      - repo: x\n  - id: nbstripout\n",
        "repos:\n- hooks:\n  - id: nbstripout\n  repo: local\n",
        "repos:\n- repo: local\n  hooks:\n# why\n  - id: nbstripout\n  - id: mine\n",
        "repos: [\n",
    ],
    ids=["id later", "anchor", "block scalar", "repo in a block scalar", "hooks first", "comment", "no YAML"],
)
def test_a_result_that_says_something_else_is_none(text: str) -> None:
    """Either the file is refused, or nothing of it is lost but the hook."""
    try:
        changed = yaml.safe_load(change_framework_file(text, OURS, {"nbstripout"}))
    except UsageError:
        return
    before = [hook for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"] if hook["id"] != "nbstripout"]
    assert [hook for repo in changed["repos"] for hook in repo["hooks"]] == [*before, {"id": "nbguard"}]


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("indent", ["", "  "])
def test_hooks_join_the_entry_of_their_repository(quote: str, indent: str) -> None:
    lines = [
        f"- repo: {quote}https://github.com/nbguard/nbguard{quote}  # ours",
        "  rev: v0.0.9",
        "  hooks:",
        "  - id: nbguard-secrets",
        "    exclude: ^a",
        "# another",
        "- repo: https://example.org/x",
        "  rev: v1",
        "  hooks:",
        "    - id: old",
        "    - id: x",
    ]
    text = "repos:\n" + "".join(f"{indent}{line}\n" for line in lines)
    ours = "- repo: https://github.com/nbguard/nbguard\n  rev: v0.1.0\n  hooks:\n  - id: nbguard-strip\n    files: ^n\n"
    after = change_framework_file(text, ours, ["old"])
    wanted = [*lines[:5], "  - id: nbguard-strip", "    files: ^n", *lines[5:9], lines[10]]
    assert after == "repos:\n" + "".join(f"{indent}{line}\n" for line in wanted)
