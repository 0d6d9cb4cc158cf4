"""Tables that an earlier export left in a folder, so that two runs don't stand beside each other.

Only a file that says itself that it is ours counts: one that our description beside the CSV lists,
a Parquet file with our metadata, a GeoJSON with our member. All other files of a folder are those
of somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from forecast.export.content import EXPORT_TABLES
from forecast.export.delimited import DATA_PACKAGE, PACKAGE_NAME
from forecast.export.formats import FORMATS
from forecast.export.geojson import OWN_START

_MOST_PACKAGE_BYTES: Final = 10_000_000


def earlier_files(folder: Path, format_name: str, written: Collection[str]) -> list[str]:
    """Return the names of tables of an earlier export in a folder that this one does not write.

    Parameters
    ----------
    folder
        May not exist.
    format_name
        Of this export; files of other formats stay.
    written
        Names of the files that it writes.
    """
    suffix = FORMATS[format_name].suffix
    listed = _listed(folder / DATA_PACKAGE) if suffix == ".csv" else set()
    return [
        name
        for name in (f"{table}{suffix}" for table in EXPORT_TABLES)
        if name not in written
        and (folder / name).is_file()
        and (name in listed or _is_ours(folder / name))
    ]


def _listed(package: Path) -> set[str]:
    """Return the files that a description of ours lists; none if it is another's or unreadable."""
    body: Any = None
    with suppress(OSError, ValueError):
        if package.stat().st_size <= _MOST_PACKAGE_BYTES:
            body = json.loads(package.read_bytes())
    if not isinstance(body, dict) or body.get("name") != PACKAGE_NAME:
        return set()
    resources = body.get("resources")
    return {
        str(resource["path"])
        for resource in (resources if isinstance(resources, list) else [])
        if isinstance(resource, dict) and "path" in resource
    }


def _is_ours(path: Path) -> bool:
    """Whether a file holds our mark inside; CSV has no place for one."""
    with suppress(OSError):
        if path.suffix == ".geojson":
            with path.open("rb") as file:
                return file.read(len(OWN_START)) == OWN_START
        if path.suffix == ".parquet":
            return _has_own_metadata(path)
    return False


def _has_own_metadata(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with suppress(pa.ArrowException):
        return b"laadvraag" in (pq.read_schema(path).metadata or {})
    return False
