"""Tables of CBS in OData v1 (datasets.cbs.nl): observations with the metadata of the table.

Codes differ from table to table and change with time, so that nothing is read by position or by a
code written here: titles in the table's own lists say what a measure, a region or a period is.
A file is one JSON of the table's entity sets by name (Properties, Dimensions, MeasureCodes,
RegioSCodes, ..., Observations), or a zip of the answers of the service, one file per entity set and
as many as there were pages of observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.archive import Opened, kind_of
from forecast.sources.untrusted.tree import read_json

_TABLE: Final = re.compile(r"[0-9]{5}(?:NED|ENG)")
_PERIOD: Final = re.compile(r"([0-9]{4})(JJ|KW|MM)([0-9]{2})")
_PAGE: Final = re.compile(r"[-_ .]*(?:page|deel|part)?[-_ ]*[0-9]*$", re.IGNORECASE)
_NAMED: Final = ("Properties", "Dimensions", "MeasureCodes", "MeasureGroups", "Observations")
_REGION_KINDS: Final = frozenset({"GeoDimension", "GeoDetailDimension", "GeoDetail"})
_TOTAL: Final = re.compile(r"totaal|total|alle |A-U ", re.IGNORECASE)
_POSTCODE: Final = re.compile(r"(?:PC|PC4)?([1-9][0-9]{3})")


@dataclass(frozen=True)
class Code:
    """A code of a list: what it means, and its unit where it is a measure."""

    identifier: str
    title: str
    unit: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it stands for all others of its list."""
        return _TOTAL.match(self.title) is not None


@dataclass(frozen=True)
class Dimension:
    """A dimension of a table, with its codes."""

    identifier: str
    title: str
    kind: str
    codes: Mapping[str, Code]

    @property
    def total(self) -> str | None:
        """Identifier of the code that stands for all others; None if there is no such one.

        Subtotals are called totals as well; the code of the whole starts with T00.
        """
        named = [code for code in self.codes.values() if code.is_total]
        whole = [code for code in named if code.identifier.startswith("T00")] or named
        return whole[0].identifier if len(whole) == 1 else None

    @property
    def is_region(self) -> bool:
        """Whether its codes are areas."""
        return self.kind in _REGION_KINDS or self.identifier.startswith(("Regio", "WijkenEn"))

    @property
    def is_period(self) -> bool:
        """Whether its codes are periods."""
        return self.kind == "TimeDimension" or self.identifier == "Perioden"


@dataclass(frozen=True)
class CbsTable:
    """A table of CBS as it was fetched.

    Attributes
    ----------
    identifier, title
        Of the table, such as 85236NED.
    dimensions, measures
        By identifier.
    observations
        As the service gives them, in their order.
    """

    given: Path
    identifier: str
    title: str
    encoding: str
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Code]
    observations: Sequence[Mapping[str, Any]]

    def of_kind(self, *, is_region: bool) -> Dimension | None:
        """Return the dimension of regions, or of periods; None if the table has none."""
        return next(
            (
                each
                for each in self.dimensions.values()
                if (each.is_region if is_region else each.is_period)
            ),
            None,
        )

    def others(self) -> Iterator[Dimension]:
        """Yield the dimensions that are neither regions nor periods."""
        return (each for each in self.dimensions.values() if not (each.is_region or each.is_period))


@dataclass(frozen=True)
class Area:
    """An area of a table: postcode4, municipality, province or nation, with its code."""

    level: str
    code: str


