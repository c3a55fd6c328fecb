"""Rules as a ruleset of GitLab's pipeline secret detection: the rules of gitleaks, handed to the analyzer.

https://docs.gitlab.com/user/application_security/secret_detection/pipeline/custom_rulesets_schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.catalogue.exports import gitleaks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.providers.provider_rules import Rule

_HEAD = """\
# For .gitlab/secret-detection-ruleset.toml; made by `nbguard rules --export gitlab`. GitLab's own rules stay.
[secrets]
description = "Credentials of quantum providers"

[[secrets.passthrough]]
type = "raw"
target = "gitleaks.toml"
value = \"\"\"
"""
# Where the analyzer's image has GitLab's own rules.
_OWN = "/gitleaks.toml"


def export(rules: Sequence[Rule]) -> str:
    """The text of a ``secret-detection-ruleset.toml``."""
    body = gitleaks.export(rules, _OWN).replace("\\", "\\\\").replace('"', '\\"')
    return f'{_HEAD}{body}"""\n'
