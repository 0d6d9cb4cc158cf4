"""`laadvraag assumptions`: every number the models use."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from commands.options import database_option, scenario_option


@click.command(epilog="Example: laadvraag assumptions energy.consumption --scenario high")
@database_option
@click.argument("prefix", default="")
@scenario_option()
@click.option("--json", "as_json", is_flag=True, help="For programs: all fields, with sources.")
@click.option(
    "--assumptions",
    "path",
    type=click.Path(path_type=Path),
    help="Assumptions file.  [default: the embedded one]",
)
def assumptions(
    database: Path, prefix: str, scenario: str, path: Path | None, *, as_json: bool
) -> None:
    """List the assumptions whose name starts with PREFIX: value, bounds, unit, status, source."""
    del database  # the assumptions of the program; each run keeps their hash
    from forecast.assumptions import DEFAULT_PATH, load_scenarios
    from forecast.errors import UnknownNameError

    chosen = load_scenarios(path or DEFAULT_PATH)[scenario]
    found = {key: entry for key, entry in chosen.by_key.items() if key.startswith(prefix)}
    if not found:
        groups = sorted({key.split(".")[0] for key in chosen})
        raise UnknownNameError("assumption", prefix, groups)
    if as_json:
        rows = {
            key: {**asdict(entry), "source": asdict(chosen.sources[entry.source])}
            for key, entry in found.items()
        }
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max(len(key) for key in found)
    for key, entry in found.items():
        click.echo(
            f"{key:<{width}}  {entry.value:>9g} {entry.unit:<12} "
            f"({entry.low:g} to {entry.high:g})  {entry.status}, {entry.year}, {entry.source}"
        )
