"""The SDKs as a bill of materials: CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.audit.sdk.sdk_list import Sdk, SdkList


def as_cyclonedx(listed: SdkList, time: str) -> str:
    """The bill of materials. ``time`` is now, in ISO 8601. The same SDKs have the same serial number."""
    components = [component for sdk in listed.sdks for component in _components(sdk)]
    known = json.dumps(components, sort_keys=True)
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, known)}",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "tools": {"components": [{"type": "application", "name": "nbguard", "version": __version__}]},
        },
        "components": components,
        "vulnerabilities": [
            {
                "id": found.id,
                "source": {"name": "OSV", "url": f"https://osv.dev/vulnerability/{found.id}"},
                **({"description": found.summary} if found.summary else {}),
                "affects": [{"ref": _reference(sdk.package, found.version)}],
            }
            for sdk in listed.sdks
            for found in sdk.vulnerabilities
        ],
    }
    return json.dumps(bill, indent=2, ensure_ascii=False) + "\n"


def _reference(package: str, version: str) -> str:
    return f"pkg:pypi/{package}@{version}" if version else f"pkg:pypi/{package}"


def _components(sdk: Sdk) -> list[dict[str, Any]]:
    properties = [{"name": "nbguard:problem", "value": problem} for problem in sdk.problems]
    properties += [{"name": f"nbguard:{fact.kind}", "value": fact.text} for fact in sdk.facts]
    places = [{"location": path} for path in sorted({place.path for place in sdk.places})]
    return [
        {
            "type": "library",
            "bom-ref": _reference(sdk.package, version),
            "name": sdk.package,
            **({"version": version} if version else {}),
            "purl": _reference(sdk.package, version),
            "properties": properties,
            "evidence": {"occurrences": places},
        }
        for version in sdk.versions or ("",)
    ]
