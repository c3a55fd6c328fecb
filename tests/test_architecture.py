"""The picture in docs/architecture.md, held against the code."""

import re
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.test_project import import_graph

PACKAGE = Path(CHECKOUT) / "nbguard"
PICTURE = re.search(r"```mermaid\n(.*?)```", (Path(CHECKOUT) / "docs/architecture.md").read_text(), re.DOTALL)
LINES = [line.strip() for line in PICTURE[1].splitlines()] if PICTURE else []
IMPORTS = [tuple(line.split(" --> ")) for line in LINES if " --> " in line]
HANDED = [match.groups() for line in LINES if (match := re.fullmatch(r"(\w+) -\. (\w+) \.-> (\w+)", line))]
# The engine is what lies in detect/ itself.
ROOMS = {path.parent.name: path.parent for place in ("*", "detect/*") for path in PACKAGE.glob(f"{place}/__init__.py")}
ROOMS["engine"] = ROOMS.pop("detect")


def room_of(module: str) -> str:
    """The room that a module lies in, by its name in the picture."""
    parts = module.split(".")[1:]
    if parts[:1] == ["detect"]:
        return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "engine"
    return parts[0] if parts else ""


def sources_of(room: str) -> list[str]:
    """The text of a room's modules; the engine's own, without the rooms below it."""
    folder = ROOMS[room]
    return [path.read_text() for path in (folder.glob("*.py") if room == "engine" else folder.rglob("*.py"))]


def test_every_line_of_the_picture_is_understood() -> None:
    shapes = re.compile(r"flowchart TD|subgraph detect|end|engine\[.*\]|\w+ --> \w+|\w+ -\. \w+ \.-> \w+")
    assert [line for line in LINES if not shapes.fullmatch(line)] == []
    assert len(IMPORTS) > 20
    assert len(HANDED) > 8


def test_every_room_is_in_the_picture_and_nothing_else() -> None:
    drawn = {name for arrow in IMPORTS for name in arrow} | {name for one, _, other in HANDED for name in (one, other)}
    assert drawn == set(ROOMS)


def test_every_solid_arrow_is_an_import() -> None:
    found = {(room_of(one), room_of(other)) for one, others in import_graph().items() for other in others}
    assert [arrow for arrow in IMPORTS if arrow not in found] == []


@pytest.mark.parametrize(("giver", "what", "taker"), HANDED, ids=lambda name: name)
def test_every_dotted_arrow_is_a_class_that_both_sides_know(giver: str, what: str, taker: str) -> None:
    known = [re.search(rf"\b{what}\b", "\n".join(sources_of(room))) is not None for room in (giver, taker)]
    assert known == [True, True]
    assert any(re.search(rf"^class {what}\b", text, re.MULTILINE) for room in ROOMS for text in sources_of(room))
