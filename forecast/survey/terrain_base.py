"""A terrain without its survey, read from the database: what the sums are held against."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from forecast.fields import Setting
from forecast.query import latest_run
from forecast.survey.corrections import TerrainBase
from forecast.terrain_limits import TerrainLimits, vehicles_today
from forecast.vocabulary import MID_SCENARIO, REFERENCE_YEAR, VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

_DISTANCE: Final = "energy.distance_km_per_year"
_CHARGER: Final = "power.charger_kw.depot"


def read_base(
    connection: duckdb.DuckDBPyConnection, limits: TerrainLimits, settings: Iterable[Setting]
) -> TerrainBase:
    """Return a terrain as the last run has it, with what advisers entered otherwise.

    Parameters
    ----------
    connection
        An opened database with a published run.
    limits
        Of the terrain.
    settings
        The refinements that count, without those of the survey.
    """
    from forecast.assumptions import load

    run = latest_run(connection)
    electric = connection.execute(
        "SELECT vehicle_class, year, model_electric_vehicles FROM electric_vehicles "
        "WHERE run_id = ? AND terrain_id = ? AND scenario = ?",
        [run.run_id, limits.terrain_id, MID_SCENARIO],
    ).fetchall()
    companies = connection.execute(
        "SELECT companies FROM plan_scores WHERE run_id = ? AND terrain_id = ? AND scenario = ? "
        "ORDER BY abs(year - ?) LIMIT 1",
        [run.run_id, limits.terrain_id, MID_SCENARIO, REFERENCE_YEAR],
    ).fetchall()
    assumptions = load()
    return TerrainBase(
        vehicles=vehicles_today(settings, limits),
        model_vehicles=limits.vehicles,
        electric={(name, year): count for name, year, count in electric},
        years=run.years,
        most={key: max(factor, 1.0) for key, factor in limits.growth.items()},
        distance_km_per_year={name: assumptions[f"{_DISTANCE}.{name}"] for name in VEHICLE_CLASSES},
        charger_kw={name: assumptions[f"{_CHARGER}.{name}"] for name in VEHICLE_CLASSES},
        companies=companies[0][0] if companies else None,
    )
