"""Speed and accuracy of power: `python benchmarks/power.py`, about a quarter of an hour.

Four parts, each in a process of its own so that its memory can be told:

a. the national set: all terrains, classes, location types, years, scenarios and three strategies;
b. the same by plain Monte Carlo on a sample, and how far ours lies from it by size of the fleet;
c. one depot of 50 trucks over a year, vehicle by vehicle, in vehicle-years per minute;
d. growth of time and memory at 1, 10 and 100 times the terrains.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from forecast.assumptions import Assumptions, load_scenarios
from forecast.pipeline import run_until
from forecast.power import estimate_power
from forecast.refine import no_refinements
from forecast.sessions import LocationCharging
from forecast.sources.embedded import read_sources
from forecast.vocabulary import (
    CHARGING_LOCATION_TYPES,
    DEFAULT_YEARS,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.peak import Fleets, SessionKind, design_peaks_kw
from models.profiles import fleet_moments
from models.sessions import SessionType, charge_evenly, charge_on_arrival, open_all_day
from models.year_simulation import simulate_year

REPETITIONS = 3
DRAWS = 500
SURE_DRAWS = 4000
SAMPLE_PER_SIZE = 30
SIZES = ((0, 5), (5, 15), (15, 40), (40, 100), (100, 300), (300, 100_000))
BLOCK = 4000
TIMES = (1, 10, 100)
TRUCK = SessionType(17.0, 1.8, 147.6, 0.45, 100, 13)
"""123 km a day at 1.2 kWh/km."""


def seconds(work: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """Return the median time of a piece of work [s]."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def national_sessions() -> tuple[pl.DataFrame, dict[Any, LocationCharging], Assumptions]:
    """Return the sessions of all terrains, how they charge, and the assumptions."""
    scenarios = load_scenarios()
    state = run_until(
        "terrain_sessions", read_sources(), scenarios, no_refinements(), years=DEFAULT_YEARS
    )
    return state["terrain_sessions"], state["charging"], scenarios.base


def national_set() -> dict[str, Any]:
    """Return part a."""
    sessions, charging, assumptions = national_sessions()
    power = seconds(
        lambda: estimate_power(sessions, fresh(charging), assumptions, strategies=STRATEGIES)
    )
    rows = estimate_power(sessions, charging, assumptions, strategies=STRATEGIES).height

    def profiles() -> None:
        for (year, scenario, location_type), place in fresh(charging).items():
            counts = counts_of(sessions, year, scenario, location_type)
            for first in range(0, len(counts), BLOCK):
                fleet_moments(
                    counts[first : first + BLOCK],
                    [kind.profile for kind in place.kinds["unmanaged"]],
                )

    return {"rows": rows, "power_s": power, "profiles_s": seconds(profiles), "mb": memory_mb()}


def fresh(charging: dict[Any, LocationCharging]) -> dict[Any, LocationCharging]:
    """Return the same without what was computed and kept."""
    return {
        key: LocationCharging(
            place.location_type, place.sessions, place.energy_cv, place.day_effect_sd
        )
        for key, place in charging.items()
    }


def counts_of(sessions: pl.DataFrame, year: int, scenario: str, location_type: str) -> np.ndarray:
    """Return sessions per day, shape (terrains, classes)."""
    return (
        sessions.filter(
            (pl.col("year") == year)
            & (pl.col("scenario") == scenario)
            & (pl.col("location_type") == location_type)
        )
        .select(VEHICLE_CLASSES)
        .fill_null(0)
        .to_numpy()
    )


def plain_peaks(
    fleet: np.ndarray, kinds: tuple[SessionKind, ...], day_effect_sd: float, draws: int
) -> float:
    """Return the P95 of the daily maximum by drawing every session of every day [kW]."""
    days = np.ones((len(kinds), draws))
    load = simulate_year(
        [int(count) for count in fleet],
        [kind.pattern for kind in kinds],
        days,
        days,
        day_effect_sd=day_effect_sd,
        rng=np.random.default_rng(5),
    )
    return float(np.quantile(load.reshape(draws, -1).max(axis=1), 0.95))


