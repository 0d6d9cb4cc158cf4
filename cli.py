"""The command line: assembles the commands and turns stated problems into one sentence."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from commands import (
    assumptions,
    backtest,
    connection,
    data,
    depot,
    export,
    factsheet,
    regions,
    run,
    series,
    terrain,
)
from commands import map as map_command
from commands.options import database_option
from forecast.errors import LaadvraagError


class LaadvraagGroup(click.Group):
    """A group whose commands never show a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a stated problem ends with exit code 1 and its sentence."""
        try:
            return super().invoke(ctx)
        except LaadvraagError as error:
            raise click.ClickException(str(error)) from error
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            ctx.exit(0)
        except Exception as error:
            raise click.ClickException(_log_fault(error)) from error


@click.group(
    cls=LaadvraagGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="laadvraag")
@database_option
def main(database: Path | None) -> None:
    """Forecast what electric vans and trucks charge on each Dutch business park.

    Start with `laadvraag run`: it computes the forecast from the embedded data and writes the
    national plan map.
    """
    del database  # read by the commands, see commands.options


def _log_fault(error: Exception) -> str:
    """Write the traceback where a maintainer finds it, and return a sentence for the user."""
    path = Path(tempfile.gettempdir()) / "laadvraag-fault.log"
    logging.basicConfig(filename=path, filemode="w", force=True)
    logging.getLogger("laadvraag").error("arguments: %s", sys.argv[1:], exc_info=error)
    return f"laadvraag itself failed ({type(error).__name__}); please report it with {path}"


for command in (
    run.run,
    map_command.plan_map,
    factsheet.factsheet,
    terrain.terrain,
    regions.regions,
    connection.connection,
    series.series,
    export.export,
    depot.depot,
    backtest.backtest,
    assumptions.assumptions,
    data.data,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
