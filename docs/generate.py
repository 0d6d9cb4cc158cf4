"""Write the generated reference pages: `python docs/generate.py`."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from factsheets.backtest_chart import backtest_chart
from forecast.assumptions import load
from forecast.backtest import run_backtest
from forecast.reference import (
    assumptions_page,
    backtest_block,
    hindcast_block,
    nomenclature_page,
    replace_block,
)
from forecast.run import run_and_publish
from forecast.run_reference import plan_class_block
from forecast.store import open_published
from forecast.terrain_schema import terrain_schema
from forecast.vocabulary import DEFAULT_YEARS
from forecast.words import load as load_words

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    (FOLDER / "assumptions.md").write_text(assumptions_page(load()), encoding="utf-8")
    (FOLDER / "nomenclature.md").write_text(nomenclature_page(), encoding="utf-8")
    schema = json.dumps(terrain_schema(), indent=2, ensure_ascii=False)
    (FOLDER / "terrain.schema.json").write_text(f"{schema}\n", encoding="utf-8")
    report = run_backtest()
    method = (FOLDER / "method.md").read_text(encoding="utf-8")
    method = replace_block(method, "backtest", backtest_block(report))
    method = replace_block(method, "hindcast", hindcast_block(report))
    with TemporaryDirectory() as folder:
        database = Path(folder) / "laadvraag.duckdb"
        run_and_publish(database, DEFAULT_YEARS)
        with open_published(database) as connection:
            method = replace_block(method, "plan classes", plan_class_block(connection))
    (FOLDER / "method.md").write_text(method, encoding="utf-8")
    chart = backtest_chart(report, load_words("en"))
    (FOLDER / "img" / "backtest.svg").write_text(chart, encoding="utf-8")
