"""Values for fields: read, checked by themselves and beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from forecast import closed_lists
from forecast.entry_errors import FieldError
from forecast.fields import FIELDS, Field, find_field
from forecast.spoken import Code, FieldName, Sentence, Spoken, Together, codes, say
from forecast.vocabulary import FIRST_YEAR, LAST_YEAR, POWER_STRATEGIES
from forecast.written_numbers import read_number, two_readings


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


_WITH_YEAR: Final = re.compile(r"(?P<name>.+?)_(?P<year>\d{4})")


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
