"""The test against history knows nothing of the future, and says where it can't judge."""

from __future__ import annotations

import math

import polars as pl
import pytest

from forecast.adoption import class_observations, grow_class
from forecast.assumptions import ScenarioSet
from forecast.backtest import (
    FEWEST_FORECASTS,
    BacktestReport,
    backtest,
    published_anchors,
    run_backtest,
)
from forecast.backtest_table import score_rows, verdicts
from forecast.baselines import BASELINES, foresee_by_baselines
from forecast.hindcast import hindcast
from forecast.sources.embedded import SourceData
from forecast.words import load

NO_ZONES = {name: {} for name in ("van", "rigid_truck", "tractor")}


@pytest.fixture(scope="module")
def report() -> BacktestReport:
    return run_backtest()


def test_every_model_foresees_the_same_counts(report: BacktestReport) -> None:
    made = {
        name: {
            (each.group, each.origin, each.date) for each in report.forecasts if each.model == name
        }
        for name in ("laadvraag", *BASELINES)
    }
    assert all(found == made["laadvraag"] for found in made.values())
    assert all(0.5 <= each.date - each.origin < 3.5 for each in report.forecasts)
    origins = {each.origin for each in report.forecasts if each.group == "van"}
    assert {2021.0, 2022.0, 2023.0, 2024.0} <= origins


def test_scores_follow_from_the_forecasts(report: BacktestReport) -> None:
    chosen = [
        each
        for each in report.forecasts
        if (each.model, each.group, each.horizon) == ("log_growth", "van", 2)
    ]
    found = report.score_of("log_growth", "van", 2).score
    assert found is not None
    assert found.n == len(chosen) == 8
    missed = sum(abs(each.middle - each.actual) for each in chosen)
    assert found.wape == pytest.approx(missed / sum(each.actual for each in chosen))


def test_the_model_is_better_than_leaving_things_as_they_are(report: BacktestReport) -> None:
    for horizon in (1, 2, 3):
        own = report.score_of("laadvraag", "van", horizon).score
        still = report.score_of("last_share", "van", horizon).score
        pooled = report.score_of("pooled_logistic", "van", horizon).score
        assert own is not None
        assert still is not None
        assert pooled is not None
        assert own.wape < min(still.wape, pooled.wape)
        # As a distribution it beats every single number.
        growth = report.score_of("log_growth", "van", horizon).score
        assert growth is not None
        assert own.pinball < growth.pinball


def test_the_wide_band_is_not_missed_more_often_than_it_may(report: BacktestReport) -> None:
    found = [report.score_of("laadvraag", "van", horizon).score for horizon in (1, 2, 3)]
    covered = sum(score.covered[0] for score in found if score)
    n = sum(score.n for score in found if score)
    # 22 forecasts at 90 %: 17 or fewer inside would happen once in twenty-five times by chance.
    assert n == 22
    assert covered > 17


def test_counts_of_later_days_change_nothing(sources: SourceData, scenarios: ScenarioSet) -> None:
    history = sources["fleet_history"]
    is_later = pl.col("known_from").dt.year() >= 2023
    distorted = history.with_columns(
        value=pl.when(is_later & pl.col("series").str.contains("electric"))
        .then(pl.col("value") * 3)
        .otherwise(pl.col("value"))
    )
    mid = scenarios["mid"]
    one, other = (
        grow_class("van", rows, [], {}, mid, origin=2022.5).stock_draws
        for rows in (history, distorted)
    )
    assert one.tobytes() == other.tobytes()
    lines = (
        foresee_by_baselines("van", 2022.5, [2024.0], rows, mid) for rows in (history, distorted)
    )
    first, second = lines
    assert {name: value.tolist() for name, value in first.items()} == {
        name: value.tolist() for name, value in second.items()
    }


