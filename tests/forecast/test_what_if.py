"""A what-if equals what the same refinement gives, is refused as it is, and writes nothing."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from forecast.contract_room import connection_room_kw
from forecast.entry_errors import FieldError
from forecast.incremental import bring_up_to_date
from forecast.query import terrain_report
from forecast.refinement_entry import Correction
from forecast.refinement_log import add
from forecast.settings import parse_setting
from forecast.store import open_published
from forecast.what_if import WhatIf, what_if

DE_HURK = "190044"
YEAR, SCENARIO = 2030, "mid"


def tried(database: Path, *settings: str, terrain: str = DE_HURK) -> WhatIf:
    with open_published(database) as connection:
        asked = [parse_setting(text) for text in settings]
        return what_if(connection, terrain, asked, YEAR, SCENARIO)


def test_who_asks_often_gets_the_same_answers(real_database: Path) -> None:
    settings = tuple(parse_setting(text) for text in ("trucks=80", "van_km_per_year=30000"))
    expected = tried(real_database, "trucks=80", "van_km_per_year=30000")
    for _ in range(2):  # reading, and from what was read
        with open_published(real_database) as connection:
            found = what_if(connection, DE_HURK, settings, YEAR, SCENARIO, is_asked_often=True)
        for ours, theirs in ((found.base, expected.base), (found.changed, expected.changed)):
            assert ours.energy_kwh_per_year == pytest.approx(theirs.energy_kwh_per_year)
            assert ours.design_peak_kw == pytest.approx(theirs.design_peak_kw)
            chances = theirs.fits_after_queue_probability
            assert ours.fits_after_queue_probability == pytest.approx(chances)
            assert ours.plan_class == theirs.plan_class


def test_a_what_if_says_what_the_recorded_refinement_gives(
    real_database: Path, tmp_path: Path
) -> None:
    settings = ("trucks=80", "electric_trucks_2030=40", "van_km_per_year=30000")
    before = hashlib.sha256(real_database.read_bytes()).hexdigest()
    result = tried(real_database, *settings)
    assert hashlib.sha256(real_database.read_bytes()).hexdigest() == before
    path = Path(shutil.copy(real_database, tmp_path / "lv.duckdb"))
    corrections = [
        Correction(parse_setting(text), "A", date(2026, 10, 1), "seen", "visit")
        for text in settings
    ]
    add(path, DE_HURK, corrections)
    bring_up_to_date(path)
    with open_published(real_database) as connection:
        base = terrain_report(connection, DE_HURK)
    with open_published(path) as connection:
        refined = terrain_report(connection, DE_HURK)
    for figures, report in ((result.base, base), (result.changed, refined)):
        for name, electric in figures.electric_vehicles.items():
            assert electric == pytest.approx(report.electric_vehicles[YEAR, SCENARIO, name])
        for place, energy in figures.energy_kwh_per_year.items():
            assert energy == pytest.approx(report.energy_kwh_per_year[YEAR, SCENARIO, place])
        for strategy, peak in figures.design_peak_kw.items():
            found = report.on_terrain_power(YEAR, SCENARIO, strategy)
            assert peak == pytest.approx(found.design_peak_kw)
        for strategy, chance in figures.fits_after_queue_probability.items():
            fit = report.grid_fit[YEAR, SCENARIO, strategy]
            assert chance == pytest.approx(fit.fits_after_queue_probability, abs=1e-9)
        verdict = report.plan_class[YEAR, SCENARIO]
        assert (figures.plan_class, figures.rule_code) == (verdict.plan_class, verdict.rule_code)
        for power, points in figures.charge_points.items():
            assert points == pytest.approx(report.charge_points[YEAR, SCENARIO, power])
    # On top of what is recorded, the same settings change nothing.
    again = tried(path, "trucks=80")
    assert again.base.design_peak_kw == pytest.approx(again.changed.design_peak_kw)


def test_kilometres_scale_the_energy_of_a_class_and_nothing_else(real_database: Path) -> None:
    few, many = (tried(real_database, f"tractor_km_per_year={km}") for km in (50_000, 100_000))
    assert few.changed.electric_vehicles == pytest.approx(few.base.electric_vehicles)
    gained = sum(many.changed.energy_kwh_per_year.values()) - sum(
        few.changed.energy_kwh_per_year.values()
    )
    # Energy is kilometres times a constant: twice as many add as much as the first half did.
    [decision] = few.decisions
    assert decision.setting.name == "tractor_km_per_year"
    rest = sum(few.changed.energy_kwh_per_year.values()) - gained
    others = tried(real_database, "tractors=0")
    assert rest == pytest.approx(sum(others.changed.energy_kwh_per_year.values()), rel=1e-6)


def test_a_connection_changes_no_demand_and_tells_what_gets_through(real_database: Path) -> None:
    result = tried(real_database, "contract_kw=1000", "other_load_kw=200", "strategy=smart")
    assert result.strategy == "smart"
    assert result.base.room_kw is None
    assert result.changed.room_kw == 800
    assert result.changed.design_peak_kw == pytest.approx(result.base.design_peak_kw)
    served = {fit.strategy: fit.served_share for fit in result.changed.connection}
    assert served["smart"] > served["unmanaged"]
    assert all(decision.design_peak_kw == 0 for decision in result.decisions)


def test_the_room_is_what_the_narrower_of_contract_and_connection_leaves() -> None:
    def room(*texts: str) -> float | None:
        settings = [parse_setting(text) for text in texts]
        return connection_room_kw({each.name: float(each.value) for each in settings})

    assert room() is None
    assert room("other_load_kw=50") is None
    assert room("connection_kva=630") == 630
    assert room("contract_kw=400", "connection_kva=630", "other_load_kw=150") == 250
    assert room("contract_kw=100", "other_load_kw=150") == -50


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        (("electric_trucks_2030=4000",), "no more than"),
        (
            ("trucks=10", "electric_trucks_2030=11"),
            "no more than 10 rigid trucks and tractor units here",
        ),
        (("trucks=10", "trucks=12"), "given twice"),
        (("contract_kw=900", "connection_kva=630"), "more than the connection"),
    ],
)
def test_settings_that_contradict_are_refused(
    real_database: Path, settings: tuple[str, ...], match: str
) -> None:
    with pytest.raises(FieldError, match=match):
        tried(real_database, *settings)


def test_a_terrain_without_vehicles_can_be_tried(real_database: Path) -> None:
    with open_published(real_database) as connection:
        [(empty,)] = connection.execute(
            "SELECT terrain_id FROM fleet WHERE NOT starts_with(terrain_id, 'off') "
            "GROUP BY ALL HAVING sum(vehicles) = 0 ORDER BY terrain_id LIMIT 1"
        ).fetchall()
    result = tried(real_database, "trucks=20", "electric_trucks_2030=10", terrain=empty)
    assert sum(result.base.electric_vehicles.values()) == 0
    assert result.changed.electric_vehicles["van"] == 0
    assert sum(result.changed.electric_vehicles.values()) == pytest.approx(10)
    assert result.changed.design_peak_kw["unmanaged"] > 0


def test_entering_what_the_model_says_moves_nothing(real_database: Path) -> None:
    base = tried(real_database).base
    trucks = sum(base.electric_vehicles[name] for name in ("rigid_truck", "tractor"))
    result = tried(real_database, f"electric_trucks_2030={round(trucks)}")
    for name in ("rigid_truck", "tractor"):
        assert result.changed.electric_vehicles[name] == pytest.approx(
            base.electric_vehicles[name] * round(trucks) / trucks
        )


def test_chargers_that_are_too_weak_are_told(real_database: Path) -> None:
    result = tried(real_database, "depot_charger_kw=2")
    assert result.base.served_share["unmanaged"] > 0.995
    assert result.changed.served_share["unmanaged"] < 0.8
