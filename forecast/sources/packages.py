"""What the data packages in the data folder say of themselves: source, date, licence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from forecast.errors import DataSourceError

Read = TypeVar("Read")


@dataclass(frozen=True)
class Package:
    """The head of one Frictionless data package."""

    name: str
    title: str
    retrieved: str
    licence: str


@dataclass(frozen=True)
class PackageNotice:
    """What who passes on figures made from a data package owes its publishers.

    Attributes
    ----------
    topic
        Name of its folder.
    title
        What it holds.
    attribution
        How the publisher asks to be named, else the names of its sources.
    licences
        Name (SPDX where there is one), title and address ("" where none is known) of each.
    sources
        Title and address ("" where none is known) of each.
    """

    topic: str
    title: str
    attribution: str
    licences: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str], ...]


def read_packages(data_folder: Path | None = None) -> list[Package]:
    """Return the data packages of a folder, by name.

    Raises
    ------
    DataSourceError
        If one is not readable.
    """
    return _read_each(data_folder, _package)


def read_package_notices(data_folder: Path | None = None) -> list[PackageNotice]:
    """Return what is owed to the publishers of each data package of a folder, by topic.

    Raises
    ------
    DataSourceError
        If one is not readable.
    """
    return _read_each(data_folder, _notice)


def _read_each(
    data_folder: Path | None, read: Callable[[Path, dict[str, Any]], Read]
) -> list[Read]:
    """Return what a function reads from the path and content of each data package."""
    found = []
    for path in _descriptors(data_folder):
        try:
            found.append(read(path, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, LookupError) as error:
            raise DataSourceError(path, f"the data package is not readable ({error})") from None
    return found


def _package(_: Path, head: dict[str, Any]) -> Package:
    return Package(head["name"], head["title"], head["retrieved"], head["licenses"][0]["name"])


def _notice(path: Path, head: dict[str, Any]) -> PackageNotice:
    sources = tuple((each["title"], each.get("path", "")) for each in head["sources"])
    return PackageNotice(
        path.parent.name,
        head["title"],
        head.get("attribution") or "; ".join(title for title, _ in sources),
        tuple((each["name"], each["title"], each.get("path", "")) for each in head["licenses"]),
        sources,
    )


def version_day(topic_folder: Path) -> date | None:
    """Return the day that the data of one topic describe, by its data package; None: not said."""
    path = topic_folder / "datapackage.json"
    try:
        return date.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _descriptors(data_folder: Path | None) -> list[Path]:
    folder = data_folder or Path(__file__).parent.parent.parent / "data"
    return sorted(folder.glob("*/datapackage.json"))