def read_cbs(source: Opened) -> CbsTable:
    """Return the table in an opened file.

    Raises
    ------
    DataSourceError
        If it is no such table, lacks metadata, or has no observations.
    """
    sets: dict[str, list[Any]] = {}
    properties: Mapping[str, Any] = {}
    encoding = "utf-8"
    for path in source.files:
        if kind_of(path) != "json":
            continue
        body, encoding = read_json(path, source.given)
        for name, content in _entity_sets(body, path.stem):
            if name == "Properties" and isinstance(content, dict):
                properties = content
            elif isinstance(content, list):
                sets.setdefault(name, []).extend(content)
    _require(source.given, properties, sets)
    lists = {name.removesuffix("Codes"): codes for name, codes in sets.items() if "Codes" in name}
    dimensions = {
        _text(entry.get("Identifier")): Dimension(
            _text(entry.get("Identifier")),
            _text(entry.get("Title")),
            _text(entry.get("Kind")),
            _codes(lists.get(_text(entry.get("Identifier")), [])),
        )
        for entry in sets["Dimensions"]
        if isinstance(entry, dict)
    }
    bare = [name for name, each in dimensions.items() if not each.codes and not each.is_period]
    if bare:
        reason = f"the list of codes of {', '.join(bare)} is missing ({bare[0]}Codes)"
        raise DataSourceError(source.given, reason)
    return CbsTable(
        source.given,
        _text(properties.get("Identifier")),
        _text(properties.get("Title")),
        encoding,
        dimensions,
        _codes(lists["Measure"]),
        [entry for entry in sets["Observations"] if isinstance(entry, dict)],
    )


def area_of(code: Code) -> Area | None:
    """Return the area of a code of a region; None for kinds that nothing is kept of."""
    identifier = code.identifier
    if re.fullmatch(r"GM[0-9]{4}", identifier):
        return Area("municipality", identifier)
    if re.fullmatch(r"PV[0-9]{2}", identifier):
        return Area("province", code.title.removesuffix(" (PV)").strip())
    if re.fullmatch(r"NL[0-9]{2}", identifier):
        return Area("nation", "NL")
    for text in (identifier, code.title):
        if found := _POSTCODE.fullmatch(text.replace(" ", "")):
            return Area("postcode4", found[1])
    return None


def year_of(period: str) -> int | None:
    """Return the year of a code of a period; None for months and quarters.

    >>> year_of("2022JJ00"), year_of("2022MM01")
    (2022, None)
    """
    found = _PERIOD.fullmatch(period.strip())
    return int(found[1]) if found and found[2] == "JJ" else None


def day_counted(year: int, title: str) -> date:
    """Return the day that the figures of a year hold on: 1 January where the title says so."""
    return date(year, 1, 1) if "1 januari" in title else date(year, 12, 31)


def _entity_sets(body: Any, stem: str) -> Iterator[tuple[str, Any]]:
    """Yield name and content of the entity sets in one document."""
    if not isinstance(body, dict):
        return
    if "value" in body:
        context = _text(body.get("@odata.context")).rsplit("#", maxsplit=1)[-1]
        # .../$metadata#Observations(Id,Measure,Value)
        name = re.split(r"[/.]", context.split("(", maxsplit=1)[0])[-1] or _PAGE.sub("", stem)
        yield name, body["value"]
    elif "Identifier" in body and "Title" in body:
        yield "Properties", body
    else:
        for name, content in body.items():
            is_answer = isinstance(content, dict) and "value" in content
            yield name, content["value"] if is_answer else content


def _require(given: Path, properties: Mapping[str, Any], sets: Mapping[str, Sequence[Any]]) -> None:
    missing = [
        name for name in _NAMED if name not in {"Properties", "MeasureGroups"} and name not in sets
    ]
    if not _TABLE.fullmatch(_text(properties.get("Identifier"))):
        missing.insert(0, "Properties")
    if missing:
        found = ", ".join(sets) or "none of them"
        raise DataSourceError(
            given,
            f"a table of CBS with its metadata is expected; {', '.join(missing)} is missing "
            f"(found: {found})",
        )
    if not sets["Observations"]:
        raise DataSourceError(given, "the table of CBS has no observations")


def _codes(entries: Sequence[Any]) -> dict[str, Code]:
    return {
        _text(entry.get("Identifier")): Code(
            _text(entry.get("Identifier")), _text(entry.get("Title")), _text(entry.get("Unit"))
        )
        for entry in entries
        if isinstance(entry, dict)
    }


def _text(value: Any) -> str:
    # Codes of older tables are padded with spaces.
    return "" if value is None else str(value).strip()
