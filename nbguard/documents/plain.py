"""Makes text from files, and their names, safe to print: no control characters, no line breaks."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line, with control, direction and undecodable characters written as escapes.

    A path may hold anything but a null byte: line breaks that fake another line of the report, terminal escapes.
    """
    if text.isascii() and text.isprintable():
        return text
    pieces = []
    for character in text:
        code = ord(character)
        if character.isprintable():
            pieces.append(character)
        elif 0xDC80 <= code <= 0xDCFF:
            # A byte of a file name that isn't UTF-8, as os.fsdecode hands it out.
            pieces.append(f"\\x{code - 0xDC00:02x}")
        else:
            pieces.append(character.encode("unicode_escape").decode("ascii"))
    return "".join(pieces)
