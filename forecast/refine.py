"""Refinements laid over the model: fleet and electric vehicles of the terrains they touch.

The model knows nothing of them: growth, zones and shares are those of the country as the model has
it. So a correction changes its own terrain and, where the total of the municipality is kept, the
other vehicles of that municipality, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.fields import find_field
from forecast.schema import TABLES
from forecast.vocabulary import MID_SCENARIO
from models.allocation import largest_remainder

Floats = npt.NDArray[np.float64]

LEAVE: Final = "leave"
_EVEN: Final = 0.5
"""Half a vehicle on either side, so that none and all have finite odds."""
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
    rows = _known(refinements, "vehicles", weights.select("terrain_id", "vehicle_class", "weight"))
    return rows.select("terrain_id", "vehicle_class", "known", "leaves")


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
    base = pl.col("vehicles") * pl.col("model_electric_share")
    counted = pl.col("basis") == "refined"
    over = {
        end: pl.when(counted)
        .then(pl.col(side))
        .when(pl.col("model_electric_vehicles") > 0)
        .then(pl.col(f"model_electric_vehicles_{end}") / pl.col("model_electric_vehicles"))
        .otherwise(pl.col(side))
        for end, side in (("p10", "below"), ("p90", "above"))
    }
    rows = (
        model_electric.join(fleet, on=["terrain_id", "vehicle_class"], maintain_order="left")
        .join(national, on=["vehicle_class", "year", "scenario"], maintain_order="left")
        .with_columns(
            is_touched=counted | (pl.col("vehicles") != pl.col("model_vehicles")),
            vehicles=pl.col("vehicles") * pl.col("growth_factor"),
        )
        # What no refinement touches is the model to the last digit.
        .with_columns(
            electric_share=pl.col("model_electric_share"),
            electric_vehicles=pl.when("is_touched")
            .then(base)
            .otherwise(pl.col("model_electric_vehicles")),
            **{
                f"electric_vehicles_{end}": pl.when("is_touched")
                .then(base * factor)
                .otherwise(pl.col(f"model_electric_vehicles_{end}"))
                for end, factor in over.items()
            },
        )
    )
    known = _known_electric(rows, refinements, national_electric)
    return _with_known_electric(rows, known).select(
        name for name in TABLES["electric_vehicles"].polars_schema() if name != "run_id"
    )


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


def carried_shares(
    known: Mapping[int, float], vehicles: Mapping[int, float], model: Mapping[int, float]
) -> dict[int, float]:
    """Return the electric share of a terrain in every year, of which it is known in some.

    In a year that is known the share is that. Between, the distance to the model in log-odds lies
    on a straight line; before the first it grows from none in the first year of all, and after the
    last it stays.

    Parameters
    ----------
    known
        Electric vehicles by year, at least one.
    vehicles, model
        Vehicles, and the electric share of the model, in every year that is asked for; the years of
        ``known`` too.
    """
    years = sorted(model)
    distance = {
        year: _log_odds(count, vehicles[year])
        - _log_odds(model[year] * vehicles[year], vehicles[year])
        for year, count in known.items()
    }
    points = sorted(distance.items())
    if points[0][0] > years[0]:
        points = [(years[0], 0.0), *points]
    at, by = zip(*points, strict=True)
    shares = {}
    for year in years:
        if year in known:
            shares[year] = known[year] / vehicles[year] if vehicles[year] > 0 else 0.0
            continue
        moved = _log_odds(model[year] * vehicles[year], vehicles[year]) + float(
            np.interp(year, at, by)
        )
        count = (vehicles[year] + 1) / (1 + np.exp(-moved)) - _EVEN
        shares[year] = min(max(count / vehicles[year], 0.0), 1.0) if vehicles[year] > 0 else 0.0
    return shares


def _log_odds(count: float, of: float) -> float:
    """Return the log-odds of a count, half a vehicle added on either side."""
    return float(np.log((count + _EVEN) / (max(of - count, 0.0) + _EVEN)))


def _known(refinements: pl.DataFrame, kind: str, weights: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of a kind: terrain_id, vehicle_class, year, known, leaves."""
    by_terrain = {
        str(key): dict(rows.select("vehicle_class", "weight").iter_rows())
        for (key,), rows in weights.join(refinements, on="terrain_id", how="semi").group_by(
            "terrain_id"
        )
    }
    found: dict[tuple[str, str, int | None], tuple[float, bool]] = {}
    for entry in refinements.iter_rows(named=True):
        field = find_field(entry["field"])
        if field.kind != kind or entry["terrain_id"] not in by_terrain:
            continue
        of = by_terrain[entry["terrain_id"]]
        parts = np.array([float(of.get(name, 0.0)) for name in field.classes])
        parts = parts if parts.sum() > 0 else np.ones(parts.size)
        values = entry["value"] * parts / parts.sum()
        split = whole(values) if kind == "vehicles" else values
        for name, value in zip(field.classes, split.tolist(), strict=True):
            key = (entry["terrain_id"], name, entry["year"])
            found[key] = (float(value), entry["municipal_rest"] == LEAVE)
    return pl.DataFrame(
        [(*key, *value) for key, value in found.items()],
        schema={
            "terrain_id": pl.String,
            "vehicle_class": pl.String,
            "year": pl.Int64,
            "known": pl.Float64,
            "leaves": pl.Boolean,
        },
        orient="row",
    )


