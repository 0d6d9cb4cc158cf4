"""What the data packages in the data folder say of themselves: source, date, licence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forecast.errors import DataSourceError


@dataclass(frozen=True)
class Package:
    """The head of one Frictionless data package."""

    name: str
    title: str
    retrieved: str
    licence: str


def read_packages(data_folder: Path | None = None) -> list[Package]:
    """Return the data packages of a folder, by name.

    Raises
    ------
    DataSourceError
        If one is not readable.
    """
    folder = data_folder or Path(__file__).parent.parent.parent / "data"
    packages = []
    for path in sorted(folder.glob("*/datapackage.json")):
        try:
            head = json.loads(path.read_text(encoding="utf-8"))
            packages.append(
                Package(head["name"], head["title"], head["retrieved"], head["licenses"][0]["name"])
            )
        except (OSError, ValueError, LookupError) as error:
            raise DataSourceError(path, f"the data package is not readable ({error})") from None
    return packages


def version_day(topic_folder: Path) -> date | None:
    """Return the day that the data of one topic describe, by its data package; None: not said."""
    path = topic_folder / "datapackage.json"
    try:
        return date.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
