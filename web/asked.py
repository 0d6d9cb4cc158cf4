"""What the address of a page asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from forecast.closed_lists import SCENARIO
from forecast.errors import UnknownNameError
from forecast.search_result import TerrainSearchError
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    import duckdb


def asked_year() -> int | None:
    """Return the year in the address, if there is one.

    Raises
    ------
    UnknownNameError
        If it is no year.
    """
    text = request.args.get("year", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == len("2030")):
        raise UnknownNameError("year", text, [])
    return int(text)


def asked_scenario() -> str:
    """Return the scenario in the address, by its code where a word of either language names it."""
    text = request.args.get("scenario", MID_SCENARIO)
    return SCENARIO.find(text) or text


def known_terrain(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> str:
    """Return the RIN in an address if the register holds it.

    Raises
    ------
    TerrainSearchError
        If not.
    """
    from forecast.refinement_log import is_in_register

    if not is_in_register(connection, terrain_id):
        raise TerrainSearchError(terrain_id, "unknown_rin")
    return terrain_id
