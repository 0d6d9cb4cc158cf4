"""A half-fetched file beside its place: how much of it there is, and which edition of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from forecast.fetch.request import Request


class Partial:
    """What has come in of one answer, and whether a server can send the rest.

    The bytes are on disk before anything is said of them, so that a fetch that is killed leaves
    nothing that is taken for more than it is.
    """

    def __init__(self, target: Path, request: Request) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self._note_path = target.with_name(f".{target.name}.part.json")
        self._request = request

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self) -> str | None:
        """Return what identifies the edition that the bytes are of; None if they are of no use."""
        if not self.size or not self._request.is_resumable:
            return None
        try:
            note = json.loads(self._note_path.read_text(encoding="utf-8"))
            is_same = note["key"] == self._request.key
            return str(note["validator"]) if is_same else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, headers: Mapping[str, str]) -> None:
        """Start over, and note which edition is coming in, if the server says so."""
        self.discard()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if validator := _validator(headers):
            note: dict[str, Any] = {"key": self._request.key, "validator": validator}
            self._note_path.write_text(json.dumps(note), encoding="utf-8")

    def finish(self, target: Path) -> None:
        """Put the whole file in its place."""
        self.path.replace(target)
        self._note_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Take away what there is."""
        for path in (self.path, self._note_path):
            with suppress(FileNotFoundError):
                path.unlink()


def _validator(headers: Mapping[str, str]) -> str | None:
    """Return a strong ETag, else the time of the last change; for If-Range (RFC 9110, 13.1.5)."""
    tag = headers.get("ETag", "").strip()
    if tag.startswith('"'):
        return tag
    return headers.get("Last-Modified") or None
