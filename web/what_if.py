"""The what-if of a terrain: sliders, and what they change; nothing is written."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from forecast import closed_lists
from forecast.entry_errors import FieldError
from forecast.errors import LaadvraagError
from forecast.fields import STRATEGY
from forecast.query import terrain_report
from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run
from forecast.settings import Setting, check_together, check_value, find_dated_field
from forecast.spoken import FieldName
from forecast.terrain_report import TerrainReport
from forecast.vocabulary import POWER_STRATEGIES, STRATEGIES
from forecast.what_if_text import compare
from forecast.written_numbers import read_number as read_typed
from web import current
from web.asked import asked_scenario, asked_year, known_terrain
from web.comparison import draw_day
from web.faults import sentence_of, status_of
from web.icons import plan_icons
from web.privacy import for_readers
from web.sliders import read_recorded, slider_groups

if TYPE_CHECKING:
    from forecast.what_if import WhatIf

pages: Final = Blueprint("what_if", __name__, url_prefix="/terrain/<terrain_id>")
_OTHERS: Final = {"year", "scenario", "lang"}
"""Parts of the address that are no settings."""
_MOST_SETTINGS: Final = 40
_LONGEST: Final = 40


@pages.get("/what-if")
def show(terrain_id: str) -> tuple[str, int]:
    """Show the sliders and the outcome; a refused value beside what was typed."""
    words, theme = current.words(), current.options().theme
    typed = dict(_asked())
    settings: tuple[Setting, ...] = ()
    problem, status, result = None, 200, None
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        report = for_readers(terrain_report(connection, terrain_id))
        recorded = read_recorded(connection, terrain_id)
    year, scenario = _asked_case(report)
    try:
        settings = asked_settings()
        result = _compute(terrain_id, settings, year, scenario)
    except LaadvraagError as error:
        problem, status = sentence_of(error), status_of(error)
    page = render_template(
        "what_if.html",
        tab="what_if",
        terrain=report.terrain,
        run=report.run,
        is_late=report.is_late,
        year=year,
        scenario=scenario,
        groups=slider_groups(report, recorded, typed, year, scenario, words),
        strategy=closed_lists.STRATEGY.find(typed.get(STRATEGY, "")) or STRATEGIES[0],
        strategies=POWER_STRATEGIES,
        problem=problem,
        comparison=compare(result, words) if result else None,
        day=draw_day(result, words, theme.colours) if result else None,
        record_address=_record_address(terrain_id, settings),
        icons=plan_icons(),
    )
    return page, status


@pages.get("/what-if.json")
def outcome(terrain_id: str) -> Response:
    """Return the outcome for programs and for the sliders, which put its ``html`` in the page."""
    words, theme = current.words(), current.options().theme
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        run = latest_run(connection)
    year = check_year_of_run(run, asked_year())
    scenario = check_scenario_of_run(run, asked_scenario())
    settings = asked_settings()
    result = _compute(terrain_id, settings, year, scenario)
    html = render_template(
        "what_if_result.html",
        comparison=compare(result, words),
        day=draw_day(result, words, theme.colours),
        record_address=_record_address(terrain_id, settings),
        icons=plan_icons(),
    )
    body = json.dumps({**_plain(result), "html": html}, ensure_ascii=False, default=float)
    return Response(body, mimetype="application/json")


def asked_settings() -> tuple[Setting, ...]:
    """Return the settings in the address; those without a value are left as they are.

    Raises
    ------
    FieldError
        If one is impossible, or they contradict each other.
    """
    asked = _asked()
    if len(asked) > _MOST_SETTINGS:
        raise FieldError("too_many_settings", count=len(asked), most=_MOST_SETTINGS)
    return check_together(read_setting(name, value) for name, value in asked)


def _asked() -> list[tuple[str, str]]:
    return [
        (name, value.strip()[:_LONGEST])
        for name, value in request.args.items(multi=True)
        if name not in _OTHERS and value.strip()
    ]


def read_setting(name: str, value: str) -> Setting:
    """Return one setting of a form, in which a browser writes decimals with a point.

    Raises
    ------
    FieldError
        If it is impossible.
    """
    field, year = find_dated_field(name)
    if field.kind == STRATEGY:
        return check_value(field, value)
    return check_value(field, read_typed(value, FieldName(field.name), "."), year)


def _asked_case(report: TerrainReport) -> tuple[int, str]:
    return (
        check_year_of_run(report.run, asked_year()),
        check_scenario_of_run(report.run, asked_scenario()),
    )


def _compute(terrain_id: str, settings: tuple[Setting, ...], year: int, scenario: str) -> WhatIf:
    """Compute when it is our turn, unless the browser asked something newer meanwhile."""
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    with current.database().computing(is_gone) as connection:
        from forecast.what_if import what_if

        return what_if(connection, terrain_id, settings, year, scenario, is_asked_often=True)


def _record_address(terrain_id: str, settings: tuple[Setting, ...]) -> str | None:
    """Return the address of the form with these settings filled in, if they can be recorded."""
    values: dict[str, Any] = {
        each.name: f"{each.value:g}" for each in settings if each.field.is_recorded
    }
    if not values or current.options().is_read_only:
        return None
    return url_for("refine.show", terrain_id=terrain_id, **values)


def _plain(result: WhatIf) -> dict[str, Any]:
    def settings(each: Setting) -> dict[str, Any]:
        return {"name": each.name, "value": each.value, "unit": each.field.unit}

    return {
        "terrain_id": result.terrain_id,
        "year": result.year,
        "scenario": result.scenario,
        "strategy": result.strategy,
        "settings": [settings(each) for each in result.settings],
        "base": asdict(result.base),
        "changed": asdict(result.changed),
        "decisions": [
            {
                "setting": settings(each.setting),
                "on_terrain_energy_kwh_per_year": each.on_terrain_energy_kwh_per_year,
                "design_peak_kw": each.design_peak_kw,
                "plan_class": each.plan_class,
            }
            for each in result.decisions
        ],
    }
