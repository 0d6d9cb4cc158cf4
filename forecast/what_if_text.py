"""The outcome of a what-if in words: base and changed side by side, and what each setting does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forecast.refinement_text import field_label, value_text
from forecast.vocabulary import (
    LOCATION_TYPES,
    ON_TERRAIN_LOCATION_TYPES,
    POWER_STRATEGIES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.settings import Setting
    from forecast.what_if import WhatIf
    from forecast.what_if_trial import TrialFigures
    from forecast.words import Words

_PER_CENT: Final = 100
_WHOLE: Final = 0.995
"""Part of the energy from which all of it is said to be charged."""
_SAME: Final = "="
_NONE: Final = "\u2013"
_MINUS: Final = "\u2212"


@dataclass(frozen=True)
class Compared:
    """A figure in both cases.

    Attributes
    ----------
    difference
        With its sign, or ``=`` where both read the same.
    form
        ``total``, ``detail`` or ``plain``.
    """

    name: str
    base: str
    changed: str
    difference: str
    unit: str = ""
    form: str = "plain"

    @property
    def is_same(self) -> bool:
        """Whether nothing changes that can be read."""
        return self.difference == _SAME


@dataclass(frozen=True)
class Section:
    """Figures of one kind, with their unit in the title."""

    title: str
    rows: tuple[Compared, ...]


@dataclass(frozen=True)
class Effect:
    """What one setting does by itself."""

    what: str
    value: str
    energy: str
    peak: str
    plan_code: str
    plan_label: str


@dataclass(frozen=True)
class Comparison:
    """All of an outcome."""

    title: str
    plan_codes: tuple[str, str]
    plan_labels: tuple[str, str]
    rule: str
    headlines: tuple[Compared, ...]
    sections: tuple[Section, ...]
    effects: tuple[Effect, ...]


def compare(result: WhatIf, words: Words) -> Comparison:
    """Return an outcome in words."""
    base, changed = result.base, result.changed
    scenario = words(f"common.scenario.{result.scenario}")
    return Comparison(
        title=words("what_if.result_of", year=result.year, scenario=scenario),
        plan_codes=(base.plan_class, changed.plan_class),
        plan_labels=(
            words(f"common.plan_class.{base.plan_class}"),
            words(f"common.plan_class.{changed.plan_class}"),
        ),
        rule=words(f"common.rule.{changed.rule_code}"),
        headlines=tuple(_headlines(result, words)),
        sections=tuple(_sections(result, words)),
        effects=tuple(_effects(result, words)),
    )


def signed(value: float, words: Words) -> str:
    """Return a change with its sign; ``=`` where it rounds to nothing.

    >>> from forecast.words import load
    >>> signed(-1234, load("nl")), signed(5, load("nl")), signed(0.01, load("nl"))
    ('\u22121.200', '+5,0', '=')
    """
    text = words.significant(abs(value))
    if text == words.significant(0.0) or not any(letter in "123456789" for letter in text):
        return _SAME
    return ("+" if value > 0 else _MINUS) + text


def _compared(
    name: str, base: float, changed: float, words: Words, *, unit: str = "", form: str = "plain"
) -> Compared:
    both = words.significant(base), words.significant(changed)
    # Two figures that read the same are the same, whatever their hidden digits do.
    difference = _SAME if both[0] == both[1] else signed(changed - base, words)
    return Compared(name, *both, difference, unit, form)


def _on_terrain_mwh(figures: TrialFigures) -> float:
    return (
        sum(figures.energy_kwh_per_year.get(name, 0.0) for name in ON_TERRAIN_LOCATION_TYPES)
        / KWH_PER_MWH
    )


def _headlines(result: WhatIf, words: Words) -> Iterator[Compared]:
    base, changed = result.base, result.changed
    yield _compared(
        words("factsheet.key.vehicles"),
        sum(base.electric_vehicles.values()),
        sum(changed.electric_vehicles.values()),
        words,
    )
    yield _compared(
        words("factsheet.key.energy"),
        _on_terrain_mwh(base),
        _on_terrain_mwh(changed),
        words,
        unit=words("factsheet.unit.mwh"),
    )
    yield _compared(
        words("what_if.peak_of", strategy=words(f"common.strategy.{result.strategy}")),
        base.design_peak_kw[result.strategy],
        changed.design_peak_kw[result.strategy],
        words,
        unit="kW",
    )


def _sections(result: WhatIf, words: Words) -> Iterator[Section]:
    base, changed = result.base, result.changed

    def rows(
        names: Mapping[str, str],
        one: Mapping[str, float],
        other: Mapping[str, float],
        scale: float = 1,
    ) -> Iterator[Compared]:
        for key, name in names.items():
            yield _compared(name, one.get(key, 0) / scale, other.get(key, 0) / scale, words)

    classes = {name: words(f"common.vehicle_class.{name}") for name in VEHICLE_CLASSES}
    yield Section(
        words("what_if.vehicles", year=result.year),
        tuple(rows(classes, base.vehicles, changed.vehicles)),
    )
    yield Section(
        words("factsheet.table.electric"),
        tuple(rows(classes, base.electric_vehicles, changed.electric_vehicles)),
    )
    places = {name: words(f"common.location_type.{name}") for name in LOCATION_TYPES}
    yield Section(
        words("factsheet.table.energy"),
        (
            *rows(places, base.energy_kwh_per_year, changed.energy_kwh_per_year, KWH_PER_MWH),
            _compared(
                words("factsheet.table.on_terrain"),
                _on_terrain_mwh(base),
                _on_terrain_mwh(changed),
                words,
                form="total",
            ),
        ),
    )
    yield Section(words("factsheet.table.power"), tuple(_power(result, words)))
    yield Section(words("what_if.points"), tuple(_points(result, words)))
    yield Section(words("what_if.fit"), tuple(_fit(result, words)))
    if connection := tuple(_connection(result, words)):
        yield Section(words("what_if.connection"), connection)


def _power(result: WhatIf, words: Words) -> Iterator[Compared]:
    base, changed = result.base, result.changed
    for strategy in POWER_STRATEGIES:
        if strategy not in base.design_peak_kw:
            continue
        yield _compared(
            words(f"common.strategy.{strategy}").capitalize(),
            base.design_peak_kw[strategy],
            changed.design_peak_kw[strategy],
            words,
            form="total" if strategy == result.strategy else "plain",
        )
        within = base.design_peak_16_21_kw.get(strategy), changed.design_peak_16_21_kw.get(strategy)
        if within[0] is not None and within[1] is not None and any(within):
            name = words("factsheet.table.in_window")
            yield _compared(name, within[0], within[1], words, form="detail")
        shares = base.served_share.get(strategy, 1.0), changed.served_share.get(strategy, 1.0)
        if min(shares) < _WHOLE:
            row = _per_cent(words("what_if.allowed"), *shares, words)
            yield replace(row, form="detail")


def _points(result: WhatIf, words: Words) -> Iterator[Compared]:
    base, changed = result.base.charge_points, result.changed.charge_points
    for power in sorted({*base, *changed}):
        name = words("what_if.points_of", power=words.number(power))
        yield _compared(name, base.get(power, 0.0), changed.get(power, 0.0), words)


def _fit(result: WhatIf, words: Words) -> Iterator[Compared]:
    base = result.base.fits_after_queue_probability
    changed = result.changed.fits_after_queue_probability
    for strategy in STRATEGIES:
        if strategy in base and strategy in changed:
            name = words(f"common.strategy.{strategy}").capitalize()
            yield _per_cent(name, base[strategy], changed[strategy], words)


def _connection(result: WhatIf, words: Words) -> Iterator[Compared]:
    """Yield the rows on the connection; one that is only tried has no base."""
    base = {fit.strategy: fit for fit in result.base.connection}
    if result.changed.room_kw is None:
        if any(each.field.kind == "connection" for each in result.settings):
            yield Compared(words("what_if.room"), _NONE, words("what_if.no_contract"), "")
        return
    rooms = result.base.room_kw, result.changed.room_kw
    room = [_NONE if kw is None else words.significant(kw).replace("-", _MINUS) for kw in rooms]
    yield Compared(words("what_if.room"), room[0], room[1], "")
    if not result.changed.connection:
        yield Compared(words("what_if.no_room"), _NONE, words("what_if.nothing_through"), "")
    for fit in result.changed.connection:
        name = words(f"common.strategy.{fit.strategy}").capitalize()
        before = base.get(fit.strategy)
        shares = [
            _NONE if each is None else f"{words.number(each.served_share * _PER_CENT)} %"
            for each in (before, fit)
        ]
        yield Compared(words("what_if.served", strategy=name), shares[0], shares[1], "")
        batteries = [_battery(each.battery_kwh, words) if each else _NONE for each in (before, fit)]
        yield Compared(words("what_if.battery"), batteries[0], batteries[1], "", form="detail")


def _battery(battery_kwh: float | None, words: Words) -> str:
    return words("what_if.no_battery") if battery_kwh is None else words.significant(battery_kwh)


def _per_cent(name: str, base: float, changed: float, words: Words) -> Compared:
    both = [words.number(value * _PER_CENT) for value in (base, changed)]
    points = round(changed * _PER_CENT) - round(base * _PER_CENT)
    sign = "+" if points > 0 else _MINUS
    difference = f"{sign}{abs(points)}" if points else _SAME
    return Compared(name, f"{both[0]} %", f"{both[1]} %", difference)


def _effects(result: WhatIf, words: Words) -> Iterator[Effect]:
    for decision in result.decisions:
        setting = decision.setting
        yield Effect(
            field_label(setting.field.name, setting.year, words),
            _setting_value(setting, words),
            signed(decision.on_terrain_energy_kwh_per_year / KWH_PER_MWH, words),
            signed(decision.design_peak_kw, words),
            decision.plan_class,
            words(f"common.plan_class_short.{decision.plan_class}"),
        )


def _setting_value(setting: Setting, words: Words) -> str:
    if isinstance(setting.value, str):
        return words(f"common.strategy.{setting.value}")
    return value_text(setting.value, setting.field.unit, words)
