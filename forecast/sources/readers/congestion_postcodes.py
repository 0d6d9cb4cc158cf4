"""Colours per postcode: the CSV of the capaciteitskaart (postcode, invoeding, afname)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request
from forecast.sources.readers.congestion import POSTCODE_TYPES, postcode_of, status_of
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import RowError, Sieve, refuse
from forecast.sources.untrusted.table import TextTable
from forecast.sources.untrusted.vector import as_json

_POSTCODE: Final = ("postcode", "pc6", "postcode6")
_DEMAND: Final = ("afname", "demand", "demand_constraint", "kleur_afname", "kleur afname")
_GENERATION: Final = (
    "invoeding", "opwek", "generation", "generation_constraint", "kleur_invoeding",
    "kleur invoeding",
)  # fmt: skip
_AREA: Final = ("voedingsgebied", "voedingsgebied_id", "short_code", "supply_area_id")


def fits_table(header: Sequence[str]) -> bool:
    """Return whether a table has postcodes and a colour for demand."""
    return bool(_column(header, _POSTCODE) and _column(header, _DEMAND))


def read_table(table: TextTable, request: Request) -> Reading:
    """Return `postcode_congestion`.

    Raises
    ------
    DataSourceError
        If it holds no postcode that can be read.
    """
    postcode, demand = _column(table.header, _POSTCODE), _column(table.header, _DEMAND)
    generation, area = _column(table.header, _GENERATION), _column(table.header, _AREA)
    sieve = Sieve()
    found: dict[str, tuple[str, str, str | None]] = {}
    for line in sieve.sound(table.lines()):
        try:
            key = postcode_of(line.cells[postcode])
            value = (
                status_of(line.cells[demand]),
                status_of(line.cells[generation] if generation else ""),
                (line.cells[area] or None) if area else None,
            )
            if found.setdefault(key, value) != value:
                refuse(f"postcode {key} occurs before with another colour")
        except RowError as error:
            sieve.set_apart(line.number, str(error), as_json(line.cells))
    if not found:
        reason = "the file has a header but no postcode that can be read"
        raise DataSourceError(request.path, reason)
    doubled = sieve.lines_met - len(found) - len(sieve.quarantined)
    if doubled:
        sieve.tell("", "repeated", f"{doubled} postcodes occur again with the same colour")
    rows = [(key, *found[key], None) for key in sorted(found)]
    frame = pl.DataFrame(rows, schema=POSTCODE_TYPES, orient="row")
    facts = FileFacts(
        dataset="postcodes",
        format_name=f"CSV ({'tab' if table.separator == chr(9) else table.separator})",
        encoding=table.encoding,
        rows=sieve.lines_met,
        passed_over=doubled,
        reference_date=request.reference_date or day_in_name(request.path),
    )
    frames = {"postcode_congestion": frame}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _column(header: Sequence[str], spellings: Sequence[str]) -> str:
    folded = {name.casefold(): name for name in header}
    return next((folded[name] for name in spellings if name in folded), "")
