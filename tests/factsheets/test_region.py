"""The sheet of a region: totals of the run, terrains in order, bands that hold together."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import replace

import duckdb
import pikepdf
import pytest

from factsheets.html import render_html
from factsheets.pdf import render_pdf
from factsheets.region_content import make_region_content
from factsheets.region_priorities import first_steps
from factsheets.region_ranking import MOST_RANKED
from forecast.query import terrain_report
from forecast.region_report import RegionReport, region_report
from forecast.selection import select_terrains
from forecast.vocabulary import PLAN_CLASSES
from forecast.words import load

HOSTILE = '<script>alert(1)</script> =cmd() "q" \u202eabc'


@pytest.fixture(scope="module")
def zwolle(published: duckdb.DuckDBPyConnection) -> RegionReport:
    return region_report(published, select_terrains(published, "municipality", "Zwolle"))


@pytest.fixture(scope="module")
def country(published: duckdb.DuckDBPyConnection) -> RegionReport:
    return region_report(published, select_terrains(published))


def test_the_classes_count_every_terrain_once(zwolle: RegionReport) -> None:
    content = make_region_content(zwolle, "nl")
    assert [count.code for count in content.plan_counts] == list(PLAN_CLASSES)
    assert sum(int(count.count) for count in content.plan_counts) == len(zwolle.terrains)
    by_class = {
        name: sum(terrain.plan_class == name for terrain in zwolle.terrains)
        for name in PLAN_CLASSES
    }
    assert {count.code: int(count.count) for count in content.plan_counts} == by_class


def test_the_totals_are_those_of_the_terrains_and_the_peak_is_below_their_sum(
    zwolle: RegionReport,
) -> None:
    assert zwolle.electric_vehicles(2030, "mid") == pytest.approx(
        sum(terrain.electric_vehicles for terrain in zwolle.terrains)
    )
    assert zwolle.energy_kwh_per_year(2030, "mid") == pytest.approx(
        sum(terrain.energy_kwh_per_year for terrain in zwolle.terrains)
    )
    together = zwolle.figures[2030, "mid"].unmanaged_design_peak_kw
    apart = [terrain.design_peak_kw for terrain in zwolle.terrains]
    assert max(apart) < together < sum(apart)
    key = make_region_content(zwolle, "nl").key_figures[2]
    assert (key.value, key.unit) == (load("nl").significant(together), "kW")


def test_the_ranking_goes_by_what_is_added_and_names_the_rest(country: RegionReport) -> None:
    added = [terrain.added_peak_kw for terrain in country.terrains]
    assert added == sorted(added, reverse=True)
    content = make_region_content(country, "nl")
    assert len(content.ranking.rows) == MOST_RANKED
    assert content.ranking_note.startswith(f"De eerste {MOST_RANKED} van 3.646")
    first, top = content.ranking.rows[0], country.terrains[0]
    assert first.names == ("1", top.terrain_name, top.municipality_name)


def test_the_steered_day_of_a_region_stays_under_its_steered_peak(country: RegionReport) -> None:
    figures = country.figures[2030, "mid"]
    assert max(country.curves_kw["smart"]) <= figures.smart_design_peak_kw * (1 + 1e-9)
    assert max(country.curves_kw["unmanaged"]) <= figures.unmanaged_design_peak_kw
    assert max(country.curves_kw["night_block"][64:84]) == pytest.approx(0, abs=1e-6)


def test_a_region_of_one_terrain_has_its_band(published: duckdb.DuckDBPyConnection) -> None:
    [(code, terrain_id)] = published.execute(
        "SELECT municipality_code, any_value(terrain_id) FROM terrains "
        "GROUP BY ALL HAVING count(*) = 1 ORDER BY ALL LIMIT 1"
    ).fetchall()
    region = region_report(published, select_terrains(published, "municipality", code))
    terrain = terrain_report(published, terrain_id)
    for key in ((2025, "low"), (2030, "mid"), (2035, "high")):
        assert region.vehicles_band[key] == pytest.approx(terrain.all_electric_vehicles_band(*key))
        energy = terrain.on_terrain_energy_kwh_per_year(*key)
        low, high = terrain.on_terrain_energy_band(*key)
        assert region.energy_band[key] == pytest.approx((low / energy, high / energy))
    peak = terrain.on_terrain_power(2030, "mid", "unmanaged").design_peak_kw
    low, high = terrain.power_band[2030, "mid", "unmanaged"]
    assert region.peak_band == pytest.approx((low / peak, high / peak))


def test_every_terrain_is_in_the_step_that_its_class_asks_for(country: RegionReport) -> None:
    """Municipality by municipality: nothing to do means that nothing is asked anywhere."""
    words = load("nl")
    quiet = words("regionsheet.first.nothing_name")
    steps = ("mitigate", "collective", "apart", "ask", "no_vehicles")
    names = {words(f"regionsheet.first.{step}_name"): step for step in steps}
    by_municipality = defaultdict(list)
    for terrain in country.terrains:
        by_municipality[terrain.municipality_name].append(terrain)
    assert len(by_municipality) > 300
    for terrains in by_municipality.values():
        told = first_steps(replace(country, terrains=tuple(terrains)), words)
        counted = {
            names[step.name]: int(step.text.split(f" van {len(terrains)}")[0].split("(")[-1])
            for step in told
            if step.name in names
        }
        asking = [terrain for terrain in terrains if terrain.electric_vehicles > 0]
        expected = {
            "mitigate": sum(terrain.plan_class == "mitigate" for terrain in asking),
            "collective": sum(
                terrain.plan_class == "collective" and terrain.is_hub_in_reach for terrain in asking
            ),
            "apart": sum(
                terrain.plan_class == "collective" and not terrain.is_hub_in_reach
                for terrain in asking
            ),
            "ask": sum(terrain.plan_class == "not_known" for terrain in asking),
            "no_vehicles": len(terrains) - len(asking),
        }
        assert counted == {step: count for step, count in expected.items() if count}
        if quiet in [step.name for step in told]:
            assert all(
                (terrain.plan_class, terrain.last_class) == ("own_site", "own_site")
                for terrain in terrains
            )


def test_doubts_average_out_over_many_terrains(
    published: duckdb.DuckDBPyConnection, country: RegionReport, zwolle: RegionReport
) -> None:
    def width(report: RegionReport) -> float:
        low, high = report.vehicles_band[2030, "mid"]
        return high / low

    # Of the country what is left is nearly the band of the country's own forecast, by class.
    national = published.execute(
        "SELECT electric_vehicles_p90 / electric_vehicles_p10 FROM national_electric "
        "WHERE year = 2030 AND scenario = 'mid'"
    ).fetchall()
    ratios = [ratio for (ratio,) in national]
    assert min(ratios) <= width(country) <= 1.05 * max(ratios)
    assert width(zwolle) > width(country)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sheet_is_tagged_and_names_stay_names(zwolle: RegionReport, language: str) -> None:
    first, *others = zwolle.terrains
    hostile = replace(zwolle, terrains=(replace(first, terrain_name=HOSTILE), *others))
    content = make_region_content(hostile, language)
    page = render_html(content).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    with pikepdf.open(io.BytesIO(render_pdf(content, zwolle.run.ended_at))) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert len(pdf.pages) == 2


def test_a_region_without_terrains_has_a_sheet(published: duckdb.DuckDBPyConnection) -> None:
    [(code,)] = published.execute(
        "SELECT municipality_code FROM municipalities WHERE municipality_code NOT IN "
        "(SELECT municipality_code FROM terrains) ORDER BY ALL LIMIT 1"
    ).fetchall()
    empty = region_report(published, select_terrains(published, "municipality", code))
    assert empty.terrains == ()
    content = make_region_content(empty, "nl")
    assert [key.value for key in content.key_figures] == ["0", "0", "0"]
    assert [step.name for step in content.first] == [load("nl")("regionsheet.first.empty_name")]
    assert render_pdf(content, empty.run.ended_at).startswith(b"%PDF")
