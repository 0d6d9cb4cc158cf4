"""Where charging lands in the country, and how that comes to differ from what others say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console

from commands.tables import plain_table
from forecast.location_split import LocationSplit
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, REFERENCE_YEAR

if TYPE_CHECKING:
    from forecast.overview import PublishedFigure
    from forecast.words import Words

_TWH: Final = 1e9
_PER_CENT: Final = 100
_PARK, _OTHER = (True,), (False,)
_TRUCK: Final = (True,)


def print_location_split(
    split: LocationSplit,
    year: int,
    published: list[PublishedFigure],
    console: Console,
    words: Words,
) -> None:
    """Print the parts of the energy, and the published shares beside ours."""
    whole = sum(split.energy_kwh_per_year.values()) / _TWH
    table = plain_table(
        f"Where it is charged, {year} mid, % of {words.number(whole, 2)} TWh",
        ("",),
        ("ours", "published"),
    )
    for label, share, quantity in _parts(split):
        table.add_row(label, words.number(_PER_CENT * share, 1), "")
        for figure in published:
            if figure.quantity == quantity:
                table.add_row(
                    f"    {figure.publisher} {figure.published_on.year}",
                    "",
                    words.number(_PER_CENT * figure.value),
                    style="dim",
                )
    console.print(table)
    foreign = split.foreign_energy_kwh_per_year / _TWH
    console.print(
        f"Beside it foreign trucks charge {words.number(foreign, 2)} TWh on sites along the roads. "
        "Other visitors of business parks are in the published share, not in ours.",
        style="dim",
        highlight=False,
    )


def _parts(split: LocationSplit) -> list[tuple[str, float, str]]:
    """Return what a part is, how large it is, and the published quantity it is; "" for none."""
    return [
        (
            "on business parks",
            split.share(*ON_TERRAIN_LOCATION_TYPES, on_terrain=_PARK),
            "on_terrain_energy_share",
        ),
        ("  own site", split.share("depot", on_terrain=_PARK), ""),
        ("  shared hub", split.share("shared_hub", on_terrain=_PARK), ""),
        ("vehicles based elsewhere, wherever they charge", split.share(on_terrain=_OTHER), ""),
        ("  their own base", split.share("depot", on_terrain=_OTHER), ""),
        ("  at home", split.share("elsewhere", on_terrain=_OTHER), ""),
        ("service areas", split.share("service_area", on_terrain=_PARK), ""),
        ("truck parkings", split.share("truck_parking", on_terrain=_PARK), ""),
        ("at home and abroad", split.share("elsewhere", on_terrain=_PARK), ""),
        ("all vehicles: at the company", split.share("depot"), "own_site_share"),
        ("trucks: at the company", split.share("depot", trucks=_TRUCK), "truck_own_site_share"),
        (
            "trucks: sessions on service areas",
            split.truck_session_share("service_area"),
            "truck_service_area_session_share",
        ),
    ]


def reference_year(years: tuple[int, ...]) -> int:
    """Return the year that is told: 2030 where the run holds it, else the last."""
    return REFERENCE_YEAR if REFERENCE_YEAR in years else max(years)
