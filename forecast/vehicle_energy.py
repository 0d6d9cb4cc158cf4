"""What one electric vehicle of a class asks from the grid."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from forecast.assumptions import Assumptions
from forecast.vocabulary import VEHICLE_CLASSES
from models import energy as energy_model
from models.energy import ClassEnergy


def class_energy(vehicle_class: str, assumptions: Assumptions) -> ClassEnergy:
    """Return the energy parameters of a class."""
    return ClassEnergy(
        distance_km_per_year=assumptions[f"energy.distance_km_per_year.{vehicle_class}"],
        early_distance_factor=assumptions[f"energy.early_distance_factor.{vehicle_class}"],
        catch_up_share=assumptions["energy.catch_up_share"],
        consumption_kwh_per_km=assumptions[f"energy.consumption_kwh_per_km.{vehicle_class}"],
        grid_efficiency=assumptions[f"energy.grid_efficiency.{vehicle_class}"],
        working_days_per_year=assumptions["energy.working_days_per_year"],
        usable_range_km=assumptions[f"energy.usable_range_km.{vehicle_class}"],
        daily_distance_cv=assumptions[f"energy.daily_distance_cv.{vehicle_class}"],
        nights_away_share=assumptions[f"energy.nights_away_share.{vehicle_class}"],
        abroad_share=assumptions[f"energy.abroad_share.{vehicle_class}"],
    )


def estimate_vehicle_energy(
    national_electric: pl.DataFrame, years: Sequence[int], assumptions: Assumptions
) -> pl.DataFrame:
    """Return what one electric vehicle of a class asks, per year and scenario.

    Returns
    -------
    vehicle_class, year, scenario, energy_kwh_per_vehicle_year, energy_kwh_per_day (year average),
    served_share: part of the energy that a battery filled once a day serves.
    """
    rows = []
    wanted = national_electric.filter(
        pl.col("year").is_in(list(years)) & pl.col("vehicle_class").is_in(VEHICLE_CLASSES)
    )
    for row in wanted.iter_rows(named=True):
        parameters = class_energy(row["vehicle_class"], assumptions)
        distance = energy_model.electric_distance_km_per_year(
            row["electric_share"], row["distance_age_factor"], parameters
        )
        per_year = energy_model.energy_kwh_per_vehicle_year(distance, parameters)
        rows.append(
            {
                "vehicle_class": row["vehicle_class"],
                "year": row["year"],
                "scenario": row["scenario"],
                "energy_kwh_per_vehicle_year": per_year,
                "energy_kwh_per_day": per_year / parameters.working_days_per_year,
                "served_share": energy_model.battery_served_share(
                    distance / parameters.working_days_per_year,
                    parameters.usable_range_km,
                    parameters.daily_distance_cv,
                ),
            }
        )
    return pl.DataFrame(rows)
