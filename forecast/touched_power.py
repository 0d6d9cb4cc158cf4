"""Power of terrains that changed: what takes longest of an update, from little that is asked of it.

So `forecast.beside` can do it: what goes there and comes back is small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import find_own_parameters, tabulate_own_profiles
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.power_bands import estimate_power_bands
from forecast.replaced import Replaced
from forecast.sessions import charging_by_year
from forecast.vehicle_energy import estimate_vehicle_energy


@dataclass(frozen=True)
class AskedPower:
    """Terrains that changed, and what their power hangs on.

    Attributes
    ----------
    sessions, own_sessions
        Of the terrains; see `forecast.recompute.Terrains`.
    electric
        Their `electric_vehicles`.
    refinements
        Of the terrains.
    national_electric, years, assumptions
        Of the run.
    """

    sessions: pl.DataFrame
    own_sessions: pl.DataFrame
    electric: pl.DataFrame
    refinements: pl.DataFrame
    national_electric: pl.DataFrame
    years: Sequence[int]
    assumptions: Assumptions


@dataclass(frozen=True)
class TerrainPower:
    """Power and points of terrains, as the tables without their run.

    Attributes
    ----------
    power, bands
        `power` and `power_bands`.
    depot_points
        `charge_points` of depots.
    own_profiles
        `own_load_profiles`.
    """

    power: pl.DataFrame
    bands: pl.DataFrame
    depot_points: pl.DataFrame
    own_profiles: pl.DataFrame

    def replaced(self, terrain_ids: tuple[str, ...]) -> Iterator[Replaced]:
        """Yield the rows of the terrains; of their points the depots are not all."""
        yield Replaced("power", self.power, "terrain_id", terrain_ids)
        yield Replaced("power_bands", self.bands, "terrain_id", terrain_ids)
        yield Replaced("own_load_profiles", self.own_profiles, "terrain_id", terrain_ids)


def find_power(asked: AskedPower) -> TerrainPower:
    """Return the power and the depots of some terrains."""
    years, assumptions = asked.years, asked.assumptions
    own = find_own_parameters(asked.refinements, asked.national_electric, years, assumptions)
    of_country = estimate_vehicle_energy(asked.national_electric, years, assumptions)
    charging = charging_by_year(of_country, assumptions)
    held = asked.own_sessions, own, assumptions
    return TerrainPower(
        estimate_terrain_power(asked.sessions, charging, *held),
        estimate_power_bands(asked.sessions, asked.electric, charging, *held),
        estimate_depot_points(asked.sessions, charging, *held),
        tabulate_own_profiles(own),
    )
