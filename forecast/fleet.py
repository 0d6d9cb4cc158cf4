"""Vehicles based on each terrain: national totals brought down by weights, every total kept.

Municipal counts are by address of the registered keeper; lease companies and head offices inflate
some. A robust regression on the structure of the municipality finds those, replaces them by the
fit, and spreads the excess over the country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.errors import InvariantError
from forecast.schema import TABLES
from forecast.vocabulary import NAMED_SECTORS, VEHICLE_CLASSES, off_terrain_id
from models import allocation

Floats = npt.NDArray[np.float64]


def estimate_municipal_fleet(
    municipalities: pl.DataFrame,
    vehicles_registered: pl.DataFrame,
    vans_by_province: pl.DataFrame,
    terrain_weights: pl.DataFrame,
    base_fleet: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `municipal_fleet` without its run; each class adds up to the national stock.

    Notes
    -----
    Municipal and provincial tables are of other years and definitions than the stock, so they serve
    as shares, scaled to it. Outliers are replaced by their fit. Vans meet the provinces by main
    user, all classes the nation. Tractors have no municipal count: a part follows rigid trucks, the
    rest the weighted hectares.
    """
    rows = municipalities.join(vehicles_registered, on="municipality_code", how="left").sort(
        "municipality_code"
    )
    national = dict(base_fleet.select("vehicle_class", "vehicles").rows())
    vans = _clean("vans_registered", rows, assumptions)
    rigids = _clean("rigid_trucks_registered", rows, assumptions)
    hectares = _terrain_weight(rows, terrain_weights)
    rigid_part = assumptions["fleet.tractor_by_rigid_share"]
    tractors = (
        rigid_part * rigids.vehicles / rigids.vehicles.sum()
        + (1 - rigid_part) * hectares / hectares.sum()
    )
    cells = np.concatenate([vans.vehicles, rigids.vehicles, tractors])
    fitted = allocation.fit_margins(cells, _margins(rows, vans_by_province, national))
    used = dict(zip(VEHICLE_CLASSES, np.split(fitted, len(VEHICLE_CLASSES)), strict=True))
    counted = {"van": vans, "rigid_truck": rigids}
    return pl.concat(
        _class_rows(rows, name, used[name], counted.get(name), national[name])
        for name in VEHICLE_CLASSES
    )


def weigh_terrains(terrains: pl.DataFrame, assumptions: Assumptions) -> pl.DataFrame:
    """Return how strongly each terrain draws vehicles.

    ``weight = type weight x occupied hectares ** exponent``, with occupied = net minus issuable,
    never below zero: what is not issued yet holds no vehicles today.

    Returns
    -------
    terrain_id, municipality_code, occupied_ha [ha], weight [1].
    """
    type_weight = (
        pl.when(pl.col("ibis_type_code").str.starts_with("A"))
        .then(assumptions["fleet.type_weight.sea_port"])
        .when(pl.col("ibis_type_code").str.starts_with("B"))
        .then(assumptions["fleet.type_weight.business_park"])
        .when(pl.col("ibis_type_code").str.starts_with("C"))
        .then(assumptions["fleet.type_weight.office"])
        .otherwise(assumptions["fleet.type_weight.unknown"])
    )
    occupied = (pl.col("net_ha") - pl.col("issuable_ha")).clip(lower_bound=0)
    return terrains.select(
        "terrain_id",
        "municipality_code",
        occupied_ha=occupied,
        weight=pl.when(occupied > 0)
        .then(type_weight * occupied ** assumptions["fleet.area_exponent"])
        .otherwise(0.0),
    ).sort("terrain_id")


