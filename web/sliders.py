"""The sliders of the what-if: a row per field, with where it stands now and how far it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from forecast.fields import FIELDS, Field
from forecast.refinement_entry import active
from forecast.refinement_log import read_entries
from forecast.refinement_text import field_label
from forecast.vocabulary import STRATEGIES

if TYPE_CHECKING:
    import duckdb

    from forecast.assumptions import ScenarioSet
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

_KINDS: Final = ("vehicles", "electric", "model", "own_site", "connection")
_GROUP_OF: Final = {"own_site": "model"}
"""Kinds that stand in the group of another."""
_STEPS: Final = {"hour": 0.25, "1": 0.01, "km/year": 1000.0}
_POWER_STEPS: Final = {"model": 1.0, "connection": 10.0}
_REACH: Final = 3.0
"""How many times the present value a slider goes; beyond it a number can be typed."""
_LEAST_REACH: Final = {"vehicles": 20.0, "electric": 20.0, "connection": 500.0}
_MOST_CHARGER_KW: Final = 400.0
_DATED: Final = re.compile(r"(?P<name>[a-z_]+)_(?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True)
class Slider:
    """A field that can be tried.

    Attributes
    ----------
    name
        In the address; an electric one has its year in it.
    base, value
        As it is now, None where that is not one known number; and as it was typed.
    base_text
        The base in words; empty where it is not known.
    top, step
        Of the slider, which begins at `low`.
    low, high
        What may be typed.
    """

    name: str
    label: str
    unit: str
    base: float | None
    base_text: str
    value: str
    low: float
    high: float
    top: float
    step: float


@dataclass(frozen=True)
class SliderGroup:
    """Fields of one kind.

    Attributes
    ----------
    parts
        Fields that are part of another one of the group, or of another year: shown on demand.
    is_open
        Whether one of those is tried.
    """

    key: str
    sliders: tuple[Slider, ...]
    parts: tuple[Slider, ...]

    @property
    def is_open(self) -> bool:
        """Whether one of its parts is tried."""
        return any(slider.value for slider in self.parts)

    @property
    def is_tried(self) -> bool:
        """Whether any of it is tried."""
        return any(slider.value for slider in (*self.sliders, *self.parts))


def slider_groups(
    report: TerrainReport,
    recorded: Mapping[str, float],
    typed: Mapping[str, str],
    year: int,
    scenario: str,
    words: Words,
) -> tuple[SliderGroup, ...]:
    """Return the fields of the what-if in their groups.

    Parameters
    ----------
    recorded
        Values of assumptions and connection that advisers entered, by field; see `read_recorded`.
    typed
        What is tried now, as it was typed, by name in the address.
    """
    groups: dict[str, tuple[list[Slider], list[Slider]]] = {}
    for field, at in _rows(typed, year):
        held = _held(field, report, recorded, at or year, scenario)
        # A field of several classes may stand for several numbers: it has no one place to begin.
        base = held[0] if len(set(held)) == 1 else None
        name = f"{field.name}_{at}" if at else field.name
        slider = Slider(
            name,
            # The year of the page stands above the group.
            field_label(field.name, None if at == year else at, words),
            "" if field.unit == "1" else words(f"fields.unit.{field.unit}"),
            base,
            _in_words(field, held, words),
            typed.get(name, ""),
            field.low,
            field.high,
            _top(field, base, report, year, scenario),
            _step(field),
        )
        main, parts = groups.setdefault(_GROUP_OF.get(field.kind, field.kind), ([], []))
        (parts if _is_part(field) or at not in (None, year) else main).append(slider)
    return tuple(SliderGroup(key, tuple(main), tuple(rest)) for key, (main, rest) in groups.items())


def read_recorded(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> dict[str, float]:
    """Return what advisers entered of a terrain that counts, by the name of the field."""
    entries = active(read_entries(connection, [terrain_id]))
    return {entry.name: entry.value for entry in entries if entry.value is not None}


def nice_top(value: float) -> float:
    """Return a round number that is no lower.

    >>> nice_top(37), nice_top(210), nice_top(6)
    (40.0, 250.0, 6.0)
    """
    power = 10.0 ** floor(log10(value))
    step = power / 2 if value / power > 2 else power / 4  # noqa: PLR2004 - two steps to a decade
    return ceil(value / step) * step


def _rows(typed: Iterable[str], year: int) -> Iterable[tuple[Field, int | None]]:
    """Yield the fields in their order, electric ones for the year and those that are tried."""
    others = [
        (found["name"], int(found["year"])) for found in map(_DATED.fullmatch, typed) if found
    ]
    for kind in _KINDS:
        for field in FIELDS.values():
            if field.kind != kind:
                continue
            if not field.has_year:
                yield field, None
                continue
            yield field, year
            for name, at in sorted(others):
                if name == field.name and at != year:
                    yield field, at


def _in_words(field: Field, held: Sequence[float], words: Words) -> str:
    def one(value: float) -> str:
        if field.is_whole:
            is_counted = field.kind == "vehicles"
            return words.number(value) if is_counted else words.significant(value)
        return words.exact(value)

    return "\u2013".join(one(value) for value in sorted({*held})[:: max(len({*held}) - 1, 1)])


def _is_part(field: Field) -> bool:
    """Return whether a field counts part of what another one counts."""
    return field.is_whole and any(
        other.kind == field.kind and set(field.classes) < set(other.classes)
        for other in FIELDS.values()
    )


def _held(
    field: Field, report: TerrainReport, recorded: Mapping[str, float], year: int, scenario: str
) -> Sequence[float]:
    """Return the values that a field has now, one per class where they may differ; none unknown."""
    if field.kind == "vehicles":
        return [float(sum(report.vehicles[name] for name in field.classes))]
    if field.kind == "electric":
        if year not in report.run.years:
            return []
        return [
            float(sum(report.electric_vehicles[year, scenario, name] for name in field.classes))
        ]
    if field.name in recorded:
        return [recorded[field.name]]
    scenarios = _scenarios()
    if scenarios.digest != report.run.assumptions_hash:
        return []
    return [scenarios[scenario][key] for key in field.assumptions]


@cache
def _scenarios() -> ScenarioSet:
    """Return the installed assumptions, read once."""
    from forecast.assumptions import load_scenarios

    return load_scenarios()


def _top(
    field: Field, base: float | None, report: TerrainReport, year: int, scenario: str
) -> float:
    if field.kind in _LEAST_REACH:
        now = base or 0.0
        if field.kind == "connection":
            peak = report.on_terrain_power(year, scenario, STRATEGIES[0]).design_peak_kw
            now = max(now, peak)
        reach = _REACH * now if field.kind == "vehicles" else max(_REACH * now, now + 1)
        return min(nice_top(max(reach, _LEAST_REACH[field.kind])), field.high)
    return min(field.high, _MOST_CHARGER_KW) if field.unit == "kW" else field.high


def _step(field: Field) -> float:
    if field.is_whole:
        return 1.0
    return _STEPS.get(field.unit) or _POWER_STEPS[field.kind]
