"""The command line: assembles the commands and turns stated problems into one sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from commands.lazy import LazyGroup
from commands.options import database_option, spoken_language
from forecast.errors import LaadvraagError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.words import Words

_COMMANDS: Final = {
    # name: module and the name of the command in it
    "run": ("commands.run", "run"),
    "map": ("commands.map", "plan_map"),
    "factsheet": ("commands.factsheet", "factsheet"),
    "terrain": ("commands.terrain", "terrain"),
    "regions": ("commands.regions", "regions"),
    "diff": ("commands.diff", "diff"),
    "compare": ("commands.compare", "compare"),
    "connection": ("commands.connection", "connection"),
    "series": ("commands.series", "series"),
    "export": ("commands.export", "export"),
    "depot": ("commands.depot", "depot"),
    "meter": ("commands.meter", "meter"),
    "backtest": ("commands.backtest", "backtest"),
    "assumptions": ("commands.assumptions", "assumptions"),
    "data": ("commands.data", "data"),
    "refine": ("commands.refine", "refine"),
    "survey": ("commands.survey", "survey"),
    "serve": ("commands.serve", "serve"),
    "doctor": ("commands.doctor", "doctor"),
}


class LaadvraagGroup(LazyGroup):
    """A group that imports only the command asked for, and whose commands show no traceback."""

    lazy_commands = _COMMANDS

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a stated problem ends with exit code 1 and its sentence."""
        try:
            return super().invoke(ctx)
        except LaadvraagError as error:
            raise _refusal(ctx, error.sentence) from error
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            ctx.exit(0)
        except Exception as error:
            if _is_interruption(error):
                raise click.Abort from error
            path = _log_fault(error)
            kind = type(error).__name__

            def sentence(words: Words) -> str:
                return words("refusals.fault", kind=kind, path=path)

            raise _refusal(ctx, sentence) from error


@click.group(
    cls=LaadvraagGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="laadvraag")
@database_option
@click.pass_context
def main(ctx: click.Context, database: Path | None) -> None:
    """Forecast what electric vans and trucks charge on each Dutch business park.

    Start with `laadvraag run`: it computes the forecast from the embedded data and writes the
    national plan map.
    """
    del database  # read by the commands, see commands.options
    if os.environ.get("NO_COLOR"):  # see no-color.org
        ctx.color = False


def _refusal(ctx: click.Context, sentence: Callable[[Words], str]) -> click.ClickException:
    """Return what click shows, with the sentence in the language of the user."""
    from commands.refusal import Refusal
    from forecast.words import load

    words = load(spoken_language(ctx))
    return Refusal(sentence(words), words)


def _is_interruption(error: Exception) -> bool:
    """Return whether this is how DuckDB says that the user ended the command amid a query."""
    return isinstance(error, RuntimeError) and "interrupted" in str(error).lower()


def _log_fault(error: Exception) -> Path:
    """Write the traceback where a maintainer finds it, and return where."""
    import logging
    import tempfile

    path = Path(tempfile.gettempdir()) / "laadvraag-fault.log"
    logging.basicConfig(filename=path, filemode="w", force=True)
    logging.getLogger("laadvraag").error("arguments: %s", sys.argv[1:], exc_info=error)
    return path


if __name__ == "__main__":
    main()
