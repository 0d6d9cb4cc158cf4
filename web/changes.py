"""What was saved lately and what it changed, to be told on the page after the form."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 100


@dataclass(frozen=True)
class Change:
    """The outcome of one form.

    Attributes
    ----------
    told
        What was recorded or undone, in words.
    lines
        Figures that read otherwise than before.
    late
        Why the figures could not be brought up to date; empty if they were.
    """

    terrain_id: str
    told: str
    lines: tuple[str, ...]
    late: str = ""


class Changes:
    """The last outcomes, by a key in the address of the page; gone after a restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Change] = OrderedDict()

    def keep(self, change: Change) -> str:
        """Remember an outcome; return its key."""
        key = secrets.token_hex(4)
        with self._lock:
            self._kept[key] = change
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return key

    def find(self, key: str, terrain_id: str) -> Change | None:
        """Return an outcome of a terrain, if it is remembered."""
        with self._lock:
            change = self._kept.get(key)
        return change if change and change.terrain_id == terrain_id else None
