"""Where fewer than one charging session a day is expected, and what one vehicle asks there.

Plain Python, so that asking for one terrain pays for no other library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.day_curve import read_sessions
from forecast.run_info import latest_run
from forecast.terrain_rows import chunks
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from forecast.day_curve import Sessions
    from forecast.words import Words


ChargerPowers = dict[tuple[str, str], float]
"""Per (location type, vehicle class) [kW]."""


@dataclass(frozen=True)
class FewSessions:
    """Years in which the peaks of a terrain are an expected share of a charger.

    Attributes
    ----------
    years
        With less than one session a working day at depots and hub together, and more than none.
    charger_kw
        Of each vehicle class that may come then, where most of its sessions are [kW].
    """

    years: tuple[int, ...]
    charger_kw: dict[str, float]


def read_few_sessions(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    years: Sequence[int],
    scenario: str,
    run_id: str | None = None,
) -> FewSessions:
    """Return in which of these years few sessions are expected, from the last run."""
    [few] = all_few_sessions(connection, [terrain_id], years, scenario, run_id)
    return few


def all_few_sessions(
    connection: duckdb.DuckDBPyConnection,
    terrain_ids: Sequence[str],
    years: Sequence[int],
    scenario: str,
    run_id: str | None = None,
) -> Iterator[FewSessions]:
    """Yield the same for several terrains in their order."""
    run_id = run_id or latest_run(connection).run_id
    charger_kw: ChargerPowers = {}
    for chunk in chunks(terrain_ids):
        found = read_sessions(connection, chunk, years, scenario, run_id)
        for terrain_id in chunk:
            few = _few_years(found[terrain_id])
            if few and not charger_kw:
                charger_kw = _read_charger_powers(connection, run_id, scenario)
            yield FewSessions(tuple(few), _powers(few, charger_kw))


def _few_years(of_years: Mapping[int, Sessions]) -> dict[int, Sessions]:
    """Return the sessions on the terrain in the years that have few."""
    few = {}
    for year, all_sessions in of_years.items():
        sessions = {
            key: count
            for key, count in all_sessions.items()
            if key[0] in ON_TERRAIN_LOCATION_TYPES and count > 0
        }
        if 0 < sum(sessions.values()) < 1:
            few[year] = sessions
    return few


def _powers(few: Mapping[int, Sessions], charger_kw: ChargerPowers) -> dict[str, float]:
    """Return the power of each class that may come, where most of its sessions are [kW]."""
    most = dict.fromkeys(VEHICLE_CLASSES, (0.0, ""))
    for sessions in few.values():
        for (location_type, name), count in sessions.items():
            most[name] = max(most[name], (count, location_type))
    return {name: charger_kw[place, name] for name, (count, place) in most.items() if count > 0}


def _read_charger_powers(
    connection: duckdb.DuckDBPyConnection, run_id: str, scenario: str
) -> ChargerPowers:
    rows = connection.execute(
        "SELECT DISTINCT location_type, vehicle_class, charger_power_kw FROM session_types "
        "WHERE run_id = ? AND scenario = ?",
        [run_id, scenario],
    ).fetchall()
    return {(location_type, name): power for location_type, name, power in rows}


def few_sessions_sentence(few: FewSessions, words: Words) -> str | None:
    """Return what to mind about the peaks of those years; None where there are none."""
    if not few.years:
        return None
    powers = ", ".join(
        f"{words(f'common.vehicle_class.{name}').lower()} {words.number(power)} kW"
        for name, power in few.charger_kw.items()
    )
    return words("common.few_sessions", years=", ".join(map(str, few.years)), powers=powers)
