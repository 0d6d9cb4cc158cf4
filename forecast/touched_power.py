"""Power of terrains that changed: what takes longest of an update, and is asked with little.

So `forecast.beside` can do it: what goes there and comes back is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own, find_own_parameters
from forecast.power import estimate_terrain_power
from forecast.power_bands import estimate_power_bands
from forecast.sessions import Charging, charging_by_year
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


def find_power(asked: AskedPower) -> pl.DataFrame:
    """Return `power` of some terrains, without its run."""
    charging, own = _charging_of(asked)
    return estimate_terrain_power(
        asked.sessions, charging, asked.own_sessions, own, asked.assumptions
    )


def find_bands(asked: AskedPower) -> pl.DataFrame:
    """Return `power_bands` of some terrains, without its run."""
    charging, own = _charging_of(asked)
    return estimate_power_bands(
        asked.sessions, asked.electric, charging, asked.own_sessions, own, asked.assumptions
    )


def _charging_of(asked: AskedPower) -> tuple[Charging, Own]:
    """Return how vehicles charge, and what is known of single terrains.

    Made here of what is small; what follows from it is kept where the work is done.
    """
    electric, years, assumptions = asked.national_electric, asked.years, asked.assumptions
    of_country = estimate_vehicle_energy(electric, years, assumptions)
    own = find_own_parameters(asked.refinements, electric, years, assumptions)
    return charging_by_year(of_country, assumptions), own
