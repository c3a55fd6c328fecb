"""What a page holds: its live objects, its nodes and its listeners, after the garbage was collected."""

from typing import NamedTuple

from playwright.sync_api import CDPSession


class Held(NamedTuple):
    """Counted exactly: that one thing a scan was left behind can be told from what comes and goes."""

    objects: int
    """Of every class: plain ones, arrays, closures, instances."""
    nodes: int
    listeners: int
    bytes: int
    """Texts count here only; V8 keeps compiled code in it too, which comes and goes."""


def held(session: CDPSession) -> Held:
    """Collects the garbage, and counts what is left."""
    session.send("Performance.enable")
    for _ in range(2):
        # What a finalizer lets go of is gone at the second time.
        session.send("HeapProfiler.collectGarbage")
    root = session.send("Runtime.evaluate", {"expression": "Object.prototype"})["result"]["objectId"]
    found = session.send("Runtime.queryObjects", {"prototypeObjectId": root, "objectGroup": "held"})["objects"]
    count = session.send(
        "Runtime.callFunctionOn",
        {
            "objectId": found["objectId"],
            "functionDeclaration": "function() { return this.length; }",
            "returnByValue": True,
        },
    )["result"]["value"]
    session.send("Runtime.releaseObjectGroup", {"objectGroup": "held"})
    session.send("HeapProfiler.collectGarbage")
    metrics = {entry["name"]: int(entry["value"]) for entry in session.send("Performance.getMetrics")["metrics"]}
    return Held(count, metrics["Nodes"], metrics["JSEventListeners"], metrics["JSHeapUsedSize"])
