"""The OpenAPI file, and holding answers to it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

import nbguard.jupyter

FILE = Path(nbguard.jupyter.__file__).parent / "openapi.yaml"


@cache
def contract() -> Any:
    return yaml.safe_load(FILE.read_text())


def operations() -> list[tuple[str, str, Any]]:
    """Each operation: the method, the route below the base, and what is said of it."""
    return [
        (method.upper(), path.removeprefix("/"), operation)
        for path, item in contract()["paths"].items()
        for method, operation in item.items()
        if method in ("get", "put", "post", "delete", "patch")
    ]


def assert_documented(method: str, route: str, status: int, body: bytes) -> None:
    """Fails where an answer isn't one that the file describes."""
    path = "/connector/{namespace}/{id}" if route.startswith("connector/") else "/" + route
    operation = contract()["paths"].get(path, {}).get(method.lower())
    if operation is None:
        assert status in (403, 404, 405), f"{method} {route} isn't described, and answered {status}"
        return
    documented = operation["responses"]
    assert str(status) in documented, f"{method} {route} answered {status}, which isn't described: {body!r}"
    answer = documented[str(status)]
    if "$ref" in answer:
        answer = contract()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = _closed(answer["content"]["application/json"]["schema"] | {"components": contract()["components"]})
    jsonschema.validate(json.loads(body), schema, cls=jsonschema.Draft202012Validator)


def _closed(schema: Any) -> Any:
    """The schema with every record closed: a field that the file doesn't name is unknown to those who read the file."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    return closed if not isinstance(schema.get("properties"), dict) else {"additionalProperties": False} | closed
