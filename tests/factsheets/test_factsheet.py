"""A factsheet says what the run holds, is accessible, and can't be bent by a name."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from factsheets.content import FactsheetContent, make_content
from factsheets.factsheet import write_factsheet
from factsheets.html import render_html
from factsheets.material import Material, read_material
from factsheets.pdf import render_pdf
from forecast.errors import FactsheetError, OutputError, UnknownNameError
from forecast.store import open_published
from forecast.words import load

HOSTILE = "<script>alert(1)</script> #let x = 1 *b* _i_ $m$ @r \\ \"q\" 'k' {{ 7*7 }}"
MADE_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_page_shows_the_figures_of_the_run(sheet: Material, content: FactsheetContent) -> None:
    report = sheet.report
    page = render_html(content).decode()
    words = load("nl")
    for year in (2025, 2030, 2035):
        for scenario in ("low", "mid", "high"):
            energy = report.energy_kwh_per_year[year, scenario, "depot"] / 1000
            peak = report.on_terrain_power(year, scenario, "smart").design_peak_kw
            assert f">{words.significant(energy)}</td>" in page
            assert f">{words.significant(peak)}</td>" in page
    assert words(f"common.plan_class.{report.plan_class[2030, 'mid'].plan_class}") in page
    assert report.run.run_id in page


def test_another_year_and_scenario_can_be_shown_in_detail(real_database: Path) -> None:
    with open_published(real_database) as connection:
        [material] = read_material(connection, ["190044"], 2035, "high")
    report, words = material.report, load("nl")
    content = make_content(material, "nl")
    vehicles, energy, peak = content.key_figures
    assert vehicles.value == words.significant(report.all_electric_vehicles(2035, "high"))
    charged = report.on_terrain_energy_kwh_per_year(2035, "high") / 1000
    assert energy.value == words.significant(charged)
    figures = report.on_terrain_power(2035, "high", "unmanaged")
    assert peak.value == words.significant(figures.design_peak_kw)
    assert content.plan_code == report.plan_class[2035, "high"].plan_class
    assert content.plan_context == "2035, scenario hoog"
    assert content.key_title == "2035 in drie cijfers, scenario hoog"
    # The curve is of that year too: its highest quarter-hour is below the peak, and near it.
    highest = max(material.curves_kw["unmanaged"])
    assert 0.5 < highest / figures.design_peak_kw < 1


def test_figures_are_written_in_the_language(sheet: Material) -> None:
    dutch = render_html(make_content(sheet, "nl")).decode()
    english = render_html(make_content(sheet, "en")).decode()
    assert "164,5 ha netto" in dutch
    assert "164.5 ha net" in english
    assert '<html lang="nl">' in dutch
    assert '<html lang="en">' in english


def test_the_page_needs_no_network(content: FactsheetContent) -> None:
    page = render_html(content).decode().replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?://", page)
    assert "@import" not in page


def test_headings_do_not_skip_a_level(content: FactsheetContent) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", render_html(content).decode())]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_pdf_is_tagged_for_reading_aloud(content: FactsheetContent) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(content, MADE_AT))) as pdf:
        root = pdf.Root
        assert str(root.Lang) == "nl"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert content.name in str(metadata["dc:title"])
        assert len(pdf.pages) == 2
        tags = list(_elements(root.StructTreeRoot))
    kinds = [kind for kind, _ in tags]
    assert kinds.count("H1") == 1
    assert kinds.count("H2") == 2 + len(content.pictures) + 4
    # The figures, and how they are known.
    assert kinds.count("Table") == 2
    # Years, scenarios, the corner and a heading per section; three headings of the second table.
    assert kinds.count("TH") == (3 + 9 + 1) + 4 + 3
    alternatives = [text for kind, text in tags if kind == "Figure"]
    assert [picture.alt for picture in content.pictures] == [text for text in alternatives if text]


def test_same_input_gives_the_same_bytes(content: FactsheetContent) -> None:
    assert render_pdf(content, MADE_AT) == render_pdf(content, MADE_AT)
    assert render_html(content) == render_html(content)


def test_a_hostile_name_stays_a_name(sheet: Material) -> None:
    content = make_content(_renamed(sheet, HOSTILE), "nl")
    page = render_html(content).decode()
    assert "<script" not in page
    assert "49" not in page[page.index("<h1>") : page.index("</h1>")]
    with pikepdf.open(io.BytesIO(render_pdf(content, MADE_AT))) as pdf:
        assert HOSTILE in str(pdf.open_metadata()["dc:title"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("De \u202eHurk", "De Hurk", id="a turn of direction is left out"),
        pytest.param("De\x01Hurk", "De Hurk", id="a control character is a space"),
        pytest.param("\u05e9\u05dc\u05d5\u05dd \u5de5\u696d \U0001f69a", None, id="other scripts"),
    ],
)
def test_any_name_has_a_pdf(sheet: Material, name: str, shown: str | None) -> None:
    content = make_content(_renamed(sheet, name), "nl")
    with pikepdf.open(io.BytesIO(render_pdf(content, MADE_AT))) as pdf:
        assert len(pdf.pages) == 2
        if shown:
            assert str(pdf.open_metadata()["dc:title"]).startswith(shown)
    assert ("\u202e" in render_html(content).decode()) is False


def test_a_name_of_nothing_is_told_and_not_a_fault(sheet: Material) -> None:
    with pytest.raises(FactsheetError, match="give the terrain another name"):
        render_pdf(make_content(_renamed(sheet, ""), "nl"), MADE_AT)


def test_a_terrain_without_vehicles_says_why(real_database: Path) -> None:
    with open_published(real_database) as connection:
        [(empty,)] = connection.execute(
            "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) GROUP BY ALL "
            "HAVING sum(vehicles) = 0 ORDER BY terrain_id LIMIT 1"
        ).fetchall()
        [material] = read_material(connection, [empty])
    first = make_content(material, "nl").plan_texts[0]
    assert first.text == load("nl")("factsheet.no_vehicles")


def test_a_terrain_without_vehicles_has_a_sheet(real_database: Path, tmp_path: Path) -> None:
    with open_published(real_database) as connection:
        [(empty,)] = connection.execute(
            "SELECT terrain_id FROM register_issues WHERE issue_code = 'zero_net_area' "
            "ORDER BY terrain_id LIMIT 1"
        ).fetchall()
        [material] = read_material(connection, [empty])
    paths = write_factsheet(material, tmp_path)
    assert [path.suffix for path in paths] == [".html", ".pdf"]
    page = paths[0].read_text(encoding="utf-8")
    assert load("nl")("common.issue.zero_net_area") in page
    assert '<p class="value">0</p>' in page


def test_a_terrain_without_supply_area_says_so(sheet: Material) -> None:
    content = make_content(_with_report(sheet, areas=()), "nl")
    [line] = [line for line in content.lines if line.name == "Voedingsgebied"]
    assert line.text == "Het terrein ligt in geen enkel bekend voedingsgebied."


@pytest.mark.parametrize(
    ("status", "relief", "is_warned"),
    [
        pytest.param("shortage", 2036, True, id="short until after the year"),
        pytest.param("shortage", None, True, id="short without an end"),
        pytest.param("shortage", 2029, False, id="solved before the year"),
        pytest.param("limited", 2036, False, id="not short"),
    ],
)
def test_a_short_transmission_grid_is_told_beside_the_class(
    sheet: Material, status: str, relief: int | None, *, is_warned: bool
) -> None:
    area = replace(sheet.report.areas[0], tso_status=status, tso_alleviation_year=relief)
    content = make_content(_with_report(sheet, areas=(area,)), "nl")
    assert ("Let op" in [line.name for line in content.plan_texts]) == is_warned


def test_a_distance_is_not_claimed_where_only_the_municipality_is_known(
    sheet: Material,
) -> None:
    assert sheet.report.terrain.location_quality == "gemeente"
    [vague] = [
        line.text for line in make_content(sheet, "nl").lines if line.name == "Zero-emissiezone"
    ]
    assert "de afstand is niet bekend" in vague
    assert " km" not in vague
    # How much earlier by zones, per class.
    assert re.search(r"Bij een zone\..* Bestelauto's 0,\d \(0,\d tot \d,\d\), Bakwagens 0,", vague)


def test_an_unwritable_folder_leaves_nothing(sheet: Material, tmp_path: Path) -> None:
    in_the_way = tmp_path / "sheets"
    in_the_way.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="can't write"):
        write_factsheet(sheet, in_the_way)
    assert list(tmp_path.iterdir()) == [in_the_way]
    assert in_the_way.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("BEDRIJVENTERREIN " * 18, id="many words"),
        pytest.param("BEDRIJVENTERREINENCOMPLEX" * 6, id="one word"),
        pytest.param(HOSTILE, id="hostile"),
    ],
)
def test_a_long_name_takes_no_third_page(sheet: Material, name: str) -> None:
    pdf = render_pdf(make_content(_renamed(sheet, name), "nl"), MADE_AT)
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 2


def test_six_years_make_a_sheet(
    six_years: Material,
) -> None:
    content = make_content(six_years, "nl")
    assert [table.years for table in content.tables] == [
        ("2025", "2026", "2030"),
        ("2035", "2040", "2050"),
    ]
    # Front, then two tables: the words on them need a third page.
    assert len(pikepdf.open(io.BytesIO(render_pdf(content, MADE_AT))).pages) == 3


def test_an_unknown_format_writes_nothing(sheet: Material, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no format 'docx'"):
        write_factsheet(sheet, tmp_path, formats=("html", "docx"))
    assert not list(tmp_path.iterdir())


def test_a_sheet_that_fails_leaves_no_half_of_a_pair(
    sheet: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("factsheets.pdf.render_pdf", fail)
    with pytest.raises(RuntimeError):
        write_factsheet(sheet, tmp_path)
    assert not list(tmp_path.iterdir())


def test_paper_shows_all_columns(content: FactsheetContent) -> None:
    printed = render_html(content).decode().partition("@media print")[2]
    assert ".scroll { overflow: visible" in printed


def _with_report(material: Material, **changes: Any) -> Material:
    return replace(material, report=replace(material.report, **changes))


def _renamed(material: Material, name: str) -> Material:
    terrain = replace(material.report.terrain, terrain_name=name)
    return _with_report(material, terrain=terrain)


def _elements(node: Any) -> Iterator[tuple[str, str]]:
    """Walk the structure tree: kind and alternative text of every element."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S).removeprefix("/"), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _elements(node.K)


def test_every_class_says_what_would_change_it(real_database: Path) -> None:
    with open_published(real_database) as connection:
        rules = connection.execute(
            "SELECT rule_code, min(terrain_id) FROM plan_class WHERE year = 2030 "
            "AND scenario = 'mid' GROUP BY rule_code"
        ).fetchall()
        empty = connection.execute(
            "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) GROUP BY terrain_id "
            "HAVING sum(vehicles) = 0 ORDER BY terrain_id LIMIT 1"
        ).fetchall()
        assert len(rules) >= 6
        wanted = [*(found for _, found in rules), empty[0][0]]
        for material in read_material(connection, wanted):
            content = make_content(material, "nl")
            assert all(len(line.text) > 10 for line in content.plan_texts)
            assert len(content.plan_texts) >= 2
