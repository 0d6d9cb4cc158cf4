r"""What a depot asks when its vehicles charge between the last return and the next departure.

Each observed vehicle-day gives a load of its own, over a day that wraps at midnight:

- unmanaged: charger power from the return on, until the energy is in or the time is up,
  ``t = min(E / p, w)`` with ``E = distance x consumption``, w the time off shift;
- even: spread over the time off shift, ``min(E / w, p)``.

Quarter-hours that are charged in part count in part, so that energy is exact; what does not fit
the time is reported, never lost. The mean day is the mean over vehicle-days. The daily maximum of
a fleet is that of days put together from vehicle-days at random: it lies above the peak of the
mean day, most so for small fleets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.units import HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]

STRATEGIES: Final = ("unmanaged", "even")
DAYS: Final = 4000
"""Days put together; P95 then rests on two hundred of them."""
SEED: Final = 4
"""Any number, the same for ever."""
SHOWN: Final = 3
"""Bad rows that a message names."""
QUANTILES: Final = (0.50, 0.95)
"""Of the daily maximum: typical and design peak."""


@dataclass(frozen=True)
class VehicleDays:
    """Observed days of vehicles of one depot, each array of shape (n,).

    Attributes
    ----------
    last_return_hour
        When the vehicle is back for the day [hour].
    off_shift_hours
        How long it stands until its next shift [hour].
    distance_km
        Driven that day [km].
    """

    last_return_hour: Floats
    off_shift_hours: Floats
    distance_km: Floats

    def __post_init__(self) -> None:
        """Check them.

        Raises
        ------
        ValueError
            If there is none, or one is not finite, negative or longer than a day.
        """
        if self.distance_km.size == 0:
            raise ValueError("there is no vehicle-day")
        for name, most in (
            ("last_return_hour", HOURS_PER_DAY),
            ("off_shift_hours", HOURS_PER_DAY),
            ("distance_km", np.inf),
        ):
            values = getattr(self, name)
            is_bad = ~(np.isfinite(values) & (values >= 0) & (values <= most))
            if is_bad.any():
                rows = ", ".join(str(row + 1) for row in np.flatnonzero(is_bad)[:SHOWN])
                raise ValueError(f"{name} is no number from 0 to {most:g} at vehicle-day {rows}")


@dataclass(frozen=True)
class DepotLoad:
    """The load of a depot under one strategy.

    Attributes
    ----------
    mean_day_kw
        Per vehicle, per quarter-hour, shape (96,) [kW].
    typical_peak_kw, design_peak_kw
        P50 and P95 of the daily maximum of the fleet, over its vehicles [kW per vehicle].
    served_share
        Part of the energy that fits the time off shift [1].
    """

    mean_day_kw: Floats
    typical_peak_kw: float
    design_peak_kw: float
    served_share: float

    @property
    def mean_day_peak_kw(self) -> float:
        """Highest quarter-hour of the mean day [kW per vehicle]."""
        return float(self.mean_day_kw.max())

    @property
    def peak_hour(self) -> float:
        """When that quarter-hour begins [hour]."""
        return float(self.mean_day_kw.argmax()) / QUARTERS_PER_HOUR


def depot_loads(
    days: VehicleDays, *, consumption_kwh_per_km: float, charger_kw: float, vehicles: int
) -> dict[str, DepotLoad]:
    """Return the load of a depot under each of `STRATEGIES`.

    Parameters
    ----------
    days
        What vehicles of the depot, or like those of the depot, did on working days.
    consumption_kwh_per_km
        From the grid [kWh/km].
    charger_kw
        Of each vehicle's own charger [kW].
    vehicles
        Size of the fleet whose daily maximum is asked for.

    Raises
    ------
    ValueError
        If consumption, charger or fleet is not positive.

    Notes
    -----
    One vehicle that drives the same every day peaks at its charger under unmanaged charging. With
    ever more vehicles the daily maximum per vehicle falls to the peak of the mean day.

    Examples
    --------
    >>> alike = VehicleDays(np.array([18.0]), np.array([12.0]), np.array([100.0]))
    >>> loads = depot_loads(alike, consumption_kwh_per_km=1.2, charger_kw=40, vehicles=3)
    >>> loads["unmanaged"].design_peak_kw, loads["even"].design_peak_kw
    (40.0, 10.0)
    """
    for name, value in (
        ("consumption", consumption_kwh_per_km),
        ("charger power", charger_kw),
        ("number of vehicles", vehicles),
    ):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"the {name} must be above zero, not {value:g}")
    energy = days.distance_km * consumption_kwh_per_km
    stand = days.off_shift_hours
    needed = np.minimum(energy / charger_kw, stand)
    even_kw = np.divide(energy, stand, out=np.zeros_like(energy), where=stand > 0)
    by_vehicle_day = {
        "unmanaged": charging_kw(days.last_return_hour, needed, np.full_like(energy, charger_kw)),
        "even": charging_kw(days.last_return_hour, stand, np.minimum(even_kw, charger_kw)),
    }
    size = energy.size
    drawn = np.random.default_rng(SEED).multinomial(vehicles, np.full(size, 1 / size), size=DAYS)
    wanted = float(energy.sum())
    loads = {}
    for strategy, load in by_vehicle_day.items():
        maxima = (drawn @ load).max(axis=1) / vehicles
        typical, design = np.quantile(maxima, QUANTILES).tolist()
        served = float(load.sum()) / QUARTERS_PER_HOUR
        share = served / wanted if wanted > 0 else 1.0
        loads[strategy] = DepotLoad(load.mean(axis=0), typical, design, share)
    return loads


def charging_kw(start_hour: Floats, duration_hours: Floats, power_kw: Floats) -> Floats:
    """Return the load per quarter-hour of charging that may pass midnight, shape (n, 96) [kW].

    Parameters
    ----------
    start_hour
        From 0 to 24, shape (n,) [hour].
    duration_hours
        At most a day, shape (n,) [hour].
    power_kw
        Shape (n,) [kW].
    """
    edges = np.arange(QUARTERS_PER_DAY + 1) / QUARTERS_PER_HOUR
    begin, end = start_hour[:, np.newaxis], (start_hour + duration_hours)[:, np.newaxis]
    hours = np.zeros((start_hour.size, QUARTERS_PER_DAY))
    for midnight in (0, HOURS_PER_DAY):
        first, last = edges[:-1] + midnight, edges[1:] + midnight
        hours += np.maximum(np.minimum(end, last) - np.maximum(begin, first), 0)
    return np.asarray(hours * QUARTERS_PER_HOUR * power_kw[:, np.newaxis])
