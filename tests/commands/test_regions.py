"""Regions, as somebody who plans one types them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from cli import main
from commands.regions_page import print_plan_classes
from forecast.region_figures import lopsided_classes, national_figures, regional_figures
from forecast.store import open_published
from forecast.words import load

CLASSES = ("own_site", "collective", "mitigate", "not_known")


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="laadvraag")


def numbers(line: str) -> list[float]:
    return [float(cell.replace(",", "")) for cell in re.findall(r"(?<!\S)[\d,.]+(?!\S)", line)]


def test_nal_regions_add_up_to_the_last_line(real_database: Path) -> None:
    result = invoke("regions", "--db", real_database)
    assert result.exit_code == 0, result.output
    classes, charging = result.output.split("\n\n")
    regions = [line for line in classes.splitlines() if re.match(r"(G4|Noord|Oost|Zuid)", line)]
    assert len(regions) == 6
    [country] = [line for line in classes.splitlines() if line.startswith("The Netherlands")]
    whole = numbers(country)
    assert whole[0] == 3646 == sum(whole[1:])
    table = [numbers(re.sub(r"^\S+", "", line)) for line in regions]
    assert [sum(column) for column in zip(*table, strict=True)] == whole
    assert "31 December 2030, scenario mid" in charging
    assert "Peaks don't add up" in charging


def test_json_holds_every_column_and_the_country(real_database: Path) -> None:
    result = invoke(
        "regions", "--level", "supply_area", "--year", "2035", "--json", "--db", real_database
    )
    body = json.loads(result.stdout)
    [nation] = body["nation"]
    assert {(row["year"], row["scenario"]) for row in body["regions"]} == {(2035, "mid")}
    for name in ("terrains", "mitigate_terrains", "electric_vans", "shared_charge_points"):
        assert sum(row[name] for row in body["regions"]) == pytest.approx(nation[name])
    assert nation["public_charge_points"] > 0
    assert body["regions"][0]["public_charge_points"] is None


def test_one_region_shows_its_years_and_scenarios(real_database: Path) -> None:
    result = invoke("regions", "--level", "municipality", "--region", "zwolle", "--db",
                    real_database, "--lang", "nl")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "gemeente Zwolle" in result.output
    for year in (2025, 2030, 2035):
        for scenario in ("laag", "midden", "hoog"):
            assert len(re.findall(rf"^{year} {scenario} ", result.output, re.MULTILINE)) == 2
    by_code = invoke("regions", "--level", "municipality", "--region", "GM0193", "--lang", "nl",
                     "--db", real_database)  # fmt: skip
    assert by_code.output == result.output


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        pytest.param(
            ("--region", "Zwolle"),
            ("there is no NAL region 'Zwolle'. Possible: Zwolle (--level municipality)",),
            id="another level",
        ),
        pytest.param(
            ("--region", "Zwole", "--level", "municipality"), ("Zwole", "Zwolle"), id="misspelt"
        ),
        pytest.param(("--year", "2031"), ("2031", "2025; 2030; 2035"), id="year"),
    ],
)
def test_what_is_not_there_says_what_is(
    real_database: Path, words: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    result = invoke("regions", *words, "--db", real_database)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for text in texts:
        assert text in result.output


def test_a_class_that_is_empty_or_too_full_is_told(
    real_database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_published(real_database) as connection:
        nation = national_figures(connection, 2030, "mid")
        regions = regional_figures(connection, "nal_region", year=2030, scenario="mid")
    even = replace(nation, own_site_terrains=40.0, collective_terrains=30.0, mitigate_terrains=30.0)
    assert lopsided_classes(even) == []
    # 70 of 100 whose class is known; 900 of which nothing is known do not hide it.
    uneven = replace(
        nation,
        own_site_terrains=70.0,
        collective_terrains=0.0,
        mitigate_terrains=30.0,
        not_known_terrains=900.0,
    )
    assert lopsided_classes(uneven) == [("own_site", 0.7), ("collective", 0.0)]
    print_plan_classes(regions, uneven, Console(soft_wrap=True), load("en"))
    said = capsys.readouterr().out
    assert "'own plots' holds 70% of the parks of which the class is known" in said
    assert "No park has the class 'shared'" in said
    unknown = replace(nation, **{f"{name}_terrains": 0.0 for name in CLASSES})
    assert lopsided_classes(unknown) == []
