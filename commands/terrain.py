"""`laadvraag terrain`: one terrain on the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from commands.options import (
    database_option,
    print_as_json,
    scenario_option,
    terminal_language_option,
    without_garbage_collection,
)


@dataclass(frozen=True)
class _Figure:
    """The figure that is asked about, in the words of the user."""

    query: str
    field: str
    year: int | None
    scenario: str


@dataclass(frozen=True)
class _Trial:
    """What is tried on a terrain, in the words of the user."""

    query: str
    settings: tuple[str, ...]
    year: int | None
    scenario: str


def _print_schema(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - called by click
    if value and not ctx.resilient_parsing:
        from forecast.terrain_schema import terrain_schema

        print_as_json(terrain_schema())
        ctx.exit()


@click.command(epilog='Example: laadvraag terrain "de hurk eindhoven" --year 2030')
@database_option
@click.argument("query", metavar="NAME|RIN|POSTCODE|COORDINATES")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of --json and stop.",
)
@click.option("--year", type=int, help="Year to show in detail.  [default: 2030, else the middle]")
@scenario_option()
@click.option("--json", "as_json", is_flag=True, help="For programs: everything, with units.")
@click.option(
    "--explain",
    "field",
    metavar="FIGURE",
    help="Open one figure into formula, inputs, assumptions and sources; `list` names them.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    help="How deep --explain opens the inputs.  [default: down to the sources]",
)
@click.option(
    "--assumptions",
    "assumptions_path",
    type=click.Path(path_type=Path),
    help="Assumptions file of the run, to explain with.  [default: the embedded one]",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What if: show now and changed side by side; nothing is recorded. Repeat it for more. "
    "`laadvraag refine fields` names the fields; strategy=smart compares that way of charging.",
)
@terminal_language_option
def terrain(  # noqa: PLR0913, PLR0917 - one per option
    database: Path,
    query: str,
    year: int | None,
    scenario: str,
    field: str | None,
    depth: int | None,
    assumptions_path: Path | None,
    settings: tuple[str, ...],
    language: str,
    *,
    as_json: bool,
) -> None:
    """Show the forecast of one terrain, found by name, RIN, postcode or coordinates.

    A name with or without its municipality; accents, case and small typing errors don't matter.
    Coordinates in RD ("158000 381000") or WGS84, latitude first ("51.43, 5.44"). A postcode such as
    "6221 AX" gives the terrains around it; four digits alone are first a RIN or part of a name.
    """
    if settings:
        if field is not None:
            raise click.UsageError("--set shows a what-if and --explain a figure; give one of them")
        _try(database, _Trial(query, settings, year, scenario), language, as_json=as_json)
        return
    if field is not None:
        figure = _Figure(query, field, year, scenario)
        _explain(database, figure, depth, assumptions_path, language, as_json=as_json)
        return
    with without_garbage_collection():
        _show(database, query, year, scenario, language, as_json=as_json)


def _show(
    database: Path, query: str, year: int | None, scenario: str, language: str, *, as_json: bool
) -> None:
    """Show the page of a terrain, or its JSON."""
    from forecast.attaching import make_ready

    make_ready()
    from commands.terrain_choice import choose_terrain
    from commands.terrain_page import print_page
    from forecast.day_curve import day_curves
    from forecast.few_sessions import read_few_sessions
    from forecast.query import terrain_report
    from forecast.run_info import check_scenario_of_run, check_year_of_run
    from forecast.store import open_published

    with open_published(database) as connection:
        terrain_id = choose_terrain(connection, query, language)
        report = terrain_report(connection, terrain_id)
        run = report.run
        chosen = check_year_of_run(run, year)
        check_scenario_of_run(run, scenario)
        curves = day_curves(connection, terrain_id, chosen, scenario, run.run_id)
        few = read_few_sessions(connection, terrain_id, run.years, scenario, run.run_id)
    if as_json:
        from forecast.terrain_record import terrain_record

        print_as_json(terrain_record(report, chosen, scenario, curves, few))
    else:
        print_page(report, chosen, scenario, curves, few, language)


def _explain(
    database: Path,
    figure: _Figure,
    depth: int | None,
    assumptions_path: Path | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Show the chain of one figure of a terrain, or the figures that have one."""
    from commands.explain_page import print_fields, print_json, print_tree
    from commands.terrain_choice import choose_terrain
    from forecast.assumptions import DEFAULT_PATH, load_scenarios
    from forecast.explain.explainer import Explainer
    from forecast.run_info import check_scenario_of_run, check_year_of_run
    from forecast.search import name_terrain
    from forecast.store import open_published

    scenarios = load_scenarios(assumptions_path or DEFAULT_PATH)
    with open_published(database) as connection:
        terrain_id = choose_terrain(connection, figure.query, language)
        name = name_terrain(connection, terrain_id)
        explainer = Explainer(connection, terrain_id, scenarios)
        if figure.field == "list":
            print_fields(explainer.fields, name, language, as_json=as_json)
            return
        year = check_year_of_run(explainer.run, figure.year)
        check_scenario_of_run(explainer.run, figure.scenario)
        node = explainer.explain(figure.field, year, figure.scenario)
    if as_json:
        print_json(node, explainer.run)
    else:
        print_tree(node, explainer.run, name, language, depth)


def _try(database: Path, trial: _Trial, language: str, *, as_json: bool) -> None:
    """Show now and changed side by side; settings are refused before anything is computed."""
    from commands.terrain_choice import choose_terrain
    from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run
    from forecast.search import name_terrain
    from forecast.settings import check_together, parse_setting
    from forecast.store import open_published

    settings = check_together(parse_setting(text) for text in trial.settings)
    with open_published(database) as connection:
        terrain_id = choose_terrain(connection, trial.query, language)
        run = latest_run(connection)
        year = check_year_of_run(run, trial.year)
        scenario = check_scenario_of_run(run, trial.scenario)
        name = name_terrain(connection, terrain_id)
        from forecast.what_if import what_if

        result = what_if(connection, terrain_id, settings, year, scenario)
    from commands.what_if_page import print_what_if, what_if_record

    if as_json:
        print_as_json(what_if_record(result, name))
    else:
        from forecast.words import load

        print_what_if(result, name, load(language))
