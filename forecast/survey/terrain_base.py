"""A terrain without its survey: what the sums are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.run_info import latest_run
from forecast.settings import Setting
from forecast.survey.sums import classes_of
from forecast.terrain_limits import TerrainLimits, vehicles_today
from forecast.vocabulary import MID_SCENARIO, REFERENCE_YEAR, VEHICLE_CLASSES
from models.electric_share import share_in

if TYPE_CHECKING:
    import duckdb

    from forecast.assumptions import Assumptions

_DISTANCE: Final = "energy.distance_km_per_year"
_CHARGER: Final = "power.charger_kw.depot"


@dataclass(frozen=True)
class TerrainBase:
    """A terrain as it is without the survey.

    Attributes
    ----------
    vehicles
        Per class, with what advisers entered otherwise.
    model_vehicles
        Per class, of the model.
    electric
        Of the model per (class, year), in the mid scenario.
    most
        Vehicles over those of today, per (class, year).
    distance_km_per_year, charger_kw
        Of the model, per class.
    arrival_hour, dwell_hours
        Of the model, at the depot.
    companies
        Expected on the terrain; None where not known.
    """

    vehicles: Mapping[str, float]
    model_vehicles: Mapping[str, float]
    electric: Mapping[tuple[str, int], float]
    most: Mapping[tuple[str, int], float]
    distance_km_per_year: Mapping[str, float]
    charger_kw: Mapping[str, float]
    arrival_hour: float
    dwell_hours: float
    companies: float | None = None

    def of_group(self, figures: Mapping[str, float], group: str) -> float:
        """Return a figure per class, added up over a group."""
        return sum(figures.get(name, 0.0) for name in classes_of(group))


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

    assumptions = load()
    return TerrainBase(
        vehicles=vehicles_today(settings, limits),
        model_vehicles=limits.vehicles,
        electric=_read_electric(connection, limits),
        most={key: max(factor, 1.0) for key, factor in limits.growth.items()},
        distance_km_per_year=_per_class(assumptions, _DISTANCE),
        charger_kw=_per_class(assumptions, _CHARGER),
        arrival_hour=assumptions["power.arrival_hour.depot"],
        dwell_hours=assumptions["power.dwell_hours.depot"],
        companies=_read_companies(connection, limits.terrain_id),
    )


def _read_electric(
    connection: duckdb.DuckDBPyConnection, limits: TerrainLimits
) -> dict[tuple[str, int], float]:
    run_id = latest_run(connection).run_id
    held: dict[str, dict[int, float]] = {name: {} for name in VEHICLE_CLASSES}
    national: dict[str, dict[int, float]] = {name: {} for name in VEHICLE_CLASSES}
    for name, year, share in connection.execute(
        "SELECT vehicle_class, year, model_electric_share FROM electric_vehicles "
        "WHERE run_id = ? AND terrain_id = ? AND scenario = ?",
        [run_id, limits.terrain_id, MID_SCENARIO],
    ).fetchall():
        held[name][year] = share
    for name, year, share in connection.execute(
        "SELECT vehicle_class, year, electric_share FROM national_electric "
        "WHERE run_id = ? AND scenario = ?",
        [run_id, MID_SCENARIO],
    ).fetchall():
        national.setdefault(name, {})[year] = share
    return {
        (name, year): limits.vehicles.get(name, 0.0)
        * limits.growth.get((name, year), 1.0)
        * share_in(year, held[name], national[name])
        for name in VEHICLE_CLASSES
        if held[name]
        for year in national[name]
    }


def _read_companies(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> float | None:
    rows = connection.execute(
        "SELECT companies FROM plan_scores WHERE run_id = ? AND terrain_id = ? AND scenario = ? "
        "ORDER BY abs(year - ?) LIMIT 1",
        [latest_run(connection).run_id, terrain_id, MID_SCENARIO, REFERENCE_YEAR],
    ).fetchall()
    return float(rows[0][0]) if rows else None


def _per_class(assumptions: Assumptions, group: str) -> dict[str, float]:
    return dict(zip(VEHICLE_CLASSES, assumptions.of(group, VEHICLE_CLASSES), strict=True))
