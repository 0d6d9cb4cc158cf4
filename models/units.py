"""Named unit conversions and constants of the calendar and of cited formulas."""

from __future__ import annotations

from typing import Final

KW_PER_MW: Final = 1000.0
KWH_PER_MWH: Final = 1000.0
M_PER_KM: Final = 1000.0
M2_PER_HA: Final = 10_000.0
MINUTES_PER_HOUR: Final = 60
HOURS_PER_DAY: Final = 24
QUARTERS_PER_HOUR: Final = 4
QUARTERS_PER_DAY: Final = HOURS_PER_DAY * QUARTERS_PER_HOUR

STRESS_START_HOUR: Final = 16
"""Start of the window in which grid operators ask users not to charge."""
STRESS_END_HOUR: Final = 21
"""End of that window."""

HALF: Final = 0.5
"""The half of ``sigma^2 / 2`` in the mean of a lognormal distribution, and of midpoints."""

BAND_QUANTILES: Final = (0.10, 0.50, 0.90)
"""p10, p50 and p90 of a band."""
P90_SDS: Final = 1.2815515655446004
"""Standard deviations from the median to the quantiles 0.1 and 0.9 of a normal distribution."""
