"""Terrains of the register in several polygons, joined: their areas are repeated or divided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from forecast.sources.placing import polygon_of
from forecast.sources.readers.ibis_rows import M2_PER_HA, Row
from forecast.sources.readers.sieve import Sieve


@dataclass(frozen=True)
class Terrain:
    """All polygons of one RIN: what they say together, and their outline in RD New."""

    row: Row
    parts: Sequence[Row]
    outline: Any


def join_parts(rows: Sequence[Row], per_ha: float, sieve: Sieve) -> list[Terrain]:
    """Return one terrain per RIN, its areas in hectares."""
    by_rin: dict[str, list[Row]] = {}
    for row in rows:
        by_rin.setdefault(row.rin, []).append(row)
    return [_joined(parts, per_ha, sieve) for parts in by_rin.values()]


def _joined(parts: Sequence[Row], per_ha: float, sieve: Sieve) -> Terrain:
    drawn = [part.polygon for part in parts if part.polygon is not None]
    outline = polygon_of(shapely.union_all(np.array(drawn))) if drawn else None
    first = max(parts, key=lambda part: part.gross or 0.0)
    fields = ("gross", "net", "issuable")
    ways = {
        "stated": {field: getattr(first, field) for field in fields},
        "added": {field: _sum(getattr(part, field) for part in parts) for field in fields},
    }
    way = "stated"
    if len(parts) > 1 and outline is not None and first.gross:
        measured = outline.area / M2_PER_HA * per_ha
        way = min(ways, key=lambda name: abs((ways[name]["gross"] or 0.0) - measured))
    if len(parts) > 1:
        areas = "the areas of its parts were added" if way == "added" else "its area is stated once"
        sieve.tell(first.rin, "parts_joined", f"it has {len(parts)} polygons; {areas}")
    names = sorted({part.name for part in parts})
    if len(names) > 1:
        told = f"its polygons are named {', '.join(names)}; '{first.name}' is used"
        sieve.tell(first.rin, "names_differ", told)
    gross, net, issuable = (
        None if (value := ways[way][field]) is None else value / per_ha for field in fields
    )
    return Terrain(replace(first, gross=gross, net=net, issuable=issuable), parts, outline)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
