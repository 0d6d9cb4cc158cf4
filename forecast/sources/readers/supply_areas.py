"""Congestion (capaciteitskaart): figures of supply areas, colours of postcodes, planned works.

Read are the JSON of the operators after the information model (v1.3.0, and 1.2.0 before it), the
answers of the map itself per area ("68 MW" as text), a CSV of the same per area or per work, and
the CSV with colours per postcode. Traps: "2099" means not known and "-" that no year is given; a
colour says nothing of the cables below the station; feed-in areas lie over demand areas.
"""

from __future__ import annotations

from typing import Final

from forecast.errors import DataSourceError
from forecast.sources.contract import Reading, Request, Source
from forecast.sources.readers import congestion_model, congestion_postcodes, service_areas
from forecast.sources.untrusted.archive import kind_of, opened
from forecast.sources.untrusted.table import open_table
from forecast.sources.untrusted.tree import read_json

MOST_BAD_SHARE: Final = 0.05
"""About three hundred areas: fifteen without a figure that can be read is another file."""


def read(request: Request) -> Reading:
    """Return `supply_areas`, `postcode_congestion` or `supply_area_works`, as the file has them.

    Raises
    ------
    DataSourceError
        If it is none of the known forms.
    """
    with opened(request.path) as source:
        path = source.only("json", "csv")
        if kind_of(path) == "csv":
            table = open_table(path, request.path)
            if congestion_postcodes.fits_table(table.header):
                return congestion_postcodes.read_table(table, request)
            if service_areas.fits_table(table.header):
                return service_areas.read_table(table, request)
            raise DataSourceError(
                request.path,
                f"the file has {', '.join(table.header[:10])}; expected are colours per postcode "
                "(postcode, afname, invoeding), or areas or works of the capaciteitskaart",
            )
        body, encoding = read_json(path, request.path)
        if congestion_model.fits(body):
            return congestion_model.read_model(body, request, encoding)
        return service_areas.read_answers(body, request, encoding)


SOURCE: Final = Source(
    name="supply-areas",
    label="Congestion and supply areas (capaciteitskaart)",
    publisher="Netbeheer Nederland",
    licence="indicative; no rights can be derived",
    formats=(
        "JSON after the information model v1.3.0",
        "JSON or CSV per supply area",
        "CSV with colours per postcode",
        "CSV of planned works",
    ),
    tables=("supply_areas", "postcode_congestion", "supply_area_works"),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
