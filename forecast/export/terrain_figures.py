"""The figures of a year that a row of a terrain tells, and how each is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.regions import gather_terrain_figures
from forecast.run_info import RunInfo
from forecast.schema import TABLES, Column
from forecast.vocabulary import ON_TERRAIN, STRATEGIES

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection

_KEYS: Final = ("terrain_id", "year", "scenario")
_BAND_STRATEGIES: Final = ("unmanaged", "smart")


@dataclass(frozen=True)
class Figure:
    """A figure of a year: its name, the column of the schema it is, and in which scenarios."""

    name: str
    table: str
    column: str
    said: str = ""
    is_of_mid_only: bool = False
    meaning: str = ""

    def column_of(self, year: int, scenario: str) -> Column:
        """Return the column of one year and scenario."""
        of = column_of(self.table, self.column)
        meaning = self.meaning or of.meaning
        meaning = f"{self.said + ': ' if self.said else ''}{meaning}; {year}, {scenario}"
        return Column(
            f"{self.name}_{year}_{scenario}", of.dtype, of.unit, meaning, is_nullable=True
        )


def column_of(table: str, name: str) -> Column:
    """Return a column of the schema."""
    return next(column for column in TABLES[table].columns if column.name == name)


FIGURES: Final = (
    Figure("plan_class", "plan_class", "plan_class"),
    Figure("rule_code", "plan_class", "rule_code", is_of_mid_only=True),
    Figure(
        "vehicles",
        "regional_summary",
        "vehicles",
        is_of_mid_only=True,
        meaning="vehicles based here, all powertrains",
    ),
    *(
        Figure(name, "regional_summary", name, meaning=meaning)
        for name, meaning in {
            "electric_vans": "battery-electric vans based here",
            "electric_trucks": "battery-electric rigids and tractors based here",
            "depot_energy_kwh_per_year": "energy charged at the depots here",
            "shared_hub_energy_kwh_per_year": (
                "energy that the vehicles based here charge at a hub, wherever it stands"
            ),
        }.items()
    ),
    *(
        Figure(f"{name}_design_peak_kw", "power", "design_peak_kw", f"depots and hub, {name}")
        for name in STRATEGIES
    ),
    *(
        Figure(
            f"{name}_design_peak_kw_{end}",
            "power_bands",
            f"design_peak_kw_{end}",
            f"depots and hub, {name}, {end} of the design peak within the scenario",
            is_of_mid_only=True,
        )
        for name in _BAND_STRATEGIES
        for end in ("p10", "p90")
    ),
    *(
        Figure(
            f"{name}_design_peak_16_21_kw",
            "power",
            "design_peak_16_21_kw",
            f"depots and hub, {name}",
            is_of_mid_only=True,
        )
        for name in _BAND_STRATEGIES
    ),
    *(
        Figure(name, "regional_summary", name, is_of_mid_only=True, meaning=meaning)
        for name, meaning in {
            "private_charge_points": "at the depots here, expected",
            "shared_charge_points": "at the hub that stands here",
        }.items()
    ),
    *(
        Figure(
            f"{name}_fits_after_queue_probability",
            "grid_fit",
            "fits_after_queue_probability",
            is_of_mid_only=True,
            meaning=f"that the added power of its supply area fits after the queue, {name}",
        )
        for name in _BAND_STRATEGIES
    ),
    *(
        Figure(name, "terrain_hubs", name, is_of_mid_only=True, meaning=meaning)
        for name, meaning in {
            "hub_terrain_id": "terrain whose shared hub serves this one; empty: none in reach",
            "hub_distance_km": "to that hub, as the crow flies",
        }.items()
    ),
)


def read_figures(
    connection: duckdb.DuckDBPyConnection, selection: Selection, run: RunInfo
) -> pl.DataFrame:
    """Return the figures of every year and scenario, one row per terrain, year and scenario."""

    def read(name: str, key: str = "terrain_id") -> pl.DataFrame:
        sql = f"FROM {name} WHERE run_id = $run AND {key} IN (SELECT unnest($terrains))"
        frame: pl.DataFrame = connection.sql(
            sql, params={"run": run.run_id, "terrains": list(selection.terrain_ids)}
        ).pl()
        # They come in any order, and sums in another order differ in their last digit.
        return frame.sort(pl.all())

    plan = read("plan_class")
    figures = plan.select(*_KEYS, "plan_class", "rule_code")
    power = read("power").filter(pl.col("location_type") == ON_TERRAIN)
    for frame in (
        gather_terrain_figures(
            read("electric_vehicles"), read("energy"), read("charge_points", "place_id"), plan
        ),
        _by_strategy(power, ("design_peak_kw", "design_peak_16_21_kw")),
        _by_strategy(read("power_bands"), ("design_peak_kw_p10", "design_peak_kw_p90")),
        _by_strategy(read("grid_fit"), ("fits_after_queue_probability",)),
        read("terrain_hubs").drop("run_id"),
    ):
        figures = figures.join(frame, on=_KEYS, how="left")
    return figures


def _by_strategy(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Return columns ``{strategy}_{name}``, one row per terrain, year and scenario."""
    return frame.group_by(_KEYS).agg(
        pl.col(name).filter(pl.col("strategy") == strategy).first().alias(f"{strategy}_{name}")
        for strategy in STRATEGIES
        for name in names
    )
