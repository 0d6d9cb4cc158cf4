"""A map of how a forecast of others differs from ours: one page that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from forecast.compare.ours import our_quantity
from forecast.files import write_atomically
from forecast.sources.forecast_quantities import POWER, QUANTITIES
from forecast.theme import Theme
from forecast.words import Words, load
from maps import base, data, features, leaflet, wording
from maps.columns import significant_figure
from maps.plan_map import assembled, leaflet_map, read_view
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from forecast.compare.report import Report, Summary

LIMITS: Final = (0.25, 0.5, 0.8, 1.25, 2.0, 4.0)
"""Between the classes of theirs over ours [1]: even steps of its logarithm around the same."""
_FIGURES: Final = {"theirs": "theirs", "ours": "ours", "low": "ours_p10", "high": "ours_p90"}
_WORDS: Final = (
    "compare.map.", "compare.position.", "compare.quantity.", "map.panel.", "map.search.",
    "map.legend.", "map.popup.rin",
)  # fmt: skip


def write_comparison_map(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    path: Path,
    *,
    language: str = "nl",
    theme: Theme | None = None,
) -> Path:
    """Write the map of a comparison as one HTML file; return its path.

    Circles are coloured by the logarithm of theirs over ours. A shape says the same: triangles up
    where theirs is more, down where ours is, discs where they are alike.

    Parameters
    ----------
    connection
        The database of the comparison.
    report
        What is compared; its terrains are drawn, its year and quantity are shown first.
    path
        The file to write; an existing one is replaced when the new one is complete.

    Raises
    ------
    UnknownNameError
        If the language does not exist.
    OutputError
        If the file can't be written.
    """
    page = comparison_html(connection, report, load(language), theme or Theme())
    return write_atomically(path, page.encode())


def comparison_html(
    connection: duckdb.DuckDBPyConnection, report: Report, words: Words, theme: Theme
) -> str:
    """Return the page of `write_comparison_map` as text."""
    selection = report.selection
    terrains, names, land, bounds = read_view(connection, selection)
    lat_lon = base.display_points(features.rd_points(terrains)).tolist()
    ids = terrains.select("terrain_id")
    payload = {
        "language": words.language,
        "words": {key: text for key, text in words.texts.items() if key.startswith(_WORDS)},
        "bounds": bounds,
        "terrains": data.register_columns(connection, terrains, lat_lon, words),
        "figures": _figures(report, ids),
        "reasons": _reasons(report, ids),
        "limits": list(LIMITS),
        "notes": {_choice(each): _note(each, report, words) for each in report.summaries},
        "base": features.base_layer(connection, selection, land, words, names),
    }
    title = words(f"compare.map.title_{selection.level}", region=selection.region_name)
    panel = leaflet.rendered(
        "comparison.html",
        words=words,
        title=title,
        theme=theme,
        subtitle=_subtitle(report, words),
        quantities=_quantities(report, words),
        years=sorted({each.year for each in report.summaries}),
        report=report,
        sources=[
            {"text": words("compare.map.source", file=report.edition.file_name), "url": ""},
            *wording.source_lines(connection, report.run, words, theme, has_background=False),
        ],
    )
    page = leaflet.Inline(panel=panel, payload=payload, theme=theme, scripts=leaflet.COMPARISON)
    return assembled(title, page, leaflet_map(words("compare.map.label"), bounds), words.language)


def _quantities(report: Report, words: Words) -> list[tuple[str, str]]:
    """Return the quantities that can be chosen, and how they are called."""
    held = {each.quantity for each in report.summaries}
    return [(name, words(f"compare.quantity.{name}")) for name in QUANTITIES if name in held]


def _choice(summary: Summary) -> str:
    return f"{summary.quantity}|{summary.year}"


def _size(quantity: str) -> float:
    return KWH_PER_MWH if QUANTITIES[quantity] == "kWh/year" else 1.0


def _figures(report: Report, ids: pl.DataFrame) -> dict[str, dict[str, list[Any]]]:
    """Return per quantity and year what both say of each terrain; energy in MWh."""
    found = {}
    for (quantity, year), part in report.rows.group_by("quantity", "year", maintain_order=True):
        size = _size(str(quantity))
        rows = ids.join(part, on="terrain_id", how="left", maintain_order="left")
        found[f"{quantity}|{year}"] = {
            name: [
                None if value is None else significant_figure(value / size)
                for value in rows[column].to_list()
            ]
            for name, column in _FIGURES.items()
        }
    return found


def _reasons(report: Report, ids: pl.DataFrame) -> dict[str, list[Any]]:
    """Return what our figures of each terrain rest on: vehicles of today."""
    names = ("vans_today", "trucks_today")
    once = report.rows.select("terrain_id", *names).unique("terrain_id")
    rows = ids.join(once, on="terrain_id", how="left", maintain_order="left")
    return {name: rows[name].to_list() for name in names}


def _note(summary: Summary, report: Report, words: Words) -> str:
    """Return what the figures of a quantity are, and how alike the two are."""
    ours = our_quantity(summary.quantity, report.power)
    means = words(f"compare.means.{ours}")
    told = words("compare.map.note", column=summary.said_as, means=means)
    if summary.quantity == POWER:
        told += " " + words("compare.map.power_note")
    if summary.spearman is not None:
        told += " " + words("compare.map.order", rho=words.number(summary.spearman, 2))
    return told


def _subtitle(report: Report, words: Words) -> str:
    scenario = report.their_scenario
    return words(
        "compare.map.subtitle",
        file=report.edition.file_name,
        their_scenario=words(f"common.scenario.{scenario}")
        if scenario
        else words("compare.no_scenario"),
        scenario=words(f"common.scenario.{report.scenario}"),
    )
