"""A depot study on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from commands.bars import CLOCK, bars
from models.depot_schedule import DAYS

if TYPE_CHECKING:
    from forecast.depot import DepotStudy
    from forecast.words import Words

_PER_CENT: Final = 100


def print_page(study: DepotStudy, words: Words) -> None:
    """Print peaks, what does not fit, and the mean day."""
    console = Console(soft_wrap=True)
    name = words("depot.fleet", name=study.fleet) if study.fleet else words("depot.no_name")
    console.print(name, style="bold", highlight=False)
    console.print(
        words(
            "depot.facts",
            days=words.number(study.vehicle_days),
            distance=words.number(study.distance_km_per_day),
            consumption=words.number(study.consumption_kwh_per_km, 2),
            charger=words.number(study.charger_kw),
            vehicles=words.number(study.vehicles),
        ),
        highlight=False,
    )
    console.print(_peaks(study, words))
    unmanaged, even = study.loads["unmanaged"], study.loads["even"]
    unmet = 1 - unmanaged.served_share
    charger = words.number(study.charger_kw)
    fits = unmet * _PER_CENT < 1 / _PER_CENT
    console.print(
        words("depot.all_met")
        if fits
        else words("depot.unmet", part=words.number(unmet * _PER_CENT, 1), charger=charger),
        highlight=False,
    )
    top = max(load.mean_day_peak_kw for load in study.loads.values())
    if top == 0:  # nothing stands long enough to charge: no curve to draw
        return
    saved = 1 - even.mean_day_peak_kw / unmanaged.mean_day_peak_kw
    console.print(words("depot.saves", part=words.number(saved * _PER_CENT)), highlight=False)
    console.print(words("depot.curve"), highlight=False)
    for strategy, load in study.loads.items():
        line = bars(load.mean_day_kw.tolist(), top)
        console.print(f"{line}  {words(f'depot.{strategy}')}", highlight=False)
    console.print(CLOCK, highlight=False)
    console.print(words("depot.basis", draws=words.number(DAYS)), style="dim", highlight=False)
    console.print()


def print_json(studies: Sequence[DepotStudy]) -> None:
    """Print everything; units end the names, hours are of the day."""
    body = [
        {
            "fleet": study.fleet,
            "vehicle_days": study.vehicle_days,
            "distance_km_per_day": study.distance_km_per_day,
            "consumption_kwh_per_km": study.consumption_kwh_per_km,
            "charger_kw": study.charger_kw,
            "vehicles": study.vehicles,
            "strategies": [
                {
                    "strategy": strategy,
                    "mean_day_peak_kw_per_vehicle": load.mean_day_peak_kw,
                    "mean_day_peak_hour": load.peak_hour,
                    "typical_peak_kw_per_vehicle": load.typical_peak_kw,
                    "design_peak_kw_per_vehicle": load.design_peak_kw,
                    "design_peak_kw": load.design_peak_kw * study.vehicles,
                    "served_share": load.served_share,
                    "mean_day_kw_per_vehicle": load.mean_day_kw.tolist(),
                }
                for strategy, load in study.loads.items()
            ],
        }
        for study in studies
    ]
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _peaks(study: DepotStudy, words: Words) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(words("depot.strategy"))
    for key in ("mean_peak", "hour", "typical", "design", "total", "simultaneity"):
        table.add_column(words(f"depot.{key}"), justify="right", max_width=16)
    for strategy, load in study.loads.items():
        hour, part = divmod(load.peak_hour, 1)
        table.add_row(
            words(f"depot.{strategy}"),
            words.number(load.mean_day_peak_kw, 1),
            f"{hour:.0f}:{part * 60:02.0f}",
            words.number(load.typical_peak_kw, 1),
            words.number(load.design_peak_kw, 1),
            words.significant(load.design_peak_kw * study.vehicles),
            f"{words.number(load.design_peak_kw / study.charger_kw * _PER_CENT)} %",
        )
    return table
