"""Refinements of a terrain in words, and what the model says beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forecast.fields import FIELDS
from forecast.vocabulary import STRATEGIES, VEHICLE_CLASSES
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.terrain_report import Refinement, TerrainReport
    from forecast.words import Words


def field_label(field: str, year: int | None, words: Words) -> str:
    """Return a field and its year in words; the bare name of one that has gone."""
    label = words(f"fields.label.{field}") if field in FIELDS else field
    return words("fields.dated", field=label, year=year) if year else label


def value_text(value: float | None, unit: str, words: Words) -> str:
    """Return a value with its unit, in full: what was entered is not rounded."""
    if value is None:
        return ""
    number = words.exact(value) if value != int(value) else words.number(value)
    unit_name = "" if unit in {"", "1"} else words(f"fields.unit.{unit}")
    return f"{number} {unit_name}".rstrip()


def refinement_sentence(refinement: Refinement, words: Words) -> str:
    """Return what is known, who said so, when and why."""
    sentence = words(
        "fields.sentence",
        label=field_label(refinement.field, refinement.year, words),
        value=value_text(refinement.value, refinement.unit, words),
        author=refinement.author_name,
        date=words.date(refinement.observed_on),
        source=words(f"fields.source.{refinement.source}"),
        reason=_closed(refinement.reason),
    )
    if refinement.field in FIELDS and FIELDS[refinement.field].is_whole:
        sentence += f" {words(f'fields.rest_sentence.{refinement.municipal_rest}')}"
    return sentence if refinement.is_applied else f"{sentence} {words('fields.not_applied')}"


def _closed(text: str) -> str:
    """Return what people typed as a whole sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def beside_model(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[tuple[str, str, str], ...]:
    """Return label, figure of the model and refined figure, where the two read differently.

    A terrain that gives way to a refined one nearby has such rows too, of its vehicles.
    """
    return tuple(row for row in _rows(report, year, scenario, words) if row[1] != row[2])


def _rows(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> Iterator[tuple[str, str, str]]:
    for name in VEHICLE_CLASSES:
        yield (
            words(f"common.vehicle_class.{name}"),
            words.number(report.model_vehicles[name]),
            words.number(report.vehicles[name]),
        )
    for name in VEHICLE_CLASSES:
        label = words("refine.electric", vehicle_class=words(f"common.vehicle_class.{name}"))
        key = (year, scenario, name)
        yield (
            f"{label} {year}",
            words.significant(report.model_electric_vehicles[key]),
            words.significant(report.electric_vehicles[key]),
        )
    model = report.model_peaks.get((year, scenario))
    if model is None:
        return
    yield (
        f"{words('refine.energy')} {year}",
        words.significant(model.on_terrain_energy_kwh_per_year / KWH_PER_MWH),
        words.significant(report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH),
    )
    for strategy in STRATEGIES:
        label = words("refine.peak", strategy=words(f"common.strategy.{strategy}"))
        yield (
            f"{label} {year}",
            words.significant(getattr(model, f"{strategy}_design_peak_kw")),
            words.significant(report.on_terrain_power(year, scenario, strategy).design_peak_kw),
        )
