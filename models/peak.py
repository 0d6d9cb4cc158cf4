r"""Design and typical peak of many sessions: a quantile of the daily maximum quarter-hour.

For location types l with n sessions of each class,

``x_q(t) = M(t) + sqrt(sum_l z_lq^2 V_l(t) + (z_q delta M(t))^2)``, peak ``= max_t x_q(t)``

with M the summed means, V the summed variances, z_l the number of standard deviations at which the
quantile q of the daily *maximum* lies (larger than the quantile of one quarter, because the
maximum has many chances; derived by simulation, see docs/method.md), and delta the day effect that
all vehicles of a site share (z_q of the normal distribution). The peak lies between the maximum of
the mean profile and the installed power of one charger per session.

The formula is linear in what it adds up, so pooled peaks of several terrains come from pooled
sessions, never from adding peaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.profiles import SessionProfile
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR, STRESS_END_HOUR, STRESS_START_HOUR

Floats = npt.NDArray[np.float64]

STRESS_WINDOW = slice(STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR)
WHOLE_DAY = slice(0, QUARTERS_PER_DAY)


@dataclass(frozen=True)
class Quantile:
    """Which quantile of the daily maximum is asked for.

    Attributes
    ----------
    location_sd
        z_l: standard deviations above the mean for the sessions of a location type [1].
    day_sd
        z_q: the same for the shared day effect [1]; zero for the median.
    """

    location_sd: float
    day_sd: float


@dataclass(frozen=True)
class Load:
    """Sessions of one location type on a number of sites.

    Attributes
    ----------
    sessions
        Sessions per working day, shape (sites, classes).
    profiles
        One per class.
    power_kw
        Charger power per class, shape (classes,) [kW].
    """

    sessions: Floats
    profiles: Sequence[SessionProfile]
    power_kw: Floats

    def mean_kw(self) -> Floats:
        """Return the mean profile, shape (sites, 96) [kW]."""
        return self.sessions @ np.stack([profile.mean_kw for profile in self.profiles])

    def variance_kw2(self) -> Floats:
        """Return the variance between days, shape (sites, 96) [kW2]."""
        return self.sessions @ np.stack([profile.variance_kw2 for profile in self.profiles])

    def installed_kw(self) -> Floats:
        """Return the power of one charger per session, shape (sites,) [kW]."""
        return np.asarray(self.sessions @ self.power_kw)


def peak_kw(
    loads: Sequence[Load],
    quantiles: Sequence[Quantile],
    *,
    day_effect_sd: float,
    window: slice = WHOLE_DAY,
) -> Floats:
    """Return the quantile of the daily maximum per site, shape (sites,) [kW].

    Parameters
    ----------
    loads
        Location types that share a connection, with the same sites in the same order.
    quantiles
        One per load.
    day_effect_sd
        delta, standard deviation of the factor that a day lays on all vehicles of a site [1].
    window
        Quarters of the day to look at.

    Notes
    -----
    No sessions, no peak. One certain session (variance zero) peaks at its mean profile.
    """
    mean = sum(load.mean_kw()[:, window] for load in loads)
    spread = sum(
        quantile.location_sd**2 * load.variance_kw2()[:, window]
        for load, quantile in zip(loads, quantiles, strict=True)
    )
    day_sd = max(quantile.day_sd for quantile in quantiles)
    profile = np.asarray(mean + np.sqrt(spread + (day_sd * day_effect_sd * mean) ** 2))
    installed = np.sum([load.installed_kw() for load in loads], axis=0)
    return np.asarray(np.minimum(profile.max(axis=1), installed))
