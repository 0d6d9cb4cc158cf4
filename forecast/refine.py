"""Refinements laid over the model: fleet and electric vehicles of the terrains they touch.

The model knows nothing of them: growth, zones and shares are those of the country as the model has
it. So a correction changes its own terrain and, where the total of the municipality is kept, the
other vehicles of that municipality, and nothing else.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.fields import find_field
from forecast.known_electric import LEAVE, find_known_electric
from forecast.schema import TABLES
from models.allocation import largest_remainder

Floats = npt.NDArray[np.float64]

_PLACE: Final = ("municipality_code", "vehicle_class")


def no_refinements() -> pl.DataFrame:
    """Return `refinements` without rows."""
    return pl.DataFrame(schema=TABLES["refinements"].polars_schema())


def known_vehicles(refinements: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Return the vehicles of today that are known, per terrain and class.

    A number of several classes together is split over them by weight, into whole vehicles; a later
    number of one of them overtakes its part.

    Parameters
    ----------
    refinements
        The active ones, in the order of entry; those of unknown terrains are left out.
    weights
        terrain_id, vehicle_class, weight: the vehicles of the model, or of the municipality [1].

    Returns
    -------
    terrain_id, vehicle_class, known [vehicles], leaves: the rest of the municipality stays.
    """
    by_terrain = {
        str(key): dict(rows.select("vehicle_class", "weight").iter_rows())
        for (key,), rows in weights.join(refinements, on="terrain_id", how="semi").group_by(
            "terrain_id"
        )
    }
    found: dict[tuple[str, str], tuple[int, bool]] = {}
    for entry in refinements.iter_rows(named=True):
        field = find_field(entry["field"])
        if field.kind != "vehicles" or entry["terrain_id"] not in by_terrain:
            continue
        of = by_terrain[entry["terrain_id"]]
        parts = np.array([float(of.get(name, 0.0)) for name in field.classes])
        parts = parts if parts.sum() > 0 else np.ones(parts.size)
        split = whole(entry["value"] * parts / parts.sum())
        for name, value in zip(field.classes, split.tolist(), strict=True):
            found[entry["terrain_id"], name] = (value, entry["municipal_rest"] == LEAVE)
    return pl.DataFrame(
        [(*key, *value) for key, value in found.items()],
        schema={
            "terrain_id": pl.String,
            "vehicle_class": pl.String,
            "known": pl.Float64,
            "leaves": pl.Boolean,
        },
        orient="row",
    )


