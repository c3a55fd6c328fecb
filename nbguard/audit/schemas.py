"""Publishes the schemas of the JSON that this room writes: ``python -m nbguard.audit.schemas [--check]`` in a checkout.

Each is made from the records (JSON Schema 2020-12) and written to ``docs/schemas``.
"""

from __future__ import annotations

import inspect
import os
import sys
from typing import Any

from msgspec import json

from nbguard.audit import (
    evidence_records,
    incident_steps,
    leftover_search,
    policy_records,
    register,
    shown_records,
    trust_map,
)
from nbguard.audit.delivery import log_check
from nbguard.audit.json_writing import as_json
from nbguard.audit.sdk import sdk_list
from nbguard.documents.generated_files import CHECKOUT, keep_generated

FOLDER = os.path.join(CHECKOUT, "docs", "schemas")
_PUBLISHED: dict[str, Any] = {
    register.SCHEMA: register.Register,
    trust_map.SCHEMA: trust_map.TrustMap,
    sdk_list.SCHEMA: sdk_list.SdkList,
    leftover_search.SCHEMA: leftover_search.Remains,
    evidence_records.SCHEMA: evidence_records.Evidence,
    incident_steps.SCHEMA: incident_steps.Incident,
    log_check.CHECKED: log_check.LogCheck,
    policy_records.SHOW: policy_records.ShownPolicy,
    policy_records.CHECK: policy_records.CheckedPolicy,
    policy_records.DIFF: policy_records.PolicyDifference,
    policy_records.VERIFY: policy_records.VerifiedBundle,
    policy_records.APPROVE: policy_records.GivenApproval,
    policy_records.CHECKLIST: policy_records.Checklist,
    shown_records.WAIVERS: shown_records.Waivers,
    shown_records.DOCTOR: shown_records.Diagnosis,
    shown_records.REVIEW: shown_records.Review,
}


def schema_texts() -> dict[str, str]:
    """The text of each schema, by the name of its file."""
    texts = {}
    for name, record in _PUBLISHED.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **json.schema(record)}
        texts[f"{name.replace('/', '-')}.schema.json"] = as_json(_without_indents(schema))
    return texts


def _without_indents(schema: Any) -> Any:
    """A schema whose descriptions don't have the indents of docstrings: not every version of msgspec takes them out."""
    if isinstance(schema, list):
        return [_without_indents(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _without_indents(value)
        for key, value in schema.items()
    }


def main(arguments: list[str]) -> int:
    """Writes the schemas, or with ``--check`` names those that are stale."""
    texts = {os.path.join(FOLDER, name): text for name, text in schema_texts().items()}
    return keep_generated(texts, arguments, "nbguard.audit.schemas")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
