"""Find a terrain by RIN, name or coordinates, as people type it; and municipalities and regions."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from forecast.coordinates import CoordinateError, Place, read_place
from forecast.errors import UnknownNameError
from forecast.search_result import Match, TerrainHit, TerrainSearchError
from forecast.vocabulary import LEVEL_NAMES, NATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from forecast.terrain_rows import Row

_NEAR: Final = 5
_NEAR_RATIO: Final = 0.5
_REACH_KM: Final = 10.0
"""Farther terrains are not meant by coordinates: the centres of most municipalities lie nearer."""
_M_PER_KM: Final = 1000.0
_M2_PER_HA: Final = 10_000.0

_RIN: Final = re.compile(r"(?:.*\()?(?:rin\s*)?(\d+)\)?", re.IGNORECASE)
"""A RIN, bare or as lists of terrains write it: ``DE HURK, Eindhoven (RIN 190044)``."""
_NO_WORD: Final = re.compile(r"(?:[^\w\n]|_)+")
_POSTCODE: Final = re.compile(r"[1-9]\d{3}(?:\s?[a-z]{2})?", re.IGNORECASE)
_SQL: Final = (
    "SELECT terrain_id, terrain_name, municipality_name, gross_ha, location_quality, "
    "t.x_rd_m, t.y_rd_m FROM terrains t JOIN municipalities USING (municipality_code) "
)


def find_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the RIN of the terrain that a query means; see `search_terrain`."""
    return search_terrain(connection, query).hit.terrain_id


def search_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> Match:
    """Return the terrain that a query means, and how it was found.

    In this order: a RIN; coordinates in RD New or WGS84; a name, with or without its municipality;
    words of both in any order; a name with typing errors. Accents, case, spaces and hyphens don't
    matter.

    Raises
    ------
    TerrainSearchError
        If it means none or several; with those that it may mean.
    """
    asked = query.strip()
    if (rin := _RIN.fullmatch(asked)) and (
        rows := connection.execute(_SQL + "WHERE terrain_id = ?", [rin[1]]).fetchall()
    ):
        return Match(_hit(rows[0]), "asked")
    try:
        place = read_place(asked)
    except CoordinateError as error:
        raise TerrainSearchError(
            query,
            f"coordinates_{error.problem}",
            first=f"{error.first:.10g}",
            second=f"{error.second:.10g}",
        ) from None
    if place is not None:
        return _at(place, query, connection.execute(_SQL).fetchall())
    if _POSTCODE.fullmatch(asked):
        raise TerrainSearchError(query, "postcode")
    if asked.isdecimal():
        raise TerrainSearchError(query, "unknown_rin")
    return _by_name(connection, query)


def _by_name(connection: duckdb.DuckDBPyConnection, query: str) -> Match:
    from forecast.name_match import GENERIC_WORDS, near_names

    words = fold_name(query).split()
    if not words:
        raise TerrainSearchError(query, "nothing")
    rows = connection.execute(
        "SELECT terrain_id, terrain_name, municipality_name FROM terrains "
        "JOIN municipalities USING (municipality_code) ORDER BY gross_ha DESC, terrain_id"
    ).fetchall()
    ids, names, towns = zip(*rows, strict=True) if rows else ((), (), ())
    register = list(zip(ids, _fold_names(names), _fold_names(towns), strict=True))
    telling = [word for word in words if word not in GENERIC_WORDS]
    for asked in (words, telling) if telling else (words,):
        for found in (_named(register, "".join(asked)), _holding(register, asked)):
            if len(found) == 1:
                return Match(_hits(connection, found)[0], "asked")
            if found:
                raise TerrainSearchError(query, "several", _hits(connection, found))
    near = near_names(connection, " ".join(telling or words))
    hits = _hits(connection, near.terrain_ids)
    if near.is_clear:
        return Match(hits[0], "spelling")
    raise TerrainSearchError(query, "near" if hits else "unknown", hits)


def _fold_names(names: Sequence[str]) -> list[str]:
    """Return names folded as `fold_name` does, thousands in one go."""
    lines = "\n".join([" ".join(_plain(name).split()) for name in names])
    return [text.strip() for text in _NO_WORD.sub(" ", lines).split("\n")]


def _named(register: Sequence[tuple[str, str, str]], compact: str) -> list[str]:
    """Return the terrains of exactly that name without spaces, perhaps with the municipality."""
    found = []
    for terrain_id, name, town in register:
        # Most names are refused by their first letters alone.
        if compact.startswith((name[:2].rstrip(), town[:2].rstrip())):
            bare, place = name.replace(" ", ""), town.replace(" ", "")
            if compact in (bare, bare + place, place + bare):
                found.append(terrain_id)
    return found


def _holding(register: Sequence[tuple[str, str, str]], words: Sequence[str]) -> list[str]:
    """Return the terrains of which each word begins one of name and municipality.

    A number is all of one.
    """
    texts = [(terrain_id, f" {name} {town} ") for terrain_id, name, town in register]
    for word in words:
        begin = f" {word} " if word.isdecimal() else f" {word}"
        texts = [pair for pair in texts if begin in pair[1]]
    return [terrain_id for terrain_id, _ in texts]


