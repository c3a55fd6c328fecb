"""Reads the text of PDF files for another process: a request is a line of JSON and the file's bytes (see pdf_text)."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

# Pages that are read at most, and the memory this may take, in bytes.
_MOST_PAGES = 5_000
_MEMORY = 2_000_000_000


def main() -> None:
    """Answers requests until there are no more."""
    logging.disable()
    _limit_memory()
    requests = sys.stdin.buffer
    while line := requests.readline():
        request = json.loads(line)
        answer = json.dumps(_read(requests.read(request["size"]), request["limit"])).encode()
        sys.stdout.buffer.write(b"%d\n" % len(answer) + answer)
        sys.stdout.buffer.flush()


def _read(raw: bytes, limit: int) -> dict[str, Any]:
    from pypdf import PdfReader

    pages: list[tuple[int, str]] = []
    problem = ""
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"pages": [], "problem": "not scanned: encrypted"}
        for number, page in enumerate(reader.pages, 1):
            try:
                text = "\n".join((page.extract_text(), *_notes(page)))
            except Exception:  # noqa: BLE001 - whatever a broken page makes the library raise
                problem = problem or f"page {number} can't be read: damaged"
                continue
            limit -= len(text)
            if limit < 0 or number > _MOST_PAGES:
                problem = f"only {number - 1} of its pages were scanned: there is too much text in it"
                break
            if text.strip():
                pages.append((number, text))
    except Exception:  # noqa: BLE001 - whatever a broken file makes the library raise
        problem = "can't be read: a damaged PDF"
    return {"pages": pages, "problem": problem}


def _notes(page: Any) -> list[str]:
    """What notes, links and form fields of a page say."""
    said = []
    for reference in page.get("/Annots") or ():
        note = reference.get_object()
        link: Any = note.get("/A")
        texts = note.get("/Contents"), note.get("/V"), link and link.get_object().get("/URI")
        said += [str(text) for text in texts if text]
    return said


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ValueError, OSError):
        pass  # a lower limit is set already, or the system (macOS) knows of none


if __name__ == "__main__":
    main()
