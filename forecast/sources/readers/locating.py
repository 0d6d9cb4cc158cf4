"""In which municipality a point lies: by outline where outlines were imported, else by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from forecast.sources.contract import Known
from forecast.sources.zone_sorting import plain_name
from models.units import M_PER_KM

BY_OUTLINE: Final = "its outline holds it"
_NEAR_KM: Final = 2.0
"""A point this near an outline still lies in it: outlines are generalised, shores are cut off."""


@dataclass(frozen=True)
class Found:
    """A municipality, and a clause that says how it was found."""

    municipality_code: str
    how: str


class Locator:
    """Finds municipalities by point, and by the name of a municipality or a place in it."""

    def __init__(self, known: Known) -> None:
        municipal = known.tables["municipalities"]
        self.codes: Final = frozenset(municipal["municipality_code"])
        self.names: Final[Mapping[str, str]] = dict(
            municipal.select("municipality_code", "municipality_name").iter_rows()
        )
        outlines = known.tables["region_outlines"].filter(
            (pl.col("level") == "municipality") & pl.col("region_id").is_in(list(self.codes))
        )
        self._outline_codes = outlines["region_id"].to_list()
        self._outlines = shapely.from_wkt(outlines["outline_wkt"].to_numpy())
        columns = ("municipality_code", "x_rd_m", "y_rd_m", "name")
        places = pl.concat(
            [
                known.tables["places"].rename({"place_name": "name"}).select(columns),
                municipal.rename({"municipality_name": "name"}).select(columns),
            ]
        )
        self._place_codes = places["municipality_code"].to_list()
        self._place_names = places["name"].to_list()
        self._dots = shapely.points(places.select("x_rd_m", "y_rd_m").to_numpy())
        self._tree = shapely.STRtree(self._dots)
        self._outline_tree = shapely.STRtree(self._outlines)
        self._by_name: dict[str, set[str]] = {}
        for code, name in zip(self._place_codes, self._place_names, strict=True):
            self._by_name.setdefault(plain_name(name), set()).add(code)
        self._by_municipality: dict[str, set[str]] = {}
        for code, name in self.names.items():
            self._by_municipality.setdefault(plain_name(name), set()).add(code)

    def at(self, point: Any) -> Found:
        """Return the municipality of a point in RD New."""
        if self._outline_codes:
            index = int(self._outline_tree.nearest(point))
            distance_km = shapely.distance(self._outlines[index], point) / M_PER_KM
            if distance_km == 0:
                return Found(self._outline_codes[index], BY_OUTLINE)
            if distance_km <= _NEAR_KM:
                how = f"it lies {distance_km:.1f} km from the outline of the municipality"
                return Found(self._outline_codes[index], how)
        index = int(self._tree.nearest(point))
        distance_km = shapely.distance(self._dots[index], point) / M_PER_KM
        how = f"the nearest place is {self._place_names[index]}, {distance_km:.1f} km away"
        return Found(self._place_codes[index], how)

    def named(self, municipality: str, place: str = "", point: Any = None) -> Found | None:
        """Return the municipality of a name; None if it is unknown, or borne by several.

        Of several, the one where the point lies is meant.
        """
        for names, name, kind in (
            (self._by_municipality, municipality, "municipality"),
            (self._by_name, place, "place"),
        ):
            codes = names.get(plain_name(name), set()) if name else set()
            if len(codes) > 1 and point is not None:
                codes = codes & {self.at(point).municipality_code}
            if len(codes) == 1:
                return Found(min(codes), f"its {kind} is {name}")
        return None

    def share_inside(self, shapes: Any, code: str) -> Any:
        """Return the part of each area in a municipality; 1 where its outline is unknown."""
        if code not in self._outline_codes:
            return np.ones(len(shapes))
        outline = self._outlines[self._outline_codes.index(code)]
        return shapely.area(shapely.intersection(shapes, outline)) / shapely.area(shapes)
