"""Find a terrain by RIN, name, coordinates or postcode, as people type them; and regions."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from forecast.errors import UnknownNameError
from forecast.search_result import Match, TerrainSearchError
from forecast.terrain_hits import hits_of, municipality_names
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from forecast.search_result import TerrainHit

    Register = list[tuple[str, str, str]]
    """RIN, and folded name and municipality."""

_NEAR: Final = 5
_NEAR_RATIO: Final = 0.5
_LONGEST_QUERY: Final = 200
"""Twice the longest name with its municipality [characters]."""
_SHOWN_OF_LONG: Final = 40

_RIN: Final = re.compile(r"(?:.*\()?(?:rin\s*)?(\d+)\)?", re.IGNORECASE)
"""A RIN, bare or as lists of terrains write it: ``DE HURK, Eindhoven (RIN 190044)``."""
_FOUR_DIGITS: Final = re.compile(r"[1-9][0-9]{3}")
"""A postcode without its letters, unless it is a RIN or in a name."""
_NO_WORD: Final = re.compile(r"[\W_]+")
_NO_ASCII_WORD: Final = {code: " " for code in range(128) if not chr(code).isalnum()}


def find_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the RIN of the terrain that a query means; see `search_terrain`."""
    return search_terrain(connection, query).hit.terrain_id


def search_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> Match:
    """Return the terrain that a query means, and how it was found.

    In this order: a RIN; coordinates in RD New or WGS84; a postcode, of which four bare digits
    give way to a name that holds them; a name, with or without its municipality; words of both in
    any order; a name with typing errors. Accents, case, spaces and hyphens don't matter.

    Raises
    ------
    TerrainSearchError
        If it means none or several; with those that it may mean.
    """
    # A shell passes bytes that are no text as lone surrogates, which no database takes.
    asked = query.encode("utf-8", "replace").decode("utf-8").strip()
    if len(asked) > _LONGEST_QUERY:
        raise TerrainSearchError(f"{asked[:_SHOWN_OF_LONG]}…", "too_long", letters=len(asked))
    rin = _RIN.fullmatch(asked)
    by_rin = hits_of(connection, [rin[1]]) if rin else []
    if _FOUR_DIGITS.fullmatch(asked):
        return _by_four_digits(connection, asked, by_rin)
    if by_rin:
        return Match(by_rin[0], "asked")
    if any(map(str.isdigit, asked)) and (match := _at_place(connection, asked)):
        return match
    return _by_name(connection, asked)


def _by_four_digits(
    connection: duckdb.DuckDBPyConnection, asked: str, by_rin: Sequence[TerrainHit]
) -> Match:
    """Return the terrain with that RIN or with that number in its name, else around a postcode."""
    from forecast.place_search import find_around_postcode, is_known_postcode

    found = by_rin or _named(connection, _register(connection), [asked])
    if not found:
        return find_around_postcode(connection, asked)
    is_postcode = is_known_postcode(connection, asked)
    return Match(_only(found, asked), "asked", {"postcode": asked} if is_postcode else {})


def _at_place(connection: duckdb.DuckDBPyConnection, asked: str) -> Match | None:
    """Return the terrain at a postcode or coordinates, or None if it is neither."""
    from forecast.place_search import find_around_postcode, find_at_coordinates, read_postcode

    postcode = read_postcode(asked)
    if postcode is not None:
        return find_around_postcode(connection, postcode)
    return find_at_coordinates(connection, asked)


def _by_name(connection: duckdb.DuckDBPyConnection, asked: str) -> Match:
    from forecast.name_match import near_names

    words = fold_name(asked).split()
    if not words:
        raise TerrainSearchError(asked, "nothing")
    register = _register(connection)
    if found := _named(connection, register, words):
        return Match(_only(found, asked), "asked")
    if asked.isdecimal():
        raise TerrainSearchError(asked, "unknown_rin")
    near = near_names(connection, register, " ".join(_telling(words) or words))
    if near.is_clear:
        return Match(near.hits[0], "spelling")
    raise TerrainSearchError(asked, "near" if near.hits else "unknown", near.hits)


def _only(found: Sequence[TerrainHit], asked: str) -> TerrainHit:
    if len(found) > 1:
        raise TerrainSearchError(asked, "several", found)
    return found[0]


def _named(
    connection: duckdb.DuckDBPyConnection, register: Register, words: Sequence[str]
) -> list[TerrainHit]:
    """Return the terrains of that name, else those that hold each word, the largest first.

    If there are none, the same without words that people add to names.
    """
    telling = _telling(words)
    for asked in (words, telling) if telling not in ([], words) else (words,):
        found = _called(register, "".join(asked))
        if found := found or [terrain_id for terrain_id, *_ in holding(register, asked)]:
            hits = hits_of(connection, found)
            return sorted(hits, key=lambda hit: (-hit.gross_ha, hit.terrain_id))
    return []


def _telling(words: Sequence[str]) -> list[str]:
    from forecast.name_match import GENERIC_WORDS

    return [word for word in words if word not in GENERIC_WORDS]


def _register(connection: duckdb.DuckDBPyConnection) -> Register:
    rows = connection.execute(
        "SELECT terrain_id, terrain_name, municipality_code FROM terrains"
    ).fetchall()
    towns = {code: _folded(name) for code, name in municipality_names(connection).items()}
    return [(terrain_id, _folded(name), towns[code]) for terrain_id, name, code in rows]


def _folded(name: str) -> str:
    """Return a name as `fold_name`, but its words may have several spaces between them."""
    if name.isascii():
        return name.casefold().translate(_NO_ASCII_WORD)
    return _NO_WORD.sub(" ", _plain(name))


def _called(register: Register, compact: str) -> list[str]:
    """Return the terrains of exactly that name without spaces, perhaps with the municipality."""
    found = []
    for terrain_id, name, town in register:
        # Most names are refused by their first letters alone.
        if compact.startswith((name[:2].strip(), town[:2].strip())):
            bare, place = name.replace(" ", ""), town.replace(" ", "")
            if compact in (bare, bare + place, place + bare):
                found.append(terrain_id)
    return found


def holding(register: Register, words: Sequence[str]) -> Register:
    """Return the terrains of which each word begins one of name and municipality.

    A number is all of one.
    """
    texts = [(row, f" {row[1]} {row[2]} ") for row in register] if words else []
    for word in words:
        begin = f" {word} " if word.isdecimal() else f" {word}"
        texts = [pair for pair in texts if begin in pair[1]]
    return [row for row, _ in texts] if words else register


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
    raise UnknownNameError(level, query, list(dict.fromkeys([*same, *near])))


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
    return " ".join(_folded(text).split())


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
