"""The licences and attributions that go with exported figures, from the data packages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.sources.packages import PackageNotice, read_package_notices

SITE_TABLES: Final = ("truck_sites", "site_demand", "charge_points")
"""Tables whose rows are made from the truck sites of OpenStreetMap."""
_SITES_TOPIC: Final = "truck_sites"
_NOT_IN_RESULTS: Final = ("published_figures", "ze_access_rules")
"""Topics that pages show beside the forecast and no exported figure is made from."""
_OPEN_DATABASE: Final = "ODbL-1.0"


@dataclass(frozen=True)
class Notice:
    """What is owed for one source.

    Attributes
    ----------
    topic, title
        The source, by its folder and in words.
    attribution
        How to name it.
    licences
        Name, title and address ("" where none is known) of each.
    sources
        Title and address ("" where none is known) of each.
    duty
        What publishing asks beyond naming the source; "" for nothing.
    """

    topic: str
    title: str
    attribution: str
    licences: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str], ...]
    duty: str

    @property
    def licence(self) -> str:
        """The licences in one line."""
        return "; ".join(
            f"{title}, {address}" if address else title for _, title, address in self.licences
        )

    @property
    def text(self) -> str:
        """The notice in one line."""
        line = f"{self.title}: {self.attribution}. Licence: {self.licence}."
        return f"{line} {self.duty}" if self.duty else line


def read_notices(
    table_names: Collection[str], data_folder: Path | None = None
) -> tuple[Notice, ...]:
    """Return the notices that an export of some tables carries.

    Every figure of a terrain rests on all sources of the run together. The truck sites are only
    in the tables of `SITE_TABLES`: without those, their share-alike licence does not apply.
    """
    has_sites = not set(table_names).isdisjoint(SITE_TABLES)
    return tuple(
        _notice(package, table_names)
        for package in read_package_notices(data_folder)
        if package.topic not in _NOT_IN_RESULTS and (has_sites or package.topic != _SITES_TOPIC)
    )


def _notice(package: PackageNotice, table_names: Collection[str]) -> Notice:
    duty = ""
    if any(name == _OPEN_DATABASE for name, _, _ in package.licences):
        named = ", ".join(name for name in SITE_TABLES if name in table_names)
        duty = (
            f"Share-alike: who publishes a database made from the tables {named} must offer it "
            "under the ODbL too and name OpenStreetMap."
        )
    return Notice(
        package.topic, package.title, package.attribution, package.licences, package.sources, duty
    )


def notices_text(notices: Collection[Notice]) -> str:
    """Return the notices, one a line."""
    return "\n".join(notice.text for notice in notices)
