"""What was read from a text is remembered, up to a bound, and can be let go."""

from nbguard.detect.text_memory import TextMemory, forget_answers


def test_a_text_is_read_once_for_each_hint() -> None:
    memory: TextMemory[str] = TextMemory()
    asked: list[str] = []

    def read(answer: str) -> str:
        asked.append(answer)
        return answer

    assert memory.answer("a text", "yaml", lambda: read("one")) == "one"
    assert memory.answer("a text", "yaml", lambda: read("never")) == "one"
    assert memory.answer("a text", "json", lambda: read("two")) == "two"
    assert asked == ["one", "two"]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    memory: TextMemory[int] = TextMemory(most=1_500)
    for number in range(5):
        memory.answer(f"{number}" * 100, "", lambda number=number: number)  # type: ignore[misc]
    memory.answer("0" * 100, "", lambda: -1)
    memory.answer("5" * 100, "", lambda: 5)
    assert memory.answer("0" * 100, "", lambda: -1) == 0, "this one was asked for later"
    assert memory.answer("1" * 100, "", lambda: -1) == -1, "the bound was passed, so the older ones are gone"


def test_all_memories_forget_together_and_show_nothing() -> None:
    memory: TextMemory[int] = TextMemory()
    memory.answer("a secret text", "", lambda: 1)
    assert "secret" not in repr(memory)
    forget_answers()
    assert memory.answer("a secret text", "", lambda: 2) == 2
