"""`laadvraag depot`: what a company's own schedule asks of its connection."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import WordChoice, terminal_language_option
from forecast.closed_lists import VEHICLE_CLASS


@click.command(epilog="Example: laadvraag depot schedule.csv --charger-kw 50 --vehicles 30")
@click.argument("schedule", type=click.Path(path_type=Path))
@click.option(
    "--class",
    "vehicle_class",
    type=WordChoice(VEHICLE_CLASS),
    default="rigid_truck",
    show_default=True,
    help="Whose kWh/km and charger are taken where not given.",
)
@click.option("--kwh-per-km", type=float, help="From the grid.  [default: that of the class]")
@click.option("--charger-kw", type=float, help="Per vehicle.  [default: that of the class]")
@click.option(
    "--vehicles", type=click.IntRange(1, 100_000), default=20, show_default=True,
    help="Size of the fleet.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def depot(
    schedule: Path,
    vehicle_class: str,
    kwh_per_km: float | None,
    charger_kw: float | None,
    vehicles: int,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Compute peaks of a depot from the vehicle-days in a CSV file.

    Columns first_departure_hour, last_return_hour, off_shift_hours (may be empty), distance_km; one
    row per vehicle and day, 17.5 (or 17,5 between semicolons) is half past five. A column fleet
    splits the file. Needs no database.
    """
    from commands.depot_page import print_json, print_page
    from forecast.depot import study_depot
    from forecast.words import load

    studies = study_depot(schedule, vehicle_class, kwh_per_km, charger_kw, vehicles)
    if as_json:
        print_json(studies)
        return
    for study in studies:
        print_page(study, load(language))
