"""The file that a URI names, on this system or another."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:(?:/|\Z)")


def file_of(uri: str, folder: str, windows: bool = os.name == "nt") -> str:
    """The path of a ``file:`` URI; for another (``untitled:``, virtual file systems), its name in ``folder``.

    What is no URI is called ``untitled`` there. Source: RFC 8089, with drives and shares as its appendix E has them.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:  # it isn't a URI: a bracket of an address that doesn't end
        return os.path.join(folder, "untitled")
    path = unquote(parts.path)
    if parts.scheme != "file":
        name = re.split(r"[/\\]", path)[-1]
        return os.path.join(folder, "untitled" if name in ("", ".", "..") else name)
    if not windows:
        return path if not parts.netloc or parts.netloc == "localhost" else f"//{parts.netloc}{path}"
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{unquote(parts.netloc)}{path}"
    elif _DRIVE.match(path):
        path = path[1:]
    return path.replace("/", "\\")
