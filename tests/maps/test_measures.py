"""What the map shows of a terrain, and the legend that says so."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import maps
from tests.maps.page import choose, legend

# Every plan class in grey, small as on the map of the country and large as close by: grey values.
GREYS = """
const greys = (glyph, radius) => {
  const ctx = swatch(24, 24, (ctx) => {
    ctx.fillStyle = '#f8f5ee';
    ctx.fillRect(0, 0, 24, 24);
    drawGlyph(ctx, 12, 12, radius, glyph);
  }).getContext('2d');
  const data = ctx.getImageData(0, 0, ctx.canvas.width, ctx.canvas.height).data;
  const grey = [];
  for (let i = 0; i < data.length; i += 4) {
    grey.push(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]);
  }
  return grey;
};
return Object.entries(CLASS_GLYPHS).map(([name, glyph]) => [name, greys(glyph, arguments[0])]);
"""


@pytest.mark.parametrize("radius", [pytest.param(3.2, id="country"), pytest.param(11, id="close")])
def test_plan_classes_differ_without_colour(opened: Any, radius: float) -> None:
    # The functions of the page are its own; the same file is read again beside them.
    glyphs = (Path(maps.__file__).parent / "assets" / "glyphs.js").read_text(encoding="utf-8")
    drawn = dict(opened.execute_script(glyphs + GREYS, radius))
    assert set(drawn) == {"own_site", "collective", "mitigate", "not_known"}
    ground = 245
    for one, other in combinations(drawn, 2):
        pixels = list(zip(drawn[one], drawn[other], strict=True))
        inked = [pair for pair in pixels if min(pair) < ground - 10]
        # Of what either of them inks, most differs by a clear step of grey.
        apart = sum(abs(left - right) > 40 for left, right in inked) / len(inked)
        assert apart > 1 / 2, (one, other, apart)


def test_legend_gives_words_marks_counts_and_shares_of_the_chosen_year(opened: Any) -> None:
    def texts() -> list[str]:
        items = opened.find_elements("css selector", "#legend li")
        assert all(item.find_elements("tag name", "canvas") for item in items)
        return [" ".join(item.get_attribute("textContent").split()) for item in items]

    # Four terrains, each of another class in each year.
    assert texts() == [
        "Laden op eigen terrein kan1 terreinen 25 %",
        "Collectieve laadvoorziening nodig1 terreinen 25 %",
        "Eerst maatregelen tegen netcongestie1 terreinen 25 %",
        "Niet bekend1 terreinen 25 %",
    ]
    note = opened.find_element("id", "legend-note")
    assert "31 december 2030, scenario midden" in note.text
    choose(opened, "year", "2035")
    choose(opened, "scenario", "high")
    assert "31 december 2035, scenario hoog" in note.text


def test_power_is_what_was_added_since_the_first_year(opened: Any) -> None:
    strategy = opened.find_element("id", "choice-strategy")
    assert not strategy.is_displayed()
    choose(opened, "measure", "added")
    assert strategy.is_displayed()
    # Quantiles of 1,100, 2,200, 3,300 and 4,400 kW (2035, mid), rounded: 2 and 5 MW.
    # Added in 2030: 500, 1,000, 1,500 and 2,000 kW.
    assert legend(opened) == {
        "5.000 kW en meer": "0",
        "2.000 \u2013 5.000 kW": "1",
        "minder dan 2.000 kW": "3",
    }
    choose(opened, "year", "2025")
    assert legend(opened)["minder dan 2.000 kW"] == "4"
    note = opened.find_element("id", "legend-note").text
    assert "het verschil is nul" in note


@pytest.mark.parametrize(
    ("measure", "chosen", "classes"),
    [
        # Terrains 1 to 4 in 2030, scenario mid: growth 6, classes by the limits of 2035.
        pytest.param(
            "energy",
            {},
            # 600 MWh to a class and location type: 3,600, 7,200, 10,800 and 14,400.
            {
                "minder dan 10.000 MWh": "2",
                "10.000 \u2013 20.000 MWh": "2",
                "20.000 MWh en meer": "0",
            },
            id="energy",
        ),
        pytest.param(
            "vehicles",
            {"group": "van"},
            {"minder dan 20": "3", "20 \u2013 50": "1", "50 en meer": "0"},
            id="vans: 6, 12, 18 and 24",
        ),
        pytest.param(
            "vehicles",
            {"group": "truck"},
            {"minder dan 50": "4", "50 \u2013 100": "0", "100 en meer": "0"},
            id="trucks: twice as many",
        ),
        pytest.param(
            "points",
            {},
            # 24, 48, 72 and 96, and 6 of the hub on the first terrain.
            {"minder dan 100": "4", "100 \u2013 200": "0", "200 en meer": "0"},
            id="charge points",
        ),
        pytest.param(
            "added",
            {"kind": "typical"},
            # (6 - 1) times 60 kW: 300, 600, 900 and 1,200.
            {"minder dan 2.000 kW": "4", "2.000 \u2013 5.000 kW": "0", "5.000 kW en meer": "0"},
            id="typical peak",
        ),
    ],
)
def test_each_measure_has_its_classes(
    opened: Any, measure: str, chosen: dict[str, str], classes: dict[str, str]
) -> None:
    choose(opened, "measure", measure)
    for name, value in chosen.items():
        choose(opened, name, value)
    assert legend(opened) == classes
    heading = opened.find_element("id", "legend-title").text
    options = opened.find_element("id", "measure").find_elements("tag name", "option")
    assert heading in [option.text for option in options]
    assert "2030 · scenario midden" in opened.find_element("id", "chosen").text


def test_only_choices_that_matter_are_shown(opened: Any) -> None:
    def shown() -> set[str]:
        names = ("kind", "group", "strategy")
        return {
            name for name in names if opened.find_element("id", f"choice-{name}").is_displayed()
        }

    assert shown() == set()
    choose(opened, "measure", "peak")
    assert shown() == {"kind", "strategy"}
    choose(opened, "measure", "vehicles")
    assert shown() == {"group"}
    choose(opened, "measure", "points")
    assert shown() == set()
