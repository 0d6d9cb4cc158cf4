"""The imported forecast that a run is compared with, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.attaching import cursor_of
from forecast.editions import Edition, list_editions
from forecast.errors import DatabaseError, UnknownNameError
from forecast.schema import IMPORTED_PREFIX

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_TABLE: Final = f"{IMPORTED_PREFIX}external_forecasts"


def find_forecast(connection: duckdb.DuckDBPyConnection, asked: str | None) -> Edition:
    """Return the imported forecast asked for by the start of its edition; the last unless asked.

    Raises
    ------
    DatabaseError
        If no forecast was imported.
    UnknownNameError
        If none, or more than one, is meant; with those that there are.
    """
    held = [each for each in list_editions(connection) if each.source_name == "forecast"]
    if not held:
        raise DatabaseError("no_forecast_of_others")
    if asked is None:
        return held[-1]
    found = [each for each in held if asked and each.edition_id.startswith(asked)]
    if len(found) != 1:
        known = [f"{each.edition_id} ({each.file_name})" for each in found or held]
        raise UnknownNameError("imported_forecast", asked, known)
    return found[0]


def their_scenarios(connection: duckdb.DuckDBPyConnection, edition_id: str) -> list[str]:
    """Return the scenarios that a forecast names; "" among them for figures without one."""
    rows = connection.execute(
        f"SELECT DISTINCT their_scenario FROM {_TABLE} WHERE edition_id = ? ORDER BY 1",  # noqa: S608 - names of the schema
        [edition_id],
    ).fetchall()
    return [name for (name,) in rows]


def choose_scenario(held: list[str], asked: str | None, ours: str) -> str:
    """Return their scenario: the one asked, else that of our name, else the only one.

    >>> choose_scenario(["low", "mid"], None, "mid"), choose_scenario([""], None, "mid")
    ('mid', '')

    Raises
    ------
    UnknownNameError
        If the forecast lacks the one asked, or has several and none of our name.
    """
    named = [name for name in held if name]
    wanted = asked or (ours if ours in named else "")
    if wanted in named or (not wanted and not named):
        return wanted
    if asked is None and len(named) == 1:
        return named[0]
    if not wanted:
        raise UnknownNameError("which_of_their_scenarios", "", named)
    if not named:
        raise UnknownNameError("scenario_of_none", wanted, named)
    raise UnknownNameError("their_scenario", wanted, named)


def their_figures(
    connection: duckdb.DuckDBPyConnection, edition_id: str, scenario: str
) -> pl.DataFrame:
    """Return terrain_id, year, quantity, theirs and said_as, of a scenario.

    What the forecast says without a scenario, such as vehicles of today, holds in each.
    """
    query = (
        f"SELECT terrain_id, year, quantity, arg_max(their_value, their_scenario) AS theirs, "  # noqa: S608 - names of the schema
        f"arg_max(said_as, their_scenario) AS said_as FROM {_TABLE} "
        "WHERE edition_id = $edition AND their_scenario IN ('', $scenario) GROUP BY ALL"
    )
    with cursor_of(connection) as cursor:
        frame: pl.DataFrame = cursor.sql(
            query, params={"edition": edition_id, "scenario": scenario}
        ).pl()
    return frame
