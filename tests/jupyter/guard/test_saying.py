"""Autosave tries again and again; people and logs are told once."""

import asyncio
import logging
from typing import Any

import pytest

from nbguard.editing.events import Events
from nbguard.editing.events.saying import GuardEvents
from nbguard.report.records import CellRecord, FindingRecord
from tests.fake_tokens import FakeTokens
from tests.jupyter.guard.conftest import Server, clean, with_output, with_token


class Heard(Events):
    """Events that are only heard."""

    def __init__(self) -> None:
        super().__init__(None, logging.getLogger("test"))
        self.said: list[tuple[str, dict[str, Any]]] = []

    def _emit(self, name: str, data: dict[str, Any], config: Any) -> None:
        self.said.append((name, data))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _record(fingerprint: str = "f1", cell: str = "a1") -> FindingRecord:
    fields = dict.fromkeys(FindingRecord._fields, "")
    return FindingRecord(**fields | {"cell": CellRecord(0, cell, "code"), "fingerprint": fingerprint, "rule": "r"})  # type: ignore[arg-type]


def test_the_same_is_said_once_for_a_while() -> None:
    heard, clock = Heard(), Clock()
    teller = GuardEvents(heard, clock)
    for _ in range(5):
        teller.tell("a.ipynb", "blocked", "m", [_record()], None)
        clock.now += 60
    assert [name for name, _ in heard.said] == ["finding", "save"]
    clock.now += 600
    teller.tell("a.ipynb", "blocked", "m", [_record()], None)
    assert [name for name, _ in heard.said] == ["finding", "save", "save"]


def test_something_else_is_said_at_once() -> None:
    heard = Heard()
    teller = GuardEvents(heard, Clock())
    teller.tell("a.ipynb", "blocked", "m", [_record()], None)
    teller.tell("a.ipynb", "blocked", "m", [_record(), _record("f2")], None)
    teller.tell("b.ipynb", "blocked", "m", [_record()], None)
    assert [name for name, _ in heard.said] == ["finding", "save", "finding", "save", "finding", "save"]


def test_after_a_clean_save_it_is_news_again() -> None:
    heard = Heard()
    teller = GuardEvents(heard, Clock())
    teller.tell("a.ipynb", "blocked", "m", [_record()], None)
    teller.forget("a.ipynb")
    teller.tell("a.ipynb", "blocked", "m", [_record()], None)
    assert [name for name, _ in heard.said] == ["finding", "save", "save"]


def test_a_data_set_is_not_a_thousand_alarms() -> None:
    heard = Heard()
    GuardEvents(heard, Clock()).tell("a.ipynb", "blocked", "m", [_record(f"f{n}") for n in range(1000)], None)
    assert len(heard.said) == 101
    assert heard.said[-1][1]["findings"] == 1000


def test_what_is_remembered_has_an_end() -> None:
    teller = GuardEvents(Heard(), Clock())
    for number in range(30_000):
        teller.tell(f"{number}.ipynb", "stripped", "m", [], None)
    assert len(teller._said) <= 10_000
    assert len(teller._last) <= 10_000


async def test_autosaves_of_a_refused_notebook_give_one_event_and_one_text(server: Server) -> None:
    """JupyterLab shows one dialog for equal texts, however many saves are refused while it is open."""
    server.policy('[jupyter]\nsave = "block"\n')
    texts = {(await server.save("a.ipynb", with_token())).json["message"] for _ in range(5)}
    assert len(texts) == 1
    assert server.actions == ["blocked"]
    assert (await server.save("a.ipynb", clean())).status == 201
    assert (await server.save("a.ipynb", with_token())).status == 422
    assert server.actions == ["blocked", "over", "blocked"]


async def test_stripping_is_said_once(server: Server) -> None:
    server.policy('[jupyter]\nsave = "strip"\n')
    for _ in range(3):
        assert (await server.save("a.ipynb", with_output())).status in (200, 201)
    assert server.actions == ["stripped"]


async def test_saves_at_the_same_time_get_their_own_answers(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    tokens = FakeTokens(11)
    contents = [with_token(tokens.ionq()) if number % 2 else clean() for number in range(12)]
    answers = await asyncio.gather(*(server.save(f"{n}.ipynb", content) for n, content in enumerate(contents)))
    assert [answer.status for answer in answers] == [201, 422] * 6
    assert sorted(path.name for path in server.root.glob("*.ipynb")) == sorted(f"{n}.ipynb" for n in range(0, 12, 2))


@pytest.mark.parametrize("mode", ["warn", "block"])
async def test_a_finding_is_raised_once_and_without_its_value(server: Server, mode: str) -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    for _ in range(3):
        await server.save("a.ipynb", with_token())
    (event,) = (event for event in server.events if "fingerprint" in event)
    assert (event["path"], event["rule"], event["provider"]) == ("a.ipynb", "ionq-api-key", "ionq")
    assert event["cell_id"] == "cell0001"
    assert set(event) == {"schema", "path", "rule", "kind", "provider", "severity", "cell_id", "fingerprint"}
