"""Lasting records: refinements, meter data, runs, and what was imported."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import CONNECTION, EDITION, IMPORT, RUN, key, optional
from forecast.schema.table import Column, Table

RECORDS: Final = (
    Table(
        "refinements",
        "record",
        "Local corrections by advisers; append-only: an undo is an entry of its own.",
        (
            key("refinement_id", "String", "identifier; later ones sort after earlier ones"),
            Column("terrain_id", "String", "", "RIN of the terrain it corrects"),
            Column("terrain_name", "String", "", "its name when the entry was made"),
            Column("field", "String", "", "what is corrected, see forecast.fields"),
            optional("value", "Float64", "that of the field", "the corrected value; empty: undo"),
            Column("unit", "String", "", "unit of the value"),
            optional("year", "Int64", "", "year in which it holds; empty: from today on"),
            Column(
                "municipal_rest",
                "String",
                "",
                "rebalance: the rest of the municipality keeps its total; or leave",
            ),
            Column("author_name", "String", "", "who"),
            Column("observed_on", "Date", "", "day of the talk, survey, reading or visit"),
            Column("entered_at", "Datetime", "", "when it was entered, UTC"),
            Column("reason", "String", "", "why"),
            Column("source", "String", "", "talk, survey, meter data or visit"),
            optional("undoes", "String", "", "the entry that this one takes back"),
        ),
    ),
    Table(
        "meter_connections",
        "record",
        "Connections of which a company gave meter data; stays in the database.",
        (
            CONNECTION,
            Column("terrain_id", "String", "", "terrain it stands on"),
            Column("kind", "String", "", "company, or terrain for the terrain as a whole"),
            optional("company_name", "String", "", "private: whose it is"),
            optional("ean_codes", "String", "", "private: EAN of the connection, comma-separated"),
            Column("contract_kw", "Float64", "kW", "contracted power (GTV), given at import"),
            optional("connection_kva", "Float64", "kVA", "physical capacity, given at import"),
            Column("first_quarter_at", "Datetime", "", "begin of its first quarter-hour, UTC"),
            Column("last_quarter_at", "Datetime", "", "begin of its last quarter-hour, UTC"),
            Column("quarters", "Int64", "quarters", "quarter-hours measured"),
            Column("missing_quarters", "Int64", "quarters", "not measured between first and last"),
            Column("author_name", "String", "", "who brought it in"),
            Column("entered_at", "Datetime", "", "when, UTC"),
            Column("source_files", "String", "", "private: names of the files, comma-separated"),
            Column("source_hash", "String", "", "sha256 of their content"),
        ),
    ),
    Table(
        "meter_readings",
        "record",
        "Quarter-hours of those connections; a quarter not measured has no row.",
        (
            CONNECTION,
            key("interval_start_utc", "Datetime", "begin of the quarter-hour, UTC"),
            Column("offtake_kw", "Float64", "kW", "taken from the grid, mean over the quarter"),
            Column("feed_in_kw", "Float64", "kW", "fed into it, mean over the quarter"),
        ),
    ),
    Table(
        "meter_rooms",
        "record",
        "Room in the contract of those connections, as the page of a terrain shows it.",
        (
            CONNECTION,
            Column("days", "Int64", "days", "local days with a quarter-hour measured"),
            Column("highest_kw", "Float64", "kW", "highest quarter-hour taken from the grid"),
            Column("room_kw_p05", "Float64", "kW", "there all day on 95 % of days"),
            Column(
                "room_16_21_kw_p05", "Float64", "kW", "there from 16:00 to 21:00 on 95 % of days"
            ),
            Column(
                "room_night_kw_p05", "Float64", "kW", "there from 21:00 to 6:00 on 95 % of nights"
            ),
        ),
    ),
    Table(
        "runs",
        "record",
        "Every published run.",
        (
            key("run_id", "String", "identifier"),
            EDITION,
            Column("code_version", "String", "", "version of laadvraag"),
            Column("assumptions_hash", "String", "", "sha256 of the assumptions and scenarios"),
            Column("data_hashes", "String", "", "JSON: source file to its sha256"),
            Column("scenario_set", "String", "", "scenarios, comma-separated"),
            Column("years", "String", "", "years, comma-separated"),
            Column("started_at", "Datetime", "", "UTC"),
            Column("ended_at", "Datetime", "", "UTC"),
            optional("refined_at", "Datetime", "", "when later refinements were laid over it, UTC"),
        ),
    ),
)

EDITIONS: Final = (
    Table(
        "run_editions",
        "record",
        "Imported editions that a run used in place of the embedded data.",
        (
            RUN,
            IMPORT,
            Column("source_name", "String", "", "source of the edition"),
            Column("dataset_name", "String", "", "part of the source"),
        ),
    ),
    Table(
        "editions",
        "record",
        "Every file that was imported; append-only.",
        (
            IMPORT,
            Column("content_id", "String", "", "hash of the file and of what was read in it"),
            Column("source_name", "String", "", "source, such as ibis"),
            Column("dataset_name", "String", "", "part of it, such as a table of CBS"),
            Column("file_name", "String", "", "name of the file, without its folder"),
            Column("file_sha256", "String", "", "checksum of the file"),
            Column("file_bytes", "Int64", "byte", "size of the file"),
            Column("format_name", "String", "", "what kind of file it is"),
            Column("encoding", "String", "", "encoding of its texts"),
            optional("reference_date", "Date", "", "day its figures hold on; empty: not said"),
            optional("stated_crs", "String", "", "reference system that the file states"),
            optional("found_crs", "String", "", "reference system its coordinates are in"),
            Column("licence", "String", "", "licence of the source"),
            Column(
                "is_whole",
                "Boolean",
                "",
                "it takes the place of what was held; false: row by row, the rest stays",
            ),
            Column("imported_at", "Datetime", "", "when, UTC"),
            Column("code_version", "String", "", "version of laadvraag that read it"),
            Column("rows_read", "Int64", "rows", "rows or features of the file"),
            Column("rows_used", "Int64", "rows", "among them, in the tables"),
            Column("rows_passed_over", "Int64", "rows", "of kinds that are not of use"),
            Column("rows_quarantined", "Int64", "rows", "that could not be used"),
        ),
    ),
    Table(
        "quarantine",
        "record",
        "Rows of imported files that could not be used, with their text.",
        (
            IMPORT,
            key("quarantine_number", "Int64", "place in the list, from 1"),
            Column("row_number", "Int64", "", "line of a CSV, else number of the feature"),
            Column("reason", "String", "", "why, as a sentence"),
            Column("original", "String", "", "the row as it was, as JSON"),
        ),
    ),
    Table(
        "import_notes",
        "record",
        "What was odd in imported files, or changed, and what became of it.",
        (
            IMPORT,
            key("note_number", "Int64", "place in the list, from 1"),
            Column("row_key", "String", "", "key of the row, or empty for the whole file"),
            Column("note_code", "String", "", "kind of oddity"),
            Column("note", "String", "", "a sentence"),
        ),
    ),
)
