"""What makes the electric share of a municipality differ from that of the nation, besides zones.

Where electric vehicles were counted per municipality, those counts say it, pooled with the nation
as far as they are few. Elsewhere the sectors of a municipality do, by what was published per
sector.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.fleet import sector_shares
from forecast.growth import Growth
from forecast.sources.fleet_history import decimal_year
from forecast.vocabulary import SCENARIOS, SECTORS, VEHICLE_CLASSES, VEHICLE_GROUPS, group_of
from forecast.years import year_end
from models import regional

Floats = npt.NDArray[np.float64]

SECTOR_CLASS: Final = "van"
"""The class whose sectors are known; trucks are nearly all in one."""
_FEWEST_DATES: Final = 2
"""Counts of a municipality from which growth can be seen."""


def estimate_municipal_shift(
    municipalities: pl.DataFrame,
    municipal_electric: pl.DataFrame,
    growth: Growth,
    years: Sequence[int],
    assumptions: Assumptions,
) -> pl.DataFrame:
    r"""Return `municipal_shift` without its run.

    Counted: the log-odds of the pooled share over those of the nation on the day of the last count,
    plus what its own growth, pooled as well, adds between then and the year; growth counts for at
    most ``regional.slope_years``, as no lead lasts.

    Not counted: ``shift_m = sum_s (mix_ms - mix_s) effect_s`` with the mix of the vans by sector:
    establishments times vans per establishment of the sector in the nation. A municipality with the
    mix of the nation has none.
    """
    rows = municipalities.sort("municipality_code")
    frames = []
    for name in VEHICLE_CLASSES:
        shift = _sector_shift(rows, assumptions) if name == SECTOR_CLASS else np.zeros(rows.height)
        structural = rows.select(
            "municipality_code",
            vehicle_class=pl.lit(name),
            log_odds_shift=pl.Series(shift),
            shift_basis=pl.lit("sectors" if name == SECTOR_CLASS else "none"),
            counted_until=pl.lit(None, dtype=pl.Float64),
        )
        counts = municipal_electric.filter(pl.col("vehicle_group") == group_of(name))
        for year in years:
            frame = structural
            if not counts.is_empty():
                local = _counted_shift(counts, year, growth, assumptions)
                frame = frame.update(local, on="municipality_code")
            frames.append(frame.with_columns(year=pl.lit(year, dtype=pl.Int64)))
    return pl.concat(frames)


def _counted_shift(
    counts: pl.DataFrame, year: int, growth: Growth, assumptions: Assumptions
) -> pl.DataFrame:
    """Return municipality_code, log_odds_shift, shift_basis and counted_until of counted ones."""
    dated = (
        counts.with_columns(at=decimal_year(pl.col("date")))
        .filter((pl.col("vehicles") > 0).all().over("municipality_code"))
        .sort("municipality_code", "at")
    )
    dates = dated["at"].unique().sort().to_numpy()
    shape = (-1, dates.size)
    electric = dated["electric_vehicles"].to_numpy().astype(np.float64).reshape(shape)
    vehicles = dated["vehicles"].to_numpy().astype(np.float64).reshape(shape)
    if electric[:, -1].sum() == 0:
        raise ValueError("the last counts per municipality hold no electric vehicle at all")
    national = _national_share(str(counts["vehicle_group"].item(0)), float(dates[-1]), growth)
    ratio, _ = regional.gamma_poisson_ratio(electric[:, -1], national * vehicles[:, -1])
    shift = regional.share_shift(ratio, national)
    if dates.size >= _FEWEST_DATES:
        slopes = regional.pool_effects(*regional.log_odds_slopes(electric, vehicles, dates))
        most = assumptions["regional.slope_years"]
        ahead = float(np.clip(year_end(year) - dates[-1], -most, most))
        shift = shift + (slopes.effects - slopes.mean) * ahead
    return dated.select(pl.col("municipality_code").unique(maintain_order=True)).with_columns(
        log_odds_shift=pl.Series(shift),
        shift_basis=pl.lit("counts"),
        counted_until=pl.lit(float(dates[-1])),
    )


def _national_share(group: str, date: float, growth: Growth) -> float:
    """Return the electric share of the nation at a date, on the path of mid [1]."""
    electric = vehicles = 0.0
    for name in VEHICLE_GROUPS[group]:
        found = growth[SCENARIOS[1], name]
        at = found.fleet.index(date)
        electric += float(found.fleet.survivors(found.electric_sales)[at])
        vehicles += float(found.fleet.stock[at])
    return electric / vehicles


def _sector_shift(municipalities: pl.DataFrame, assumptions: Assumptions) -> Floats:
    """Return the shift by the mix of sectors, shape (m,) [1]."""
    establishments = (
        sector_shares(municipalities) * municipalities["establishments"].to_numpy()[:, np.newaxis]
    )
    vans = np.array(assumptions.of("sector.vans", SECTORS))
    mix = establishments * (vans / establishments.sum(axis=0))
    national = mix.sum(axis=0) / mix.sum()
    effect = np.array(assumptions.of("sector.log_odds", SECTORS))
    return np.asarray((mix / mix.sum(axis=1, keepdims=True) - national) @ effect)
