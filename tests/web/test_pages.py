"""What the pages show: the same figures and words as the factsheet and the terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import jsonschema
import openpyxl
import pypdfium2
import pytest
from flask.testing import FlaskClient

from factsheets.content import make_content
from factsheets.material import read_material
from forecast.query import terrain_report
from forecast.terrain_schema import terrain_schema
from forecast.words import load
from tests.hostile import HOSTILE
from tests.web.conftest import DE_HURK, MakeClient, text_of


def test_the_first_page_counts_the_classes_of_the_region(
    client: FlaskClient, published: duckdb.DuckDBPyConnection
) -> None:
    counted = published.execute(
        "SELECT plan_class, count(*) FROM plan_class JOIN terrains USING (terrain_id) "
        "WHERE municipality_code = 'GM0193' AND year = 2030 AND scenario = 'mid' "
        "AND run_id = (SELECT run_id FROM runs ORDER BY ended_at DESC LIMIT 1) GROUP BY 1"
    ).fetchall()
    page = text_of(client.get("/?region=municipality:GM0193").text)
    words = load("nl")
    assert "Kaart van Zwolle" in page
    for code, count in counted:
        assert f"{count} {words(f'common.plan_class.{code}')}" in page


def test_a_name_with_one_terrain_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/search?q=de+hurk+eindhoven")
    assert (answer.status_code, answer.location) == (302, f"/terrain/{DE_HURK}")


def test_a_typing_error_is_told_on_the_page(client: FlaskClient) -> None:
    answer = client.get("/search?q=hesenpoort", follow_redirects=True)
    assert "hessenpoort" in answer.text.lower()
    assert 'class="note" role="status"' in answer.text


def test_a_name_of_several_gives_a_numbered_list(client: FlaskClient) -> None:
    answer = client.get("/search?q=industrieterrein")
    assert answer.status_code == 200
    assert '<ol class="hits">' in answer.text
    assert answer.text.count('<li><a href="/terrain/') == 3
    assert "past op 3 terreinen" in text_of(answer.text)


def test_a_name_of_none_is_told_so(client: FlaskClient) -> None:
    answer = client.get("/search?q=qqqqzzzz")
    assert answer.status_code == 404
    assert "qqqqzzzz" in text_of(answer.text)


@pytest.mark.parametrize(
    ("query", "year", "scenario"), [("", 2030, "mid"), ("?year=2035&scenario=high", 2035, "high")]
)
def test_a_terrain_tells_what_its_factsheet_tells(
    client: FlaskClient,
    published: duckdb.DuckDBPyConnection,
    query: str,
    year: int,
    scenario: str,
) -> None:
    [material] = read_material(published, [DE_HURK], year, scenario)
    content = make_content(material, "nl")
    page = text_of(client.get(f"/terrain/{DE_HURK}{query}").text)
    told = [
        content.plan_label,
        *(line.text for line in (*content.plan_texts, *content.lines)),
        *(f"{key.value} {key.unit}".strip() for key in content.key_figures),
        *(key.band for key in content.key_figures),
        *(row.name for table in content.tables for part in table.sections for row in part.rows),
        *content.notes,
    ]
    for text in told:
        assert " ".join(text.split()) in page


def test_the_key_table_holds_every_year_and_scenario(
    client: FlaskClient, published: duckdb.DuckDBPyConnection
) -> None:
    report, words = terrain_report(published, DE_HURK), load("nl")
    page = text_of(client.get(f"/terrain/{DE_HURK}").text)
    for year in report.run.years:
        for scenario in report.run.scenarios:
            peak = report.on_terrain_power(year, scenario, "smart").design_peak_kw
            band = report.power_band[year, scenario, "smart"]
            assert f"{words.significant(peak)} {words.band(*band)}" in page


def test_a_language_that_is_chosen_stays(make_client: MakeClient) -> None:
    browser = make_client()
    assert '<html lang="nl">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=en").text
    assert "What if" in browser.get(f"/terrain/{DE_HURK}").text


def test_the_factsheet_comes_as_a_file(client: FlaskClient) -> None:
    pdf = client.get(f"/terrain/{DE_HURK}/factsheet.pdf")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{DE_HURK}-de-hurk.pdf"'
    document = pypdfium2.PdfDocument(pdf.data)
    assert "DE HURK" in document[0].get_textpage().get_text_range()
    document.close()
    page = client.get(f"/terrain/{DE_HURK}/factsheet.html?lang=en")
    assert "DE HURK" in page.text
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/terrain/{DE_HURK}/factsheet.xlsx").data), read_only=True
    )
    assert book.sheetnames
    book.close()


def test_the_record_for_programs_keeps_its_schema(client: FlaskClient) -> None:
    body = json.loads(client.get(f"/terrain/{DE_HURK}/terrain.json?year=2035").data)
    jsonschema.validate(body, terrain_schema())
    assert body["terrain"]["terrain_id"] == DE_HURK


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/terrain/999999999", "Er is geen terrein met RIN 999999999"),
        (f"/terrain/{DE_HURK}?year=2031", "2025; 2030; 2035"),
        (f"/terrain/{DE_HURK}?year=x", "'x'"),
        (f"/terrain/{DE_HURK}?scenario=worst", "laag; midden; hoog"),
        (f"/terrain/{DE_HURK}/factsheet.exe", "Deze bladzijde bestaat niet"),
        ("/?region=municipality:Nergenshuizen", "Nergenshuizen"),
        ("/map/planet/earth/plankaart.html", "Deze bladzijde bestaat niet"),
        ("/nowhere", "Deze bladzijde bestaat niet"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(
    client: FlaskClient, address: str, told: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert told in text_of(answer.text)


def test_a_database_that_went_away_is_told_in_a_sentence(
    make_client: MakeClient, tmp_path: Path
) -> None:
    answer = make_client(tmp_path / "gone.duckdb").get("/")
    assert answer.status_code == 503
    assert "Er is geen database" in text_of(answer.text)


def test_a_fault_of_the_program_shows_no_traceback(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("web.terrain.read_told", fail)
    answer = client.get(f"/terrain/{DE_HURK}")
    assert answer.status_code == 500
    assert "ZeroDivisionError" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_hostile_names_show_as_text(make_client: MakeClient, hostile_database: Path) -> None:
    browser = make_client(hostile_database)
    with duckdb.connect(hostile_database, read_only=True) as opened:
        rows = opened.execute(
            "SELECT terrain_id, terrain_name FROM terrains WHERE municipality_code = 'GM0193'"
        ).fetchall()
    hostile = [key for key, name in rows if name in HOSTILE.values()]
    assert len(hostile) == len(HOSTILE)
    for key in hostile:
        for part in ("", "/refine"):
            page = browser.get(f"/terrain/{key}{part}").text
            assert "<script>alert" not in page
            assert "\u202e" not in page
    assert "<script>alert" not in browser.get(f"/terrain/{hostile[0]}/what-if").text
    names = browser.get("/search?q=%22%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in names
    assert "<b>&#34;Zw" not in browser.get("/?region=municipality:GM0193").text


def test_the_map_leads_to_the_pages_of_its_terrains(client: FlaskClient) -> None:
    page = client.get("/map/municipality/GM0193/plankaart.html").text
    assert '"address":"/terrain/"' in page
    assert '"target":"_top"' in page
    tables = client.get("/map/municipality/GM0193/plankaart-tabel.html").text
    assert 'href="plankaart.html"' in tables


def test_a_map_is_drawn_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/map/municipality/GM0193/plankaart.html")

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr("maps.plan_map.plan_map_html", fail)
    again = client.get(
        "/map/municipality/GM0193/plankaart.html", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
