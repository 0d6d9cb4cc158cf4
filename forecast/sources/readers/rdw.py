"""Vehicles in the register of RDW (Socrata): classes from m9d7-ebf2, fuels from 8ys7-d773.

The open register has no addresses, so that it counts the country. A file is JSON or CSV with a row
per vehicle or per group with its count; a zip may hold the vehicles and, beside them, the fuels per
licence plate, which are joined. Electric is what takes no other fuel: a hybrid has two rows.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Quarantined, Reading, Request
from forecast.sources.readers.cbs_vehicles import TYPES
from forecast.sources.untrusted.archive import Opened, kind_of
from forecast.sources.untrusted.table import open_table
from forecast.sources.untrusted.text import storable
from forecast.sources.untrusted.tree import read_json
from forecast.sources.untrusted.vector import as_json

DEFINITION: Final = "registered at RDW, dealer stock and uninsured vehicles among them"
STATISTIC: Final = "RDW"
_PLATE, _CATEGORY = "kenteken", "europese_voertuigcategorie"
_BODY, _FUEL, _KIND = "inrichting", "brandstof_omschrijving", "voertuigsoort"
_COUNTS: Final = re.compile(r"count(?:_kenteken|_1)?|aantal|n")
_DATES: Final = ("datum_tenaamstelling", "datum_eerste_tenaamstelling_in_nederland")
_TEXTS: Final = (_PLATE, _CATEGORY, _BODY, _FUEL, _KIND, *_DATES)
_MOST_SHOWN: Final = 10_000
"""Rows set apart that are kept with their text; a register of all vehicles has millions."""
_BUSINESS: Final = "bedrijfsauto"


def is_rdw(names: list[str]) -> bool:
    """Return whether columns are those of the register."""
    folded = {_folded(name) for name in names}
    return _CATEGORY in folded or {_PLATE, _FUEL} <= folded


def read_register(source: Opened, request: Request) -> Reading:
    """Return `vehicle_counts` of the country.

    Raises
    ------
    DataSourceError
        If no file has categories, or no day is known that the counts hold on.
    """
    frames = [(path, _frame(path, source.given)) for path in source.files]
    vehicles = [frame for _, frame in frames if _CATEGORY in frame.columns]
    fuels = [frame for _, frame in frames if {_PLATE, _FUEL} <= set(frame.columns)]
    fuels = [frame for frame in fuels if _CATEGORY not in frame.columns]
    if not vehicles:
        reason = (
            f"no file has the column {_CATEGORY}; fuels alone do not say which vehicles they are"
        )
        raise DataSourceError(source.given, reason)
    raw = pl.concat(vehicles, how="diagonal").with_row_index("row_number", offset=1)
    rows = raw.height
    if fuels:
        raw = _with_fuels(raw, pl.concat(fuels, how="diagonal"), source.given)
    day = request.reference_date or _last_day(raw)
    if day is None:
        reason = "the file does not say on which day it counts; say so with --date YYYY-MM-DD"
        raise DataSourceError(source.given, reason)
    read = _read_rows(raw)
    bad = read.filter(pl.col("reason") != "")
    good = read.filter((pl.col("reason") == "") & (pl.col("vehicle_class") != ""))
    if good.is_empty():
        raise DataSourceError(source.given, "it holds no vehicles of category N1, N2 or N3")
    facts = FileFacts(
        dataset=STATISTIC,
        format_name=f"RDW {'JSON' if kind_of(source.files[0]) == 'json' else 'CSV'}",
        encoding="utf-8",
        rows=rows,
        passed_over=rows - bad.height - good.height,
        reference_date=day,
    )
    return Reading({"vehicle_counts": _counts(good, day)}, facts, _quarantined(bad))


def _quarantined(bad: pl.DataFrame) -> tuple[Quarantined, ...]:
    """Return the first of the rows that can't be used, as the file has them."""
    shown = bad.head(_MOST_SHOWN)
    kept = shown.drop("row_number", "reason", "vehicle_class", "vehicles", "is_electric")
    return tuple(
        Quarantined(number, reason, as_json(original))
        for number, reason, original in zip(
            shown["row_number"].to_list(), shown["reason"].to_list(), kept.to_dicts(), strict=True
        )
    )


