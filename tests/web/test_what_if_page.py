"""The what-if: settings in the address, base and changed side by side, refusals, and its turns."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forecast.query import terrain_report
from forecast.settings import parse_setting
from forecast.store import open_published
from forecast.vocabulary import LOCATION_TYPES, POWER_STRATEGIES, STRATEGIES, VEHICLE_CLASSES
from forecast.what_if import Decision, WhatIf
from forecast.what_if_text import compare, signed
from forecast.what_if_trial import TrialFigures
from forecast.words import load
from tests.web.conftest import DE_HURK, MakeClient, text_of
from web.database import Database, GoneError
from web.sliders import slider_groups

ADDRESS = f"/terrain/{DE_HURK}/what-if"


@pytest.fixture(scope="module")
def figures() -> TrialFigures:
    """Return figures that are easy to follow: 100 of everything."""
    return TrialFigures(
        vehicles=dict.fromkeys(VEHICLE_CLASSES, 100.0),
        electric_vehicles=dict.fromkeys(VEHICLE_CLASSES, 100.0),
        energy_kwh_per_year=dict.fromkeys(LOCATION_TYPES, 100_000.0),
        design_peak_kw=dict.fromkeys(POWER_STRATEGIES, 100.0),
        design_peak_16_21_kw=dict.fromkeys(POWER_STRATEGIES, 100.0),
        served_share={"unmanaged": 1.0, "smart": 1.0},
        charge_points={11: 100.0, 50: 0.0},
        day_curve_kw={name: [100.0] * 96 for name in STRATEGIES},
        plan_class="collective",
        rule_code="smart_fits_before_queue",
        fits_after_queue_probability=dict.fromkeys(STRATEGIES, 0.4),
    )


@pytest.fixture
def outcome(figures: TrialFigures) -> WhatIf:
    setting = parse_setting("trucks=80")
    changed = replace(
        figures,
        design_peak_kw=figures.design_peak_kw | {"smart": 60.0},
        energy_kwh_per_year=figures.energy_kwh_per_year | {"depot": 350_000.0},
        plan_class="own_site",
        fits_after_queue_probability=figures.fits_after_queue_probability | {"smart": 0.25},
    )
    return WhatIf(
        DE_HURK,
        2030,
        "mid",
        "smart",
        (setting,),
        figures,
        changed,
        (Decision(setting, 250_000.0, -40.0, "own_site"),),
    )


def test_base_and_changed_stand_side_by_side(outcome: WhatIf) -> None:

    told = compare(outcome, load("nl"))
    assert told.plan_codes == ("collective", "own_site")
    # On the terrain: depot and hub, 100 + 100 MWh, and 350 + 100 after.
    vehicles, energy, peak = told.headlines
    assert vehicles.is_same
    assert (energy.base, energy.changed, energy.difference) == ("200", "450", "+250")
    assert (peak.base, peak.changed, peak.difference) == ("100", "60", "\u221240")
    rows = {row.name: row for part in told.sections for row in part.rows if not row.is_same}
    assert rows["Slim laden"].difference == "\u221215"  # percentage points: 40 % to 25 %
    [effect] = told.effects
    assert (effect.what, effect.value) == ("Vrachtauto's samen", "80 voertuigen")
    assert (effect.energy, effect.peak) == ("+250", "\u221240")


@pytest.mark.parametrize(
    ("value", "text"), [(0, "="), (0.004, "="), (-0.3, "\u22120,3"), (12_345, "+12.000")]
)
def test_a_change_carries_its_sign(value: float, text: str) -> None:
    assert signed(value, load("nl")) == text


def test_settings_in_the_address_reach_the_computation(
    client: FlaskClient, outcome: WhatIf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def compute(
        _: object,
        terrain_id: str,
        settings: object,
        year: int,
        scenario: str,
        *,
        is_asked_often: bool,
    ) -> WhatIf:
        assert is_asked_often
        asked.append((terrain_id, settings, year, scenario))
        return outcome

    monkeypatch.setattr("forecast.what_if.what_if", compute)
    query = "trucks=80&electric_trucks_2035=40&strategy=slim&year=2035&scenario=hoog&vans="
    body = json.loads(client.get(f"{ADDRESS}.json?{query}").data)
    [(terrain_id, settings, year, scenario)] = asked
    assert (terrain_id, year, scenario) == (DE_HURK, 2035, "high")
    assert settings == tuple(
        map(parse_setting, ("trucks=80", "electric_trucks_2035=40", "strategy=smart"))
    )
    assert body["base"]["design_peak_kw"]["smart"] == 100
    assert body["changed"]["design_peak_kw"]["smart"] == 60
    assert body["decisions"][0]["setting"] == {"name": "trucks", "value": 80, "unit": "vehicles"}
    assert "in plaats van 100" in text_of(body["html"])
    page = client.get(f"{ADDRESS}?{query}").text
    assert 'name="trucks" type="number"' in page
    assert 'value="80"' in page
    assert f'href="/terrain/{DE_HURK}/refine?trucks=80&amp;electric_trucks_2035=40"' in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "trucks=80&tractors=90",
            "90 bij trekkers (tractors) is meer dan 80 bij vrachtauto's",
        ),
        ("trucks=-1", "aannemelijk is 0 tot 20.000 voertuigen"),
        (
            "trucks=-1&lang=en",
            "Trucks can't be -1 vehicles: from 0 to 20,000 vehicles is",
        ),
        ("home_share=1.5", "1,5 kan niet; aannemelijk is 0 tot 1"),
        ("trucks=many", "geef een getal, niet 'many'"),
        ("wheels=4", "Er is geen gegeven 'wheels'"),
        ("strategy=magic", "Er is geen manier van laden 'magic'"),
        ("electric_vans=4", "vraagt een jaar, zoals electric_vans_2030"),
        ("year=2031", "2031"),
        ("scenario=worst", "Er is geen scenario 'worst'. Mogelijk: laag; midden; hoog."),
        ("&".join(f"electric_vans_20{n}=1" for n in range(26, 51)) * 2, "opgaven zijn er te veel"),
    ],
)
def test_what_is_impossible_is_refused_with_its_sentence(
    client: FlaskClient, query: str, told: str
) -> None:
    for form in ("", ".json"):
        answer = client.get(f"{ADDRESS}{form}?{query}")
        assert answer.status_code in {400, 404}
        language = "en" if "lang=en" in query else "nl"
        if form:
            body = json.loads(answer.data)
            assert told in body["error"]
            assert body["language"] == language
        else:
            assert told in text_of(answer.text)
            assert re.search(rf'class="(sentence|problem)"[^>]* lang="{language}"', answer.text)


def test_what_was_refused_is_still_there_to_mend(client: FlaskClient) -> None:
    page = client.get(f"{ADDRESS}?trucks=80&tractors=90").text
    assert 'value="80"' in page
    assert 'value="90"' in page


def test_every_field_but_the_way_of_charging_has_a_slider(
    real_database: Path,
) -> None:
    from forecast.fields import FIELDS

    with open_published(real_database) as connection:
        report = terrain_report(connection, DE_HURK)
    groups = slider_groups(report, {}, {}, 2030, "mid", load("nl"))
    sliders = [each for group in groups for each in (*group.sliders, *group.parts)]
    assert {each.name.removesuffix("_2030") for each in sliders} == FIELDS.keys() - {"strategy"}
    for each in sliders:
        assert each.low <= (each.base or each.low) <= each.top <= each.high
    [vans] = [each for each in sliders if each.name == "vans"]
    assert vans.base == report.vehicles["van"]


def test_a_slider_stands_at_what_an_adviser_entered(real_database: Path) -> None:
    with open_published(real_database) as connection:
        report = terrain_report(connection, DE_HURK)
    groups = slider_groups(report, {"home_share": 0.4}, {}, 2030, "mid", load("nl"))
    [home] = [each for group in groups for each in group.sliders if each.name == "home_share"]
    assert (home.base, home.base_text) == (0.4, "0,4")


def test_two_compute_at_once_and_who_left_is_skipped(real_database: Path) -> None:
    database = Database(real_database)
    busy, most = 0, 0
    lock = threading.Lock()

    def compute() -> None:
        nonlocal busy, most
        with database.computing(lambda: False):
            with lock:
                busy += 1
                most = max(most, busy)
            time.sleep(0.05)
            with lock:
                busy -= 1

    threads = [threading.Thread(target=compute) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
    with pytest.raises(GoneError), database.computing(lambda: True):
        pass


def test_people_at_their_sliders_keep_no_writer_out(own_database: Path) -> None:
    from forecast.store import open_records

    database = Database(own_database)
    is_over = threading.Event()

    def slide() -> None:
        while not is_over.is_set():
            with database.computing(lambda: False):
                time.sleep(0.1)

    threads = [threading.Thread(target=slide) for _ in range(4)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    try:
        with database.saving() as path, open_records(path, wait_seconds=10):
            pass
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert time.monotonic() - started < 5


def test_a_shared_room_can_try_but_not_record(make_client: MakeClient) -> None:
    page = make_client(is_read_only=True).get(f"{ADDRESS}?trucks=80").text
    assert "/refine?trucks" not in page
