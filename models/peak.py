"""Design and typical peak of many sessions: quantiles of the daily maximum quarter-hour.

Small fleets are drawn (see `models.small_fleets`); above them the quantile has a closed form (see
`models.daily_maximum`). It never exceeds one charger per session.

Peaks of several terrains come from pooled sessions, whose moments add up, never from adding peaks.
Simultaneity is the design peak over one charger per session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from models.daily_maximum import WHOLE_DAY, maximum_quantile_kw
from models.mix import mix
from models.profiles import FleetMoments, SessionProfile, fleet_moments, session_profile
from models.sessions import ChargingPattern
from models.small_fleets import MOST_SESSIONS, PEAKS, QUANTILES, drawn_peaks_kw
from models.units import (
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STRESS_WINDOW = slice(STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR)

_WITHIN = WHOLE_DAY[STRESS_WINDOW]
_OUTSIDE = np.roll(WHOLE_DAY, -STRESS_WINDOW.stop)[: -_WITHIN.size]
"""From the end of the window on, over midnight, to its start."""


@dataclass(frozen=True)
class SessionKind:
    """Sessions of one class at one location type.

    Attributes
    ----------
    pattern
        When they begin and how they charge.
    day_effect_sd
        Standard deviation of the energy factor that a day lays on all vehicles [1].
    stream
        Number of its own random numbers; kinds that share a site have different ones.
    """

    pattern: ChargingPattern
    day_effect_sd: float
    stream: int

    @cached_property
    def profile(self) -> SessionProfile:
        """The moments of its load; only large fleets ask for them."""
        return session_profile(self.pattern, day_effect_sd=self.day_effect_sd)


@dataclass(frozen=True)
class Fleets:
    """Sites with sessions of the same kinds.

    Attributes
    ----------
    sessions
        Sessions a day, shape (sites, kinds).
    kinds
        What they are.
    day_effect_sd
        delta, the standard deviation of the energy factor that a day lays on all vehicles [1].
    """

    sessions: Floats
    kinds: Sequence[SessionKind]
    day_effect_sd: float

    @cached_property
    def is_drawn(self) -> Bools:
        """Which sites are small enough to be drawn, shape (sites,)."""
        total = self.sessions.sum(axis=1)
        return np.asarray((total > 0) & (total <= MOST_SESSIONS))

    @cached_property
    def is_large(self) -> Bools:
        """Which sites have the closed form, shape (sites,)."""
        return np.asarray(self.sessions.sum(axis=1) > MOST_SESSIONS)


@dataclass(frozen=True)
class Peaks:
    """Quantiles of the daily maximum per site, each of shape (sites,) [kW].

    Attributes
    ----------
    design_kw, typical_kw
        P95 and P50 over the whole day.
    design_within_kw, design_outside_kw
        P95 of the maximum within 16:00-21:00, and outside.
    """

    design_kw: Floats
    typical_kw: Floats
    design_within_kw: Floats
    design_outside_kw: Floats


def daily_peaks(fleets: Sequence[Fleets]) -> list[Peaks]:
    """Return the peaks of sites, one entry per entry of ``fleets``.

    Raises
    ------
    ValueError
        If a number of sessions is negative or no number.

    Notes
    -----
    No sessions, no peak; one vehicle peaks at its charger. Asking for many at once costs little
    more than asking for one, and gives the same digits.
    """
    found = _peaks_kw(fleets, PEAKS)
    for peaks in found:
        # No part of the day exceeds the day; drawing and root finding leave a last digit.
        peaks[:, 1:] = np.minimum(peaks[:, 1:], peaks[:, :1])
    return [Peaks(*peaks.T) for peaks in found]


def design_peaks_kw(fleets: Sequence[Fleets]) -> list[Floats]:
    """Return the design peaks alone, (sites,) per entry [kW]: `daily_peaks` at less cost."""
    return [peaks[:, 0] for peaks in _peaks_kw(fleets, 1)]


def _peaks_kw(fleets: Sequence[Fleets], wanted: int) -> list[Floats]:
    """Return the first columns of `Peaks`, shape (sites, wanted) per entry [kW]."""
    peaks = [np.zeros((len(each.sessions), wanted)) for each in fleets]
    for each, found in zip(fleets, peaks, strict=True):
        if not (np.isfinite(each.sessions) & (each.sessions >= 0)).all():
            raise ValueError("sessions a day must be numbers from zero")
        if each.is_drawn.any():
            found[each.is_drawn] = drawn_peaks_kw(
                each.sessions[each.is_drawn],
                [kind.pattern for kind in each.kinds],
                [kind.stream for kind in each.kinds],
                day_effect_sd=each.day_effect_sd,
            )[:, :wanted]
    large = [number for number, each in enumerate(fleets) if each.is_large.any()]
    if large:
        closed = _closed_form_kw([fleets[number] for number in large], wanted)
        for number, of_fleets in zip(large, closed, strict=True):
            peaks[number][fleets[number].is_large] = of_fleets
    return peaks


def _closed_form_kw(fleets: Sequence[Fleets], wanted: int) -> list[Floats]:
    """Return the columns for the large sites of each entry, all roots of a column found at once."""
    sessions = [each.sessions[each.is_large] for each in fleets]
    moments = [
        fleet_moments(of_sites, [kind.profile for kind in each.kinds])
        for of_sites, each in zip(sessions, fleets, strict=True)
    ]
    together = FleetMoments(
        *(
            np.concatenate([getattr(part, field.name) for part in moments])
            for field in fields(FleetMoments)
        )
    )
    installed = np.concatenate(
        [
            installed_kw(of_sites, each.kinds)
            for of_sites, each in zip(sessions, fleets, strict=True)
        ]
    )
    design, typical = QUANTILES
    columns = ((design, WHOLE_DAY), (typical, WHOLE_DAY), (design, _WITHIN), (design, _OUTSIDE))
    found = np.stack(
        [
            maximum_quantile_kw(together, installed, quantile, window)
            for quantile, window in columns[:wanted]
        ],
        axis=1,
    )
    return np.split(found, np.cumsum([len(of_sites) for of_sites in sessions])[:-1])


def installed_kw(sessions: Floats, kinds: Sequence[SessionKind]) -> Floats:
    """Return the power of one charger per session, shape (sites,) [kW]."""
    return mix(sessions, np.array([kind.pattern.power_kw for kind in kinds]))
