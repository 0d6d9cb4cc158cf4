"""A forecast of others beside ours on the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from commands.options import print_as_json
from commands.tables import plain_table
from forecast.compare.ours import our_quantity
from forecast.compare.report import ranked_by_difference, ranked_by_ratio
from forecast.compare.table import terrain_facts
from forecast.sources.forecast_quantities import POWER, QUANTITIES
from forecast.visible import visible
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    import polars as pl

    from forecast.compare.report import Report, Summary
    from forecast.words import Words

_LEAST_WIDTH: Final = 160
"""Columns that the widest figures of a country take: a figure that is cut off tells nothing."""
_PER_CENT: Final = 100
_KWH_PER_MWH: Final = 1000.0
_SMALL: Final = 10
_LONGEST_NAME: Final = 30
_NOTHING: Final = "–"  # noqa: RUF001 - an en dash stands for no figure


def print_page(report: Report, top: int, words: Words) -> None:
    """Print what is compared and what its figures are, the summary, and two rankings."""
    console = Console(soft_wrap=True, markup=False, highlight=False)
    console.width = max(console.width, _LEAST_WIDTH)
    _print_head(report, console, words)
    _print_means(report, console, words)
    _print_summary(report, console, words)
    chosen = report.chosen
    ranked = ranked_by_difference(chosen)
    if ranked.is_empty():
        is_shared = not chosen.filter(found_in="both").is_empty()
        console.print(words("compare.same" if is_shared else "compare.none_shared"))
        return
    _print_ranking("difference", ranked, report, top, console, words)
    _print_ranking("ratio", ranked_by_ratio(chosen), report, top, console, words)
    console.print(words("compare.reason_note"), style="dim")


def print_json(report: Report) -> None:
    """Print the summary of all years and quantities, and every terrain of the one ranked."""
    print_as_json(
        {
            "edition": vars(report.edition),
            "run": asdict(report.run),
            "scenario": report.scenario,
            "their_scenario": report.their_scenario,
            "level": report.selection.level,
            "region_id": report.selection.region_id,
            "power": our_quantity(POWER, report.power),
            "units": QUANTITIES,
            "other_years": report.other_years,
            "summaries": [asdict(each) | {"ratio": each.ratio} for each in report.summaries],
            "year": report.year,
            "quantity": report.quantity,
            "terrains": terrain_facts(report),
        }
    )


def _print_head(report: Report, console: Console, words: Words) -> None:
    selection, edition = report.selection, report.edition
    place = words("regions.nation")
    if selection.level != NATION:
        level = words(f"regions.level.{selection.level}")
        place = words("regions.one_region", level=level, name=visible(selection.region_name))
    console.print(words("compare.title", place=place), style="bold")
    day = edition.reference_date
    theirs = words(
        "compare.their_edition",
        file=visible(edition.file_name),
        edition=edition.edition_id,
        day=words("compare.of_day", day=words.date(day)) if day else "",
        scenario=_scenario(report.their_scenario, words),
    )
    ours = words(
        "compare.our_run", run=report.run.run_id, scenario=_scenario(report.scenario, words)
    )
    for key, told in (("theirs", theirs), ("ours", ours)):
        console.print(f"  {words(f'compare.{key}'):<8}{told}")
    if edition.rows_quarantined:
        count = words.number(edition.rows_quarantined)
        console.print(words("compare.set_apart", count=count, edition=edition.edition_id))
    if report.other_years:
        years = ", ".join(map(str, report.other_years))
        console.print(words("compare.other_years", years=years))
    console.print()


def _scenario(name: str, words: Words) -> str:
    return words(f"common.scenario.{name}") if name else words("compare.no_scenario")


def _print_means(report: Report, console: Console, words: Words) -> None:
    """Print what each quantity is, of theirs and of ours."""
    console.print(words("compare.means_title"), style="italic")
    told: dict[str, Summary] = {}
    for each in report.summaries:
        told.setdefault(each.quantity, each)
    for quantity, summary in told.items():
        ours = our_quantity(quantity, report.power)
        console.print(
            f"  {words(f'compare.quantity.{quantity}')}: {words('compare.their_column')} "
            f"'{visible(summary.said_as)}'; {words('compare.our_figure')}: "
            f"{words(f'compare.means.{ours}')}"
        )
    if report.has_unexplained_power:
        console.print(f"  {words('compare.power_note')}")
    console.print(words("compare.definitions_note"), style="dim")
    console.print()


def _print_summary(report: Report, console: Console, words: Words) -> None:
    columns = (
        "both", "only_theirs", "only_ours", "theirs", "ours", "ratio", "spearman", "kendall",
        "middle", "inside_head",
    )  # fmt: skip
    table = plain_table(
        words("compare.summary_title"),
        [words("compare.quantity_head"), words("compare.year")],
        [words(f"compare.{name}") for name in columns],
    )
    for each in sorted(report.summaries, key=lambda one: list(QUANTITIES).index(one.quantity)):
        size = _size(each.quantity)
        table.add_row(
            words(f"compare.quantity.{each.quantity}"),
            str(each.year),
            *(words.number(count) for count in (each.both, each.only_theirs, each.only_ours)),
            *(_number(total / size, words) for total in (each.theirs, each.ours)),
            _told(each.ratio, words),
            _told(each.spearman, words, 3),
            _told(each.kendall, words, 3),
            _told(each.middle_factor, words),
            _share(each, words),
        )
    console.print(table)
    console.print(words("compare.summary_note"), style="dim")
    for each in report.summaries:
        if each.is_unit_doubtful:
            quantity = words(f"compare.quantity.{each.quantity}")
            column = visible(each.said_as)
            console.print(
                words("compare.unit_doubt", quantity=quantity, year=each.year, column=column),
                style="bold",
            )
    console.print()


def _print_ranking(
    kind: str, rows: pl.DataFrame, report: Report, top: int, console: Console, words: Words
) -> None:
    if rows.is_empty():
        return
    table = plain_table(
        words(
            f"compare.{kind}_title",
            quantity=words(f"compare.quantity.{report.quantity}"),
            year=report.year,
            shown=words.number(min(top, rows.height)),
            of=words.number(rows.height),
        ),
        [words("compare.terrain")],
        [
            words(f"compare.{name}")
            for name in (
                "theirs", "ours", "band", "inside_head", "difference", "ratio", "hectares", "vans",
                "trucks",
            )
        ],
    )  # fmt: skip
    size = _size(report.quantity)
    for row in rows.head(top).to_dicts():
        mark = "*" if row["is_refined"] else ""
        table.add_row(
            _name(row),
            *(_number(row[name] / size, words) for name in ("theirs", "ours")),
            _band(row, size, words),
            words(f"compare.position.{row['position']}") if row["position"] else _NOTHING,
            _signed(row["difference"] / size, words),
            _told(row["ratio"], words),
            words.number(row["net_ha"], 1),
            f"{words.number(row['vans_today'])}{mark}",
            f"{words.number(row['trucks_today'])}{mark}",
        )
    console.print(table)
    console.print()


def _name(row: dict[str, Any]) -> str:
    name = visible(row["terrain_name"])
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    return f"{name}, {visible(row['municipality_name'])} ({visible(row['terrain_id'])})"


def _band(row: dict[str, Any], size: float, words: Words) -> str:
    if row["ours_p10"] is None or row["ours_p90"] is None:
        return _NOTHING
    return words.band(row["ours_p10"] / size, row["ours_p90"] / size)


def _share(summary: Summary, words: Words) -> str:
    if not summary.banded:
        return _NOTHING
    return f"{words.number(_PER_CENT * summary.inside / summary.banded)} %"


def _size(quantity: str) -> float:
    return _KWH_PER_MWH if QUANTITIES[quantity] == "kWh/year" else 1.0


def _told(value: float | None, words: Words, decimals: int = 2) -> str:
    return _NOTHING if value is None else words.number(value, decimals)


def _number(value: float, words: Words) -> str:
    """Return a figure with one decimal below ten."""
    return words.number(value, int(abs(value) < _SMALL))


def _signed(value: float, words: Words) -> str:
    written = _number(value, words)
    return f"+{written}" if value > 0 and written.strip("0,.") else written
