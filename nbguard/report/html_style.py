"""How the HTML report looks: on a screen, light or dark, and on paper (``html_style.css``)."""

from __future__ import annotations

import os
from functools import cache


@cache
def _style() -> str:
    with open(os.path.join(os.path.dirname(__file__), "html_style.css"), encoding="utf-8") as file:
        return f"\n{file.read()}"


def head(title: str, more: str = "") -> str:
    """The beginning of a page that loads and runs nothing, and takes no style but its own, and ``more``."""
    from base64 import b64encode
    from hashlib import sha256

    style = _style() + more
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
