r"""Energy of electric vehicles and where it is charged.

``kWh = electric vehicles x km x kWh/km / efficiency``, split by whether the day fits the battery,
where the night is spent, and who has a pitch and a connection of their own:

- S, the energy that a full battery each morning serves: ``E[min(D, R)] / E[D]`` for lognormal D
- depot ``(1 - nu)(1 - h) a S``, hub ``(1 - nu)(1 - h)(1 - a) S``, home ``(1 - nu) h S``
- truck parking ``nu S (1 - b)``, service area ``(1 - S)(1 - b)``, abroad ``(nu S + 1 - S) b``

with nu nights away, h vans that go home, a own-site access and b the part charged abroad. Home and
abroad together are ``elsewhere``; the five parts sum to one by construction. Own-site access is
what a class has on an ordinary terrain, times a factor for the grid and one for the plots.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from models.units import HALF

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClassEnergy:
    """Energy parameters of one vehicle class.

    Attributes
    ----------
    distance_km_per_year
        Of a vehicle of any powertrain [km/year].
    early_distance_factor
        Distance of the first electric vehicles over that of all vehicles of their ages [1].
    catch_up_share
        Electric share of the stock at which the factor has become one [1].
    consumption_kwh_per_km
        At the vehicle [kWh/km].
    grid_efficiency
        Battery energy over grid energy [1].
    working_days_per_year
        Days on which is driven and charged [day/year].
    usable_range_km
        R [km].
    daily_distance_cv
        Coefficient of variation of D [1].
    nights_away_share
        nu [1].
    abroad_share
        b [1].
    """

    distance_km_per_year: float
    early_distance_factor: float
    catch_up_share: float
    consumption_kwh_per_km: float
    grid_efficiency: float
    working_days_per_year: float
    usable_range_km: float
    daily_distance_cv: float
    nights_away_share: float
    abroad_share: float


@dataclass(frozen=True)
class LocationSplit:
    """Shares of the energy by location type, each an array over terrains [1]; they sum to one."""

    depot: Floats
    shared_hub: Floats
    service_area: Floats
    truck_parking: Floats
    elsewhere: Floats


def distance_progress(
    electric_share: float | Floats, early_factor: float, catch_up_share: float
) -> Floats:
    """Return the distance of electric vehicles over that of all vehicles of their ages [1].

    Early electric vehicles drove less; the difference fades linearly until the electric share of
    the stock reaches ``catch_up_share``, and is gone from there on.

    Examples
    --------
    >>> float(distance_progress(0.25, early_factor=0.6, catch_up_share=0.5))
    0.8
    """
    progress = np.minimum(1.0, np.asarray(electric_share) / catch_up_share)
    return np.asarray(early_factor + (1 - early_factor) * progress)


def electric_distance_km_per_year(
    electric_share: float, distance_age_factor: float, parameters: ClassEnergy
) -> float:
    """Return the distance of an average electric vehicle [km/year].

    Parameters
    ----------
    electric_share
        Of the stock [1].
    distance_age_factor
        How much more vehicles of the ages of the electric ones drive than all vehicles [1].
    parameters
        Of the class.
    """
    progress = distance_progress(
        electric_share, parameters.early_distance_factor, parameters.catch_up_share
    )
    return parameters.distance_km_per_year * distance_age_factor * float(progress)


def energy_kwh_per_vehicle_year(distance_km_per_year: float, parameters: ClassEnergy) -> float:
    """Return the energy from the grid of one electric vehicle [kWh/year].

    Examples
    --------
    >>> van = ClassEnergy(18000, 1, 0.5, 0.27, 0.9, 260, 220, 0.6, 0, 0)
    >>> round(energy_kwh_per_vehicle_year(18000, van))
    5400
    """
    return distance_km_per_year * parameters.consumption_kwh_per_km / parameters.grid_efficiency


def battery_served_share(mean_km_per_day: float, usable_range_km: float, cv: float) -> float:
    r"""Return the part of the energy that a battery filled once a day serves, S [1].

    D lognormal with mean m and coefficient of variation v, ``sigma^2 = ln(1 + v^2)``,
    ``d = (ln(R / m) + sigma^2 / 2) / sigma``:
    ``E[min(D, R)] / m = Phi(d - sigma) + (R / m)(1 - Phi(d))``.

    One for an infinite range, zero for none; ``min(1, R / m)`` when every day is alike (v = 0). One
    where nothing is driven.

    Raises
    ------
    ValueError
        If mean, range or variation is no number or negative; only the range may be infinite.

    Examples
    --------
    >>> round(battery_served_share(294, 350, 0.5), 3)
    0.877
    """
    for name, value, most in (
        ("mean distance", mean_km_per_day, np.finfo(float).max),
        ("usable range", usable_range_km, np.inf),
        ("variation of the distance", cv, np.finfo(float).max),
    ):
        if not 0 <= value <= most:
            raise ValueError(f"the {name} must be a number from zero, not {value:g}")
    if mean_km_per_day == 0:
        return 1.0
    if usable_range_km == 0:
        return 0.0
    ratio = usable_range_km / mean_km_per_day
    if cv <= 0:
        return min(1.0, ratio)
    sigma = float(np.sqrt(np.log1p(cv**2)))
    d = float(np.log(ratio)) / sigma + HALF * sigma
    tail = ratio * float(ndtr(-d)) if np.isfinite(ratio) else 0.0
    return float(ndtr(d - sigma)) + tail


def plot_factor(yard_ratio: Floats, usual_ratio: float, spread: float) -> Floats:
    r"""Return access to an own pitch over that of an ordinary terrain, shape (n,) [1].

    ``Phi(ln r / sigma) / Phi(ln r_0 / sigma)``: where all companies of a terrain together have r
    times the yard that their vehicles need, a part Phi of the vehicles belongs to companies with
    enough, as these differ between themselves by a factor ``exp(sigma)``.

    Parameters
    ----------
    yard_ratio
        r, yard over the area that the vehicles need, shape (n,); infinite without vehicles [1].
    usual_ratio
        r_0 of an ordinary terrain [1].
    spread
        sigma, standard deviation of ln r between companies [1].

    Notes
    -----
    No yard, no access; one on an ordinary terrain; at most ``1 / Phi(ln r_0 / sigma)``.

    Examples
    --------
    >>> plot_factor(np.array([0.0, 4.0]), usual_ratio=4.0, spread=1.0)
    array([0., 1.])
    """
    with np.errstate(divide="ignore"):
        score = np.log(yard_ratio) / spread
    return np.asarray(ndtr(score) / ndtr(np.log(usual_ratio) / spread))


def location_split(
    served_share: float | Floats,
    own_site_access: Floats,
    home_share: Floats,
    parameters: ClassEnergy,
) -> LocationSplit:
    """Return the shares by location type, shape (n,) each.

    Parameters
    ----------
    served_share
        S, from `battery_served_share`, of all or of each, shape (n,) [1].
    own_site_access
        a, part of the vehicles with a pitch and connection of their own, shape (n,) [1].
    home_share
        h, part of the vehicles that charge at home in the evening, shape (n,) [1].
    parameters
        For nights away and the part charged abroad.
    """
    at_base = (1 - parameters.nights_away_share) * served_share * (1 - home_share)
    at_home = (1 - parameters.nights_away_share) * served_share * home_share
    parking = np.full_like(own_site_access, parameters.nights_away_share * served_share)
    en_route = np.full_like(own_site_access, 1 - served_share)
    return LocationSplit(
        depot=at_base * own_site_access,
        shared_hub=at_base * (1 - own_site_access),
        service_area=en_route * (1 - parameters.abroad_share),
        truck_parking=parking * (1 - parameters.abroad_share),
        elsewhere=at_home + (parking + en_route) * parameters.abroad_share,
    )
