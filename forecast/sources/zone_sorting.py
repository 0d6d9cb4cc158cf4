"""Which zones of a feed with outlines are kept, under which name, and in which municipality.

A copy of a zone is left out, one without a name is named after its authority, and one that lies
elsewhere than its authority is filed where it lies: each is told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
import shapely

from forecast.sources.zone_polygons import Zone
from models.units import M_PER_KM

SAME_OUTLINE: Final = 0.98
"""Part of the joined area that two outlines share from which they are one zone."""
LEAST_OVERLAP_KM2: Final = 0.001
FARTHEST_KM: Final = 15.0
"""A zone further than this from all places of its authority is filed under the wrong one."""
_NO_NAME: Final = ("", "onbekend", "unknown", "geen naam", "null", "none")
_BARE_NAMES: Final = ("ze zone", "zero emissiezone", "zero-emissiezone", "nul-emissiezone")
"""Names that say nothing on a map."""
_OTHER_NAMES: Final = {"den haag": "s gravenhage", "den bosch": "s hertogenbosch"}
_M2_PER_KM2: Final = M_PER_KM * M_PER_KM


def plain_name(name: str) -> str:
    """Return a name without accents, signs, case and the mark of its province.

    >>> plain_name("'s-Gravenhage"), plain_name("Den Haag"), plain_name("Rijswijk (ZH.)")
    ('s gravenhage', 's gravenhage', 'rijswijk')
    """
    bare = unicodedata.normalize("NFKD", name.split("(", maxsplit=1)[0]).casefold()
    letters = "".join(sign if sign.isalnum() else " " for sign in bare if sign.isascii())
    words = " ".join(letters.split()).removeprefix("gemeente ")
    return _OTHER_NAMES.get(words, words)


def is_nameless(name: str) -> bool:
    """Return whether a name is none.

    >>> is_nameless("onbekend"), is_nameless("ZE Delft")
    (True, False)
    """
    return name.casefold() in _NO_NAME


def locate(
    zones: Sequence[Zone], municipalities: pl.DataFrame, places: pl.DataFrame
) -> list[tuple[Zone, str]]:
    """Return each zone with its municipality: by the authority, else by the nearest place.

    Where the authority has no place within 15 km the zone is filed under the nearest one's.
    """
    codes: dict[str, list[str]] = {}
    for code, name in municipalities.select("municipality_code", "municipality_name").rows():
        codes.setdefault(plain_name(name), []).append(code)
    names = dict(municipalities.select("municipality_code", "municipality_name").rows())
    columns = ("municipality_code", "x_rd_m", "y_rd_m")
    points = pl.concat([places.select(columns), municipalities.select(columns)])
    dots = shapely.points(points.select("x_rd_m", "y_rd_m").to_numpy())
    of_points = points["municipality_code"].to_numpy()
    found = []
    for zone in zones:
        distance_km = shapely.distance(zone.outline, dots) / M_PER_KM
        nearest = str(of_points[int(distance_km.argmin())])
        # One name may be borne by two municipalities, such as Bergen: the nearer one is meant.
        candidates = codes.get(plain_name(zone.authority), [])
        reach = {code: float(distance_km[of_points == code].min()) for code in candidates}
        code = min(reach, key=lambda each: reach[each]) if reach else None
        if code is None:
            detail = f"there is no municipality '{zone.authority}'; filed under {names[nearest]}"
            found.append((zone.tell("authority_unknown", f"{detail} by place"), nearest))
        elif reach[code] > FARTHEST_KM:
            detail = (
                f"filed under {zone.authority}, but {reach[code]:.0f} km from it; "
                f"it lies in or near {names[nearest]}"
            )
            found.append((zone.tell("wrong_authority", detail), nearest))
        else:
            found.append((zone, code))
    return found


def leave_out_copies(
    located: Sequence[tuple[Zone, str]],
) -> tuple[list[tuple[Zone, str]], list[tuple[str, str, str]]]:
    """Return the zones that are kept, and what is told of copies: (zone, code, detail).

    Of zones with one outline stays the one of the right authority, then one with a name, then the
    one with the earliest date: a feed repeats a zone for every set of rules.
    """
    order = sorted(range(len(located)), key=lambda index: _rank(located[index][0]))
    kept: list[int] = []
    told: list[tuple[str, str, str]] = []
    for index in order:
        zone = located[index][0]
        twin = next(
            (other for other in kept if _alikeness(zone, located[other][0]) >= SAME_OUTLINE), None
        )
        if twin is None:
            kept.append(index)
            continue
        original = located[twin][0]
        detail = (
            f"'{zone.name}' of {zone.authority or 'nobody'} ({_day(zone)}) has the outline of "
            f"'{original.name}' of {original.authority} ({_day(original)}); left out"
        )
        told += [
            (zone.zone_id, code, text) for code, text in (*zone.issues, ("copy_left_out", detail))
        ]
    return [located[index] for index in sorted(kept)], told


def name_zones(located: Sequence[tuple[Zone, str]]) -> list[tuple[Zone, str]]:
    """Return the zones, each with a name of its own that says something on a map."""
    taken: set[str] = set()
    named = []
    for zone, code in sorted(located, key=lambda pair: is_nameless(pair[0].name)):
        found = zone
        if is_nameless(zone.name) or zone.name.casefold() in _BARE_NAMES:
            found = replace(zone, name=f"ZE {zone.authority or code}")
            issue = "nameless" if is_nameless(zone.name) else "renamed"
            found = found.tell(issue, f"the feed calls it '{zone.name}'; shown as '{found.name}'")
        if found.name in taken:
            old = found.name
            found = replace(found, name=f"{old} ({zone.zone_id})")
            found = found.tell("name_repeated", f"the feed has another zone '{old}'")
        taken.add(found.name)
        named.append((found, code))
    return named


def tell_overlaps(located: Sequence[tuple[Zone, str]]) -> list[tuple[Zone, str]]:
    """Return the zones; those that overlap say with which, and that the land counts once."""
    zones = [zone for zone, _ in located]
    tree = shapely.STRtree([zone.outline for zone in zones])
    told = list(located)
    left, right = tree.query([zone.outline for zone in zones], predicate="intersects")
    for index, other in zip(left.tolist(), right.tolist(), strict=True):
        shared = shapely.intersection(zones[index].outline, zones[other].outline).area / _M2_PER_KM2
        if index != other and shared >= LEAST_OVERLAP_KM2:
            detail = (
                f"{shared:.3f} km2 also lies in '{zones[other].name}'; while both are in force it "
                "counts once, with the larger zone"
            )
            told[index] = (told[index][0].tell("overlap", detail), told[index][1])
    return told


def _rank(zone: Zone) -> tuple[bool, bool, str, str]:
    codes = {code for code, _ in zone.issues}
    is_misfiled = bool(codes & {"wrong_authority", "authority_unknown"})
    day = "9999" if zone.start_date is None else zone.start_date.isoformat()
    return is_misfiled, is_nameless(zone.name), day, zone.zone_id


def _alikeness(zone: Zone, other: Zone) -> float:
    """Return the shared part of the joined area [1]."""
    if not shapely.intersects(zone.outline, other.outline):
        return 0.0
    shared = shapely.intersection(zone.outline, other.outline).area
    return float(shared / np.maximum(zone.outline.area + other.outline.area - shared, 1.0))


def _day(zone: Zone) -> str:
    return "no date" if zone.start_date is None else f"from {zone.start_date.isoformat()}"