def _hits(connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]) -> list[TerrainHit]:
    marks = ", ".join("?" * len(terrain_ids))
    rows = (
        connection.execute(_SQL + f"WHERE terrain_id IN ({marks})", list(terrain_ids)).fetchall()
        if terrain_ids
        else []
    )
    by_id = {row[0]: _hit(row) for row in rows}
    return [by_id[terrain_id] for terrain_id in terrain_ids]


def _at(place: Place, query: str, rows: Sequence[Row]) -> Match:
    """Return the one terrain whose circle holds a place.

    Of most terrains only the municipality is known: their circles say nothing and are only listed.
    """
    hits = sorted(
        (_hit(row, place) for row in rows),
        key=lambda hit: (hit.distance_km or 0.0, hit.terrain_id),
    )
    holding = [
        hit
        for hit in hits
        if hit.location_quality != "gemeente" and (hit.distance_km or 0.0) <= _radius_km(hit)
    ]
    if len(holding) == 1:
        return Match(holding[0], "inside")
    reach = f"{_REACH_KM:g}"
    near = [hit for hit in hits if (hit.distance_km or 0.0) <= _REACH_KM]
    if not near:
        raise TerrainSearchError(query, "none_within", hits[:1], reach=reach)
    raise TerrainSearchError(query, "around", near, reach=reach)


def _radius_km(hit: TerrainHit) -> float:
    return math.sqrt(hit.gross_ha * _M2_PER_HA / math.pi) / _M_PER_KM


def _hit(row: Row, place: Place | None = None) -> TerrainHit:
    terrain_id, name, town, gross_ha, quality, x_rd_m, y_rd_m = row
    distance_km = (
        None
        if place is None
        else math.hypot(x_rd_m - place.x_rd_m, y_rd_m - place.y_rd_m) / _M_PER_KM
    )
    return TerrainHit(terrain_id, name, town, gross_ha, quality, distance_km)


def name_terrain(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> str:
    """Return name, municipality and RIN of an existing terrain, as people read them."""
    [row] = connection.execute(
        "SELECT terrain_id, terrain_name, municipality_name FROM terrains "
        "JOIN municipalities USING (municipality_code) WHERE terrain_id = ?",
        [terrain_id],
    ).fetchall()
    return _label(row)


def find_municipality(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the code of the municipality of that name or code.

    Raises
    ------
    UnknownNameError
        If there is none; with the nearest names.
    """
    rows = connection.execute(
        "SELECT municipality_code, municipality_name, '' FROM municipalities "
        "ORDER BY municipality_name"
    ).fetchall()
    asked = fold(query)
    for code, name, _ in rows:
        if asked in (fold(code), fold(name)):
            return str(code)
    raise UnknownNameError("municipality", query, [row[1] for row in _nearest(asked, rows)])


def find_region(connection: duckdb.DuckDBPyConnection, level: str, query: str) -> str:
    """Return the key of the region of that name or code in the last run.

    Raises
    ------
    UnknownNameError
        If the level has none; with the nearest names, of other levels too.
    """
    rows = connection.execute(
        "SELECT DISTINCT region_id, region_name, level FROM regional_summary "
        "WHERE level <> ? ORDER BY region_name, level",
        [NATION],
    ).fetchall()
    asked = fold(query)
    for region_id, name, found in rows:
        if found == level and asked in (fold(region_id), fold(name)):
            return str(region_id)
    labelled = [
        (name if found == level else f"{name} (--level {found})", name, "")
        for _, name, found in rows
    ]
    same = [label for label, name, _ in labelled if fold(name) == asked]
    near = [label for label, _, _ in _nearest(asked, labelled)]
    raise UnknownNameError(LEVEL_NAMES[level], query, list(dict.fromkeys([*same, *near])))


def fold(text: str) -> str:
    """Return text in lower case, without accents and with single spaces.

    >>> fold("  De  Húrk ")
    'de hurk'
    """
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return text.casefold()


def fold_name(text: str) -> str:
    """Return the words of a name: folded, of letters and digits only.

    >>> fold_name("Hessenpoort-Noord (1e fase)")
    'hessenpoort noord 1e fase'
    """
    [folded] = _fold_names([text])
    return folded


def _nearest(asked: str, rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked)
    scored = []
    for row in rows:
        best = 0.0
        for text in {fold(row[1]), fold(f"{row[1]} {row[2]}")}:
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() > _NEAR_RATIO and matcher.quick_ratio() > _NEAR_RATIO:
                best = max(best, matcher.ratio())
        scored.append((best, row))
    scored.sort(key=lambda item: (-item[0], item[1][1], item[1][0]))
    return [row for score, row in scored[:_NEAR] if score > _NEAR_RATIO]


def _label(row: tuple[str, str, str]) -> str:
    return f"{row[1]}, {row[2]} (RIN {row[0]})"
