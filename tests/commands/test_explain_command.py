"""`laadvraag terrain --explain`: the tree, the list, JSON, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from forecast.assumptions import DEFAULT_PATH


def explain(database: Path, *words: str) -> Result:
    arguments = ["terrain", "190044", "--db", str(database), "--explain", *words]
    return CliRunner().invoke(main, arguments, prog_name="laadvraag")


def test_the_tree_tells_formula_values_assumptions_sources_and_run(real_database: Path) -> None:
    result = explain(real_database, "electric_vehicles.van", "--year", "2030")
    assert result.exit_code == 0, result.output
    page = result.output
    assert re.search(r"electric_vehicles\.van = [\d.]+ vehicles  2030 . mid . modelled", page)
    assert "formula: vehicles_in_year.van \u00d7 electric_share.van" in page
    assert re.search(r"filled in: [\d,]+ vehicles \u00d7 0\.\d+", page)
    assert re.search(r"fleet\.area_exponent = 0\.85 \(0\.7 to 1\) . assumed . ", page)
    assert "net_ha = 164.5 ha  observed" in page
    assert "the same figure" in page
    assert re.search(r"Run \S+, laadvraag \S+, assumptions [0-9a-f]{12}, edition \S+", page)
    assert "https://www.cbs.nl/nl-nl/cijfers/detail/82044NED" in page


def test_the_tree_is_dutch_on_request(real_database: Path) -> None:
    page = explain(real_database, "design_peak_kw.smart", "--lang", "nl").output
    assert "ontwerppiek: P95 over winterse werkdagen" in page
    assert re.search(r"design_peak_kw\.smart = \d[\d.,]* kW  2030 . midden . gemodelleerd", page)
    assert "(staat hierboven open)" in page
    assert not re.search(r"\b(formula|filled in|source):", page)


def test_json_holds_the_chain_and_the_run(real_database: Path) -> None:
    result = explain(real_database, "plan_class", "--json", "--scenario", "high", "--year", "2035")
    body = json.loads(result.stdout)
    chain = body["chain"]
    assert chain["field"] == "plan_class"
    assert chain["key"] == {"terrain_id": "190044", "year": 2035, "scenario": "high"}
    assert chain["recomputed"] == chain["value"]
    assert {row["key"] for row in chain["assumptions"]} >= {"plan.known_probability"}
    assert body["run"]["run_id"]


def test_the_list_names_every_figure_with_unit_and_meaning(real_database: Path) -> None:
    page = explain(real_database, "list").output
    assert re.search(r"design_peak_16_21_kw\.unmanaged\s+kW\s+design peak between 16:00", page)
    rows = json.loads(explain(real_database, "list", "--json").stdout)
    assert {"field": "net_ha", "unit": "ha", "meaning": "net area"} in rows


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["net_hectares"], "there is no figure 'net_hectares'.", id="figure"),
        pytest.param(["net_ha", "--year", "2031"], "2031", id="year"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    real_database: Path, words: list[str], sentence: str
) -> None:
    result = explain(real_database, *words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_assumptions_of_another_run_are_refused_in_a_sentence(
    real_database: Path, tmp_path: Path
) -> None:
    other = tmp_path / "assumptions.toml"
    other.write_text(DEFAULT_PATH.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    result = explain(real_database, "net_ha", "--assumptions", str(other))
    assert result.exit_code == 1
    assert "was made with other assumptions" in result.output
