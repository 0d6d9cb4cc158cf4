"""One thing that was looked at, and whether it keeps laadvraag from working."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Topic = Literal["installed", "database", "sources", "places"]
TOPICS: Final[tuple[Topic, ...]] = ("installed", "database", "sources", "places")
Level = Literal["well", "mind", "problem"]


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes
    ----------
    topic
        Part of the check that it belongs to.
    code
        What it is; with the topic it names its sentence in the catalogue.
    level
        ``well``; ``mind``: it works, but look at it; ``problem``: something can't be done.
    facts
        Plain values, which fill the sentence.
    """

    topic: Topic
    code: str
    level: Level
    facts: Mapping[str, Any] = field(default_factory=dict)
