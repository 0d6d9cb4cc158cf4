"""What sets the terrains of one supply area apart: plots, companies and their connections.

How many companies a terrain has, how large their fleets are and what they have contracted is not
known per terrain. Their number follows from the occupied area; they differ in size as a lognormal
distribution; each has a small connection with some power to spare at night.
"""

from __future__ import annotations

import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own
from forecast.vocabulary import VEHICLE_CLASSES
from models.companies import share_below

_KEYS = ("terrain_id", "year", "scenario")


def score_terrains(
    terrains: pl.DataFrame,
    electric_vehicles: pl.DataFrame,
    own_site_access: pl.DataFrame,
    power: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `plan_scores` without its run.

    ``own_plot_share = sum_c EV_c min(1, a_c f) / sum_c EV_c`` with a the access of a class on an
    ordinary terrain and f the plot factor of this one; the grid is not in it.

    ``companies = occupied hectares / hectares per company``, a part of which have vehicles: at
    least one. ``smart_kw_per_company`` is the smart design peak of the depots over those, and
    ``connection_share`` the part of it at companies whose spare power carries it (see
    `models.companies.share_below`). A terrain without electric vehicles has no such scores.
    """
    occupied_ha = (pl.col("net_ha") - pl.col("issuable_ha")).clip(0)
    companies = terrains.select(
        "terrain_id", companies=occupied_ha / assumptions["plan.hectares_per_company"]
    )
    rows = (
        _plot_share(electric_vehicles, own_site_access, own_parameters, assumptions)
        .join(companies, on="terrain_id")
        .join(_depot_peak(power), on=_KEYS)
        .sort(_KEYS)
    )
    with_fleet = (pl.col("companies") * assumptions["plan.companies_with_vehicles_share"]).clip(1)
    has_vehicles = pl.col("own_plot_share").is_not_null()
    scored = rows.with_columns(
        smart_kw_per_company=pl.when(has_vehicles).then(pl.col("depot_kw") / with_fleet)
    )
    carried = share_below(
        scored["smart_kw_per_company"].fill_null(0).to_numpy(),
        assumptions["plan.spare_connection_kw"],
        assumptions["plan.company_size_log_sd"],
    )
    return scored.select(
        *_KEYS,
        "own_plot_share",
        "companies",
        "smart_kw_per_company",
        connection_share=pl.when(has_vehicles).then(pl.Series(carried)),
    )


def _plot_share(
    electric_vehicles: pl.DataFrame,
    own_site_access: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    own_access = pl.DataFrame(
        [
            (terrain, name, own.assumptions[f"energy.own_site_access.{name}"])
            for terrain, own in own_parameters.items()
            for name in VEHICLE_CLASSES
        ],
        schema={"terrain_id": pl.String, "vehicle_class": pl.String, "own_access": pl.Float64},
        orient="row",
    )
    access = pl.col("vehicle_class").replace_strict(
        {name: assumptions[f"energy.own_site_access.{name}"] for name in VEHICLE_CLASSES},
        return_dtype=pl.Float64,
    )
    own = (pl.coalesce("own_access", access) * pl.col("plot_factor")).clip(0, 1)
    electric = pl.col("electric_vehicles")
    return (
        electric_vehicles.join(own_site_access, on="terrain_id")
        .join(own_access, on=["terrain_id", "vehicle_class"], how="left")
        .group_by(_KEYS)
        .agg(own=(electric * own).sum(), electric=electric.sum())
        .select(
            *_KEYS,
            own_plot_share=pl.when(pl.col("electric") > 0).then(pl.col("own") / pl.col("electric")),
        )
    )


def _depot_peak(power: pl.DataFrame) -> pl.DataFrame:
    return power.filter(
        (pl.col("location_type") == "depot") & (pl.col("strategy") == "smart")
    ).select(*_KEYS, depot_kw="design_peak_kw")
