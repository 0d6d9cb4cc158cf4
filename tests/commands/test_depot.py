"""A company's own schedule, as its planner types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

HEADER = "first_departure_hour,last_return_hour,off_shift_hours,distance_km"
GOOD = (HEADER, "6.0,18.0,,100", "7.5,17.0,14.5,60")


def depot(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["depot", *map(str, words)], prog_name="laadvraag")


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    path = tmp_path / "rooster.csv"
    path.write_text("\n".join(GOOD), encoding="utf-8")
    return path


def test_peaks_by_hand(schedule: Path) -> None:
    words = ("--kwh-per-km", "1", "--charger-kw", "40", "--vehicles", "1", "--json")
    [fleet] = json.loads(depot(schedule, *words).stdout)
    unmanaged, even = fleet["strategies"]
    # 18:00-20:30 and 17:00-18:30, each half of the days: both charge at 18:00-18:30.
    assert unmanaged["mean_day_peak_kw_per_vehicle"] == 40
    assert unmanaged["mean_day_peak_hour"] == 18.0
    # The empty time off shift runs from the return to the departure: 12 hours, 100 kWh.
    assert even["mean_day_peak_kw_per_vehicle"] == pytest.approx((100 / 12 + 60 / 14.5) / 2)
    assert unmanaged["served_share"] == even["served_share"] == pytest.approx(1)
    assert sum(unmanaged["mean_day_kw_per_vehicle"]) / 4 == pytest.approx(80)


def test_class_fills_in_consumption_and_charger(schedule: Path) -> None:
    [fleet] = json.loads(depot(schedule, "--class", "tractor", "--json").stdout)
    assert fleet["consumption_kwh_per_km"] == pytest.approx(1.25 / 0.92)
    assert fleet["charger_kw"] > 0


def test_page_in_both_languages(schedule: Path) -> None:
    english = depot(schedule, "--charger-kw", "5", "--lang", "en")
    assert english.exit_code == 0, english.output
    assert "does not fit the time off shift at 5 kW" in english.output
    dutch = depot(schedule, "--lang", "nl")
    assert "Alle energie past in de stilstand." in dutch.output
    assert "Example: laadvraag depot" in depot("--help").output


def test_fleets_of_a_file_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    lines = [f"fleet,{HEADER}", "Noord,6,18,12,100", "Zuid,7,17,14,60", "Noord,6,19,11,80"]
    path.write_text("\n".join(lines), encoding="utf-8")
    studies = json.loads(depot(path, "--json").stdout)
    assert [(study["fleet"], study["vehicle_days"]) for study in studies] == [
        ("Noord", 2),
        ("Zuid", 1),
    ]


@pytest.mark.parametrize("point", [",", "."])
def test_a_file_as_a_dutch_spreadsheet_saves_it(tmp_path: Path, schedule: Path, point: str) -> None:
    path = tmp_path / "nl.csv"
    lines = ("vloot," + HEADER, "A,6.0,18.0,,100", "A,7.5,17.0,14.5,60")
    text = "\n".join(lines).replace(",", ";").replace(".", point)
    path.write_text(text, encoding="utf-8-sig")
    [dutch], [plain] = (json.loads(depot(file, "--json").stdout) for file in (path, schedule))
    assert dutch == plain
    path.write_text(text.replace("vloot", "fleet"), encoding="utf-8-sig")
    assert json.loads(depot(path, "--json").stdout)[0]["fleet"] == "A"


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        pytest.param([HEADER], ("no rows",), id="empty"),
        pytest.param(["a,b", "1,2"], ("last_return_hour", "is missing"), id="columns"),
        pytest.param([HEADER, "6,25,12,100"], ("line 2 has '25'", "0 to 24"), id="hour 25"),
        pytest.param([HEADER, "6,18,12,ver"], ("distance_km", "'ver'"), id="letters"),
        pytest.param([HEADER, "6,18,12,-4"], ("distance_km", "'-4'"), id="negative"),
        pytest.param([HEADER, "6,18,12,nan"], ("finite number", "line 2"), id="not a number"),
        pytest.param([HEADER, "6,18,12,0"], ("drives a kilometre",), id="nothing driven"),
    ],
)
def test_a_schedule_that_can_not_be_read_is_named(
    tmp_path: Path, lines: list[str], texts: tuple[str, ...]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = depot(path)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for text in texts:
        assert text in result.output


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param(("--charger-kw", "0"), 1, "charger power must be above zero", id="0 kW"),
        pytest.param(("--kwh-per-km", "-1"), 1, "consumption must be above zero", id="negative"),
        pytest.param(("--kwh-per-km", "nan"), 1, "consumption must be above zero", id="nan"),
        pytest.param(("--vehicles", "0"), 2, "--vehicles", id="no vehicle"),
        pytest.param(("--kwh-per-km", "1e308"), 1, "at most 10 kWh/km", id="beyond any vehicle"),
        pytest.param(("--charger-kw", "inf"), 1, "at most 20,000 kW", id="beyond any charger"),
    ],
)
def test_a_depot_of_nothing_is_refused(
    schedule: Path, words: tuple[str, ...], code: int, text: str
) -> None:
    result = depot(schedule, *words)
    assert result.exit_code == code
    assert text in result.output


def test_a_fleet_of_a_hundred_thousand_is_a_fleet(schedule: Path) -> None:
    [fleet] = json.loads(depot(schedule, "--vehicles", "100000", "--json").stdout)
    unmanaged = fleet["strategies"][0]
    mean = unmanaged["mean_day_peak_kw_per_vehicle"]
    assert unmanaged["design_peak_kw_per_vehicle"] == pytest.approx(mean, rel=0.02)


def test_vehicles_that_never_stand_are_told_that_nothing_fits(tmp_path: Path) -> None:
    path = tmp_path / "never.csv"
    path.write_text(f"{HEADER}\n6,18,0,100", encoding="utf-8")
    result = depot(path)
    assert result.exit_code == 0, result.output
    assert "100.0 % of the energy does not fit" in result.output


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    result = depot(tmp_path / "none.csv")
    assert result.exit_code == 1
    assert "there is no such file with a schedule" in result.output