def test_a_count_published_later_is_not_known_yet(
    sources: SourceData, scenarios: ScenarioSet, report: BacktestReport
) -> None:
    # 4,300 of 1 January 2020 was derived from a figure of 2021.
    del report
    mid = scenarios["mid"]
    fleet = grow_class("van", sources["fleet_history"], [], {}, mid, origin=2022.0).fleet
    dates = {
        origin: class_observations(
            "van", fleet, sources["fleet_history"], [], mid, origin
        ).dates.tolist()
        for origin in (2020.5, 2021.0)
    }
    assert 2020.0 not in dates[2020.5]
    assert 2020.0 in dates[2021.0]


@pytest.mark.parametrize(
    ("origin", "vans"),
    [
        pytest.param(2021.0, None, id="nothing had been published"),
        pytest.param(2022.0, 267_000, id="the covenant of 2021"),
        pytest.param(2023.0, 225_000, id="ElaadNL of June 2022 replaces it"),
    ],
)
def test_anchors_are_those_of_the_day(
    sources: SourceData, origin: float, vans: float | None
) -> None:
    found = published_anchors("van", origin, sources["published_figures"], 0.05)
    assert [anchor.electric_vehicles for anchor in found] == ([] if vans is None else [vans])


def test_policies_are_left_out_until_they_were_announced(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    mid = scenarios["mid"]
    names = {
        origin: set(
            grow_class("van", sources["fleet_history"], [], {}, mid, origin=origin)
            .fits[0]
            .parameters
        )
        for origin in (2020.5, 2022.0, 2024.0)
    }
    assert "ze_zone" not in names[2020.5]
    assert "ze_zone" in names[2022.0]
    assert "bpm" not in names[2022.0]
    assert "bpm" in names[2024.0]


def test_baselines_by_hand(sources: SourceData, scenarios: ScenarioSet) -> None:
    found = foresee_by_baselines(
        "van", 2023.0, [2025.0], sources["fleet_history"], scenarios["mid"]
    )
    # 13,622 vans on 1 January 2023, 9,400 a year before.
    assert found["log_growth"][0] == pytest.approx(13_622 * (13_622 / 9_400) ** 2)
    # The share of 1,006,477 stays while the fleet grows by half a per cent a year.
    assert found["last_share"][0] == pytest.approx(13_622 * 1.005**2, rel=1e-6)


def test_too_few_forecasts_are_called_too_short(report: BacktestReport) -> None:
    words = load("en")
    for row, found in zip(score_rows(report, words), report.scores, strict=True):
        n = found.score.n if found.score else 0
        assert found.is_too_short == (n < FEWEST_FORECASTS) == row[3].endswith("*")
    assert any("too short to test" in line for line in verdicts(report, words))


def test_the_verdict_names_the_better_baseline(report: BacktestReport) -> None:
    own = report.score_of("laadvraag", "van", 2).score
    growth = report.score_of("log_growth", "van", 2).score
    assert own is not None
    assert growth is not None
    verdict = verdicts(report, load("en"))[0]
    assert ("does NOT beat" in verdict) == (own.wape >= growth.wape)
    assert "constant growth" in verdict


def test_hindcast_reads_forecasts_at_the_day_of_the_last_count(sources: SourceData) -> None:
    rows = hindcast(sources["fleet_history"], sources["published_figures"])
    elaad = next(row for row in rows if row.publisher == "ElaadNL" and row.group == "van")
    # From 9,400 (1 January 2022) to 225,000 (31 December 2030) evenly: at 1 July 2025 after
    # 3.5 of 9 years.
    expected = 9_400 * (225_000 / 9_400) ** (3.4959 / 8.9973)
    assert elaad.expected == pytest.approx(expected, rel=1e-3)
    assert elaad.counted == 42_000
    assert {row.stated_year for row in rows} == {2025, 2030}
    assert all(2020 <= row.published_year <= 2022 for row in rows)


def test_a_short_history_gives_no_forecasts_rather_than_bad_ones(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    short = sources["fleet_history"].filter(
        ~(pl.col("series").is_in(["vans_electric", "trucks_electric"]))
        | (pl.col("date") >= "2024-06-01")
    )
    made = backtest(short, sources["published_figures"], NO_ZONES, scenarios["mid"])
    assert made == []
    assert math.isfinite(sum(each.actual for each in made))
