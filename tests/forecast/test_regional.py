"""What sets municipalities apart: their sectors, or what was counted there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecast.assumptions import ScenarioSet
from forecast.errors import DataSourceError
from forecast.pipeline import run_until
from forecast.refine import no_refinements
from forecast.regional import estimate_municipal_shift
from forecast.sources.embedded import SourceData
from forecast.sources.municipal_electric import FILE, check_known, read_municipal_electric

HEADER = "gemeente_code,vehicle_group,date,vehicles,electric_vehicles,definition"


Shifts = Callable[..., pl.DataFrame]


@pytest.fixture
def shifts(state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet) -> Shifts:
    """Return the shifts of vans for given counts, by municipality."""

    def find(counts: pl.DataFrame, year: int = 2030) -> pl.DataFrame:
        found = estimate_municipal_shift(
            sources["municipalities"], counts, state["growth"], [year], scenarios["mid"]
        )
        return found.filter(pl.col("vehicle_class") == "van").sort("municipality_code")

    return find


def counts_of(sources: SourceData, ratio: np.ndarray, growth: np.ndarray) -> pl.DataFrame:
    """Return counts of two years: 2 % electric times a ratio, then times a growth."""
    codes = sources["municipalities"]["municipality_code"].sort()
    vehicles = np.full(codes.len(), 20_000)
    frames = [
        pl.DataFrame(
            {
                "municipality_code": codes,
                "vehicle_group": ["van"] * codes.len(),
                "date": [day] * codes.len(),
                "vehicles": vehicles,
                "electric_vehicles": np.rint(vehicles * 0.02 * ratio * factor).astype(int),
                "definition": ["register_n1"] * codes.len(),
            }
        )
        for day, factor in ((date(2024, 1, 1), 1.0), (date(2025, 1, 1), growth))
    ]
    return pl.concat(frames)


def test_without_counts_sectors_tell_municipalities_apart(
    state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet
) -> None:
    rows = state["municipal_shift"].filter(pl.col("year") == 2030)
    vans = rows.filter(pl.col("vehicle_class") == "van")
    assert set(vans["shift_basis"]) == {"sectors"}
    others = rows.filter(pl.col("vehicle_class") != "van")
    assert (others["log_odds_shift"] == 0).all()
    # Farming lags, services lead: the shift of the most rural falls below that of the most urban.
    joined = vans.join(sources["municipalities"], on="municipality_code").drop_nulls(
        "share_agriculture"
    )
    farming, shift = joined["share_agriculture"].to_numpy(), joined["log_odds_shift"].to_numpy()
    assert np.corrcoef(farming, shift)[0, 1] < -0.5
    assert np.abs(shift).max() < 0.3
    assert scenarios["mid"]["sector.log_odds.agriculture"] < 0


def test_counts_take_the_place_of_sectors(sources: SourceData, shifts: Shifts) -> None:
    size = sources["municipalities"].height
    ratio = np.ones(size)
    ratio[0], ratio[1] = 3.0, 0.5
    rows = shifts(counts_of(sources, ratio, np.full(size, 1.4)))
    assert set(rows["shift_basis"]) == {"counts"}
    assert (rows["counted_until"] == 2025.0).all()
    # 8.4 % against 2.8 %: odds of 3.18; 1.4 % against 2.8 %: odds of 0.49. Drawn to the nation.
    first, second, third = rows["log_odds_shift"].to_list()[:3]
    assert 0.8 * np.log(3.18) < first - third < np.log(3.18)
    assert np.log(0.49) < second - third < 0.8 * np.log(0.49)


def test_a_few_municipalities_are_set_beside_the_nation_not_each_other(
    sources: SourceData, shifts: Shifts, state: dict[str, Any]
) -> None:
    size = sources["municipalities"].height
    codes = sources["municipalities"]["municipality_code"].sort()[:3].to_list()
    counts = counts_of(sources, np.full(size, 2.0), np.full(size, 1.4)).filter(
        pl.col("municipality_code").is_in(codes)
    )
    rows = shifts(counts)
    assert rows.filter(pl.col("shift_basis") == "counts")["municipality_code"].to_list() == codes
    # 5.6 % of vans on 1 January 2025, when about 3.4 % were electric in the nation.
    path = state["growth"]["mid", "van"]
    at = path.fleet.index(2025.0)
    national = path.fleet.survivors(path.electric_sales)[at] / path.fleet.stock[at]
    assert 0.030 < national < 0.037
    lead = np.log(0.056 / 0.944) - np.log(national / (1 - national))
    found = rows.filter(pl.col("shift_basis") == "counts")["log_odds_shift"].to_numpy()
    assert (found > 0.8 * lead).all()
    assert (found < 1.01 * lead).all()


@pytest.mark.parametrize(
    ("vehicles", "electric"),
    [
        pytest.param(1_000, 1_000, id="all electric"),
        pytest.param(10, 1, id="alike everywhere"),
    ],
)
def test_extreme_counts_stay_finite(
    sources: SourceData, shifts: Shifts, vehicles: int, electric: int
) -> None:
    size = sources["municipalities"].height
    counts = counts_of(sources, np.ones(size), np.ones(size)).with_columns(
        vehicles=pl.lit(vehicles, dtype=pl.Int64),
        electric_vehicles=pl.lit(electric, dtype=pl.Int64),
    )
    assert shifts(counts)["log_odds_shift"].is_finite().all()


def test_a_municipality_without_vehicles_keeps_its_sectors(
    sources: SourceData, shifts: Shifts
) -> None:
    size = sources["municipalities"].height
    code = sources["municipalities"]["municipality_code"].sort()[0]
    is_empty = pl.col("municipality_code") == code
    counts = counts_of(sources, np.ones(size), np.full(size, 1.4)).with_columns(
        pl.when(is_empty).then(0).otherwise(pl.col(name)).alias(name)
        for name in ("vehicles", "electric_vehicles")
    )
    rows = shifts(counts)
    assert rows.filter(is_empty)["shift_basis"].to_list() == ["sectors"]
    assert set(rows.filter(~is_empty)["shift_basis"]) == {"counts"}


def test_growth_of_its_own_counts_for_some_years_only(sources: SourceData, shifts: Shifts) -> None:
    rng = np.random.default_rng(1)
    size = sources["municipalities"].height
    growth = np.exp(rng.normal(0.35, 0.3, size))
    counts = counts_of(sources, np.ones(size), growth)
    by_year = {
        year: shifts(counts, year)["log_odds_shift"].to_numpy() for year in (2025, 2027, 2035)
    }
    spread = {year: values.std() for year, values in by_year.items()}
    assert spread[2025] < spread[2027]
    # Three years after the counts of 2025-01-01 the lead stops growing.
    assert by_year[2027] == pytest.approx(by_year[2035])


def test_counted_municipalities_keep_the_nation_and_their_lead(
    state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet
) -> None:
    size = sources["municipalities"].height
    ratio = np.ones(size)
    ratio[0] = 4.0
    counts = counts_of(sources, ratio, np.full(size, 1.4))
    changed = SourceData(
        {**sources.tables, "municipal_electric": counts}, sources.edition_id, sources.data_hashes
    )
    found = run_until("electric_vehicles", changed, scenarios, no_refinements())
    keys = (pl.col("vehicle_class") == "van") & (pl.col("scenario") == "mid")
    after = found["electric_vehicles"].filter(keys & (pl.col("year") == 2025))
    before = state["electric_vehicles"].filter(keys & (pl.col("year") == 2025))
    assert after["electric_vehicles"].sum() == pytest.approx(before["electric_vehicles"].sum())
    code = sources["municipalities"]["municipality_code"].sort()[0]
    inside = found["fleet"].filter(pl.col("municipality_code") == code)["terrain_id"].to_list()
    lead = (
        after.filter(pl.col("terrain_id").is_in(inside))["electric_share"].mean()
        / before.filter(pl.col("terrain_id").is_in(inside))["electric_share"].mean()
    )
    assert 2 < lead < 4.5


def test_counts_without_any_electric_vehicle_are_refused(
    sources: SourceData, shifts: Shifts
) -> None:
    size = sources["municipalities"].height
    with pytest.raises(ValueError, match="no electric vehicle at all"):
        shifts(counts_of(sources, np.zeros(size), np.ones(size)))


def write(folder: Path, *lines: str) -> Path:
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    return folder


def test_no_file_is_no_counts(tmp_path: Path, sources: SourceData) -> None:
    assert read_municipal_electric(tmp_path).is_empty()
    assert sources["municipal_electric"].is_empty()


def test_a_good_file_is_read(tmp_path: Path) -> None:
    rows = read_municipal_electric(write(tmp_path, "GM0014,van,2025-01-01,100,5,register_n1"))
    assert rows.row(0) == ("GM0014", "van", date(2025, 1, 1), 100, 5, "register_n1")


GOOD = "GM0014,van,2025-01-01,100,5,register_n1"


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        pytest.param((GOOD, GOOD), ("two counts on one day", "GM0014"), id="twice"),
        pytest.param(
            (GOOD, "GM0034,van,2025-01-01,100,101,register_n1"),
            ("more vehicles are electric", "101 of 100"),
            id="share above one",
        ),
        pytest.param(
            (GOOD, "GM0034,van,2025-01-01,100,5,in_use"),
            ("mixes definitions", "in_use, register_n1"),
            id="mixed definitions",
        ),
        pytest.param(
            (
                GOOD,
                "GM0034,van,2025-01-01,9,5,register_n1",
                "GM0034,van,2024-01-01,9,5,register_n1",
            ),
            ("2 days, but not all of them for GM0014",),
            id="gap",
        ),
        pytest.param(("GM0014,car,2025-01-01,9,5,x",), ("van|truck", "car"), id="unknown group"),
    ],
)
def test_counts_that_can_not_be_read_are_named(
    tmp_path: Path, lines: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    with pytest.raises(DataSourceError) as caught:
        read_municipal_electric(write(tmp_path, *lines))
    for text in texts:
        assert text in str(caught.value)


def test_an_unknown_municipality_is_named(tmp_path: Path, sources: SourceData) -> None:
    rows = read_municipal_electric(write(tmp_path, "GM9999,van,2025-01-01,9,5,x"))
    with pytest.raises(DataSourceError, match="GM9999"):
        check_known(rows, sources["municipalities"]["municipality_code"], tmp_path)