def _frame(path: Path, given: Path) -> pl.DataFrame:
    """Return the columns that are used, as texts."""
    if kind_of(path) == "json":
        body, _ = read_json(path, given)
        if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
            raise DataSourceError(given, "a list of vehicles is expected, as Socrata gives it")
        names = {name for row in body for name in row if _is_used(name)}
        records = [{name: _cell(row.get(name)) for name in names} for row in body]
        frame = pl.DataFrame(records, schema=dict.fromkeys(sorted(names), pl.String))
        return frame.rename(_folded)
    table = open_table(path, given)
    if table.encoding not in {"utf-8", "utf-8-sig"}:
        raise DataSourceError(given, f"it is {table.encoding}; RDW gives out UTF-8")
    names = {name for name in table.header if _is_used(name)}
    try:
        # Only the columns that are used are kept: the register as a whole has a hundred.
        scan = pl.scan_csv(
            path, separator=table.separator, infer_schema=False, truncate_ragged_lines=False
        )
        return scan.select(sorted(names)).rename(_folded).collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        reason = f"the CSV can't be read ({str(error).splitlines()[0]})"
        raise DataSourceError(given, reason) from None


def _is_used(name: str) -> bool:
    return _folded(name) in _TEXTS or _COUNTS.fullmatch(_folded(name)) is not None


def _folded(name: str) -> str:
    """Return a name as the service has it: a downloaded CSV has capitals and spaces."""
    return name.strip().strip("\ufeff").casefold().replace(" ", "_")


def _cell(value: Any) -> str | None:
    return None if value is None else storable(str(value))


def _with_fuels(vehicles: pl.DataFrame, fuels: pl.DataFrame, given: Path) -> pl.DataFrame:
    if _PLATE not in vehicles.columns:
        reason = f"vehicles have no column {_PLATE}, so that their fuels can't be looked up"
        raise DataSourceError(given, reason)
    joined = fuels.group_by(_PLATE).agg(pl.col(_FUEL).unique().sort().str.join("|"))
    return vehicles.drop(_FUEL, strict=False).join(joined, on=_PLATE, how="left")


def _last_day(raw: pl.DataFrame) -> date | None:
    for name in _DATES:
        if name in raw.columns:
            days = raw[name].str.slice(0, 10).str.replace_all("-", "")
            last = days.str.to_date("%Y%m%d", strict=False).max()
            if isinstance(last, date):
                return last
    return None


def _read_rows(raw: pl.DataFrame) -> pl.DataFrame:
    """Add class, number, powertrain and what is wrong."""
    count_name = next((name for name in raw.columns if _COUNTS.fullmatch(name)), None)
    count = pl.lit(1) if count_name is None else pl.col(count_name).cast(pl.Int64, strict=False)
    category = pl.col(_CATEGORY).str.strip_chars().str.to_uppercase().fill_null("")
    body = pl.col(_BODY).str.to_lowercase() if _BODY in raw.columns else pl.lit("")
    is_tractor = body.str.contains("opleggertrekker").fill_null(value=False)
    is_heavy = category.str.starts_with("N2") | category.str.starts_with("N3")
    is_business = (
        (pl.col(_KIND).str.to_lowercase() == _BUSINESS).fill_null(value=False)
        if _KIND in raw.columns
        else pl.lit(value=False)
    )
    fuel = pl.col(_FUEL).str.to_lowercase() if _FUEL in raw.columns else pl.lit(None, pl.String)
    reason = (
        pl.when(count.is_null() | (count < 0))
        .then(pl.lit("its count is not a whole number"))
        .when(is_business & (category == ""))
        .then(pl.lit("it is a company vehicle without a European category"))
        .otherwise(pl.lit(""))
    )
    return raw.with_columns(
        vehicle_class=pl.when(category.str.starts_with("N1"))
        .then(pl.lit("van"))
        .when(is_heavy & is_tractor)
        .then(pl.lit("tractor"))
        .when(is_heavy)
        .then(pl.lit("rigid_truck"))
        .otherwise(pl.lit("")),
        vehicles=count,
        is_electric=fuel.str.contains(r"^elektriciteit$"),
        reason=reason,
    )


def _counts(good: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return all vehicles per class, and the electric ones where fuels are known."""
    parts = [good.with_columns(powertrain=pl.lit("all"))]
    if good["is_electric"].is_not_null().any():
        parts.append(good.filter("is_electric").with_columns(powertrain=pl.lit("electric")))
    return (
        pl.concat(parts)
        .group_by("vehicle_class", "powertrain")
        .agg(pl.col("vehicles").sum())
        .select(
            statistic_code=pl.lit(STATISTIC),
            area_level=pl.lit("nation"),
            area_code=pl.lit("NL"),
            vehicle_class="vehicle_class",
            powertrain="powertrain",
            count_date=pl.lit(day, dtype=pl.Date),
            vehicles="vehicles",
            definition=pl.lit(DEFINITION),
        )
        .cast(TYPES)  # type: ignore[arg-type]
        .sort("vehicle_class", "powertrain")
    )
