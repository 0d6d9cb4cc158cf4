"""What a search for a terrain gives: the terrain and how it was found, or why none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from forecast.errors import LaadvraagError
from forecast.plain_text import printable
from forecast.spoken import in_english, tell

if TYPE_CHECKING:
    from forecast.words import Words

How = Literal["asked", "spelling", "inside", "only"]

SHOWN: Final = 8
"""Terrains in a list of those that may be meant."""


class TerrainHit(NamedTuple):
    """A terrain that a query may mean.

    Attributes
    ----------
    distance_km
        From the coordinates that were given; None where a name was.
    """

    terrain_id: str
    terrain_name: str
    municipality_name: str
    gross_ha: float
    location_quality: str
    distance_km: float | None = None

    @property
    def label(self) -> str:
        """Name and municipality, on one line."""
        return f"{printable(self.terrain_name)}, {printable(self.municipality_name)}"


def _told(hit: TerrainHit, words: Words) -> str:
    """Return the distance, in round numbers where only the municipality of a terrain is known."""
    distance_km = hit.distance_km or 0.0
    if hit.location_quality != "gemeente":
        return words.number(distance_km, 1)
    return words("search.about", distance=words.number(max(distance_km, 1.0)))


@dataclass(frozen=True)
class Match:
    """The one terrain that a query means.

    Attributes
    ----------
    how
        ``asked``: its RIN or name was given; ``spelling``: its name is clearly the nearest;
        ``inside``: the coordinates lie in its circle, and in no other; ``only``: no other is near.
    fields
        What more the note tells: for ``only`` around what and how far; for ``asked`` the postcode
        that the same digits are.
    """

    hit: TerrainHit
    how: How
    fields: Mapping[str, str] = field(default_factory=dict)

    def note(self, words: Words) -> str | None:
        """Return which terrain was taken, where that was not literally asked for."""
        key = "taken_postcode" if "postcode" in self.fields else f"taken_{self.how}"
        if key == "taken_asked":
            return None
        return words(
            f"search.{key}",
            terrain=self.hit.label,
            rin=self.hit.terrain_id,
            quality=words(f"common.location_quality.{self.hit.location_quality}"),
            **{name: printable(text) for name, text in self.fields.items()},
        )


class TerrainSearchError(LaadvraagError):
    """A query means no terrain, or several.

    Parameters
    ----------
    asked
        The words of the user.
    reason
        Key of the sentence in the topic ``search`` of the catalogue.
    hits
        Terrains that may be meant, best first.
    fields
        What the sentence tells.
    """

    def __init__(
        self, asked: str, reason: str, hits: Sequence[TerrainHit] = (), **fields: object
    ) -> None:
        self.asked = asked
        self.reason = reason
        self.hits = tuple(hits)
        self.fields = fields
        super().__init__(asked, reason)

    @property
    def shown(self) -> tuple[TerrainHit, ...]:
        """The terrains that are listed."""
        return self.hits[:SHOWN]

    def sentence(self, words: Words) -> str:
        """Return the sentence, and under it the numbered list of terrains."""
        asked = printable(self.asked)
        fields = {name: tell(value, words) for name, value in self.fields.items()}
        sentence = words(
            f"search.{self.reason}", asked=asked, count=words.number(len(self.hits)), **fields
        )
        return "\n".join([sentence, *self._rows(words)])

    @property
    def is_spoken(self) -> bool:
        """Whether the sentence is in the language that was asked for."""
        return True

    def __str__(self) -> str:
        """Return the sentence in English."""
        return in_english(self)

    def _rows(self, words: Words) -> list[str]:
        labels = [hit.label for hit in self.shown]
        width = max(map(len, labels), default=0)
        rows = []
        for number, (hit, label) in enumerate(zip(self.shown, labels, strict=True), start=1):
            cells = [
                f"{number:>3}  {label:<{width}}",
                f"RIN {hit.terrain_id:<9}",
                f"{words.number(hit.gross_ha, 1):>7} ha",
            ]
            if hit.distance_km is not None:
                cells.append(
                    words(
                        "search.distance",
                        distance=f"{_told(hit, words):>6}",
                        quality=words(f"common.location_quality.{hit.location_quality}"),
                    )
                )
            rows.append("  ".join(cells))
        if (more := len(self.hits) - len(self.shown)) > 0:
            rows.append("     " + words("search.more", count=words.number(more)))
        return rows
