"""From registered to used: vehicles per municipality, read from a published run with DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.run_info import latest_run

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class MunicipalVehicles:
    """Vehicles of one class in a municipality on their way to the terrains.

    Attributes
    ----------
    registered
        By address of the keeper, 2023 [vehicles]; None where the class has no such count.
    raw
        The same, scaled to the national stock [vehicles].
    fitted
        By the structure of the municipality, on that scale [vehicles].
    moved
        Used minus raw [vehicles].
    used
        What is spread over the terrains and the rest of the municipality [vehicles].
    main_users
        By main user, on the same scale, where that is known [vehicles].
    """

    municipality_code: str
    municipality_name: str
    vehicle_class: str
    registered: int | None
    raw: float | None
    fitted: float | None
    moved: float | None
    used: float
    is_outlier: bool
    main_users: float | None

    @property
    def raw_error(self) -> float | None:
        """Raw over main users, minus one [1]."""
        if self.main_users is None or self.raw is None:
            return None
        return self.raw / self.main_users - 1

    @property
    def used_error(self) -> float | None:
        """Used over main users, minus one [1]."""
        return None if self.main_users is None else self.used / self.main_users - 1


@dataclass(frozen=True)
class Spreading:
    """What spreads the vehicles of a class over the terrains; see `terrain_learning`."""

    vehicle_class: str
    weight_basis: str
    counted_terrains: int
    counted_municipalities: int
    glm_deviance: float | None
    boosting_deviance: float | None
    weight_variance_beyond_area: float
    vehicles_variance_beyond_area: float


def municipal_vehicles(connection: duckdb.DuckDBPyConnection) -> list[MunicipalVehicles]:
    """Return every municipality and class, largest moves first.

    Vans by main user count every van in use at some time in the year; they are brought to the
    stock by the ratio of the national totals.
    """
    rows = connection.execute(
        """
        SELECT municipality_code, municipality_name, vehicle_class, registered_vehicles,
               raw_vehicles, fitted_vehicles, moved_vehicles, vehicles, is_outlier,
               CASE WHEN vehicle_class = 'van' THEN vans_main_user * (
                   SELECT sum(vehicles) FROM municipal_fleet
                   WHERE run_id = $run AND vehicle_class = 'van'
               ) / (SELECT sum(vans_main_user) FROM vans_by_province) END
        FROM municipal_fleet JOIN municipalities USING (municipality_code)
        LEFT JOIN vans_main_user USING (municipality_code)
        WHERE run_id = $run
        ORDER BY abs(moved_vehicles) DESC NULLS LAST, municipality_code, vehicle_class
        """,
        {"run": latest_run(connection).run_id},
    ).fetchall()
    return [MunicipalVehicles(*row) for row in rows]


def spreading(connection: duckdb.DuckDBPyConnection) -> list[Spreading]:
    """Return what spreads each class over the terrains."""
    rows = connection.execute(
        "SELECT * EXCLUDE (run_id) FROM terrain_learning WHERE run_id = ? ORDER BY vehicle_class",
        [latest_run(connection).run_id],
    ).fetchall()
    return [Spreading(*row) for row in rows]
