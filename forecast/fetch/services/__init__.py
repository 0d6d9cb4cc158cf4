"""The kinds of services: one module each, and in each one function ``collect``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from forecast.fetch.endpoints import Endpoint
from forecast.fetch.plan import Desk, Harvest
from forecast.fetch.services import areas, download, odata, overpass, socrata, wfs

Collect = Callable[[Endpoint, Desk], Harvest]

SERVICES: Final[Mapping[str, Collect]] = {
    "wfs": wfs.collect,
    "odata": odata.collect,
    "socrata": socrata.collect,
    "overpass": overpass.collect,
    "areas": areas.collect,
    "download": download.collect,
}
