"""Writes a notebook in the layout nbformat gives it, for those who want every notebook laid out alike."""

from __future__ import annotations

from nbguard.errors import UnreadableError


def normalize(raw: bytes, oldest: bool = False) -> bytes:
    """The notebook as nbformat's own writer lays it out; the very same object where it is so already.

    That is an indentation of one space, sorted keys, UTF-8 without needless escapes, LF and a line feed at the end,
    and texts split into lines. Nothing is validated, upgraded or added: cell ids in particular stay as they are. Of
    duplicate keys the last stays. A notebook that doesn't say its nbformat is taken for 4 (3 with worksheets), or with
    ``oldest`` for 1, as nbformat's reader does. A Zeppelin note is left alone. Raises UnreadableError where the
    notebook can't be written so.
    """
    import json

    from nbguard.strip.layout_v4 import write_v4

    try:
        content = json.loads(raw.decode("utf-8-sig"))
        if "paragraphs" in content and "cells" not in content:
            return raw
        major = content.get("nbformat", 1 if oldest else None)
        if (major == 4 or (major is None and "worksheets" not in content)) and (
            laid_out := write_v4(content)
        ) is not None:
            written = (laid_out + "\n").encode()
            return raw if written == raw else written
        from nbformat import versions

        version = versions[major if major in (1, 2, 3, 4) else 3 if "worksheets" in content else 4]
        text = version.writes_json(version.to_notebook_json(content))
        written = (text if text.endswith("\n") else text + "\n").encode()
    except UnicodeEncodeError:
        raise UnreadableError("can't be normalized: half a surrogate pair has no form in UTF-8") from None
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableError(f"can't be normalized: nbformat can't read it ({type(error).__name__})") from None
    return raw if written == raw else written