def spread_fleet(
    municipal_fleet: pl.DataFrame,
    class_weights: pl.DataFrame,
    base_fleet: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the fleet of the model: integers that add up to the national stock per class.

    Vehicles without a terrain stand at the pseudo-terrain of their municipality.

    Returns
    -------
    terrain_id, municipality_code, vehicle_class, vehicles, basis (modelled).
    """
    return pl.concat(
        _spread_class(
            municipal_fleet.filter(pl.col("vehicle_class") == vehicle_class),
            class_weights.filter(pl.col("vehicle_class") == vehicle_class),
            vehicle_class,
            national,
            assumptions,
        )
        for vehicle_class, national in base_fleet.select("vehicle_class", "vehicles").iter_rows()
    ).sort("terrain_id", "vehicle_class")


def _spread_class(
    municipal: pl.DataFrame,
    terrains: pl.DataFrame,
    vehicle_class: str,
    national: int,
    assumptions: Assumptions,
) -> pl.DataFrame:
    municipal = municipal.sort("municipality_code")
    codes = municipal["municipality_code"].to_list()
    totals = allocation.largest_remainder(
        allocation.proportional(float(national), municipal["vehicles"].to_numpy()), national
    ).astype(np.float64)
    capped = terrains.with_columns(
        cap=pl.col("occupied_ha") * assumptions[f"fleet.max_vehicles_per_ha.{vehicle_class}"]
    )
    try:
        on_terrain = allocation.saturating_totals(
            totals,
            _group_sums(capped, "weight", codes),
            _group_sums(capped, "cap", codes),
            assumptions[f"fleet.on_terrain_share.{vehicle_class}"],
        )
    except ValueError as error:
        invariant = f"the register has too little terrain for the class {vehicle_class}"
        raise InvariantError(invariant, str(error)) from None
    by_code = {str(key[0]): rows for key, rows in capped.group_by("municipality_code")}
    return pl.concat(
        _spread_municipality(by_code.get(code, capped.clear()), code, float(here), int(total))
        for code, here, total in zip(codes, on_terrain, totals, strict=True)
    ).with_columns(vehicle_class=pl.lit(vehicle_class))


def _spread_municipality(
    terrains: pl.DataFrame, code: str, on_terrain: float, vehicles: int
) -> pl.DataFrame:
    """Return the vehicles of one municipality as integers, the pseudo-terrain last."""
    terrains = terrains.sort("terrain_id")
    on_rows = allocation.capped_proportional(
        on_terrain, terrains["weight"].to_numpy(), terrains["cap"].to_numpy()
    )
    values = np.append(on_rows, vehicles - on_rows.sum())
    return pl.DataFrame(
        {
            "terrain_id": [*terrains["terrain_id"], off_terrain_id(code)],
            "municipality_code": [code] * values.size,
            "vehicles": allocation.largest_remainder(values, vehicles),
            "basis": ["modelled"] * values.size,
        }
    )


def _group_sums(rows: pl.DataFrame, column: str, codes: list[str]) -> Floats:
    sums = dict(rows.group_by("municipality_code").agg(pl.col(column).sum()).iter_rows())
    return np.array([float(sums.get(code, 0.0)) for code in codes])


@dataclass(frozen=True)
class _Cleaned:
    """A municipal count with its fit: registered, fitted and cleaned vehicles, and what is odd."""

    registered: pl.Series
    fitted: Floats
    vehicles: Floats
    is_outlier: npt.NDArray[np.bool_]


def _clean(column: str, rows: pl.DataFrame, assumptions: Assumptions) -> _Cleaned:
    """Return a count with what lies far above the robust fit replaced by it.

    Log-linear on establishments, inhabitants, area and the shares of sectors, Tukey's biweight: the
    fit is not drawn by what it is to find.
    """
    import statsmodels.api as sm  # slow to import, and only here

    counts = rows[column].to_numpy().astype(np.float64)
    size = np.log(rows.select("establishments", "inhabitants", "area_ha").to_numpy())
    design = sm.add_constant(np.hstack([size, sector_shares(rows)[:, :-1]]))
    target = np.log(np.maximum(counts, 1))
    fit = sm.RLM(target, design, M=sm.robust.norms.TukeyBiweight()).fit()
    limit = assumptions["fleet.outlier_robust_sd"] * fit.scale
    is_outlier = np.asarray(target - fit.fittedvalues > limit)
    fitted = np.exp(fit.fittedvalues)
    return _Cleaned(rows[column], fitted, np.where(is_outlier, fitted, counts), is_outlier)


def sector_shares(municipalities: pl.DataFrame) -> Floats:
    """Return the share of each of `SECTORS` in the establishments, shape (m, 5) [1].

    A share that is not known is read as the median of the province.
    """
    named = [f"share_{sector}" for sector in NAMED_SECTORS]
    known = municipalities.select(
        pl.col(name).fill_null(pl.col(name).median().over("province_name")) for name in named
    ).to_numpy()
    return np.column_stack([known, 1 - known.sum(axis=1)])


def _terrain_weight(rows: pl.DataFrame, terrain_weights: pl.DataFrame) -> Floats:
    """Return the summed weight of the terrains of each municipality, zero without any."""
    sums = terrain_weights.group_by("municipality_code").agg(pl.col("weight").sum())
    joined = rows.join(sums, on="municipality_code", how="left", maintain_order="left")
    return joined["weight"].fill_null(0).to_numpy()


def _margins(
    rows: pl.DataFrame, vans_by_province: pl.DataFrame, national: Mapping[str, int]
) -> list[allocation.Margin]:
    """Return the margins of municipality by class: the nation, and vans by province."""
    size = rows.height
    classes = np.repeat(np.arange(len(VEHICLE_CLASSES)), size)
    totals = np.array([float(national[name]) for name in VEHICLE_CLASSES])
    names = vans_by_province["province_name"].to_list()
    provinces = np.full(classes.size, -1)
    provinces[:size] = [names.index(name) for name in rows["province_name"]]
    users = vans_by_province["vans_main_user"].to_numpy().astype(np.float64)
    return [
        allocation.Margin("vehicles per class", classes, totals),
        allocation.Margin(
            "vans per province", provinces, allocation.proportional(totals[0], users)
        ),
    ]


def _class_rows(
    rows: pl.DataFrame, vehicle_class: str, used: Floats, counted: _Cleaned | None, national: int
) -> pl.DataFrame:
    nothing = pl.Series([None] * rows.height, dtype=pl.Float64)
    frame = rows.select(
        "municipality_code",
        vehicle_class=pl.lit(vehicle_class),
        vehicles=pl.Series(used),
    )
    if counted is None:
        return frame.with_columns(
            registered_vehicles=nothing.cast(pl.Int64),
            raw_vehicles=nothing,
            fitted_vehicles=nothing,
            moved_vehicles=nothing,
            is_outlier=pl.lit(value=False),
        ).select(_MUNICIPAL_COLUMNS)
    scale = national / float(counted.registered.sum())
    raw = counted.registered.to_numpy() * scale
    return frame.with_columns(
        registered_vehicles=counted.registered,
        raw_vehicles=pl.Series(raw),
        fitted_vehicles=pl.Series(counted.fitted * scale),
        moved_vehicles=pl.Series(used - raw),
        is_outlier=pl.Series(counted.is_outlier),
    ).select(_MUNICIPAL_COLUMNS)


_MUNICIPAL_COLUMNS: Final = [
    column.name for column in TABLES["municipal_fleet"].columns if column.name != "run_id"
]
