"""`laadvraag backtest`: the national forecast against history."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import output_option, source_options, terminal_language_option


@click.command(epilog="Example: laadvraag backtest --out output/backtest.svg")
@source_options
@output_option("output/backtest.svg")
@click.option("--json", "as_json", is_flag=True, help="For programs: everything, no chart.")
@terminal_language_option
def backtest(
    data_folder: Path | None,
    assumptions_path: Path | None,
    output: Path,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Test the national forecast against history, and write a chart of it.

    From 1 January of every year that leaves something to compare with, the model forecasts one to
    three years ahead from what was known on that day. Needs no database.
    """
    from commands.backtest_page import print_json, print_page
    from factsheets.backtest_chart import backtest_chart
    from forecast.assumptions import DEFAULT_PATH
    from forecast.backtest import run_backtest
    from forecast.files import require_writable_folder, write_atomically
    from forecast.sources.embedded import DEFAULT_FOLDER
    from forecast.words import load

    if not as_json:
        require_writable_folder(output.parent)
    report = run_backtest(data_folder or DEFAULT_FOLDER, assumptions_path or DEFAULT_PATH)
    if as_json:
        print_json(report)
        return
    words = load(language)
    print_page(report, words)
    write_atomically(output, backtest_chart(report, words).encode())
    click.echo(output)
