"""May a vehicle enter a zone: the embedded rules against the published table."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from forecast.errors import DataSourceError
from forecast.sources.embedded import DEFAULT_FOLDER
from forecast.sources.ze_access import read_access_rules
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.zone_access import AccessRule, may_enter

DAY = timedelta(days=1)


def rules() -> list[AccessRule]:
    return [AccessRule(**row) for row in read_access_rules(DEFAULT_FOLDER).to_dicts()]


@pytest.mark.parametrize(
    ("vehicle_class", "emission", "registered", "first_day_out"),
    [
        # Van Euro 5 until 2027-01-01 (CBS); Euro 6 until 2029-01-01 (agreed March 2025).
        pytest.param("van", "5", "2014-06-01", "2027-01-01", id="van Euro 5"),
        pytest.param("van", "6", "2024-12-31", "2029-01-01", id="van Euro 6, last day before 2025"),
        # Tractor Euro VI of 2017 or later until 2030-01-01 (nt.nl, TLN).
        pytest.param("tractor", "6", "2017-01-01", "2030-01-01", id="tractor of 2017"),
        pytest.param("tractor", "6", "2023-05-01", "2030-01-01", id="tractor of 2023"),
        # Rigid Euro VI of 2020 or later until 2030-01-01, of 2017-2019 until 2028-01-01.
        pytest.param("rigid_truck", "6", "2020-01-01", "2030-01-01", id="rigid of 2020"),
        pytest.param("rigid_truck", "6", "2019-12-31", "2028-01-01", id="rigid of 2019"),
        pytest.param("rigid_truck", "6", "2017-01-01", "2028-01-01", id="rigid of 2017"),
    ],
)
def test_access_ends_on_the_published_day(
    vehicle_class: str, emission: str, registered: str, first_day_out: str
) -> None:
    vehicle = (rules(), vehicle_class, emission, date.fromisoformat(registered))
    out = date.fromisoformat(first_day_out)
    assert may_enter(*vehicle, date(2025, 7, 1)).is_admitted
    assert may_enter(*vehicle, out - DAY).is_admitted
    assert not may_enter(*vehicle, out).is_admitted
    assert not may_enter(*vehicle, date(2040, 1, 1)).is_admitted


@pytest.mark.parametrize(
    ("vehicle_class", "emission", "registered", "rule"),
    [
        pytest.param("van", "4", "2010-01-01", "van_euro_4_or_older", id="van Euro 4"),
        pytest.param("van", "0", "1990-01-01", "van_euro_4_or_older", id="van without a class"),
        pytest.param("van", "6", "2025-01-01", "van_new", id="new van"),
        pytest.param("rigid_truck", "6", "2025-03-01", "rigid_new", id="new rigid truck"),
        pytest.param("tractor", "6", "2025-03-01", "tractor_new", id="new tractor"),
        pytest.param("rigid_truck", "6", "2016-12-31", "rigid_before_2017", id="rigid of 2016"),
        pytest.param("tractor", "6", "2016-12-31", "tractor_before_2017", id="tractor of 2016"),
        pytest.param("tractor", "5", "2018-01-01", "not_admitted", id="Euro V of 2018"),
    ],
)
def test_others_may_not_enter_from_the_first_day(
    vehicle_class: str, emission: str, registered: str, rule: str
) -> None:
    answer = may_enter(
        rules(), vehicle_class, emission, date.fromisoformat(registered), date(2025, 7, 1)
    )
    assert not answer.is_admitted
    assert answer.rule.rule_code == rule


@pytest.mark.parametrize("vehicle_class", VEHICLE_CLASSES)
def test_zero_emission_always_may(vehicle_class: str) -> None:
    for year in (2015, 2026, 2035):
        registered = date(year, 1, 1)
        assert may_enter(rules(), vehicle_class, "zero", registered, date(2045, 1, 1)).is_admitted


def test_the_exemption_of_rigid_trucks_is_told() -> None:
    answer = may_enter(rules(), "rigid_truck", "6", date(2018, 1, 1), date(2026, 1, 1))
    assert answer.rule.condition == "exemption"
    assert answer.rule.status == "by exemption"


def test_rules_do_not_overlap_but_for_the_last(  # so their order decides nothing else
) -> None:
    *others, last = rules()
    assert last.rule_code == "not_admitted"
    for vehicle_class in VEHICLE_CLASSES:
        for emission in (*"0123456", "zero"):
            for year in range(2005, 2027):
                found = [
                    rule.rule_code
                    for rule in others
                    if rule.holds_for(vehicle_class, emission, date(year, 1, 1))
                ]
                if emission == "zero":
                    assert found[0] == "zero_emission"
                else:
                    assert len(found) <= 1, (vehicle_class, emission, year)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        pytest.param(lambda lines: lines[:-1], "the last rule has to hold", id="no last rule"),
        pytest.param(lambda lines: [*lines, lines[1]], "share a priority", id="twice"),
        pytest.param(
            lambda lines: [line.replace(",van,5,", ",bus,5,") for line in lines], "'bus'", id="bus"
        ),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, change: object, text: str) -> None:
    shutil.copytree(DEFAULT_FOLDER / "ze_access_rules", tmp_path / "ze_access_rules")
    path = tmp_path / "ze_access_rules" / "ze_access_rules.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(DataSourceError, match=r"ze_access_rules\.csv") as caught:
        read_access_rules(tmp_path)
    assert text in str(caught.value)
