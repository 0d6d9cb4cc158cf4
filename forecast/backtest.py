"""The national forecast against history: what would have been foreseen, and what came.

At each origin (1 January) the model is fitted anew to what was known then: counts by the day on
which they can have been known, the latest published forecasts for 2030 as anchors, policies that
had been announced. Every later count up to three and a half years ahead is compared with the
forecast for its day. What can't be set back is said in docs/method.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.adoption import Anchor, grow_class
from forecast.assumptions import DEFAULT_PATH, Assumptions, load_scenarios
from forecast.baselines import BASELINES, foresee_by_baselines
from forecast.errors import StepError
from forecast.hindcast import Hindcast, hindcast
from forecast.pipeline import run_until
from forecast.refine import no_refinements
from forecast.sources.embedded import DEFAULT_FOLDER, read_sources
from forecast.sources.fleet_history import decimal_year, electric_counts
from forecast.vocabulary import REFERENCE_YEAR, TRUCK_CLASSES, VEHICLE_GROUPS, group_of
from models.backtest import Score, score

Floats = npt.NDArray[np.float64]

HORIZONS: Final = (1, 2, 3)
MODEL: Final = "laadvraag"
LEVELS: Final = (0.05, 0.25, 0.50, 0.75, 0.95)
FEWEST_COUNTS: Final = 3
"""Counts that must be known at an origin: two give growth, a third says something of it."""
FEWEST_FORECASTS: Final = 3
"""Forecasts below which a score is called too short to test."""
_HALF_YEAR: Final = 0.5


@dataclass(frozen=True)
class Forecast:
    """One forecast set against a count.

    Attributes
    ----------
    group
        van or truck.
    origin, date
        When it was made and the day it is for [year].
    quantiles
        At `LEVELS` for the model, only the middle for a baseline [vehicles].
    actual
        The count [vehicles].
    """

    model: str
    group: str
    origin: float
    date: float
    quantiles: tuple[float, ...]
    actual: float

    @property
    def horizon(self) -> int:
        """Years ahead, rounded."""
        return math.floor(self.date - self.origin + _HALF_YEAR)

    @property
    def middle(self) -> float:
        """The forecast as one number."""
        return self.quantiles[len(self.quantiles) // 2]


@dataclass(frozen=True)
class HorizonScore:
    """The score of a model for a group at a horizon; None where there is nothing to test."""

    model: str
    group: str
    horizon: int
    score: Score | None

    @property
    def is_too_short(self) -> bool:
        """Whether there are too few forecasts to conclude from."""
        return self.score is None or self.score.n < FEWEST_FORECASTS


@dataclass(frozen=True)
class BacktestReport:
    """Every forecast, its scores, and the forecasts of others beside what came.

    Attributes
    ----------
    counts
        Date [year] and electric vehicles of every count, by group.
    last_count_on
        Day of the last count.
    levels
        Quantiles that a forecast with a band holds [1].
    """

    forecasts: Sequence[Forecast]
    scores: Sequence[HorizonScore]
    hindcasts: Sequence[Hindcast]
    counts: Mapping[str, Sequence[tuple[float, float]]]
    last_count_on: date
    levels: Sequence[float] = LEVELS

    def score_of(self, model: str, group: str, horizon: int) -> HorizonScore:
        """Return the score of a model for a group at a horizon."""
        return next(
            each
            for each in self.scores
            if (each.model, each.group, each.horizon) == (model, group, horizon)
        )


def run_backtest(
    data_folder: Path = DEFAULT_FOLDER, assumptions_path: Path = DEFAULT_PATH
) -> BacktestReport:
    """Test the forecast against the history of a data folder.

    Raises
    ------
    LaadvraagError
        Whatever is wrong with sources or assumptions.
    """
    scenarios = load_scenarios(assumptions_path)
    sources = read_sources(data_folder)
    state = run_until("zone_terms", sources, scenarios, no_refinements())
    history, published = sources["fleet_history"], sources["published_figures"]
    try:
        forecasts = backtest(history, published, state["zone_terms"], scenarios.base)
    except (ArithmeticError, ValueError) as error:
        raise StepError("Test against history", str(error)) from error
    return BacktestReport(
        forecasts,
        score_forecasts(forecasts),
        hindcast(history, published),
        {
            group: electric_counts(history, group).select("date", "value").rows()
            for group in VEHICLE_GROUPS
        },
        max(electric_counts(history, group)["day"].item(-1) for group in VEHICLE_GROUPS),
    )


def backtest(
    fleet_history: pl.DataFrame,
    published_figures: pl.DataFrame,
    zone_terms: Mapping[str, Mapping[int, float]],
    assumptions: Assumptions,
) -> list[Forecast]:
    """Return every forecast of the model and the baselines that a count can be set against."""
    forecasts: list[Forecast] = []
    for group, classes in VEHICLE_GROUPS.items():
        counts = electric_counts(fleet_history, group)
        for origin in _origins(counts):
            targets = [
                (date, value)
                for date, value in counts.select("date", "value").iter_rows()
                if 1 <= math.floor(date - origin + _HALF_YEAR) <= HORIZONS[-1]
            ]
            if not targets:
                continue
            dates = [date for date, _ in targets]
            given = fleet_history, published_figures, zone_terms, assumptions
            made = {MODEL: _by_model(classes, origin, dates, *given)}
            baselines = foresee_by_baselines(group, origin, dates, fleet_history, assumptions)
            made |= {name: values[:, np.newaxis] for name, values in baselines.items()}
            forecasts += [
                Forecast(name, group, origin, date, tuple(row), value)
                for name, rows in made.items()
                for (date, value), row in zip(targets, rows.tolist(), strict=True)
            ]
    return forecasts


def score_forecasts(forecasts: Sequence[Forecast]) -> list[HorizonScore]:
    """Return the scores per group, horizon and model; groups without forecasts are there too."""
    scores = []
    for group, horizon, model in product(VEHICLE_GROUPS, HORIZONS, (MODEL, *BASELINES)):
        found = [
            each
            for each in forecasts
            if (each.model, each.group, each.horizon) == (model, group, horizon)
        ]
        scores.append(HorizonScore(model, group, horizon, _score(found) if found else None))
    return scores


def published_anchors(
    group: str, origin: float, published_figures: pl.DataFrame, relative_sd: float
) -> list[Anchor]:
    """Return the latest forecast for 2030 that had been published at the origin, if any."""
    rows = published_figures.filter(
        (pl.col("kind") == "forecast")
        & (pl.col("quantity") == f"electric_{group}s")
        & (pl.col("year") == REFERENCE_YEAR)
        & (decimal_year(pl.col("published_on")) <= origin)
    ).sort("published_on")
    if rows.is_empty():
        return []
    row = rows.with_columns(date=decimal_year(pl.col("holds_on"))).row(-1, named=True)
    return [Anchor(round(row["date"], 1), row["value"], relative_sd)]


def _origins(counts: pl.DataFrame) -> Iterator[float]:
    first, last = math.ceil(counts["date"].item(0)), math.floor(counts["date"].item(-1))
    for year in range(first, last + 1):
        if counts.filter(pl.col("known") <= year).height >= FEWEST_COUNTS:
            yield float(year)


def _by_model(
    classes: Sequence[str],
    origin: float,
    dates: Sequence[float],
    fleet_history: pl.DataFrame,
    published_figures: pl.DataFrame,
    zone_terms: Mapping[str, Mapping[int, float]],
    assumptions: Assumptions,
) -> Floats:
    """Return the quantiles of the model, shape (dates, levels)."""
    draws = []
    for name in classes:
        anchors = [
            Anchor(
                anchor.date,
                anchor.electric_vehicles * _class_part(name, assumptions),
                anchor.relative_sd,
            )
            for anchor in published_anchors(
                group_of(name),
                origin,
                published_figures,
                assumptions["adoption.anchor_relative_sd"],
            )
        ]
        grown = grow_class(name, fleet_history, anchors, zone_terms[name], assumptions, origin)
        draws.append(grown.stock_draws[:, [grown.fleet.index(date) for date in dates]])
    return np.asarray(np.quantile(sum(draws), LEVELS, axis=0).T)


def _class_part(vehicle_class: str, assumptions: Assumptions) -> float:
    if vehicle_class not in TRUCK_CLASSES:
        return 1.0
    rigid = assumptions["adoption.rigid_share_2030"]
    return rigid if vehicle_class == TRUCK_CLASSES[0] else 1 - rigid


def _score(forecasts: Sequence[Forecast]) -> Score:
    actual = np.array([each.actual for each in forecasts])
    middle = np.array([each.middle for each in forecasts])
    is_banded = all(len(each.quantiles) == len(LEVELS) for each in forecasts)
    bands = np.array([each.quantiles for each in forecasts]).T if is_banded else None
    return score(middle, actual, bands, np.array(LEVELS))
