"""Charging sessions drawn on the very days of a measured year, and what they do to its room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecast.assumptions import Assumptions
from forecast.calendar import charging_chance, days_of
from forecast.meter.year import MeasuredYear
from forecast.sessions import LocationCharging
from forecast.vocabulary import CHARGING_LOCATION_TYPES
from forecast.year_series import day_pattern, energy_factors
from models.contract_room import NOON_QUARTER
from models.least_laxity import charge_by_laxity
from models.sessions import ChargingPattern
from models.step_load import changes
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.year_simulation import draw_sessions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SEED = 20
"""Any number, the same for ever: the same vehicle-days under every strategy and rule."""


@dataclass(frozen=True)
class DrawnSessions:
    """Sessions of vehicles, one after the other; the first vehicles are those of a smaller fleet.

    Attributes
    ----------
    patterns
        How each vehicle charges, one per vehicle.
    vehicle, day
        Of each session, shape (sessions,).
    arrival
        By the clock [quarter of the day].
    energy_kwh
        That it wants [kWh].
    """

    patterns: Sequence[ChargingPattern]
    vehicle: Ints
    day: Ints
    arrival: Floats
    energy_kwh: Floats

    def of_first(self, vehicles: int) -> DrawnSessions:
        """Return the sessions of the first vehicles only."""
        is_kept = self.vehicle < vehicles
        return replace(
            self,
            patterns=self.patterns[:vehicles],
            vehicle=self.vehicle[is_kept],
            day=self.day[is_kept],
            arrival=self.arrival[is_kept],
            energy_kwh=self.energy_kwh[is_kept],
        )

    def starts(self, year: MeasuredYear) -> Floats:
        """Return when sessions begin [quarters since the begin of the year]."""
        whole = np.minimum(self.arrival.astype(np.int64), QUARTERS_PER_DAY - 1)
        return np.asarray(year.first_of[self.day, whole] + (self.arrival - whole))

    def per_vehicle(self, values: Sequence[float]) -> Floats:
        """Return a value per session from one per vehicle."""
        return np.asarray(np.array(values, dtype=np.float64)[self.vehicle])


def draw(
    place: LocationCharging,
    classes: Ints,
    present: Floats,
    year: MeasuredYear,
    strategy: str,
    assumptions: Assumptions,
) -> DrawnSessions:
    """Return the sessions of vehicles on the days of a measured year.

    Weekdays, holidays, quiet weeks and seasons are those of its dates.

    Parameters
    ----------
    place
        How they charge there.
    classes, present
        Of each vehicle: the number of its class, and the part of working days that it comes [1].
    strategy
        Whose pattern they follow; vehicles that are steered together only arrive by it.
    """
    chance, factors = _days(year, assumptions)
    by_class = {
        column: day_pattern(place, column, strategy, 1.0, assumptions)
        for column in np.unique(classes).tolist()
    }
    patterns = [by_class[column] for column in classes.tolist()]
    rng = np.random.default_rng([_SEED, CHARGING_LOCATION_TYPES.index(place.location_type)])
    blocks = list(
        draw_sessions(
            [1] * len(patterns),
            patterns,
            chance[classes] * present[:, np.newaxis],
            factors[classes],
            place.day_effect_sd,
            rng,
        )
    )
    if not blocks:
        nothing = np.zeros(0)
        return DrawnSessions([], nothing.astype(int), nothing.astype(int), nothing, nothing)
    return DrawnSessions(
        patterns,
        np.concatenate([np.full(day.size, vehicle) for vehicle, day, _, _ in blocks]),
        np.concatenate([day for _, day, _, _ in blocks]),
        np.concatenate([arrival for _, _, arrival, _ in blocks]),
        np.concatenate([energy for _, _, _, energy in blocks]),
    )


def load_kw(drawn: DrawnSessions, year: MeasuredYear) -> Floats:
    """Return the load of sessions that nobody steers together, per quarter of the year [kW].

    What goes on after the last quarter is charged in the first ones, so that no energy is lost.
    """
    steps = year.day.size
    change = np.zeros(steps + QUARTERS_PER_DAY + 1 + 1)
    starts = drawn.starts(year)
    alike = np.array([id(pattern) for pattern in drawn.patterns])  # vehicles of one class
    for pattern in {id(pattern): pattern for pattern in drawn.patterns}.values():
        of_class = alike[drawn.vehicle] == id(pattern)
        quarters, power = pattern.charge(drawn.energy_kwh[of_class])
        for at, step in changes(starts[of_class], quarters, power):
            change += np.bincount(np.minimum(at, change.size - 1), step, minlength=change.size)
    load = change.cumsum()[:-1]
    load[: load.size - steps] += load[steps:]
    return np.asarray(np.maximum(load[:steps], 0))


@dataclass(frozen=True)
class SteeredNights:
    """What steering made of each night, from noon to noon.

    Attributes
    ----------
    load_kw
        Per quarter of the year, shape (n,) [kW].
    wanted_kwh, unserved_kwh, left_over_kwh
        Per night: energy that stay and charger allow, what of it the room did not let through, and
        what was left of the room, shape (nights,) [kWh].
    """

    load_kw: Floats
    wanted_kwh: Floats
    unserved_kwh: Floats
    left_over_kwh: Floats


def steer(
    drawn: DrawnSessions, dwell_quarters: float, year: MeasuredYear, room_kw: Floats, is_open: Bools
) -> SteeredNights:
    """Return what vehicles get that are steered together under the room of each quarter.

    Parameters
    ----------
    drawn
        Their sessions; who is still there at noon leaves then.
    dwell_quarters
        How long they stay [quarters].
    room_kw, is_open
        The room, not below zero, and whether charging is allowed, per quarter of the year.
    """
    size = year.day.size
    nights = len(year.dates)
    begins = year.first_of[:-1, NOON_QUARTER]
    lengths = np.diff(year.first_of[:, NOON_QUARTER])
    at = begins[:, np.newaxis] + np.arange(lengths.max())
    is_within = np.arange(lengths.max()) < lengths[:, np.newaxis]
    at %= size
    is_usable = is_within & is_open[at]
    room = np.where(is_usable, room_kw[at], 0.0)

    night = (drawn.day - (drawn.arrival < NOON_QUARTER)) % nights
    order = np.argsort(night, kind="stable")
    of_night = night[order]
    place = np.arange(of_night.size) - np.searchsorted(of_night, of_night)
    shape = (nights, int(place.max(initial=-1)) + 1)

    def table(values: Floats) -> Floats:
        filled = np.zeros(shape)
        filled[of_night, place] = values[order]
        return filled

    arrive = table((drawn.starts(year) - begins[night]) % size)
    leave = np.minimum(arrive + dwell_quarters, lengths[:, np.newaxis])
    power = table(drawn.per_vehicle([pattern.power_kw for pattern in drawn.patterns]))
    # Open quarters until a moment: their difference over the stay bounds what it can hold.
    opened = np.concatenate([np.zeros((nights, 1)), is_usable.cumsum(axis=1)], axis=1)
    stay = _until(opened, leave) - _until(opened, arrive)
    energy = np.minimum(table(drawn.energy_kwh), power * stay / QUARTERS_PER_HOUR)
    load, lacking = charge_by_laxity(arrive, leave, energy, power, room)
    series = np.zeros(size)
    np.add.at(series, at[is_within], load[is_within])
    return SteeredNights(
        series,
        energy.sum(axis=1),
        lacking.sum(axis=1),
        (room - load).sum(axis=1) / QUARTERS_PER_HOUR,
    )


def _until(opened: Floats, moment: Floats) -> Floats:
    """Return the open quarters before moments of each night, parts of quarters in part."""
    whole = np.minimum(moment.astype(np.int64), opened.shape[1] - 2)
    row = np.arange(opened.shape[0])[:, np.newaxis]
    before, after = opened[row, whole], opened[row, whole + 1]
    return np.asarray(before + (after - before) * (moment - whole))


def _days(year: MeasuredYear, assumptions: Assumptions) -> tuple[Floats, Floats]:
    """Return chance and energy factor of the days of a measured year, (classes, days) each [1]."""
    chances, factors = [], []
    held = set(year.dates)
    for calendar_year in sorted({day.year for day in year.dates}):
        days = days_of(calendar_year)
        chance = charging_chance(calendar_year, assumptions)
        months = np.array([day.month - 1 for day in days])
        is_held = np.array([day in held for day in days])
        chances.append(chance[:, is_held])
        factors.append(energy_factors(chance, months, assumptions)[:, is_held])
    return np.concatenate(chances, axis=1), np.concatenate(factors, axis=1)