def _known_electric(
    rows: pl.DataFrame, refinements: pl.DataFrame, national_electric: pl.DataFrame
) -> pl.DataFrame:
    """Return the electric vehicles of terrains of which some are known, in every year of the run.

    Returns
    -------
    terrain_id, vehicle_class, year, scenario, known [vehicles], is_exact: that very year is known,
    leaves.
    """
    # The mid scenario of the last year tells how trucks of both classes are split.
    middle = rows.filter(
        (pl.col("scenario") == MID_SCENARIO) & (pl.col("year") == pl.col("year").max())
    )
    entries = _known(
        refinements,
        "electric",
        middle.select("terrain_id", "vehicle_class", weight="electric_vehicles"),
    )
    growth = {
        (name, year, scenario): (grown, share)
        for name, year, scenario, grown, share in national_electric.select(
            "vehicle_class", "year", "scenario", "growth_factor", "electric_share"
        ).iter_rows()
    }
    found = []
    for (terrain, name), known_rows in entries.group_by(
        "terrain_id", "vehicle_class", maintain_order=True
    ):
        known = dict(known_rows.select("year", "known").iter_rows())
        leaves = dict(known_rows.select("year", "leaves").iter_rows())
        of_class = rows.filter(terrain_id=terrain, vehicle_class=name).sort("year")
        for (scenario,), of_scenario in of_class.group_by("scenario", maintain_order=True):
            run_years = of_scenario["year"].to_list()
            today = of_scenario["vehicles"][0] / growth[name, run_years[0], scenario][0]
            years = sorted({*run_years, *known})
            vehicles = {
                year: max(today * growth[name, year, scenario][0], known.get(year, 0.0))
                for year in years
            }
            model = _every_share(
                dict(zip(run_years, of_scenario["model_electric_share"], strict=True)),
                {year: growth[name, year, scenario][1] for year in years},
            )
            shares = carried_shares(known, vehicles, model)
            found += [
                (
                    terrain,
                    name,
                    year,
                    scenario,
                    known.get(year, shares[year] * vehicles[year]),
                    vehicles[year],
                    year in known,
                    all(leaves.values()),
                )
                for year in run_years
            ]
    return pl.DataFrame(
        found,
        schema={
            "terrain_id": pl.String,
            "vehicle_class": pl.String,
            "year": pl.Int64,
            "scenario": pl.String,
            "known": pl.Float64,
            "least_vehicles": pl.Float64,
            "is_exact": pl.Boolean,
            "leaves": pl.Boolean,
        },
        orient="row",
    )


def _every_share(held: Mapping[int, float], national: Mapping[int, float]) -> dict[int, float]:
    """Return the share of the model in every year: its distance to the nation lies on a line."""
    at = sorted(held)
    distance = [_logit(held[year]) - _logit(national[year]) for year in at]
    return {
        year: held[year]
        if year in held
        else float(1 / (1 + np.exp(-(_logit(share) + np.interp(year, at, distance)))))
        for year, share in national.items()
    }


def _logit(share: float) -> float:
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(inside / (1 - inside)))


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
        .when(pl.col("known").is_not_null())
        .then(pl.col(side))
        .when(pl.col("electric_vehicles") > 0)
        .then(pl.col(f"electric_vehicles_{end}") / pl.col("electric_vehicles"))
        .otherwise(1.0)
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
