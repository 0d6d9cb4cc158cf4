"""Files of a terrain to take away: the factsheet, and everything for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, jsonify

from factsheets.factsheet import FORMATS, render_factsheet
from factsheets.material import read_material
from forecast.day_curve import day_curves
from forecast.few_sessions import read_few_sessions
from forecast.files import file_stem
from forecast.query import terrain_report
from forecast.run_info import check_scenario_of_run, check_year_of_run
from forecast.terrain_record import terrain_record
from web import current
from web.asked import asked_scenario, asked_year, known_terrain
from web.privacy import for_readers

if TYPE_CHECKING:
    import duckdb

pages: Final = Blueprint("downloads", __name__, url_prefix="/terrain/<terrain_id>")
_TYPES: Final = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("/factsheet.<form>")
def factsheet(terrain_id: str, form: str) -> Response:
    """Return the factsheet as a file; nothing is written on this machine."""
    if form not in FORMATS:
        abort(404)
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        [material] = read_material(connection, [terrain_id])
    made = render_factsheet(material, current.words().language, (form,), current.options().theme)
    stem = file_stem(terrain_id, material.report.terrain.terrain_name)
    answer = Response(made[form], mimetype=_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.{form}"'
    return answer


@pages.get("/terrain.json")
def record(terrain_id: str) -> Response:
    """Return what `laadvraag terrain --json` prints."""
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        body = _record(connection, terrain_id)
    return jsonify(body)


def _record(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> dict[str, Any]:
    report = for_readers(terrain_report(connection, terrain_id))
    run = report.run
    year = check_year_of_run(run, asked_year())
    scenario = check_scenario_of_run(run, asked_scenario())
    curves = day_curves(connection, terrain_id, year, scenario, run.run_id)
    few = read_few_sessions(connection, terrain_id, run.years, scenario, run.run_id)
    return terrain_record(report, year, scenario, curves, few)
