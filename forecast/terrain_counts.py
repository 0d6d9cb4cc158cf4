"""How strongly each terrain draws vehicles of a class: learned where enough were counted.

Counts of vehicles on terrains come in as refinements (surveys, visits, registers). From enough of
them, in enough municipalities, a model is learned and tells the other terrains apart; else the
weights by area and type do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.fleet import sector_shares
from forecast.refine import known_vehicles
from forecast.vocabulary import VEHICLE_CLASSES
from models.units import BAND_QUANTILES, P90_SDS

if TYPE_CHECKING:
    from models.terrain_counts import CountModel

Floats = npt.NDArray[np.float64]

WEIGHTS = "weights"
"""The basis where too few terrains were counted."""
_LEVEL = BAND_QUANTILES[-1] - BAND_QUANTILES[0]


@dataclass(frozen=True)
class Learned:
    """What the counted terrains of a class gave.

    Attributes
    ----------
    terrains, municipalities
        How many were counted, and in how many municipalities.
    model
        None where they were too few.
    """

    terrains: int
    municipalities: int
    model: CountModel | None


def find_counted(
    terrains: pl.DataFrame, municipal_fleet: pl.DataFrame, refinements: pl.DataFrame
) -> pl.DataFrame:
    """Return the terrains of which vehicles were counted.

    Trucks of both classes together are split as those of the municipality are.

    Returns
    -------
    terrain_id, municipality_code, vehicle_class, vehicles.
    """
    of_municipality = terrains.select("terrain_id", "municipality_code").join(
        municipal_fleet.select("municipality_code", "vehicle_class", weight="vehicles"),
        on="municipality_code",
    )
    return (
        known_vehicles(refinements, of_municipality)
        .join(of_municipality, on=["terrain_id", "vehicle_class"])
        .select("terrain_id", "municipality_code", "vehicle_class", vehicles="known")
    )


def can_learn(counted: pl.DataFrame, vehicle_class: str, assumptions: Assumptions) -> bool:
    """Return whether enough terrains of a class were counted to learn from.

    Terrains without vehicles are learned from, but alone they tell nothing.
    """
    with_vehicles = counted.filter(
        (pl.col("vehicle_class") == vehicle_class) & (pl.col("vehicles") > 0)
    )
    return (
        with_vehicles.height >= assumptions["learning.fewest_terrains"]
        and with_vehicles["municipality_code"].n_unique()
        >= assumptions["learning.fewest_municipalities"]
    )


def learn_terrain_counts(
    terrains: pl.DataFrame,
    terrain_weights: pl.DataFrame,
    municipalities: pl.DataFrame,
    municipal_fleet: pl.DataFrame,
    refinements: pl.DataFrame,
    assumptions: Assumptions,
) -> Mapping[str, Learned]:
    """Return what was learned per class; see `models.terrain_counts`."""
    counted = find_counted(terrains, municipal_fleet, refinements)
    learned = {}
    for name in VEHICLE_CLASSES:
        of_class = counted.filter(pl.col("vehicle_class") == name)
        model = None
        if can_learn(counted, name, assumptions):
            from models.terrain_counts import learn_counts

            features = _features(
                terrains, terrain_weights, municipalities, municipal_fleet, name
            ).join(of_class.select("terrain_id", "vehicles"), on="terrain_id")
            groups = features["municipality_code"].rank("dense").cast(pl.Int64).to_numpy()
            counts = features["vehicles"].to_numpy().astype(np.float64)
            known = features.drop("vehicles")
            model = learn_counts(
                counts, _matrix(known), groups, rising_feature=_columns(known).index("area")
            )
        learned[name] = Learned(of_class.height, of_class["municipality_code"].n_unique(), model)
    return learned


def count_again(
    terrain_learning: pl.DataFrame,
    terrains: pl.DataFrame,
    municipal_fleet: pl.DataFrame,
    refinements: pl.DataFrame,
) -> pl.DataFrame:
    """Return `terrain_learning` with the counted terrains of other refinements.

    Right as long as too few were counted to learn from: then nothing else hangs on them.
    """
    counted = (
        find_counted(terrains, municipal_fleet, refinements)
        .group_by("vehicle_class")
        .agg(
            counted_terrains=pl.len().cast(pl.Int64),
            counted_municipalities=pl.col("municipality_code").n_unique().cast(pl.Int64),
        )
    )
    names = ["counted_terrains", "counted_municipalities"]
    return (
        terrain_learning.drop(names)
        .join(counted, on="vehicle_class", how="left", maintain_order="left")
        .with_columns(pl.col(names).fill_null(0))
        .select(terrain_learning.columns)
    )


def summarise_learning(
    learned: Mapping[str, Learned], class_weights: pl.DataFrame, model_fleet: pl.DataFrame
) -> pl.DataFrame:
    """Return `terrain_learning` without its run; the variances are over terrains in use."""
    used = class_weights.filter(pl.col("occupied_ha") > 0).join(
        model_fleet.select("terrain_id", "vehicle_class", "vehicles"),
        on=["terrain_id", "vehicle_class"],
    )
    beyond = {
        str(name): (
            _beyond_area(rows, pl.col("weight").log()),
            _beyond_area(rows, (pl.col("vehicles") + 1).log()),
        )
        for (name,), rows in used.group_by("vehicle_class")
    }
    return pl.DataFrame(
        [
            {
                "vehicle_class": name,
                "weight_basis": found.model.kind if found.model else WEIGHTS,
                "counted_terrains": found.terrains,
                "counted_municipalities": found.municipalities,
                "glm_deviance": found.model.deviances["glm"] if found.model else None,
                "boosting_deviance": found.model.deviances["boosting"] if found.model else None,
                "weight_variance_beyond_area": beyond[name][0],
                "vehicles_variance_beyond_area": beyond[name][1],
            }
            for name, found in learned.items()
        ],
        schema_overrides={"glm_deviance": pl.Float64, "boosting_deviance": pl.Float64},
    )


def weigh_by_class(
    terrains: pl.DataFrame,
    terrain_weights: pl.DataFrame,
    municipalities: pl.DataFrame,
    municipal_fleet: pl.DataFrame,
    learned: Mapping[str, Learned],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the weight of each terrain per class, and how far its vehicles may lie from it.

    Returns
    -------
    terrain_id, municipality_code, vehicle_class, occupied_ha [ha], weight [1], log_sd_below and
    log_sd_above [1]: standard deviation of the logarithm of the vehicles, to either side.
    """
    frames = []
    for name in VEHICLE_CLASSES:
        model = learned[name].model
        frame = terrain_weights.sort("terrain_id").with_columns(vehicle_class=pl.lit(name))
        below = above = np.full(frame.height, assumptions["fleet.terrain_log_sd"])
        if model is not None:
            features = _matrix(
                _features(terrains, terrain_weights, municipalities, municipal_fleet, name)
            )
            found = model.predict(features)
            low, high = model.band(features, _LEVEL)
            below, above = (_log_sd(found, low), _log_sd(high, found))
            frame = frame.with_columns(
                weight=pl.when(pl.col("occupied_ha") > 0).then(pl.Series(found)).otherwise(0.0)
            )
        frames.append(
            frame.with_columns(log_sd_below=pl.Series(below), log_sd_above=pl.Series(above))
        )
    return pl.concat(frames)