def plain_monte_carlo() -> dict[str, Any]:
    """Return part b: seconds if every fleet were drawn, and our bias by size of the fleet."""
    sessions, charging, _ = national_sessions()
    rng = np.random.default_rng(3)
    total_s, evaluations, accuracy = 0.0, 0, []
    for location_type in CHARGING_LOCATION_TYPES:
        found = [
            (
                counts_of(sessions, year, scenario, location_type),
                charging[year, scenario, location_type],
            )
            for year, scenario, name in charging
            if name == location_type
        ]
        # As many patterns as ours needs: hubs charge otherwise under each strategy.
        patterns = 3 if location_type == "shared_hub" else 1
        for low, high in SIZES:
            rows = [
                (row, place)
                for counts, place in found
                for row in counts
                if low < np.ceil(row).sum() <= high and row.sum() > 0
            ]
            if not rows:
                continue
            chosen = [rows[index] for index in rng.integers(0, len(rows), SAMPLE_PER_SIZE)]
            start = time.perf_counter()
            for row, place in chosen:
                plain_peaks(np.ceil(row), place.kinds["unmanaged"], place.day_effect_sd, DRAWS)
            each_s = (time.perf_counter() - start) / SAMPLE_PER_SIZE
            total_s += each_s * len(rows) * patterns
            evaluations += len(rows) * patterns
            gaps = [
                design_peaks_kw(
                    [
                        Fleets(
                            np.ceil(row)[np.newaxis], place.kinds["unmanaged"], place.day_effect_sd
                        )
                    ]
                )[0][0]
                / plain_peaks(
                    np.ceil(row), place.kinds["unmanaged"], place.day_effect_sd, SURE_DRAWS
                )
                - 1
                for row, place in chosen
            ]
            accuracy.append(
                {
                    "location_type": location_type,
                    "sessions": f"{low + 1}-{high}",
                    "fleets": len(rows),
                    "bias": float(np.mean(gaps)),
                    "p5": float(np.quantile(gaps, 0.05)),
                    "p95": float(np.quantile(gaps, 0.95)),
                }
            )
    return {"plain_s": total_s, "evaluations": evaluations, "accuracy": accuracy}


def one_depot() -> dict[str, Any]:
    """Return part c: vehicle-years per minute."""
    found = {}
    days = np.ones((1, 365))
    for pattern_name, pattern in (
        ("immediate", charge_on_arrival(TRUCK)),
        ("constant minimum power", charge_evenly(TRUCK, open_all_day())),
    ):
        for steps, quarters in ((8760, 4), (35_040, 1)):
            rng = np.random.default_rng(1)
            elapsed = seconds(
                lambda pattern=pattern, quarters=quarters, rng=rng: simulate_year(
                    [50], [pattern], days, days, day_effect_sd=0.08, rng=rng,
                    quarters_per_step=quarters,
                ),
                200,
            )  # fmt: skip
            found[f"{pattern_name}, {steps:,} steps"] = 50 / elapsed * 60
    return {"vehicle_years_per_minute": found}


def growth(times: int) -> dict[str, Any]:
    """Return part d: all terrains a number of times over, each a little different, in blocks."""
    sessions, charging, assumptions = national_sessions()
    rng = np.random.default_rng(2)
    start = time.perf_counter()
    for _ in range(times):
        factor = rng.lognormal(0, 0.2, sessions.height)
        block = sessions.with_columns(pl.col(VEHICLE_CLASSES) * pl.Series(factor))
        estimate_power(block, charging, assumptions, strategies=STRATEGIES)
    return {"s": time.perf_counter() - start, "mb": memory_mb()}


def memory_mb() -> float:
    """Return the most memory that this process has held [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(part: str) -> dict[str, Any]:
    """Return a part, computed in a new Python."""
    done = subprocess.run(
        [sys.executable, __file__, "--part", part], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "polars"))
    print(f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
    print(f"{packages}; medians of {REPETITIONS} repetitions\n")
    national = in_own_process("a")
    print(f"a. national set, {national['rows']:,} rows of power")
    print(f"   peaks, three strategies      {national['power_s']:8.2f} s")
    print(f"   moments per quarter-hour     {national['profiles_s']:8.2f} s")
    print(f"   memory, data and all         {national['mb']:8.0f} MB\n")
    plain = in_own_process("b")
    ratio = plain["plain_s"] / national["power_s"]
    print(f"b. plain Monte Carlo, {DRAWS} draws, one core, {plain['evaluations']:,} fleets")
    print(f"   extrapolated from a sample   {plain['plain_s']:8.0f} s   {ratio:.0f} x ours\n")
    print("   P95, ours over plain (4,000 draws), fleets of whole vehicles")
    print(f"   {'':<16}{'sessions':>12}{'fleets':>9}{'bias':>8}{'p5':>8}{'p95':>8}")
    for row in plain["accuracy"]:
        print(
            f"   {row['location_type']:<16}{row['sessions']:>12}{row['fleets']:>9,}"
            f"{row['bias']:>+8.1%}{row['p5']:>+8.1%}{row['p95']:>+8.1%}"
        )
    print("\nc. one depot of 50 trucks over a year, vehicle-years per minute")
    for name, rate in in_own_process("c")["vehicle_years_per_minute"].items():
        print(f"   {name:<40}{rate:>12,.0f}")
    print("\nd. growth, three strategies, blocks of all terrains")
    for times in TIMES:
        grown = in_own_process(f"d{times}")
        print(f"   {times:>4} x   {grown['s']:8.1f} s {grown['mb']:8.0f} MB")


PARTS = {
    "a": national_set,
    "b": plain_monte_carlo,
    "c": one_depot,
    **{f"d{times}": lambda times=times: growth(times) for times in TIMES},
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=PARTS)
    chosen_part = parser.parse_args().part
    if chosen_part is None:
        main()
    else:
        print(json.dumps(PARTS[chosen_part]()))
