"""The CI file that has a service run nbguard: a new one for GitHub, an entry of `include` for GitLab.

Formats: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax,
https://docs.gitlab.com/ci/yaml/#include
"""

from __future__ import annotations

from nbguard.errors import UsageError
from nbguard.version import __version__

WORKFLOW_NAME, GITLAB_NAME = ".github/workflows/nbguard.yml", ".gitlab-ci.yml"
WORKFLOW = f"""\
# Scans the commits of each push and pull request; it needs to read the code and nothing else.
name: nbguard
on: [push, pull_request]
permissions:
  contents: read
jobs:
  nbguard:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683  # v4.2.2
        with: {{fetch-depth: 0, persist-credentials: false}}
      - uses: nbguard/nbguard@v{__version__}  # pin it to a commit
"""
REMOTE = f"- remote: https://raw.githubusercontent.com/nbguard/nbguard/v{__version__}/docs/templates/gitlab.yml"
_INCLUDE = f"""\
# Scans the commits of each push and merge request.
include:
  {REMOTE}
"""


def add_include(before: bytes) -> bytes:
    """GitLab's file with our template included. The result is read back.

    Raises UsageError where that can't be added as text: there is an `include`, it is one mapping in braces, several
    documents, no YAML.
    """
    keys = _top_keys(before)
    if "include" in keys:
        raise UsageError("it has an `include` already")
    after = before + (b"" if before.endswith(b"\n") or not before else b"\n") + _INCLUDE.encode()
    try:
        readable = _top_keys(after) == [*keys, "include"]
    except UsageError:
        readable = False
    if not readable:
        raise UsageError("it isn't written one key a line")
    return after


def _top_keys(text: bytes) -> list[str]:
    """The names at the top of a YAML file, whatever tags its values have (GitLab's `!reference`)."""
    import yaml  # type: ignore[import-untyped]

    try:
        node = yaml.compose(text.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise UsageError("it isn't one document of valid YAML") from None
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise UsageError("it is no mapping")
    return [str(key.value) for key, _ in node.value]
