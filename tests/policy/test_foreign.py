"""What other tools accept is taken over, and what can't be is said."""

import json

import pytest

from nbguard.errors import UsageError
from nbguard.policy.foreign import ForeignFinding, read_foreign

SHA = "a" * 40


def test_a_baseline_of_detect_secrets():
    text = json.dumps(
        {
            "version": "1.5.0",
            "plugins_used": [],
            "results": {
                "a.ipynb": [{"type": "x", "filename": "a.ipynb", "hashed_secret": SHA, "line_number": 3}],
                "dir\\b.py": [{"hashed_secret": SHA, "is_secret": False}, {"hashed_secret": SHA, "is_secret": True}],
                "c.py": [{"hashed_secret": "no hash"}],
            },
            "generated_at": "2026-01-01T00:00:00Z",
        }
    )
    assert read_foreign(".secrets.baseline", text).known == (
        ForeignFinding("a.ipynb", SHA, 3, "from .secrets.baseline", type="x"),
        ForeignFinding("dir/b.py", SHA, 0, "no secret, as audited in .secrets.baseline"),
        ForeignFinding("dir/b.py", SHA, 0, "from .secrets.baseline", True),
    )


def test_a_real_baseline(tmp_path):
    """Written by detect-secrets itself, so that what is read is what it writes."""
    from detect_secrets import SecretsCollection
    from detect_secrets.core import baseline
    from detect_secrets.settings import default_settings

    file = tmp_path / "a.py"
    file.write_text("password = 'correct-horse-battery-staple'\n")
    secrets = SecretsCollection()
    with default_settings():
        secrets.scan_file(str(file))
        text = json.dumps(baseline.format_for_output(secrets))
    known = read_foreign("b", text).known
    assert [(entry.path, len(entry.sha1)) for entry in known] == [(str(file), 40)]


@pytest.mark.parametrize("text", ["{}", "[]", '{"results": 3}', '{"results": {"a": [1]}}', '{"results": '])
def test_json_that_is_no_baseline(text):
    with pytest.raises(UsageError, match=r"^x: not a baseline of detect-secrets"):
        read_foreign("x", text)


def test_a_gitleaksignore():
    text = (
        "# accepted\n\n"
        "a.ipynb:generic-api-key:12\n"
        "6e6ee6596d337bb656496425fb98644eb62b4a82:dir/b.py:aws-access-token:3\n"
        "odd:name.py:rule:4\n"
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
    )
    foreign = read_foreign(".gitleaksignore", text)
    assert foreign.known == (
        ForeignFinding("a.ipynb", "", 12, "generic-api-key, from .gitleaksignore"),
        ForeignFinding("dir/b.py", "", 3, "aws-access-token, from .gitleaksignore"),
        ForeignFinding("odd:name.py", "", 4, "rule, from .gitleaksignore"),
    )
    assert len(foreign.unusable) == 1
