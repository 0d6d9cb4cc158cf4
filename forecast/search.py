"""Find a terrain by RIN or by name, as people type it."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from forecast.errors import AmbiguousNameError, UnknownNameError
from forecast.vocabulary import LEVEL_NAMES, NATION

if TYPE_CHECKING:
    import duckdb

_SHOWN: Final = 8
_NEAR: Final = 5
_NEAR_RATIO: Final = 0.5


def find_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the RIN of the terrain that a query means.

    A RIN, or words of the name and, where a name occurs more than once, of the municipality.
    Accents and case don't matter.

    Raises
    ------
    AmbiguousNameError
        If several terrains fit equally well.
    UnknownNameError
        If none fits; with the nearest names.
    """
    rows = connection.execute(
        "SELECT terrain_id, terrain_name, municipality_name FROM terrains "
        "JOIN municipalities USING (municipality_code) ORDER BY terrain_name, terrain_id"
    ).fetchall()
    asked = fold(query)
    words = asked.split()
    exact = [row for row in rows if row[0] == query.strip()]
    named = [row for row in rows if asked in (fold(row[1]), f"{fold(row[1])} {fold(row[2])}")]
    holding = [row for row in rows if words and _holds(f"{row[1]} {row[2]}", words)]
    for found in (exact, named, holding):
        if len(found) == 1:
            return str(found[0][0])
        if found:
            listed = [_label(row) for row in found[:_SHOWN]]
            more = len(found) - len(listed)
            raise AmbiguousNameError(query, [*listed, *([f"and {more} more"] if more else [])])
    raise UnknownNameError("terrain", query, [_label(row) for row in _nearest(asked, rows)])


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
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.casefold().split())


def _holds(text: str, words: list[str]) -> bool:
    parts = fold(text).split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _nearest(asked: str, rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
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
