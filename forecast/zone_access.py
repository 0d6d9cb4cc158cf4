"""May this vehicle enter a zero-emission zone on this day, and by which rule.

The rules are data (`ze_access_rules`); here stands only how they are read. Nothing heavy is
imported, as the terminal uses it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

ANY: Final = "any"
ZERO_EMISSION: Final = "zero"


@dataclass(frozen=True)
class AccessRule:
    """One row of `ze_access_rules`."""

    rule_code: str
    priority: int
    vehicle_class: str
    emission_class: str
    registered_from: date | None
    registered_before: date | None
    access_until: date | None
    is_admitted: bool
    condition: str | None
    status: str
    source: str

    def holds_for(self, vehicle_class: str, emission_class: str, registered_on: date) -> bool:
        """Return whether the rule is about such a vehicle."""
        return (
            self.vehicle_class in {ANY, vehicle_class}
            and (self.emission_class == ANY or emission_class in self.emission_class.split("|"))
            and (self.registered_from is None or registered_on >= self.registered_from)
            and (self.registered_before is None or registered_on < self.registered_before)
        )


@dataclass(frozen=True)
class Access:
    """Whether a vehicle may enter, and the rule that says so."""

    is_admitted: bool
    rule: AccessRule


def may_enter(
    rules: Sequence[AccessRule],
    vehicle_class: str,
    emission_class: str,
    registered_on: date,
    day: date,
) -> Access:
    """Return whether a vehicle may enter a zone in force on a day, and by which rule.

    Parameters
    ----------
    rules
        Rows of `ze_access_rules`; the first by priority that is about the vehicle decides.
    vehicle_class
        ``van``, ``rigid_truck`` or ``tractor``.
    emission_class
        Euro class ``0`` to ``6``, or ``zero``.
    registered_on
        Day of first registration (DET).
    day
        Day of the visit; `access_until` is the first day without access.

    Raises
    ------
    ValueError
        If no rule is about the vehicle; the embedded table ends with one about every vehicle.
    """
    for rule in sorted(rules, key=lambda each: each.priority):
        if rule.holds_for(vehicle_class, emission_class, registered_on):
            is_open = rule.access_until is None or day < rule.access_until
            return Access(rule.is_admitted and is_open, rule)
    raise ValueError(f"no access rule is about a {vehicle_class} of class {emission_class}")
