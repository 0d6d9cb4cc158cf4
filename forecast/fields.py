"""What an adviser may set of a terrain: one table of fields, with their units and ranges.

The what-if, the refinements, the survey of companies and the local pages all read it. Nothing heavy
is imported: a refused value costs no waiting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from forecast import closed_lists
from forecast.errors import FieldError
from forecast.spoken import Code, FieldName, Sentence, Spoken, Together, codes, say
from forecast.vocabulary import (
    FIRST_YEAR,
    LAST_YEAR,
    POWER_STRATEGIES,
    TRUCK_CLASSES,
    VEHICLE_CLASSES,
)

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


@dataclass(frozen=True)
class Setting:
    """A value for a field, in the year it holds; None for a field without one."""

    field: Field
    value: float | str
    year: int | None = None

    @property
    def name(self) -> str:
        """The field with its year, as it was written."""
        return str(self.spoken_name)

    @property
    def spoken_name(self) -> FieldName:
        """The same, for a sentence in any language."""
        return FieldName(self.field.name, self.year)


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
_WITH_YEAR: Final = re.compile(r"(?P<name>.+?)_(?P<year>\d{4})")
_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]")
_COULD_BE_TWO: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DUTCH_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_ENGLISH_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


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


def parse_setting(text: str) -> Setting:
    """Read ``trucks=80`` or ``electric_trucks_2030=40``.

    Raises
    ------
    FieldError
        If it isn't ``field=value``, or as `find_field` and `check_value`.
    """
    name, equals, value = text.partition("=")
    if not equals or not value.strip():
        raise FieldError("not_a_setting", text=text)
    field, year = find_dated_field(name)
    return check_value(field, value.strip(), year)


def find_dated_field(name: str) -> tuple[Field, int | None]:
    """Return the field and the year of a name such as ``electric_trucks_2030``.

    Raises
    ------
    FieldError
        As `find_field`.
    """
    name, year = name.strip().lower().replace("-", "_"), None
    if name not in FIELDS and (dated := _WITH_YEAR.fullmatch(name)):
        name, year = dated["name"], int(dated["year"])
    return find_field(name), year


def check_value(field: Field, value: str | float, year: int | None = None) -> Setting:
    """Return a setting if its value and year are possible.

    Raises
    ------
    FieldError
        With the range, or what is wrong with the year.
    """
    _check_year(field, year)
    if field.kind == "strategy":
        strategy = closed_lists.STRATEGY.find(str(value))
        if strategy is None:
            strategies = codes("common.strategy_short", POWER_STRATEGIES)
            raise FieldError("no_such_strategy", value=value, possible=strategies)
        return Setting(field, strategy)
    possible = [each for each in two_readings(value) if _fits(field, each)]
    number = possible[0] if len(possible) == 1 else read_number(value, FieldName(field.name))
    if not field.low <= number <= field.high:
        raise FieldError(
            "out_of_range",
            name=FieldName(field.name),
            value=_in_unit(number, field),
            low=float(field.low),
            high=_in_unit(field.high, field),
        )
    if field.is_whole and number != round(number):
        raise FieldError("not_whole", name=FieldName(field.name), value=number)
    return Setting(field, number, year)


def check_unit(field: Field, unit: str) -> None:
    """Refuse a unit that doesn't fit the field.

    Raises
    ------
    FieldError
        With the unit of the field.
    """
    if unit.strip() != field.unit:
        raise FieldError("wrong_unit", name=FieldName(field.name), expected=_unit(field), unit=unit)


def read_number(value: str | float, name: str | Spoken, decimal_mark: str | None = None) -> float:
    """Return a number written the Dutch or the English way.

    >>> read_number("1.250,5", "x"), read_number("0.5", "x"), read_number("1 250 000", "x")
    (1250.5, 0.5, 1250000.0)
    >>> read_number("12,125", "x", ",")
    12.125

    Parameters
    ----------
    value
        A number, or the text of one; thousands may be marked if all of them are.
    name
        Of what it is, for the sentence.
    decimal_mark
        The mark that the file is known to use before decimals; None where nobody knows.

    Raises
    ------
    FieldError
        If it is none, or could be two: "1.250" is a thousand in Dutch and little more than one in
        English.
    """
    text = _SPACES.sub("", str(value))
    if isinstance(value, str) and _COULD_BE_TWO.fullmatch(text):
        if text[-4] != decimal_mark:
            raise FieldError(
                "two_numbers",
                name=name,
                value=value,
                before=text[:-4],
                after=text[-3:],
            )
        text = text.replace(",", ".")
    elif isinstance(value, str):
        if _PLAIN_NUMBER.fullmatch(text):
            text = text.replace(",", ".")
        elif _DUTCH_NUMBER.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
        elif _ENGLISH_NUMBER.fullmatch(text):
            text = text.replace(",", "")
        else:
            raise FieldError("no_number", name=name, value=value)
    number = float(text)
    if not math.isfinite(number):
        raise FieldError("no_number", name=name, value=value)
    return number


def two_readings(value: str | float) -> tuple[float, ...]:
    """Return both numbers that a text can mean; nothing for one that can't be two.

    >>> two_readings("25.000"), two_readings("25000")
    ((25000.0, 25.0), ())
    """
    text = _SPACES.sub("", str(value))
    if not isinstance(value, str) or not _COULD_BE_TWO.fullmatch(text):
        return ()
    return float(re.sub("[.,]", "", text)), float(text.replace(",", "."))


def write_number(value: float) -> str:
    """Return a number that `read_number` reads back exactly, in Dutch and English alike.

    >>> write_number(80.0), write_number(12.125), write_number(0.5)
    ('80', '12,1250', '0,5')
    """
    text = str(int(value)) if value == int(value) else repr(value)
    return (text + "0" if _COULD_BE_TWO.fullmatch(text) else text).replace(".", ",")


def check_together(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """Return settings if no two of them say the same or contradict each other by themselves.

    Raises
    ------
    FieldError
        If one is given twice, there are more tractors than trucks, or more is contracted than the
        connection carries.
    """
    found: dict[str, Setting] = {}
    for setting in settings:
        if setting.name in found:
            raise FieldError("given_twice", name=setting.spoken_name)
        found[setting.name] = setting
    contract, connection = found.get("contract_kw"), found.get("connection_kva")
    if contract and connection and float(contract.value) > float(connection.value):
        raise FieldError(
            "contract_above_connection",
            contract_kw=float(contract.value),
            connection_kva=float(connection.value),
        )
    for whole in found.values():
        _check_parts(whole, found.values())
    return tuple(found.values())


def _check_parts(whole: Setting, settings: Iterable[Setting]) -> None:
    """Refuse parts of a number of vehicles that are more than the number itself."""
    if not whole.field.is_whole:
        return
    parts = [
        each
        for each in settings
        if (each.field.kind, each.year) == (whole.field.kind, whole.year)
        and set(each.field.classes) < set(whole.field.classes)
    ]
    together = sum(float(each.value) for each in parts)
    told = {name for each in parts for name in each.field.classes}
    if told == set(whole.field.classes) and together != float(whole.value):
        raise FieldError("parts_not_whole", parts=_named(*parts), whole=_named(whole))
    if together > float(whole.value):
        raise FieldError("parts_above_whole", parts=_named(*parts), whole=_named(whole))


def _named(*settings: Setting) -> Together:
    """Return settings with their values, as they stand in a sentence."""
    return Together(
        [
            say("refusals.field.named", name=each.spoken_name, value=float(each.value))
            for each in settings
        ]
    )


def _fits(field: Field, number: float) -> bool:
    """Return whether a number lies in the range of a field, whole where that is asked."""
    return field.low <= number <= field.high and (not field.is_whole or number == round(number))


def _check_year(field: Field, year: int | None) -> None:
    name = FieldName(field.name)
    if field.has_year and year is None:
        raise FieldError("year_needed", name=name, dated=f"{field.name}_2030")
    if not field.has_year and year is not None:
        raise FieldError("no_year", name=name, year=year)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise FieldError("outside_years", name=name, year=year, first=FIRST_YEAR, last=LAST_YEAR)


def _unit(field: Field) -> Spoken:
    return Code("fields.unit", field.unit) if field.unit else say("refusals.field.no_unit")


def _in_unit(value: float, field: Field) -> float | Sentence:
    if field.unit in {"", "1"}:
        return float(value)
    return say("refusals.amount", value=float(value), unit=_unit(field))
