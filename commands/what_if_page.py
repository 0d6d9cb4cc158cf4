"""A what-if on the terminal: now and changed side by side, and what decided the difference."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from commands.terrain_layout import layout_for
from forecast.what_if_text import Comparison, compare

if TYPE_CHECKING:
    from forecast.settings import Setting
    from forecast.what_if import WhatIf
    from forecast.words import Words

_MOST_LABEL: Final = 60
_CELLS: Final = (13, 13, 13)
_EFFECT_CELLS: Final = (11, 19, 15)
"""Widths of the columns beside the label [characters]."""
FORMAT: Final = "laadvraag.what_if/1"


def print_what_if(result: WhatIf, name: str, words: Words) -> None:
    """Print an outcome."""
    layout = layout_for((), 0)
    told = compare(result, words)
    layout.text(words("what_if.title", terrain=name, case=told.title), bold=True)
    layout.text(words("what_if.nothing_written"))
    for effect in told.effects:
        layout.item(words("what_if.chosen", what=effect.what, value=effect.value))
    click.echo()
    _print_class(told, words)
    head = [words(f"what_if.{key}") for key in ("base", "changed", "difference")]
    _print_row("", head, is_bold=True)
    for row in told.headlines:
        label = f"{row.name[0].upper()}{row.name[1:]}"
        unit = f" [{row.unit}]" if row.unit else ""
        _print_row(f"{label}{unit}", [row.base, row.changed, row.difference], is_bold=True)
    for section in told.sections:
        click.echo()
        click.secho(section.title, bold=True)
        for row in section.rows:
            indent = "    " if row.form == "detail" else "  "
            _print_row(f"{indent}{row.name}", [row.base, row.changed, row.difference])
    _print_effects(told, words)


def what_if_record(result: WhatIf, terrain_name: str) -> dict[str, Any]:
    """Return an outcome as plain values; names hold their units."""
    return {
        "format": FORMAT,
        "terrain_id": result.terrain_id,
        "terrain_name": terrain_name,
        "year": result.year,
        "scenario": result.scenario,
        "strategy": result.strategy,
        "settings": [_setting(each) for each in result.settings],
        "base": asdict(result.base),
        "changed": asdict(result.changed),
        "decisions": [
            {
                "setting": _setting(each.setting),
                "on_terrain_energy_kwh_per_year": each.on_terrain_energy_kwh_per_year,
                "design_peak_kw": each.design_peak_kw,
                "plan_class": each.plan_class,
            }
            for each in result.decisions
        ],
    }


def _setting(setting: Setting) -> dict[str, Any]:
    return {"name": setting.name, "value": setting.value, "unit": setting.field.unit}


def _print_class(told: Comparison, words: Words) -> None:
    base, changed = told.plan_labels
    key = "class_same" if base == changed else "class_changed"
    layout = layout_for((), 0)
    layout.text(words(f"what_if.{key}", base=base, changed=changed))
    layout.text(told.rule)
    click.echo()


def _print_effects(told: Comparison, words: Words) -> None:
    """Print what each choice does alone; one choice has no other to be told apart from."""
    if len(told.effects) <= 1:
        return
    click.echo()
    click.secho(words("what_if.effects"), bold=True)
    head = [words(f"what_if.{key}") for key in ("effect_peak", "effect_energy")]
    _print_row("", [*head, words("refine.plan_class")], widths=_EFFECT_CELLS)
    for effect in told.effects:
        figures = [effect.peak, effect.energy, effect.plan_label]
        _print_row(f"  {effect.what}: {effect.value}", figures, widths=_EFFECT_CELLS)
    layout_for((), 0).text(words("what_if.effects_note"))


def _print_row(
    label: str, cells: Sequence[str], *, widths: Sequence[int] = _CELLS, is_bold: bool = False
) -> None:
    room = min(_MOST_LABEL, layout_for((), 0).width - sum(widths))
    indent = " " * (len(label) - len(label.lstrip()) + 2)
    *above, last = textwrap.wrap(
        label, room - 1, subsequent_indent=indent, drop_whitespace=True, break_long_words=True
    ) or [""]
    for line in above:
        click.secho(line, bold=is_bold)
    text = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    click.secho(f"{last:<{room}}{text}".rstrip(), bold=is_bold)
