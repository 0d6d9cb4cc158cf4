"""CSV, plain for programs and in the form that Dutch Excel opens, with its description beside it.

A text that a spreadsheet would take for a formula gets an apostrophe before it, in both forms:
CSV has no way to say that a cell is text. Numbers, negative ones too, are as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.export.notices import Notice
from forecast.export.table import ExportTable, rounded
from forecast.schema import Column

if TYPE_CHECKING:
    import polars as pl

FORMULA_STARTS: Final = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First characters that make a spreadsheet compute a text, full-width forms too."""


@dataclass(frozen=True)
class Dialect:
    """A form of CSV; lines end in CRLF (RFC 4180) and the text is UTF-8."""

    separator: str
    has_decimal_comma: bool
    has_byte_order_mark: bool


PLAIN: Final = Dialect(",", has_decimal_comma=False, has_byte_order_mark=False)
DUTCH_EXCEL: Final = Dialect(";", has_decimal_comma=True, has_byte_order_mark=True)


def delimited(frame: pl.DataFrame, dialect: Dialect, *, decimals: int = 6) -> bytes:
    """Return a frame as CSV.

    Times follow ISO 8601 with their offset; numbers have no exponent and at most ``decimals``
    decimals; what is not known is empty.
    """
    import polars as pl

    times = pl.selectors.datetime(time_zone="*").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    safe = pl.selectors.string().str.replace(f"^[{_escaped(FORMULA_STARTS)}]", "'${0}")
    return (
        rounded(frame, decimals)
        .with_columns(safe)
        .with_columns(times)
        .write_csv(
            None,
            include_bom=dialect.has_byte_order_mark,
            separator=dialect.separator,
            line_terminator="\r\n",
            float_scientific=False,
            decimal_comma=dialect.has_decimal_comma,
        )
        .encode()
    )


def _escaped(characters: str) -> str:
    return "".join(f"\\x{{{ord(character):x}}}" for character in characters)


def data_package(
    title: str,
    tables: Mapping[str, ExportTable],
    dialect: Dialect,
    provenance: Mapping[str, str],
    notices: Sequence[Notice],
) -> bytes:
    """Return the ``datapackage.json`` (Frictionless) of CSV files, by their file names.

    It says of every column its type, unit and meaning, and carries sources and licences.
    """
    licences = {licence for notice in notices for licence in notice.licences}
    package = {
        "name": "laadvraag",
        "profile": "tabular-data-package",
        "title": title,
        "description": "; ".join(f"{name}: {value}" for name, value in provenance.items()),
        "created": provenance["computed_at"],
        "licenses": [_with_path(["name", "title"], licence) for licence in sorted(licences)],
        "sources": [
            _with_path(["title"], source) for notice in notices for source in notice.sources
        ],
        "notices": [notice.text for notice in notices],
        "resources": [_resource(file, table, dialect) for file, table in tables.items()],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _with_path(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in zip([*names, "path"], values, strict=True) if value}


def _resource(file: str, table: ExportTable, dialect: Dialect) -> dict[str, Any]:
    keys = [column.name for column in table.columns if column.is_key]
    return {
        "name": table.name.replace("_", "-"),
        "profile": "tabular-data-resource",
        "title": table.name,
        "description": table.meaning,
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if dialect.has_byte_order_mark else "utf-8",
        "dialect": {"delimiter": dialect.separator, "lineTerminator": "\r\n"},
        "schema": {
            "fields": [_field(column, dialect, has_keys=bool(keys)) for column in table.columns],
            **({"primaryKey": keys} if keys else {}),
        },
    }


_TYPES: Final = {
    "String": "string",
    "Int64": "integer",
    "Float64": "number",
    "Boolean": "boolean",
    "Date": "date",
    "Datetime": "datetime",
}


def _field(column: Column, dialect: Dialect, *, has_keys: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.dtype],
        "description": column.meaning,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.dtype == "Float64" and dialect.has_decimal_comma:
        field["decimalChar"] = ","
    if column.dtype == "Datetime":
        field["format"] = "any"
    if has_keys and column.is_key:
        field["constraints"] = {"required": True}
    return field
