"""What an adviser may set of a terrain: one table of fields, with their units and ranges.

The what-if, the refinements, the survey of companies and the local pages all read it. Nothing heavy
is imported: a refused value costs no waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from forecast.entry_errors import FieldError
from forecast.vocabulary import TRUCK_CLASSES, VEHICLE_CLASSES

Kind = Literal["vehicles", "electric", "model", "own_site", "connection", "strategy"]

STRATEGY: Final = "strategy"
"""The one field whose value is a word; it can be tried, not recorded."""


@dataclass(frozen=True)
class Field:
    """A figure of a terrain that an adviser may know better than the model.

    Attributes
    ----------
    name
        As it is written in ``--set name=value``; an electric one with its year, ``name_2030``.
    unit
        Of the value.
    low, high
        Bounds of what is plausible; beyond them lies a slip of the keyboard.
    kind
        What it acts upon: ``vehicles`` based here today, ``electric`` ones of a year, an assumption
        of the ``model`` for this terrain, access to ``own_site``, the ``connection``, or the
        ``strategy``.
    classes
        Vehicle classes it is about; a number of several classes together is split as the model has
        them.
    assumptions
        Keys of the assumptions it replaces for this terrain.
    """

    name: str
    unit: str
    low: float
    high: float
    kind: Kind
    classes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def has_year(self) -> bool:
        """Whether a value holds at the end of one year."""
        return self.kind == "electric"

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers mean something."""
        return self.kind in {"vehicles", "electric"}

    def overtakes(self, other: Field) -> bool:
        """Return whether a value of this one says all that a value of the other says."""
        if self.assumptions and other.assumptions:
            return set(other.assumptions) <= set(self.assumptions)
        if self.kind in {"connection", "strategy"}:
            return self.name == other.name
        return self.kind == other.kind and set(other.classes) <= set(self.classes)

    @property
    def is_recorded(self) -> bool:
        """Whether it can be a refinement: a strategy is a choice, not a fact."""
        return self.kind != "strategy"


def _group(prefix: str, suffix: str, unit: str, low: float, high: float, kind: Kind) -> list[Field]:
    names: dict[str, tuple[str, ...]] = {
        "vans": ("van",),
        "rigid_trucks": ("rigid_truck",),
        "tractors": ("tractor",),
    }
    names["trucks"] = TRUCK_CLASSES
    return [
        Field(f"{prefix}{name}{suffix}", unit, low, high, kind, classes)
        for name, classes in names.items()
    ]


def _distance(name: str, high: float, classes: tuple[str, ...]) -> Field:
    keys = tuple(f"energy.distance_km_per_year.{each}" for each in classes)
    return Field(name, "km/year", 5_000, high, "model", classes, keys)


def _charger(name: str, classes: tuple[str, ...]) -> Field:
    keys = tuple(f"power.charger_kw.depot.{each}" for each in classes)
    return Field(name, "kW", 2, 1_000, "model", classes, keys)


FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        *_group("", "", "vehicles", 0, 20_000, "vehicles"),
        *_group("electric_", "", "vehicles", 0, 20_000, "electric"),
        _distance("van_km_per_year", 100_000, ("van",)),
        _distance("rigid_truck_km_per_year", 200_000, ("rigid_truck",)),
        _distance("tractor_km_per_year", 250_000, ("tractor",)),
        _charger("depot_charger_kw", VEHICLE_CLASSES),
        _charger("van_charger_kw", ("van",)),
        _charger("truck_charger_kw", TRUCK_CLASSES),
        Field(
            "depot_arrival_hour",
            "hour",
            0,
            23.99,
            "model",
            VEHICLE_CLASSES,
            ("power.arrival_hour.depot",),
        ),
        Field(
            "depot_dwell_hours",
            "hour",
            1,
            20,
            "model",
            VEHICLE_CLASSES,
            ("power.dwell_hours.depot",),
        ),
        Field("home_share", "1", 0, 1, "model", ("van",), ("energy.home_share_on_terrain.van",)),
        Field(
            "own_site_share",
            "1",
            0,
            1,
            "own_site",
            VEHICLE_CLASSES,
            tuple(f"energy.own_site_access.{name}" for name in VEHICLE_CLASSES),
        ),
        Field("contract_kw", "kW", 1, 100_000, "connection"),
        Field("connection_kva", "kVA", 1, 150_000, "connection"),
        Field("other_load_kw", "kW", 0, 100_000, "connection"),
        Field(STRATEGY, "", 0, 0, "strategy"),
    )
}


def find_field(name: str) -> Field:
    """Return the field of a name.

    Raises
    ------
    FieldError
        With the fields there are, if there is none of the name.
    """
    found = FIELDS.get(name.strip().lower().replace("-", "_"))
    if found is None:
        raise FieldError("no_such_field", name=name, possible=tuple(FIELDS))
    return found