def refine_fleet(model_fleet: pl.DataFrame, refinements: pl.DataFrame) -> pl.DataFrame:
    """Return `fleet` without its run: the model with what is known laid over it.

    Vehicles without a terrain stand at the pseudo-terrain of their municipality: they give way like
    those of any other terrain.
    """
    known = known_vehicles(refinements, model_fleet.rename({"vehicles": "weight"}))
    rows = (
        model_fleet.rename({"vehicles": "model_vehicles"})
        .join(known, on=["terrain_id", "vehicle_class"], how="left", maintain_order="left")
        .with_columns(
            vehicles=pl.col("model_vehicles"),
            basis=pl.when(pl.col("known").is_null())
            .then(pl.col("basis"))
            .otherwise(pl.lit("refined")),
        )
    )
    touched = rows.filter(pl.col("known").is_not_null()).select(_PLACE).unique()
    parts = [
        part.with_columns(
            vehicles=pl.Series(
                whole(
                    refine_counts(
                        part["model_vehicles"].to_numpy().astype(np.float64),
                        part["known"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
                        part["leaves"].fill_null(value=False).to_numpy(),
                    )
                )
            )
        )
        for _, part in rows.join(touched, on=_PLACE, how="semi").group_by(_PLACE)
    ]
    return (
        pl.concat([rows.join(touched, on=_PLACE, how="anti"), *parts])
        .select(
            "terrain_id",
            "municipality_code",
            "vehicle_class",
            "vehicles",
            "model_vehicles",
            "basis",
        )
        .sort("terrain_id", "vehicle_class")
    )


def refine_electric(
    model_electric: pl.DataFrame,
    fleet: pl.DataFrame,
    national_electric: pl.DataFrame,
    refinements: pl.DataFrame,
) -> pl.DataFrame:
    """Return `electric_vehicles` without its run: the model with what is known laid over it.

    ``electric = vehicles x share``; without refinements that is the model itself. A number of
    electric vehicles that is known holds in its year and has no band there; it moves the other
    years of its terrain by `carried_shares`. A number of vehicles that is known leaves the band of
    the nation.
    """
    national = national_electric.select(
        "vehicle_class",
        "year",
        "scenario",
        "growth_factor",
        below=pl.col("electric_vehicles_p10") / pl.col("electric_vehicles"),
        above=pl.col("electric_vehicles_p90") / pl.col("electric_vehicles"),
    )
    counted = pl.col("basis") == "refined"
    rows = (
        model_electric.join(fleet, on=["terrain_id", "vehicle_class"], maintain_order="left")
        .join(national, on=["vehicle_class", "year", "scenario"], maintain_order="left")
        .with_columns(
            is_touched=counted | (pl.col("vehicles") != pl.col("model_vehicles")),
            vehicles=pl.col("vehicles") * pl.col("growth_factor"),
        )
        # What no refinement touches is the model to the last digit.
        .with_columns(electric_share=pl.col("model_electric_share"), **_with_band(counted))
    )
    known = find_known_electric(rows, refinements, national_electric)
    return _with_known_electric(rows, known).select(
        name for name in TABLES["electric_vehicles"].polars_schema() if name != "run_id"
    )


def _with_band(counted: pl.Expr) -> dict[str, pl.Expr]:
    """Return the electric vehicles and the ends of their band, before any are known."""
    base = pl.col("vehicles") * pl.col("model_electric_share")
    over = {
        end: pl.when(counted)
        .then(pl.col(side))
        .when(pl.col("model_electric_vehicles") > 0)
        .then(pl.col(f"model_electric_vehicles_{end}") / pl.col("model_electric_vehicles"))
        .otherwise(pl.col(side))
        for end, side in (("p10", "below"), ("p90", "above"))
    }
    return {
        "electric_vehicles": pl.when("is_touched")
        .then(base)
        .otherwise(pl.col("model_electric_vehicles")),
        **{
            f"electric_vehicles_{end}": pl.when("is_touched")
            .then(base * factor)
            .otherwise(pl.col(f"model_electric_vehicles_{end}"))
            for end, factor in over.items()
        },
    }


def list_applied(refinements: pl.DataFrame) -> pl.DataFrame:
    """Return `applied_refinements` without its run; those of vanished terrains are among them."""
    return refinements.select("refinement_id").sort("refinement_id")


def refine_counts(
    model: Floats, pinned: Floats, leaves: npt.NDArray[np.bool_], caps: Floats | None = None
) -> Floats:
    """Return the vehicles of the places of one municipality around those that are known.

    The total is kept: ``rest_i = model_i (T - sum pinned) / sum of the model's rest``, with ``T``
    the total of the model, moved by what entries that leave the rest alone add to it.

    Parameters
    ----------
    model
        Of each place, the pseudo-terrain too, shape (n,).
    pinned
        What is known of each; nan where nothing is.
    leaves
        Whether an entry leaves the rest of the municipality as it was.
    caps
        The most of each place that is not known, such as its vehicles; none without.

    Returns
    -------
    Shape (n,). Where more is known than the municipality has, the rest is zero and the total larger
    than that of the model. Where the rest of the model is zero or at its caps, what is left over
    stays unplaced: the total is then smaller.
    """
    is_pinned = ~np.isnan(pinned)
    if leaves[is_pinned].all():
        return np.where(is_pinned, pinned, model)
    known = np.where(is_pinned, pinned, 0.0)
    total = model.sum() + (known - model)[is_pinned & leaves].sum()
    rest = np.where(is_pinned, 0.0, model)
    left = max(total - known.sum(), 0.0)
    scale = left / rest.sum() if rest.sum() > 0 else 0.0
    scaled = rest * scale
    return np.asarray(known + (scaled if caps is None else np.minimum(scaled, caps)))


def whole(values: Floats) -> npt.NDArray[np.int64]:
    """Return whole vehicles with the rounded total of the values."""
    return np.asarray(largest_remainder(values, round(float(values.sum()))))


def _with_known_electric(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with what is known, the rest of each municipality around it."""
    if known.is_empty():
        return rows
    keys = ["terrain_id", "vehicle_class", "year", "scenario"]
    joined = rows.join(known, on=keys, how="left", maintain_order="left").with_columns(
        vehicles=pl.max_horizontal("vehicles", "least_vehicles")
    )
    cell = [*_PLACE, "year", "scenario"]
    touched = joined.filter(pl.col("known").is_not_null()).select(cell).unique()
    parts = []
    for _, part in joined.join(touched, on=cell, how="semi").group_by(cell, maintain_order=True):
        electric = refine_counts(
            part["electric_vehicles"].to_numpy(),
            part["known"].fill_null(np.nan).to_numpy(),
            part["leaves"].fill_null(value=False).to_numpy(),
            part["vehicles"].to_numpy(),
        )
        parts.append(part.with_columns(refined=pl.Series(electric)))
    refined = pl.concat(parts)
    is_exact = pl.col("is_exact").fill_null(value=False)
    factor = {
        end: pl.when(is_exact)
        .then(1.0)
        .when(pl.col("electric_vehicles") > 0)
        .then(pl.col(f"electric_vehicles_{end}") / pl.col("electric_vehicles"))
        .otherwise(pl.col(side))
        for end, side in (("p10", "below"), ("p90", "above"))
    }
    refined = refined.with_columns(
        electric_vehicles=pl.col("refined"),
        electric_share=pl.when(pl.col("vehicles") > 0)
        .then(pl.col("refined") / pl.col("vehicles"))
        .otherwise(pl.col("electric_share")),
        **{f"electric_vehicles_{end}": pl.col("refined") * each for end, each in factor.items()},
    ).select(joined.columns)
    return pl.concat([joined.join(touched, on=cell, how="anti"), refined])
