"""How the pages are served: of which database, for whom, in what style and language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from forecast.theme import Theme
from maps.background import PDOK, Background


@dataclass(frozen=True, kw_only=True)
class ServeOptions:
    """What was asked of `laadvraag serve`.

    Attributes
    ----------
    database
        With a published run.
    language
        Of the pages until a reader chooses another.
    is_read_only
        Whether nothing can be recorded: for a room full of people.
    is_shared
        Whether machines other than this one can reach the pages.
    names
        Names besides IP addresses and ``localhost`` under which the pages may be asked for.
    background
        Tiles behind the maps while there is a network; None: never.
    """

    database: Path
    language: str = "nl"
    theme: Theme = field(default_factory=Theme)
    is_read_only: bool = False
    is_shared: bool = False
    names: frozenset[str] = frozenset()
    background: Background | None = PDOK
