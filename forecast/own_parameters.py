"""Terrains of which an adviser knows better than the assumptions how vehicles drive and charge.

A refinement of kilometres, chargers, hours or places replaces assumptions for one terrain. Its
energy, power and charge points are computed with those. Pools of terrains count its energy as
sessions of the ordinary kind, so that they still add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from forecast.assumptions import Assumptions
from forecast.fields import find_field
from forecast.load_profiles import tabulate_load_profiles
from forecast.schema import no_results
from forecast.session_types import describe_session_types
from forecast.sessions import Charging, charging_by_year, count_sessions
from forecast.vehicle_energy import estimate_vehicle_energy

_KINDS: Final = ("model", "own_site")
"""Kinds of fields that replace assumptions."""
_OWN_SITE: Final = frozenset(find_field("own_site_share").assumptions)
"""Known of a terrain, neither the grid of today nor the size of the plots is asked."""


@dataclass(frozen=True)
class OwnParameters:
    """What holds on one terrain in place of what holds for the country.

    Attributes
    ----------
    assumptions
        With the values of the terrain.
    vehicle_energy
        See `forecast.vehicle_energy.estimate_vehicle_energy`.
    charging
        Per (year, scenario, location type).
    knows_own_site
        Whether it is known who can charge on their own plots: then neither the grid of today nor
        the size of the plots is asked.
    """

    assumptions: Assumptions
    vehicle_energy: pl.DataFrame
    charging: Charging
    knows_own_site: bool


Own = Mapping[str, OwnParameters]
"""Per terrain that has any."""


def own_values(refinements: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return what refinements put in the place of assumptions, per terrain and key."""
    values: dict[str, dict[str, float]] = {}
    for terrain, name, value in refinements.select("terrain_id", "field", "value").iter_rows():
        field = find_field(name)
        if field.kind in _KINDS:
            values.setdefault(terrain, {}).update(dict.fromkeys(field.assumptions, value))
    return values


def find_own_parameters(
    refinements: pl.DataFrame,
    national_electric: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
) -> dict[str, OwnParameters]:
    """Return the parameters of terrains that refinements give their own, by terrain."""
    found = {}
    for terrain, chosen in sorted(own_values(refinements).items()):
        here = assumptions.with_values(chosen)
        vehicle_energy = estimate_vehicle_energy(national_electric, years, here)
        found[terrain] = OwnParameters(
            here,
            vehicle_energy,
            charging_by_year(vehicle_energy, here),
            not _OWN_SITE.isdisjoint(chosen),
        )
    return found


def find_parameters_on_register(
    refinements: pl.DataFrame,
    terrains: pl.DataFrame,
    national_electric: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
) -> dict[str, OwnParameters]:
    """Return the same for all refinements, without terrains that have left the register."""
    here = refinements.join(terrains, on="terrain_id", how="semi", maintain_order="left")
    return find_own_parameters(here, national_electric, years, assumptions)


def without_own(rows: pl.DataFrame, own: Iterable[str]) -> pl.DataFrame:
    """Return the rows of terrains to which the assumptions of the country apply."""
    return rows.filter(~pl.col("terrain_id").is_in(list(own)))


def count_own_sessions(
    energy: pl.DataFrame, sessions: pl.DataFrame, own_parameters: Own
) -> pl.DataFrame:
    """Return the sessions a day of terrains with their own parameters: those that are really held.

    Columns as of ``sessions``, which are those of the ordinary kind.
    """
    frames = [
        count_sessions(
            energy.filter(pl.col("terrain_id") == terrain), own.vehicle_energy, own.assumptions
        )
        for terrain, own in own_parameters.items()
    ]
    return pl.concat([sessions.clear(), *(frame.select(sessions.columns) for frame in frames)])


def describe_own_session_types(own_parameters: Own) -> pl.DataFrame:
    """Return `own_session_types` without its run."""
    frames = [
        describe_session_types(own.charging).with_columns(terrain_id=pl.lit(terrain))
        for terrain, own in own_parameters.items()
    ]
    return pl.concat(
        [
            no_results("own_session_types"),
            *(_ordered(frame, "own_session_types") for frame in frames),
        ]
    )


def tabulate_own_profiles(own_parameters: Own) -> pl.DataFrame:
    """Return `own_load_profiles` without its run."""
    frames = [
        tabulate_load_profiles(own.charging, own.assumptions).with_columns(
            terrain_id=pl.lit(terrain)
        )
        for terrain, own in own_parameters.items()
    ]
    return pl.concat(
        [
            no_results("own_load_profiles"),
            *(_ordered(frame, "own_load_profiles") for frame in frames),
        ]
    )


def _ordered(frame: pl.DataFrame, table_name: str) -> pl.DataFrame:
    return frame.select(no_results(table_name).columns)
