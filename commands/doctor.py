"""`laadvraag doctor`: what is installed, loaded, old and writable."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from commands.options import (
    cache_option,
    database_option,
    output_option,
    print_as_json,
    terminal_language_option,
)


@click.command(epilog="Example: laadvraag doctor --db utrecht.duckdb")
@database_option
@output_option("output")
@cache_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
@click.pass_context
def doctor(
    ctx: click.Context,
    database: Path,
    output: Path,
    folder: Path,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Say what is installed, what the database holds, what is old and where can be written.

    Nothing is changed. Ends with exit code 1 if something keeps laadvraag from working; each such
    line says what to do.
    """
    from commands.doctor_page import print_findings, shown
    from forecast.doctor.checkup import is_in_the_way, look_over
    from forecast.words import load

    findings = look_over(database, {"output": output, "cache": folder}, datetime.now(UTC))
    is_well = not is_in_the_way(findings)
    words = load(language)
    if as_json:
        told = [{**vars(each), "text": shown(each, words)} for each in findings]
        print_as_json({"is_well": is_well, "findings": told})
    else:
        print_findings(findings, words)
    if not is_well:
        ctx.exit(1)
