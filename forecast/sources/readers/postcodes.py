"""Which municipality a postcode lies in: CSV with a row per postcode, or per address in it.

A four-digit postcode may lie in several municipalities: it goes to the one that most of its rows
name. Tables of before a merger name municipalities that have ended; `municipality_successors` says
what their ground is part of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Known, Reading, Request, Source
from forecast.sources.municipalities import WHOLE
from forecast.sources.readers.column_maps import fits_any, layout_for
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import RowError, Sieve, municipality_code_of, refuse, year_in
from forecast.sources.untrusted.archive import Opened, kind_of, opened
from forecast.sources.untrusted.table import TextTable, open_table
from forecast.sources.untrusted.vector import as_json

MOST_BAD_SHARE: Final = 0.01
"""Made by CBS from a register: more than one bad row in a hundred is another kind of table."""
_POSTCODE: Final = re.compile(r"([1-9][0-9]{3})(?:\.0|\s?[A-Za-z]{2})?")
"""With ``.0`` where a program took it for a number."""
_TYPES: Final = {"postcode4": pl.String, "municipality_code": pl.String, "share": pl.Float64}

Votes = dict[str, Counter[str]]
"""Rows by municipality, by postcode."""


def read(request: Request) -> Reading:
    """Return `postcode_municipalities` of a file.

    Raises
    ------
    DataSourceError
        If it is no CSV with a postcode and the code of a municipality in each row.
    """
    with opened(request.path) as source:
        path = _fitting(source)
        table = open_table(path, source.given)
        _, columns = layout_for("postcodes", table.header, source.given)
        sieve = Sieve()
        votes = _count_votes(table, columns, request.known, sieve)
    if not votes:
        first = f": {sieve.quarantined[0].reason}" if sieve.quarantined else ""
        reason = f"the file has a header but no postcode in a municipality that can be read{first}"
        raise DataSourceError(request.path, reason)
    facts = FileFacts(
        dataset="municipality of postcodes",
        format_name=f"CSV ({'tab' if table.separator == chr(9) else table.separator})",
        encoding=table.encoding,
        rows=sieve.lines_met,
        reference_date=request.reference_date
        or _day_of_division(path)
        or _day_of_division(request.path),
    )
    frame = _most_named(votes, sieve)
    frames = {"postcode_municipalities": frame}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _fitting(source: Opened) -> Path:
    """Return the CSV that has postcodes: archives of CBS hold names of municipalities beside it."""
    tables = [path for path in source.files if kind_of(path) == "csv"]
    if len(tables) > 1:
        fitting = [
            path for path in tables if fits_any("postcodes", open_table(path, source.given).header)
        ]
        if len(fitting) == 1:
            return fitting[0]
    return source.only("csv")


def _day_of_division(path: Path) -> date | None:
    """Return the day in the name of a file; of a year alone the first, when divisions change."""
    year = year_in(path)
    return day_in_name(path) or (date(year, 1, 1) if year else None)


def _count_votes(table: TextTable, columns: Mapping[str, str], known: Known, sieve: Sieve) -> Votes:
    """Return the rows per postcode and municipality."""
    held = frozenset(known.tables["municipalities"]["municipality_code"])
    successors = {
        (row["ended_code"], row["postcode4"]): (row["municipality_code"], row["ended_name"])
        for row in known.tables["municipality_successors"].rows(named=True)
    }
    moved: Counter[tuple[str, str, str]] = Counter()

    @lru_cache(maxsize=2**16)  # addresses of one postcode follow each other
    def placed(postcode: str, code: str) -> tuple[str, str, str]:
        return _placed(postcode, code, held, successors)

    votes: Votes = {}
    for line in sieve.sound(table.lines()):
        try:
            cells = (line.cells[columns[name]] for name in ("postcode", "municipality_code"))
            postcode, municipality, ended = placed(*cells)
        except RowError as error:
            sieve.set_apart(line.number, str(error), as_json(line.cells))
            continue
        votes.setdefault(postcode, Counter())[municipality] += 1
        if ended:
            moved[postcode, municipality, ended] += 1
    _tell_of_moved(moved, sieve)
    return votes


def _placed(
    postcode: str,
    code: str,
    held: frozenset[str],
    successors: Mapping[tuple[str, str], tuple[str, str]],
) -> tuple[str, str, str]:
    """Return postcode, municipality of today, and the ended one that the row names ("")."""
    found = _POSTCODE.fullmatch(postcode)
    if not found:
        refuse(f"'{postcode}' is not a postcode such as 1234 or 1234AB")
    named = municipality_code_of(code.removesuffix(".0"))
    if not named:
        refuse(f"its municipality '{code}' is not GM and four digits")
    if named in held:
        return found[1], named, ""
    for part in (found[1], WHOLE):
        if (named, part) in successors:
            municipality, ended = successors[named, part]
            return found[1], municipality, f"{ended} ({named})"
    raise RowError(f"municipality {named} does not exist, and what took its place is not known")


def _tell_of_moved(moved: Mapping[tuple[str, str, str], int], sieve: Sieve) -> None:
    postcodes: dict[tuple[str, str], int] = {}
    for _, municipality, ended in moved:
        postcodes[ended, municipality] = postcodes.get((ended, municipality), 0) + 1
    for (ended, municipality), count in sorted(postcodes.items()):
        text = f"it has ended; its postcodes under {municipality} now: {count}"
        sieve.tell(ended, "ended_municipality", text)


def _most_named(votes: Votes, sieve: Sieve) -> pl.DataFrame:
    """Return the municipality that most rows of each postcode name; the first of equals."""
    rows = []
    for postcode, named in sorted(votes.items()):
        municipality = min(named, key=lambda code: (-named[code], code))
        share = named[municipality] / named.total()
        rows.append((postcode, municipality, share))
        if len(named) > 1:
            text = (
                f"it lies in {', '.join(sorted(named))}, and is filed under "
                f"{municipality}, which {share:.0%} of its rows name"
            )
            sieve.tell(postcode, "several_municipalities", text)
    return pl.DataFrame(rows, schema=_TYPES, orient="row")


SOURCE: Final = Source(
    name="postcodes",
    label="The municipality of each postcode",
    publisher="CBS",
    licence="CC-BY-4.0",
    formats=("CSV (zipped too) with a postcode and the code of a municipality per row",),
    tables=("postcode_municipalities",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
