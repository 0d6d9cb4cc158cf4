"""Standard deviations at which the quantiles of the daily maximum lie.

`python benchmarks/peak_deviations.py` repeats the simulation behind the assumptions
`power.design_peak_sd` and `power.typical_peak_sd`: days of independent sessions, drawn one by one;
z solves ``max over t of n M(t) + z sqrt(n V(t)) = quantile``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from models.profiles import SessionType, arrival_probability, energy_points_kwh, session_profile

Floats = npt.NDArray[np.float64]

# Vehicles of the year 2030: energy of a session [kWh] and charger [kW] per location type.
SESSIONS = {
    "depot, vans": SessionType(17.0, 1.8, 22, 0.45, 11, 13),
    "depot, trucks": SessionType(17.0, 1.8, 120, 0.45, 44, 13),
    "shared_hub": SessionType(15.0, 4.0, 180, 0.45, 350, 2),
    "service_area": SessionType(12.5, 4.5, 180, 0.45, 350, 0.75),
    "truck_parking": SessionType(20.0, 2.2, 200, 0.45, 100, 11),
}
COUNTS = (5, 20, 60, 200)
DAYS = 2000


def daily_maxima(session: SessionType, count: int, rng: np.random.Generator) -> Floats:
    """Return the highest quarter-hour of each simulated day, shape (days,) [kW]."""
    maxima = np.empty(DAYS)
    arrivals = arrival_probability(session)
    energies = energy_points_kwh(session)
    for day in range(DAYS):
        start = rng.choice(96, count, p=arrivals)
        quarters = rng.choice(energies, count) / session.power_kw * 4
        after = np.arange(int(np.ceil(quarters.max())))
        load = np.zeros(96)
        part = np.clip(quarters[:, None] - after, 0, 1) * session.power_kw
        np.add.at(load, (start[:, None] + after) % 96, part)
        maxima[day] = load.max()
    return maxima


def deviations(session: SessionType, count: int, wanted: float) -> float:
    """Return z for a wanted peak [kW]."""
    profile = session_profile(session)
    mean, spread = count * profile.mean_kw, np.sqrt(count * profile.variance_kw2)
    return float(brentq(lambda z: (mean + z * spread).max() - wanted, -5, 30))


def main() -> None:
    """Simulate and print."""
    print(f"{'location type':<15}{'sessions':>9}{'P50':>7}{'P95':>7}")
    for name, session in SESSIONS.items():
        for count in COUNTS:
            maxima = daily_maxima(session, count, np.random.default_rng(1))
            z50, z95 = (deviations(session, count, np.quantile(maxima, q)) for q in (0.5, 0.95))
            print(f"{name:<15}{count:>9}{z50:>7.2f}{z95:>7.2f}")


if __name__ == "__main__":
    main()
