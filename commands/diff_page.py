"""Two runs on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from rich.console import Console

from commands.tables import plain_table
from forecast.diff.figures import Change, RegionChange, TerrainChange, ranked
from forecast.spoken import FieldName, codes, tell
from forecast.visible import visible
from forecast.vocabulary import NATION, PLAN_CLASSES

if TYPE_CHECKING:
    from rich.table import Table

    from forecast.diff.inputs import InputChange
    from forecast.diff.report import Report
    from forecast.run_info import RunInfo
    from forecast.words import Words

_LEAST_WIDTH: Final = 120
_PER_CENT: Final = 100
_KWH_PER_MWH: Final = 1000.0
_RANKED_BY: Final = "energy_kwh_per_year"
_SMALL: Final = 10
_LONGEST_NAME: Final = 34
_SHOWN: Final = 10
_NOTHING: Final = "–"  # noqa: RUF001 - an en dash stands for no figure


def print_page(report: Report, top: int, words: Words) -> None:
    """Print what went in, the whole, plan classes that moved, and two rankings."""
    console = Console(soft_wrap=True, markup=False, highlight=False)
    console.width = max(console.width, _LEAST_WIDTH)
    compared = report.compared
    console.print(
        words(
            "diff.title",
            place=_place(report, words),
            year=compared.year,
            scenario=words(f"common.scenario.{compared.scenario}"),
        ),
        style="bold",
    )
    for key, run in (("before", compared.before), ("after", compared.after)):
        console.print(f"  {words(f'diff.{key}'):<8}{_run(run, words)}")
    console.print()
    _print_inputs(report.inputs, console, words)
    changed = [each for each in report.terrains if each.is_changed]
    if not changed:
        console.print(words("diff.nothing"))
        return
    console.print(_whole_table(report, words))
    console.print(_told(report, changed, words))
    console.print()
    _print_moves(report, top, console, words)
    for title, changes in (
        ("terrains", report.terrains),
        ("municipalities", report.municipalities),
    ):
        if len(changes) > 1:
            _print_ranking(title, changes, top, console, words)
    _print_in_one_run(report, console, words)


def _place(report: Report, words: Words) -> str:
    selection = report.selection
    if selection.level == NATION:
        return words("regions.nation")
    level = words(f"regions.level.{selection.level}")
    return words("regions.one_region", level=level, name=visible(selection.region_name))


def _run(run: RunInfo, words: Words) -> str:
    time = f"{run.ended_at:%H:%M}"
    return f"{run.run_id}  ({words('diff.ended', day=words.date(run.ended_at.date()), time=time)})"


def _print_inputs(inputs: Sequence[InputChange], console: Console, words: Words) -> None:
    if not inputs:
        console.print(words("diff.same_inputs"))
        console.print()
        return
    table = plain_table(
        words("diff.inputs_title"),
        [words("diff.what"), "", words("diff.before"), words("diff.after")],
        [],
    )
    for each in inputs:
        table.add_row(
            words(f"diff.input.{each.kind}"),
            visible(_input_name(each, words)),
            *(visible(_input_value(each.kind, text, words)) for text in (each.before, each.after)),
        )
    console.print(table)
    if any(each.kind == "assumptions" for each in inputs):
        console.print(words("diff.assumptions_note"), style="dim")
    console.print()


def _input_name(change: InputChange, words: Words) -> str:
    if change.kind != "refinement":
        return change.name
    terrain_id, _, field = change.name.rpartition(" ")
    return f"{terrain_id} {FieldName(field).told(words)}"


def _input_value(kind: str, text: str | None, words: Words) -> str:
    if text is None:
        return words("diff.absent")
    if kind == "scenarios":
        return tell(codes("common.scenario", text.split(", ")), words)
    return words.day(date.fromisoformat(text)) if kind == "refinement" else text


def _whole_table(report: Report, words: Words) -> Table:
    table = plain_table(
        words("diff.whole_title", place=_place(report, words)),
        [""],
        [words(f"diff.{key}") for key in ("before", "after", "difference", "per_cent")],
    )
    for quantity, change in report.whole.figures.items():
        table.add_row(words(f"diff.quantity.{quantity}"), *_cells(change, quantity, words))
    for name in PLAN_CLASSES:
        change = report.whole.terrains[name]
        table.add_row(
            words("diff.class_terrains", name=words(f"common.plan_class_short.{name}")),
            *_cells(change, "terrains", words, decimals=0),
        )
    return table


def _told(report: Report, changed: Sequence[TerrainChange], words: Words) -> str:
    rho = report.rank_correlations[_RANKED_BY]
    told = words(
        "diff.changed", count=words.number(len(changed)), of=words.number(len(report.terrains))
    )
    return told if rho is None else f"{told} {words('diff.order', rho=words.number(rho, 3))}"


def _print_moves(report: Report, top: int, console: Console, words: Words) -> None:
    if not report.moves:
        console.print(words("diff.no_moves"))
        console.print()
        return
    table = plain_table(
        words("diff.moves_title"),
        [words("diff.before"), words("diff.after")],
        [words("regions.terrains")],
    )
    for old, new, count in report.moves:
        names = (words(f"common.plan_class_short.{name}") for name in (old, new))
        table.add_row(*names, words.number(count))
    console.print(table)
    moved = sorted(
        (each for each in report.terrains if each.is_moved),
        key=lambda each: -abs(each.figures[_RANKED_BY].difference),
    )
    for each in moved[:top]:
        console.print(f"  {_name(each)}: {_classes(each, words)}")
    if len(moved) > top:
        console.print(f"  {words('diff.more', count=words.number(len(moved) - top))}")
    console.print()


def _print_ranking(
    title: str,
    changes: Sequence[TerrainChange] | Sequence[RegionChange],
    top: int,
    console: Console,
    words: Words,
) -> None:
    found: list[TerrainChange | RegionChange] = ranked(changes, _RANKED_BY)
    if not found:
        return
    is_terrains = title == "terrains"
    table = plain_table(
        words(
            f"diff.{title}_title",
            shown=words.number(min(top, len(found))),
            of=words.number(len(found)),
        ),
        [words("diff.place"), *([words("diff.plan_class")] if is_terrains else [])],
        [
            words(f"diff.{key}")
            for key in ("mwh_before", "mwh_after", "difference", "per_cent", "kw", "kw_smart")
        ],
    )
    for each in found[:top]:
        energy = each.figures[_RANKED_BY]
        peaks = [
            _signed(each.figures[quantity].difference, words)
            for quantity in ("unmanaged_design_peak_kw", "smart_design_peak_kw")
        ]
        kind = [_classes(each, words)] if isinstance(each, TerrainChange) else []
        table.add_row(_name(each), *kind, *_cells(energy, _RANKED_BY, words), *peaks)
    console.print(table)
    console.print()


def _print_in_one_run(report: Report, console: Console, words: Words) -> None:
    for key, places in (("new", report.new_terrains), ("gone", report.gone_terrains)):
        if places:
            shown = "; ".join(map(_name, places[:_SHOWN]))
            more = words("diff.more", count=words.number(len(places) - _SHOWN))
            tail = f"; {more}" if len(places) > _SHOWN else ""
            console.print(words(f"diff.{key}", count=words.number(len(places))) + shown + tail)


def _name(change: TerrainChange | RegionChange) -> str:
    """Return a name that fits a column; the identifier of a terrain that is gone."""
    if isinstance(change, RegionChange):
        return visible(change.region_name)
    name = visible(change.terrain_name)
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    place = f"{name}, {visible(change.municipality_name)}" if name else ""
    return f"{place} ({visible(change.terrain_id)})".strip()


def _classes(change: TerrainChange, words: Words) -> str:
    old, new = (
        _NOTHING if name is None else words(f"common.plan_class_short.{name}")
        for name in (change.class_before, change.class_after)
    )
    return new if old == new else f"{old} → {new}"


def _cells(
    change: Change, quantity: str, words: Words, decimals: int | None = None
) -> tuple[str, str, str, str]:
    """Return before, after, difference and that in per cent."""
    size = _KWH_PER_MWH if quantity == _RANKED_BY else 1.0
    old, new = (
        _NOTHING if value is None else _number(value / size, words, decimals)
        for value in (change.before, change.after)
    )
    share = _NOTHING if change.share is None else _signed(_PER_CENT * change.share, words, 1)
    return old, new, _signed(change.difference / size, words, decimals), share


def _number(value: float, words: Words, decimals: int | None = None) -> str:
    """Return a figure with one decimal below ten, unless so many are asked."""
    return words.number(value, int(abs(value) < _SMALL) if decimals is None else decimals)


def _signed(value: float, words: Words, decimals: int | None = None) -> str:
    written = _number(value, words, decimals)
    return f"+{written}" if value > 0 and written.strip("0,.") else written
