"""Electric vehicles that advisers know of, carried over the years of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.fields import find_field
from forecast.vocabulary import MID_SCENARIO
from models.allocation import capped_proportional
from models.electric_share import share_in

Floats = npt.NDArray[np.float64]

LEAVE: Final = "leave"
_EVEN: Final = 0.5
"""Half a vehicle on either side, so that none and all have finite odds."""
_SCHEMA: Final = {
    "terrain_id": pl.String,
    "vehicle_class": pl.String,
    "year": pl.Int64,
    "scenario": pl.String,
    "known": pl.Float64,
    "least_vehicles": pl.Float64,
    "is_exact": pl.Boolean,
    "leaves": pl.Boolean,
}

_Key = tuple[str, str, str]
"""Terrain, vehicle class and scenario."""


@dataclass(frozen=True)
class _Course:
    """Vehicles of one class on one terrain through the years, and their share by the model."""

    run_years: tuple[int, ...]
    today: float
    held: Mapping[int, float]
    growth: Mapping[int, float]
    national: Mapping[int, float]

    def vehicles(self, year: int) -> float:
        return self.today * self.growth[year]

    def share(self, year: int) -> float:
        return share_in(year, self.held, self.national)


def find_known_electric(
    rows: pl.DataFrame, refinements: pl.DataFrame, national_electric: pl.DataFrame
) -> pl.DataFrame:
    """Return the electric vehicles of terrains of which some are known, in every year of the run.

    A number of several classes together is split as the model has them in that year, none beyond
    its vehicles; what is more than all of them together goes by the vehicles.

    Parameters
    ----------
    rows
        terrain_id, vehicle_class, year, scenario, vehicles and model_electric_share, of the years
        of the run.
    refinements
        Those that count, in the order of entry.
    national_electric
        Every year to 2050.

    Returns
    -------
    terrain_id, vehicle_class, year, scenario, known [vehicles], least_vehicles: of all powertrains,
    is_exact: that very year is known, leaves: the rest of the municipality stays.
    """
    courses = _courses(rows, refinements, national_electric)
    return pl.DataFrame(
        [
            (*key, *row)
            for key, known in _entered(refinements, courses).items()
            for scenario in sorted({name for *place, name in courses if tuple(place) == key})
            for row in _carried(courses[(*key, scenario)], scenario, known)
        ],
        schema=_SCHEMA,
        orient="row",
    )


def _courses(
    rows: pl.DataFrame, refinements: pl.DataFrame, national_electric: pl.DataFrame
) -> dict[_Key, _Course]:
    """Return the course of every class on the terrains that refinements name."""
    growth: dict[tuple[str, str], dict[int, float]] = {}
    share: dict[tuple[str, str], dict[int, float]] = {}
    for name, scenario, year, grown, electric in national_electric.select(
        "vehicle_class", "scenario", "year", "growth_factor", "electric_share"
    ).iter_rows():
        growth.setdefault((name, scenario), {})[year] = grown
        share.setdefault((name, scenario), {})[year] = electric
    here = rows.join(refinements, on="terrain_id", how="semi").sort("year")
    found = {}
    for (terrain, name, scenario), part in here.group_by("terrain_id", "vehicle_class", "scenario"):
        of = (str(name), str(scenario))
        years = tuple(part["year"])
        found[str(terrain), *of] = _Course(
            years,
            part["vehicles"][0] / growth[of][years[0]],
            dict(zip(years, part["model_electric_share"], strict=True)),
            growth[of],
            share[of],
        )
    return found


def _entered(
    refinements: pl.DataFrame, courses: Mapping[_Key, _Course]
) -> dict[tuple[str, str], dict[int, tuple[float, bool]]]:
    """Return number and whether the rest is left, by year, per terrain and class."""
    known: dict[tuple[str, str], dict[int, tuple[float, bool]]] = {}
    for entry in refinements.iter_rows(named=True):
        field = find_field(entry["field"])
        terrain, year = entry["terrain_id"], entry["year"]
        keys = [(terrain, name, MID_SCENARIO) for name in field.classes]
        if field.kind != "electric" or any(key not in courses for key in keys):
            continue
        vehicles = np.array([courses[key].vehicles(year) for key in keys])
        shares = np.array([courses[key].share(year) for key in keys])
        split = split_electric(entry["value"], vehicles, shares)
        for name, value in zip(field.classes, split.tolist(), strict=True):
            known.setdefault((terrain, name), {})[year] = (value, entry["municipal_rest"] == LEAVE)
    return known


def split_electric(total: float, vehicles: Floats, shares: Floats) -> Floats:
    """Return a number of electric vehicles over classes, in proportion to those of the model.

    Parameters
    ----------
    total
        Of all classes together.
    vehicles, shares
        Vehicles, and their electric share by the model, shape (classes,) each.

    Examples
    --------
    >>> split_electric(40.0, np.array([20.0, 20.0]), np.array([0.1, 0.3])).tolist()
    [20.0, 20.0]
    >>> split_electric(10.0, np.array([20.0, 20.0]), np.array([0.1, 0.3])).tolist()
    [2.5, 7.5]
    """
    if vehicles.sum() <= 0:
        return np.full(vehicles.size, total / vehicles.size)
    if total >= vehicles.sum():
        return np.asarray(vehicles * (total / vehicles.sum()))
    # A class of which the model knows none electric still takes what the others can't.
    weights = vehicles * np.maximum(shares, np.finfo(float).tiny)
    return np.asarray(capped_proportional(total, weights, vehicles))


def _carried(
    course: _Course, scenario: str, known: Mapping[int, tuple[float, bool]]
) -> Iterator[tuple[int, str, float, float, bool, bool]]:
    """Yield the rows of the years of the run."""
    numbers = {year: value for year, (value, _) in known.items()}
    years = sorted({*course.run_years, *numbers})
    vehicles = {year: max(course.vehicles(year), numbers.get(year, 0.0)) for year in years}
    shares = carried_shares(numbers, vehicles, {year: course.share(year) for year in years})
    for year in course.run_years:
        # What an entry says of the rest holds until the next one.
        last = max((each for each in known if each <= year), default=min(known))
        yield (
            year,
            scenario,
            numbers.get(year, shares[year] * vehicles[year]),
            vehicles[year],
            year in known,
            known[last][1],
        )


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
