"""What answers add up to, by hand arithmetic: the example of docs/surveys.md among it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.settings import parse_setting
from forecast.survey.answers import CompanyAnswer, Connection, FleetAnswer, Schedule
from forecast.survey.corrections import Outcome, survey_outcome
from forecast.survey.records import StoredAnswer
from forecast.survey.sums import mean_hour, most_scheduled, year_of_now
from forecast.survey.terrain_base import TerrainBase
from forecast.terrain_limits import TerrainLimits, check_against_terrain, vehicles_today
from forecast.words import load
from models.electric_share import share_in

BASE = TerrainBase(
    vehicles={"van": 100, "rigid_truck": 30, "tractor": 10},
    model_vehicles={"van": 100, "rigid_truck": 30, "tractor": 10},
    electric={("van", 2026): 8, ("van", 2030): 25, ("rigid_truck", 2030): 6, ("tractor", 2030): 1},
    most={("van", 2030): 1.05},
    distance_km_per_year={"van": 18_000, "rigid_truck": 36_000, "tractor": 76_000},
    charger_kw={"van": 11, "rigid_truck": 44, "tractor": 100},
    arrival_hour=17,
    dwell_hours=12,
    companies=40,
)


def answer(number: int, *fleets: FleetAnswer, day: date = date(2026, 11, 3)) -> StoredAnswer:
    entered_at = datetime(2026, 11, 4)  # noqa: DTZ001 - as stored
    given = CompanyAnswer("1", day, f"B{number}", None, None, Connection(), fleets)
    return StoredAnswer(f"a{number}", number, False, "A", entered_at, given)  # noqa: FBT003


def outcome(*answers: StoredAnswer, covers_all: bool = False, base: TerrainBase = BASE) -> Outcome:
    return survey_outcome(answers, base, load("nl"), covers_all=covers_all)


def values(found: Outcome) -> dict[str, float | str]:
    return {each.setting.name: each.setting.value for each in found.corrections}


def notes(found: Outcome) -> list[str]:
    return [note.key for note in found.notes]


TWO = (
    answer(1, FleetAnswer("van", 30, 5, {2030: 20})),
    answer(2, FleetAnswer("van", 10, 1, {2030: 4})),
)


def test_a_part_of_the_companies_is_a_lower_bound() -> None:
    # 40 of 100 vans answered. 2026: 6 + 60 x 8/100 = 10.8. 2030: 24 + 60 x 25/100 = 39.
    assert values(outcome(*TWO)) == {"electric_vans_2026": 11, "electric_vans_2030": 39}


def test_more_than_the_model_has_is_a_number_of_its_own() -> None:
    more = (*TWO, answer(3, FleetAnswer("van", 80)))
    # 120 vans; of 80 nothing electric is known: 2030: 24 + 80 x 25/100 = 44.
    assert values(outcome(*more)) == {
        "vans": 120, "electric_vans_2026": 12, "electric_vans_2030": 44,
    }  # fmt: skip


def test_all_companies_replace_the_model() -> None:
    found = outcome(*TWO, covers_all=True)
    assert values(found) == {"vans": 40, "electric_vans_2026": 6, "electric_vans_2030": 24}
    assert notes(found) == ["nobody_answered", "nobody_answered"]


def test_a_group_left_empty_counts_as_none_only_where_all_answered() -> None:
    half = (answer(1, FleetAnswer("van", 30)), answer(2, FleetAnswer("tractor", 4)))
    found = outcome(*half, covers_all=True)
    assert values(found) == {"vans": 30, "tractors": 4}
    assert notes(found) == ["blank_counted", "blank_counted", "nobody_answered"]
    assert outcome(*half).corrections == ()


def test_a_reason_of_fewer_than_three_companies_gives_no_number_away() -> None:
    third = answer(3, FleetAnswer("van", 2), FleetAnswer("tractor", 60))
    vans = {each.setting.name: each for each in outcome(*TWO, third).corrections}
    planned = vans["electric_vans_2030"]
    assert planned.is_traceable
    assert planned.reason == (
        "Enquête onder 3 bedrijven (van naar schatting 40 op het terrein): minder dan 3 bedrijven "
        "gaven dit op; hier staat daarom geen getal"
    )
    told = outcome(*TWO, answer(3, FleetAnswer("van", 2, planned={2030: 1})))
    [reason] = [each.reason for each in told.corrections if each.setting.name.endswith("2030")]
    assert "25 elektrisch bij 42 van de 100 voertuigen" in reason


def test_trucks_told_together_and_apart_add_up() -> None:
    found = outcome(
        answer(1, FleetAnswer("truck", 20, planned={2030: 10})),
        answer(2, FleetAnswer("tractor", 5, planned={2030: 5})),
        answer(3, FleetAnswer("rigid_truck", 25)),
    )
    # 50 trucks, 40 in the model with 7 electric: 15 + 25 x 7/40 = 19.4.
    assert values(found) == {"trucks": 50, "electric_trucks_2030": 19}


def test_what_the_model_says_too_is_not_recorded() -> None:
    assert values(outcome(answer(1, FleetAnswer("van", 4, planned={2030: 1})))) == {}


def test_more_planned_than_there_can_be_is_capped() -> None:
    found = outcome(answer(1, FleetAnswer("van", 100, planned={2030: 120})))
    assert values(found) == {"electric_vans_2030": 105}
    assert notes(found) == ["capped"]


def test_kilometres_and_chargers_are_weighted() -> None:
    found = outcome(
        answer(
            1, FleetAnswer("van", 30, distance_km_per_year=30_000, charge_points=3, charger_kw=22)
        ),
        answer(
            2, FleetAnswer("van", 10, distance_km_per_year=10_000, charge_points=1, charger_kw=50)
        ),
    )
    # (30 x 30,000 + 10 x 10,000 + 60 x 18,000) / 100; (40 x (3 x 22 + 50) / 4 + 60 x 11) / 100.
    assert values(found) == {"van_km_per_year": 20_800, "van_charger_kw": 18.2}


def test_schedules_tell_when_vehicles_return_and_how_long_they_stay() -> None:
    kept = (Schedule(20, "12345", 5.0, 14.0), Schedule(50, "6", 0.0, 23.0))
    found = values(outcome(answer(1, FleetAnswer("van", 70, schedules=kept))))
    # 20 of 140 vehicles return at 14:00, the others at 17:00; 15 hours against 12.
    east = 20 * math.cos(14 / 24 * math.tau) + 120 * math.cos(17 / 24 * math.tau)
    north = 20 * math.sin(14 / 24 * math.tau) + 120 * math.sin(17 / 24 * math.tau)
    hour = math.atan2(north, east) / math.tau * 24 % 24
    assert found == {
        "depot_arrival_hour": pytest.approx(hour, abs=0.05), "depot_dwell_hours": 12.4,
    }  # fmt: skip


def test_returns_all_around_the_clock_have_no_mean() -> None:
    night = FleetAnswer("van", 140, schedules=(Schedule(140, "12345", 20, 5),))
    day = FleetAnswer("rigid_truck", 140, schedules=(Schedule(140, "12345", 2, 17),))
    found = outcome(answer(1, night), answer(2, day))
    assert "depot_arrival_hour" not in values(found)
    assert "hours_apart" in notes(found)


@pytest.mark.parametrize(
    ("hours", "mean"),
    [
        ([(17, 1), (18, 3)], 17.75),
        ([(22, 1), (2, 1)], 0),
        ([(0, 1), (8, 1), (16, 1)], None),
        ([], None),
    ],
)
def test_a_mean_on_the_clock(hours: list[tuple[float, float]], mean: float | None) -> None:
    found = mean_hour(hours)
    assert found == (None if mean is None else pytest.approx(mean, abs=0.02))


def test_vehicles_of_two_schedules_on_one_day_are_counted_once_each() -> None:
    assert most_scheduled([Schedule(3, "123", 6, 9), Schedule(4, "345", 6, 9)]) == 7
    assert most_scheduled([Schedule(3, "6", 6, 9)]) == 0


@pytest.mark.parametrize(
    ("day", "year"), [((2026, 1), 2025), ((2026, 6), 2025), ((2026, 7), 2026), ((2026, 12), 2026)]
)
def test_now_is_the_nearest_end_of_a_year(day: tuple[int, int], year: int) -> None:
    assert year_of_now(*day) == year


def test_now_may_be_before_the_forecast() -> None:
    early = answer(1, FleetAnswer("van", 30, 5), day=date(2025, 3, 1))
    found = outcome(early)
    assert (values(found), notes(found)) == ({}, ["before_first_year"])


def test_a_class_that_the_model_lacks() -> None:
    bare = replace(BASE, vehicles={"van": 9}, model_vehicles={"van": 0})
    found = outcome(answer(1, FleetAnswer("van", 4, planned={2030: 2})), base=bare)
    assert (values(found), notes(found)) == ({}, ["no_model_share"])
    found = outcome(answer(1, FleetAnswer("tractor", 4, planned={2030: 2})), base=bare)
    assert values(found) == {"tractors": 4, "electric_tractors_2030": 2}


FLEETS = st.builds(
    FleetAnswer,
    st.sampled_from(["van", "rigid_truck", "tractor", "truck"]),
    st.integers(0, 60),
    st.integers(0, 60),
    st.dictionaries(st.sampled_from([2026, 2030, 2040]), st.integers(0, 90), max_size=3),
)


@given(
    fleets=st.lists(FLEETS, min_size=1, max_size=6),
    covers_all=st.booleans(),
    entered=st.sampled_from([None, "vans=90", "trucks=55"]),
)
def test_a_survey_never_contradicts_the_terrain_by_itself(
    *, fleets: list[FleetAnswer], covers_all: bool, entered: str | None
) -> None:
    if entered == "trucks=55":  # parts may well be more than an adviser's whole: that is refused
        fleets = [FleetAnswer("truck", fleet.vehicles, None, fleet.planned) for fleet in fleets]
    growth = {
        (name, year): 1 + (year - 2020) * factor
        for name, factor in (("van", 0.003), ("rigid_truck", -0.002), ("tractor", 0.01))
        for year in range(2025, 2051)
    }
    limits = TerrainLimits("1", "A", 2025, BASE.model_vehicles, growth)
    before = [parse_setting(entered)] if entered else []
    base = replace(
        BASE,
        vehicles=vehicles_today(before, limits),
        electric={(name, year): BASE.model_vehicles[name] / 3 for name, year in growth},
        most={key: max(factor, 1.0) for key, factor in growth.items()},
    )
    companies = [answer(number, fleet) for number, fleet in enumerate(fleets, start=1)]
    said = [
        each.setting for each in outcome(*companies, covers_all=covers_all, base=base).corrections
    ]
    overtaken = {setting.name for setting in said}
    check_against_terrain([*(s for s in before if s.name not in overtaken), *said], limits)


def test_the_share_of_a_year_between_keeps_its_distance_to_the_nation() -> None:
    national = {2025: 0.05, 2026: 0.07, 2030: 0.22, 2040: 0.6}
    assert share_in(2030, {2025: 0.05, 2030: 0.3}, national) == 0.3
    same = {year: national[year] for year in (2025, 2030)}
    assert share_in(2026, same, national) == pytest.approx(0.07)
    # Twice the odds in 2030, as many in 2025: 2^(1/5) times in 2026, twice from 2030 on.
    twice = 2 * 0.22 / 0.78
    held = {2025: 0.05, 2030: twice / (1 + twice)}
    odds = 0.07 / 0.93 * 2 ** (1 / 5)
    assert share_in(2026, held, national) == pytest.approx(odds / (1 + odds))
    assert share_in(2040, held, national) == pytest.approx(3 / 4)
