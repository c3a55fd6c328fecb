"""Joins the pictures of tests/browser/test_story.py to one that moves: ``python -m tests.browser.recording FOLDER``.

Needs Pillow, which nothing else here does: ``uv run --with pillow python -m tests.browser.recording FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "docs" / "images" / "jupyter-story.webp"
# How long a picture stays, in milliseconds: as long as it takes to see what is new in it.
MILLISECONDS = {"1-begin": 1200, "2-marked": 2200, "3-tip": 3000, "4-moved": 3000, "5-run": 3000, "6-saved": 2500}


def record(folder: Path, target: Path = TARGET) -> None:
    """Writes the animated WebP of the pictures in a folder."""
    from PIL import Image

    frames = [Image.open(folder / f"story-{step}.png").convert("RGB") for step in MILLISECONDS]
    frames[0].save(
        target, save_all=True, append_images=frames[1:], duration=list(MILLISECONDS.values()), loop=0, quality=70
    )


if __name__ == "__main__":
    record(Path(sys.argv[1]))
    print(TARGET)
