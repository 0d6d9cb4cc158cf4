"""What a page says of itself: title, number of terrains and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.credits import credits_text
from forecast.sources.ibis import LIVE_LAYER_TERRAINS
from maps.outlines import DETAIL_M

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo
    from forecast.selection import Selection
    from forecast.theme import Theme
    from forecast.words import Words

_EDITION_DIGITS: Final = 8
_NAMED: Final = ("bedrijventerreinen", "ze_zones", "supply_areas", "truck_sites", "places")
"""Embedded sources that have a line of their own."""


def page_title(words: Words, selection: Selection) -> str:
    """Return the title of the plan map of a region or the country."""
    return words(f"map.title_{selection.level}", region=selection.region_name)


def count_sentence(words: Words, selection: Selection, outlined: int) -> str:
    """Return how many terrains are on the page; of the country, out of how many."""
    shown = words.number(len(selection.terrain_ids))
    if selection.is_national:
        register = words.number(LIVE_LAYER_TERRAINS)
        key = "map.count_outlined" if outlined else "map.count"
        return words(key, shown=shown, register=register, outlined=words.number(outlined))
    return words(f"map.count_{selection.level}", shown=shown, region=selection.region_name)


def shape_sentence(words: Words, selection: Selection, outlined: int) -> str:
    """Return whether shapes are outlines or schematic."""
    if not outlined:
        return words("map.schematic")
    return words(
        "map.outlined",
        outlined=words.number(outlined),
        shown=words.number(len(selection.terrain_ids)),
        detail=words.number(DETAIL_M),
    )


def source_lines(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    words: Words,
    theme: Theme,
    *,
    has_background: bool,
) -> list[dict[str, str]]:
    """Return the sources: a text and, where there is one, the page of the source."""
    span = connection.execute(
        "SELECT min(reference_year), max(reference_year) FROM terrains"
    ).fetchone()
    first, last = span or (None, None)
    years = str(last) if first == last else f"{first}\u2013{last}"
    computed = words(
        "map.source.run",
        date=words.date(run.ended_at.date()),
        version=run.code_version,
        run_id=run.run_id,
    )
    register = words("map.source.register", years=years, edition=run.edition_id[:_EDITION_DIGITS])
    linked = [
        ("zones", "https://opendata.ndw.nu/"),
        ("grid", "https://capaciteitskaart.netbeheernederland.nl/"),
        ("sites", "https://www.openstreetmap.org/copyright"),
        ("places", "https://www.geonames.org/"),
        *([("background", "https://www.pdok.nl/")] if has_background else []),
        ("software", "https://leafletjs.com/"),
    ]
    rest = credits_text(run, words, named_before=_NAMED)
    others = [words("map.source.others", sources=rest)] if rest else []
    publisher = words("map.source.publisher", publisher=theme.publisher) if theme.publisher else ""
    links = [{"text": words(f"map.source.{name}"), "url": url} for name, url in linked]
    texts = [{"text": text, "url": ""} for text in (publisher, computed, register) if text]
    return [*texts, *links, *({"text": text, "url": ""} for text in others)]
