"""Plan classes after some terrains changed: theirs, and those that an area or a hub moves along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from forecast.held import Held
from forecast.plan_class import classify
from forecast.plan_sensitivity import measure_sensitivity, move_thresholds
from forecast.replaced import Replaced
from forecast.touched_areas import Areas
from forecast.touched_pools import Hubs

_KEYS = ("terrain_id", "year", "scenario")


@dataclass(frozen=True)
class Classes:
    """Classes of terrains that may have another one now.

    Attributes
    ----------
    verdicts
        Their `plan_class`.
    other_class_ids
        Terrains of which the class itself is another than in the run.
    other_case_ids
        Terrains whose class, in the run or with one threshold moved, is another.
    cases
        `plan_class_cases` of these.
    """

    terrain_ids: tuple[str, ...]
    verdicts: pl.DataFrame
    other_class_ids: tuple[str, ...]
    other_case_ids: tuple[str, ...]
    cases: pl.DataFrame

    def replaced(self, held: Held) -> Iterator[Replaced]:
        """Yield the rows of the terrains, and what they change in the counts of the country."""
        yield Replaced("plan_class", self.verdicts, "terrain_id", self.terrain_ids)
        if self.other_case_ids:
            yield Replaced("plan_class_cases", self.cases, "terrain_id", self.other_case_ids)
            yield Replaced("plan_class_sensitivity", _sensitivity(held, self))


def find_classes(held: Held, scores: pl.DataFrame, areas: Areas, hubs: Hubs) -> Classes:
    """Return the classes of terrains that are touched, lie in their areas, or saw a hub change.

    Parameters
    ----------
    held
        The run.
    scores
        `plan_scores` of the touched terrains.
    areas
        Those that they lie in.
    hubs
        That serve the terrains.
    """
    tested = sorted({*areas.terrain_ids, *scores["terrain_id"]})
    terrains = sorted({*tested, *hubs.otherwise_served_ids})

    def completed(table: str, rows: pl.DataFrame) -> pl.DataFrame:
        return held.completed(table, rows, "terrain_id", terrains)

    every_score = completed("plan_scores", scores)
    grid_fit = completed("grid_fit", areas.grid_fit)
    verdicts = classify(
        grid_fit,
        every_score,
        completed("fit_years", areas.fit_years),
        hubs.of_terrains.filter(pl.col("terrain_id").is_in(terrains)),
        held.assumptions,
    )
    is_tested = pl.col("terrain_id").is_in(tested)
    cases = move_thresholds(
        grid_fit.filter(is_tested), areas.cases, every_score.filter(is_tested), held.assumptions
    )
    others = _changed(
        verdicts.select(*_KEYS, "plan_class"), held.where("plan_class", "terrain_id", terrains)
    )
    other_cases = sorted(
        {*others, *_changed(cases, held.where("plan_class_cases", "terrain_id", tested))}
    )
    return Classes(
        tuple(terrains),
        verdicts,
        tuple(others),
        tuple(other_cases),
        held.completed("plan_class_cases", cases, "terrain_id", other_cases).filter(
            pl.col("terrain_id").is_in(other_cases)
        ),
    )


def _changed(now: pl.DataFrame, then: pl.DataFrame) -> list[str]:
    """Return the terrains of which a row is another than in the run."""
    return sorted({*now.join(then, on=now.columns, how="anti")["terrain_id"]})


def _sensitivity(held: Held, classes: Classes) -> pl.DataFrame:
    """Return `plan_class_sensitivity`: its counts less those of before, plus those of now.

    Shares are counts over the terrains of the register, so no other terrain has to be read.
    """
    ids, every = classes.other_case_ids, held.terrains.height
    then = measure_sensitivity(
        held.where("plan_class_cases", "terrain_id", ids),
        held.where("plan_class", "terrain_id", ids),
    )
    now = measure_sensitivity(
        classes.cases, classes.verdicts.filter(pl.col("terrain_id").is_in(ids))
    )
    keys = [name for name in then.columns if name != "changed_share"]
    count = pl.col("changed_share") * every
    moved = (pl.col("changed_share_now") - pl.col("changed_share_then")) * len(ids)
    return (
        held.table("plan_class_sensitivity")
        .join(then, on=keys, suffix="_then")
        .join(now, on=keys, suffix="_now")
        .select(*keys, changed_share=(count + moved).round() / every)
    )