def _beyond_area(rows: pl.DataFrame, figure: pl.Expr) -> float:
    """Return the part of the variance of a figure that the logarithm of hectares leaves [1]."""
    correlation = rows.select(pl.corr(figure, pl.col("occupied_ha").log())).item()
    return float(1 - correlation**2)


def _log_sd(above: Floats, below: Floats) -> Floats:
    """Return the distance from p10 or p90 to the middle as standard deviations of log(1 + n)."""
    return np.asarray((np.log1p(above) - np.log1p(below)) / P90_SDS)


def _features(
    terrains: pl.DataFrame,
    terrain_weights: pl.DataFrame,
    municipalities: pl.DataFrame,
    municipal_fleet: pl.DataFrame,
    vehicle_class: str,
) -> pl.DataFrame:
    """Return what tells terrains apart, by terrain."""
    sectors = sector_shares(municipalities)
    places = municipalities.select(
        "municipality_code",
        **{f"sector_{i}": pl.Series(column) for i, column in enumerate(sectors[:, :-1].T)},
    ).join(
        municipal_fleet.filter(pl.col("vehicle_class") == vehicle_class).select(
            "municipality_code", municipal="vehicles"
        ),
        on="municipality_code",
    )
    kind = pl.col("ibis_type_code").str.slice(0, 1).fill_null("")
    return (
        terrain_weights.join(terrains.select("terrain_id", "ibis_type_code"), on="terrain_id")
        .join(places, on="municipality_code")
        .with_columns(together=pl.col("weight").sum().over("municipality_code"))
        .sort("terrain_id")
        .select(
            "terrain_id",
            "municipality_code",
            *(f"sector_{i}" for i in range(sectors.shape[1] - 1)),
            area=(pl.col("occupied_ha") + 1).log(),
            is_sea_port=(kind == "A").cast(pl.Float64),
            is_office=(kind == "C").cast(pl.Float64),
            is_unknown=(~kind.is_in(["A", "B", "C"])).cast(pl.Float64),
            density=((pl.col("municipal") + 1) / (pl.col("together") + 1)).log(),
        )
    )


def _matrix(features: pl.DataFrame) -> Floats:
    """Return the features as numbers, shape (n, p)."""
    return features.select(_columns(features)).to_numpy()


def _columns(features: pl.DataFrame) -> list[str]:
    return [name for name, kind in features.schema.items() if kind == pl.Float64]
