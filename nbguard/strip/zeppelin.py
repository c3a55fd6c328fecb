"""What to take out of an Apache Zeppelin note (.zpln): the results of its paragraphs.

Format: https://zeppelin.apache.org/docs/latest/usage/other_features/notebook_actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.spans import array_elements, read_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.documents.spans import Member


def find_results(text: str, members: list[Member]) -> Iterator[tuple[int, int, int]]:
    """Yields the paragraph's number and the span of each result that isn't empty."""
    for name, _, start, _end in members:
        if name != "paragraphs" or text[start] != "[":
            continue
        for number, paragraph in enumerate(array_elements(text, start)[0]):
            if text[paragraph.start] != "{":
                continue
            for key, _, value, end in read_object(text, paragraph.start)[0]:
                if key == "results" and text[value + 1 : end - 1].strip(" \t\r\n"):
                    yield number, value, end
