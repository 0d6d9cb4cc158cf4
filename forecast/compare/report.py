"""Everything that is told of a run beside the forecast of somebody else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.compare.ours import our_figures, our_reasons
from forecast.compare.theirs import choose_scenario, find_forecast, their_figures, their_scenarios
from forecast.diff.figures import LEAST_PART
from forecast.errors import DatabaseError, UnknownNameError
from forecast.rank_correlation import kendall, spearman
from forecast.run_info import check_scenario_of_run, latest_run
from forecast.selection import select_terrains
from forecast.sources.forecast_quantities import POWER, QUANTITIES
from forecast.vocabulary import REFERENCE_YEAR

if TYPE_CHECKING:
    import duckdb

    from forecast.editions import Edition
    from forecast.run_info import RunInfo
    from forecast.selection import Selection

_SLIP: Final = 300.0
"""Times ours that the middle terrain is theirs, or the reverse, from which a unit is doubted: no
forecasts differ so, and a slip in a unit is a thousandfold."""
_LEAST_FOR_SLIP: Final = 5


@dataclass(frozen=True)
class Summary:
    """One quantity in one year, over the terrains looked at.

    Attributes
    ----------
    said_as
        How their file calls it.
    both, only_theirs, only_ours
        Terrains.
    theirs, ours
        Totals over the terrains that both have, in the unit of the quantity.
    spearman, kendall
        Rank correlations over those; None where there is none.
    middle_factor
        Median over terrains of the larger over the smaller figure, exp(median |ln theirs/ours|);
        of `in_ratio` terrains where both are above zero. None without any.
    inside, banded
        Terrains where theirs lies in our band from p10 to p90, of those with a band.
    is_unit_doubtful
        Whether the middle terrain differs so much that a unit may be mistaken.
    """

    year: int
    quantity: str
    said_as: str
    both: int
    only_theirs: int
    only_ours: int
    theirs: float
    ours: float
    spearman: float | None
    kendall: float | None
    middle_factor: float | None
    in_ratio: int
    inside: int
    banded: int
    is_unit_doubtful: bool

    @property
    def ratio(self) -> float | None:
        """Total of theirs over that of ours [1]; None where ours is nothing."""
        return self.theirs / self.ours if self.ours else None


@dataclass(frozen=True)
class Report:
    """A run and a forecast compared.

    Attributes
    ----------
    edition, run, selection
        The forecast, the run, and the terrains looked at.
    scenario, their_scenario
        Ours, and theirs ("" where they name none).
    power
        Which of our powers stands beside one that their file does not explain.
    summaries
        Per year and quantity that both have.
    rows
        Per terrain, year and quantity: theirs, ours, ours_p10, ours_p90, difference, ratio,
        log_ratio, position (below, inside or above our band) and found_in (both, theirs or ours),
        with the name of the terrain and what ours comes from.
    other_years
        Years of theirs that the run does not hold.
    year, quantity
        What is ranked.
    """

    edition: Edition
    run: RunInfo
    selection: Selection
    scenario: str
    their_scenario: str
    power: str
    summaries: Sequence[Summary]
    rows: pl.DataFrame
    other_years: tuple[int, ...]
    year: int
    quantity: str

    @property
    def has_unexplained_power(self) -> bool:
        """Whether their file has a power of which it does not say what it is."""
        return any(each.quantity == POWER for each in self.summaries)

    @property
    def chosen(self) -> pl.DataFrame:
        """Rows of the year and quantity that are ranked."""
        return self.rows.filter(year=self.year, quantity=self.quantity)


@dataclass(frozen=True)
class Asked:
    """What is asked of a comparison; None where the report chooses."""

    edition: str | None = None
    year: int | None = None
    quantity: str | None = None
    scenario: str = "mid"
    their_scenario: str | None = None
    power: str = "peak"
    region: tuple[str, str] | None = None


def compare_forecast(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Report:
    """Return the last run beside an imported forecast.

    Raises
    ------
    DatabaseError, UnknownNameError
        If there is no forecast, run, region, scenario, year or quantity of what was asked.
    """
    edition = find_forecast(connection, asked.edition)
    run = latest_run(connection)
    check_scenario_of_run(run, asked.scenario)
    selection = select_terrains(connection, *(asked.region or ()))
    held = their_scenarios(connection, edition.edition_id)
    their_scenario = choose_scenario(held, asked.their_scenario, asked.scenario)
    theirs = their_figures(connection, edition.edition_id, their_scenario)
    years = sorted(set(theirs["year"].to_list()))
    shared = [year for year in years if year in run.years]
    if not shared:
        raise DatabaseError("no_common_year", file=edition.file_name, theirs=years, ours=run.years)
    if asked.year is not None and asked.year not in shared:
        raise UnknownNameError("common_year", str(asked.year), shared)
    year = asked.year or _preferred(shared, REFERENCE_YEAR)
    of_year = set(theirs.filter(year=year)["quantity"].to_list())
    quantities = [name for name in QUANTITIES if name in of_year]
    if asked.quantity is not None and asked.quantity not in quantities:
        raise UnknownNameError("quantity_of_theirs", asked.quantity, quantities)
    ours = our_figures(connection, run.run_id, asked.scenario, asked.power)
    rows = _side_by_side(theirs.filter(pl.col("year").is_in(shared)), ours, selection)
    rows = _with_names(rows, our_reasons(connection, run.run_id))
    summaries = [
        _summary(connection, part)
        for (_, _), part in rows.group_by("year", "quantity", maintain_order=True)
    ]
    return Report(
        edition=edition,
        run=run,
        selection=selection,
        scenario=asked.scenario,
        their_scenario=their_scenario,
        power=asked.power,
        summaries=summaries,
        rows=rows,
        other_years=tuple(year for year in years if year not in run.years),
        year=year,
        quantity=asked.quantity or quantities[0],
    )


def _preferred(years: Sequence[int], preferred: int) -> int:
    return preferred if preferred in years else years[0]


def _side_by_side(theirs: pl.DataFrame, ours: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """Return both on one row per terrain, year and quantity, of what their file has."""
    keys = ["terrain_id", "year", "quantity"]
    said = theirs.group_by("year", "quantity").agg(pl.col("said_as").sort().first())
    inside = list(selection.terrain_ids)
    looked_at = ours.join(said, on=["year", "quantity"], how="semi").filter(
        pl.col("terrain_id").is_in(inside)
    )
    known = theirs.drop("said_as")
    if not selection.is_national:  # where a terrain lies that the run does not have is not known
        known = known.filter(pl.col("terrain_id").is_in(inside))
    return (
        known.join(looked_at, on=keys, how="full", coalesce=True)
        .join(said, on=["year", "quantity"], how="left")
        .with_columns(
            difference=pl.col("theirs") - pl.col("ours"),
            ratio=pl.when(pl.col("ours") > 0).then(pl.col("theirs") / pl.col("ours")),
            log_ratio=pl.when((pl.col("ours") > 0) & (pl.col("theirs") > 0)).then(
                (pl.col("theirs") / pl.col("ours")).log()
            ),
            position=pl.when(pl.col("theirs") < pl.col("ours_p10"))
            .then(pl.lit("below"))
            .when(pl.col("theirs") > pl.col("ours_p90"))
            .then(pl.lit("above"))
            .when(pl.col("theirs").is_not_null() & pl.col("ours_p10").is_not_null())
            .then(pl.lit("inside")),
            found_in=pl.when(pl.col("ours").is_null())
            .then(pl.lit("theirs"))
            .when(pl.col("theirs").is_null())
            .then(pl.lit("ours"))
            .otherwise(pl.lit("both")),
        )
    )


def _with_names(rows: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    order = pl.Enum(list(QUANTITIES))
    return rows.join(reasons, on="terrain_id", how="left").sort(
        "year", pl.col("quantity").cast(order), "municipality_name", "terrain_name", "terrain_id"
    )


def _summary(connection: duckdb.DuckDBPyConnection, part: pl.DataFrame) -> Summary:
    """Return a year and quantity in figures."""
    counts = dict(part["found_in"].value_counts().iter_rows())
    both = part.filter(found_in="both")
    theirs, ours = both["theirs"].to_list(), both["ours"].to_list()
    logs = both["log_ratio"].drop_nulls()
    middle = _number(logs.abs().median())
    shift = abs(_number(logs.median()) or 0.0)
    banded = both.filter(pl.col("position").is_not_null())
    return Summary(
        year=part["year"][0],
        quantity=part["quantity"][0],
        said_as=part["said_as"][0],
        both=both.height,
        only_theirs=counts.get("theirs", 0),
        only_ours=counts.get("ours", 0),
        theirs=math.fsum(theirs),
        ours=math.fsum(ours),
        spearman=spearman(connection, theirs, ours),
        kendall=kendall(theirs, ours),
        middle_factor=None if middle is None else math.exp(middle),
        in_ratio=logs.len(),
        inside=banded.filter(position="inside").height,
        banded=banded.height,
        is_unit_doubtful=logs.len() >= _LEAST_FOR_SLIP and shift > math.log(_SLIP),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def ranked_by_difference(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the terrains whose figures differ, the largest difference first, up or down."""
    differ = rows.filter(_differs())
    return differ.sort(pl.col("difference").abs(), descending=True, maintain_order=True)


def ranked_by_ratio(rows: pl.DataFrame) -> pl.DataFrame:
    """Return those of them where both are above zero, the largest ratio first, up or down."""
    told = rows.filter(_differs() & pl.col("log_ratio").is_not_null())
    return told.sort(pl.col("log_ratio").abs(), descending=True, maintain_order=True)


def _differs() -> pl.Expr:
    """Return whether both have the terrain and differ by more than how a file rounds."""
    largest = pl.max_horizontal(pl.col("theirs").abs(), pl.col("ours").abs(), pl.lit(1.0))
    return (pl.col("found_in") == "both") & (pl.col("difference").abs() > LEAST_PART * largest)
