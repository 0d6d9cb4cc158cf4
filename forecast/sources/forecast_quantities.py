"""What a forecast of others may say of a terrain: its quantities, with the unit each is kept in."""

from __future__ import annotations

from typing import Final

ENERGY: Final = "energy_kwh_per_year"
POWER: Final = "power_kw"
"""Power of which the file does not say whether it is a peak or what stands there."""
POWERS: Final = {
    "peak": "unmanaged_peak_kw",
    "smart": "smart_peak_kw",
    "installed": "installed_kw",
}
"""What that may be, by the word that asks for it; a file may also say so."""

QUANTITIES: Final = {
    ENERGY: "kWh/year",
    "depot_energy_kwh_per_year": "kWh/year",
    **dict.fromkeys(POWERS.values(), "kW"),
    POWER: "kW",
    "electric_vehicles": "vehicles",
    "electric_vans": "vehicles",
    "electric_trucks": "vehicles",
    "all_vehicles": "vehicles",
    "all_vans": "vehicles",
    "all_trucks": "vehicles",
}
"""In the order of importance: the first that a file has is looked at unless another is asked."""

UNITS: Final = {
    "kwh": ("kWh/year", 1.0),
    "mwh": ("kWh/year", 1e3),
    "gwh": ("kWh/year", 1e6),
    "kw": ("kW", 1.0),
    "mw": ("kW", 1e3),
    "gw": ("kW", 1e6),
}
"""Unit in a file, folded: the unit it is kept in, and times what."""

OTHER_UNITS: Final = frozenset(
    {"wh", "w", "j", "kj", "mj", "gj", "tj", "pj", "twh", "tw", "kva", "mva", "va", "kwp", "mwp"}
    | {"a", "amp", "ampere", "eur", "euro", "m3", "liter", "l", "kg", "ton", "km"}
)
"""Units that are understood well enough to be refused."""

OTHER_PERIODS: Final = frozenset(
    {"dag", "etmaal", "werkdag", "week", "maand", "kwartaal", "uur", "dagelijks"}
    | {"day", "workday", "weekday", "month", "quarter", "hour", "daily", "weekly", "monthly"}
)
"""Of an energy, other than a year; how many of them make a year is not known."""

MOST: Final = {"kWh/year": 1e10, "kW": 1e7, "vehicles": 1e6}
"""By unit: more than all business parks together; above it stands a slip in a unit."""
