"""`laadvraag survey`: what the companies of a terrain answer, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    database_option,
    language_option,
    terminal_language_option,
)
from commands.record_options import author_option, day_option, no_run_option

if TYPE_CHECKING:
    from forecast.survey.records import StoredAnswer

_names_option = click.option(
    "--with-names", is_flag=True, help="With names, contacts and EAN codes of companies."
)


@click.group()
@database_option
def survey(database: Path) -> None:
    """Ask the companies of a terrain, and lay what they answer over the model.

    Names, contacts and EAN codes of companies stay in the database; in all that goes out they are
    numbers.
    """
    del database  # read by the commands, see commands.options


@survey.command(epilog="Example: laadvraag survey template enquete.xlsx")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx|.csv")
@language_option
def template(file: Path, language: str) -> None:
    """Write an empty form, with what each column asks."""
    from forecast.errors import OutputError
    from forecast.files import write_atomically
    from forecast.survey.template import form_csv, form_xlsx
    from forecast.words import load

    words = load(language)
    writer = {".xlsx": form_xlsx, ".csv": form_csv}.get(file.suffix.lower())
    if writer is None:
        raise OutputError(file, "form_ending")
    write_atomically(file, writer(words))
    click.echo(words("survey.terminal.template", path=file), err=True)


@survey.command(
    "import",
    epilog='Example: laadvraag survey import enquete.xlsx --terrain "De Hurk" --author "A. Jansen"',
)
@database_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx|.csv")
@click.option("--terrain", help="Name or RIN.  [default: a column Terrein of the file]")
@author_option
@day_option
@click.option(
    "--covers",
    type=click.Choice(("part", "all")),
    help="Companies that answered, before or now: part of the terrain's, a lower bound; or all, "
    "which replaces the numbers of the model.  [default: as it was said before, else part]",
)
@click.option("--replace", "replaces", is_flag=True, help="Remove companies that the file lacks.")
@click.option("--skip-bad-rows", is_flag=True, help="Import the good rows, and say which are not.")
@no_run_option
@terminal_language_option
def import_file(  # noqa: PLR0913 - one per option
    database: Path,
    *,
    file: Path,
    terrain: str | None,
    author: str,
    observed_on: date,
    covers: str | None,
    replaces: bool,
    skip_bad_rows: bool,
    language: str,
    is_later: bool,
) -> None:
    """Import the answers of companies; all of them or none.

    A company that answered before, known by its name or EAN code, is replaced by its new answer.
    Companies that are not in the file still count.
    """
    from commands.survey_page import print_import
    from commands.terrain_choice import choose_terrain
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.store import open_published
    from forecast.survey.importing import ImportOrder, import_survey
    from forecast.words import load

    if replaces and skip_bad_rows:
        raise click.UsageError(
            "--replace removes companies that the file lacks, and a row that is skipped would be "
            "lacking: correct the rows first"
        )
    if terrain is not None:
        with open_published(database) as connection:
            terrain = choose_terrain(connection, terrain, language)
    covers_all = None if covers is None else covers == "all"
    order = ImportOrder(terrain, author, observed_on, covers_all, replaces, skip_bad_rows)
    done = import_survey(database, file, order)
    words = load(language)
    print_import(done, words)
    changed = [each.terrain_id for each in done.terrains if each.has_changed]
    if changed:
        bring_figures_up_to_date(database, changed, words, is_later=is_later)


@survey.command("list", epilog='Example: laadvraag survey list "De Hurk"')
@database_option
@click.argument("terrain", metavar="[TERRAIN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_names_option
@terminal_language_option
def list_answers(
    database: Path, terrain: str | None, language: str, *, as_json: bool, with_names: bool
) -> None:
    """List the companies that answered, by terrain and number."""
    from commands.options import print_as_json
    from commands.survey_page import answer_record, print_list
    from forecast.words import load

    answers = _answers(database, terrain, language)
    words = load(language)
    if as_json:
        print_as_json([answer_record(each, with_names=with_names) for each in answers])
    else:
        print_list(answers, _terrain_names(database, answers), words, with_names=with_names)


@survey.command(epilog="Example: laadvraag survey show 190044-3")
@database_option
@click.argument("company_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_names_option
@terminal_language_option
def show(
    database: Path, company_id: str, language: str, *, as_json: bool, with_names: bool
) -> None:
    """Show all that one company answered; ID is as in `survey list`."""
    from commands.options import print_as_json
    from commands.survey_page import answer_record, print_answer
    from forecast.store import open_published
    from forecast.survey.records import find_company
    from forecast.words import load

    with open_published(database) as connection:
        found = find_company(connection, company_id)
    if as_json:
        print_as_json(answer_record(found, with_names=with_names))
    else:
        print_answer(found, load(language), with_names=with_names)


@survey.command(epilog='Example: laadvraag survey remove 190044-3 --author "A. Jansen"')
@database_option
@click.argument("company_id", metavar="ID")
@author_option
@no_run_option
@terminal_language_option
def remove(database: Path, company_id: str, author: str, language: str, *, is_later: bool) -> None:
    """Delete all that a company answered, its name and contact: it withdraws.

    What the survey says of the terrain is computed anew from the other companies, which are then
    part of it.
    """
    from commands.survey_page import print_terrain
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.survey.importing import remove_answers
    from forecast.words import load

    changed = remove_answers(database, company_id, author)
    words = load(language)
    click.echo(words("survey.terminal.removed", id=company_id.strip()))
    print_terrain(changed, words)
    if changed.has_changed:
        bring_figures_up_to_date(database, [changed.terrain_id], words, is_later=is_later)


@survey.command(epilog='Example: laadvraag survey refresh "De Hurk" --author "A. Jansen"')
@database_option
@click.argument("terrain", metavar="[TERRAIN]", required=False)
@author_option
@no_run_option
@terminal_language_option
def refresh(
    database: Path, terrain: str | None, author: str, language: str, *, is_later: bool
) -> None:
    """Compute anew what the surveys say, after a run with other data or assumptions.

    Vehicles without an answer follow the model of the last run.
    """
    from commands.survey_page import print_terrain
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.survey.importing import refresh_surveys
    from forecast.words import load

    answers = _answers(database, terrain, language)
    terrain_ids = list(dict.fromkeys(each.answer.terrain_id for each in answers))
    surveyed = refresh_surveys(database, terrain_ids, author)
    words = load(language)
    for each in surveyed:
        print_terrain(each, words)
    changed = [each.terrain_id for each in surveyed if each.has_changed]
    if changed:
        bring_figures_up_to_date(database, changed, words, is_later=is_later)


@survey.command(epilog="Example: laadvraag survey export antwoorden.csv")
@database_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx|.csv")
@click.option("--terrain", help="Only of this terrain, by name or RIN.")
@_names_option
@language_option
def export(
    database: Path, file: Path, terrain: str | None, language: str, *, with_names: bool
) -> None:
    """Write the answers in the columns of the form; `survey import` reads them again."""
    from forecast.survey.export import write_answers
    from forecast.survey.notes import companies_text
    from forecast.words import load

    answers = _answers(database, terrain, language)
    words = load(language)
    write_answers(file, answers, words, with_names=with_names)
    companies = companies_text(len(answers), words)
    click.echo(words("survey.terminal.exported", companies=companies, path=file), err=True)


def _answers(database: Path, terrain: str | None, language: str) -> tuple[StoredAnswer, ...]:
    """Return the answers of a terrain, also of one that has left the register, or of all."""
    from commands.terrain_choice import choose_terrain
    from forecast.store import open_published
    from forecast.survey.records import read_current

    with open_published(database) as connection:
        answers = read_current(connection)
        if terrain is None:
            return answers
        terrain_id = terrain.strip()
        if terrain_id not in {each.answer.terrain_id for each in answers}:
            terrain_id = choose_terrain(connection, terrain, language)
        return tuple(each for each in answers if each.answer.terrain_id == terrain_id)


def _terrain_names(database: Path, answers: Sequence[StoredAnswer]) -> dict[str, str]:
    from forecast.store import open_published

    with open_published(database) as connection:
        rows = connection.execute(
            "SELECT terrain_id, terrain_name FROM terrains WHERE terrain_id IN (SELECT unnest(?))",
            [list({each.answer.terrain_id for each in answers})],
        ).fetchall()
    return dict(rows)
