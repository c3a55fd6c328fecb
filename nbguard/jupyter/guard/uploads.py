"""Uploads that come in pieces: kept in memory until the last is there, then looked at and saved as one.

The contents manager would write each piece to its place at once, call the hook for the first only, and have lost the
file that was there before. Here nothing reaches the disk before all of it was looked at.
"""

from __future__ import annotations

from base64 import b64decode, encodebytes
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from tornado.web import HTTPError

from nbguard.jupyter.guard.guard import REASON

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.jupyter.guard.guard import SaveGuard

# Bytes that are kept for all uploads together, and seconds after which one counts as given up.
_MOST = 512_000_000
_PATIENCE = 1800.0
_LAST = -1


class UploadStep(NamedTuple):
    """What to do for a call of ``save``: save this model, or answer with a reply and save nothing yet.

    ``whole`` are the bytes of an upload that has come together.
    """

    model: dict[str, Any]
    reply: dict[str, Any] | None = None
    whole: bytes | None = None

    def __repr__(self) -> str:
        """Shows no content."""
        return "UploadStep(…)"


class _Upload:
    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0
        self.touched = 0.0


class Uploads:
    """The uploads under way, by their paths. ``clock`` gives seconds."""

    def __init__(self, guard: SaveGuard, most: int = _MOST, clock: Callable[[], float] = monotonic) -> None:
        self._guard = guard
        self._most = most
        self._clock = clock
        self._under_way: dict[str, _Upload] = {}
        self._let_through: set[str] = set()

    def take(self, model: dict[str, Any], path: str) -> list[UploadStep]:
        """What is to be done with a model that was sent to be saved. Raises HTTPError where it can't be taken."""
        chunk = model.get("chunk")
        path = path.strip("/")
        if chunk is None:
            return [UploadStep(model)]
        if chunk == 1:
            self._let_through.discard(path)
            self._under_way.pop(path, None)
        elif path in self._let_through:
            if chunk == _LAST:
                self._let_through.discard(path)
            return [UploadStep(model)]
        rules = self._guard.rules_at(path)
        if rules.save.mode == "off" or not rules.guarded or model.get("type") != "file":
            return [UploadStep(model)]
        upload = self._upload_for(path, chunk)
        upload.pieces.append(_decode(model))
        upload.size += len(upload.pieces[-1])
        upload.touched = self._clock()
        if sum(each.size for each in self._under_way.values()) > self._most:
            return self._give_up(path, upload, model)
        if chunk != _LAST:
            return [UploadStep(model, _reply(path, upload.size))]
        del self._under_way[path]
        whole = b"".join(upload.pieces)
        kept = {key: value for key, value in model.items() if key != "chunk"}
        return [UploadStep({**kept, "content": encodebytes(whole).decode("ascii"), "format": "base64"}, whole=whole)]

    async def look_ahead(self, step: UploadStep, path: str) -> None:
        """Examines a file before it is saved, without holding the server up."""
        if step.whole is not None:
            await self._guard.look_ahead(path, step.whole, self._guard.rules_at(path))
        elif step.reply is None:
            await self._guard.look_ahead_at_model(step.model, path)

    def _upload_for(self, path: str, chunk: object) -> _Upload:
        now = self._clock()
        for other in [other for other, upload in self._under_way.items() if now - upload.touched > _PATIENCE]:
            del self._under_way[other]
        if chunk == 1:
            self._under_way[path] = _Upload()
        upload = self._under_way.get(path)
        # Another order would make another file of it than the sender has.
        if upload is None or chunk not in (_LAST, len(upload.pieces) + 1):
            self._under_way.pop(path, None)
            raise HTTPError(409, "A piece of this upload is missing. Upload the file again.", reason=REASON)
        return upload

    def _give_up(self, path: str, upload: _Upload, model: dict[str, Any]) -> list[UploadStep]:
        """Too large to be kept until it is whole: refused, or saved as the pieces come."""
        del self._under_way[path]
        problem = f"too large for an upload in pieces (limit {self._most // 1_000_000} MB)"
        self._guard.fail(path, self._guard.rules_at(path), problem, "uploaded")
        so_far = encodebytes(b"".join(upload.pieces)).decode("ascii")
        if model["chunk"] == _LAST:
            empty = {**model, "content": "", "format": "text"}
            return [UploadStep({**model, "chunk": 1, "content": so_far, "format": "base64"}), UploadStep(empty)]
        self._let_through.add(path)
        return [UploadStep({**model, "chunk": 1, "content": so_far, "format": "base64"})]


def _decode(model: dict[str, Any]) -> bytes:
    """A piece's bytes, read as the contents manager reads them."""
    try:
        if model["format"] == "text":
            raw: bytes = model["content"].encode("utf-8")
            return raw
        if model["format"] == "base64":
            return b64decode(model["content"].encode("ascii"))
    except (AttributeError, KeyError, ValueError):
        pass
    raise HTTPError(400, "A piece of an upload needs a content, and its format: text or base64.", reason=REASON)


def _reply(path: str, size: int) -> dict[str, Any]:
    """What the contents manager answers for a piece: the model of the file so far."""
    now = datetime.now(UTC)
    return {
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "type": "file",
        "created": now,
        "last_modified": now,
        "content": None,
        "format": None,
        "mimetype": None,
        "size": size,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
    }
