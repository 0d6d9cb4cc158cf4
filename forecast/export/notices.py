"""The licences and attributions that go with exported figures: of the files that a run used.

Those of embedded files are in their data packages, those of imported ones in the registry of
sources.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.sources.packages import PackageNotice, read_package_notices

if TYPE_CHECKING:
    from forecast.run_info import ImportedFile, RunInfo

SITE_TABLES: Final = ("truck_sites", "site_demand", "charge_points")
"""Tables whose rows are made from the truck sites of OpenStreetMap."""
_SITES: Final = ("truck_sites", "truck-sites")
"""Topic and source of the truck sites."""
NOT_IN_RESULTS: Final = ("published_figures", "ze_access_rules", "charging-sites")
"""Topics and sources that pages show beside the forecast and no figure is made from."""
_OPEN_DATABASE: Final = "ODbL-1.0"
_LICENCES: Final = {
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "ODbL-1.0": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
"""Title and address of the licences that the registry names by their code (SPDX)."""
_LICENCE: Final = re.compile(r"(?P<code>[A-Za-z]+(?:-[A-Za-z]+)*-?[0-9.]+)(?: \((?P<of>[^)]*)\))?")
_NO_LICENCE: Final = "notspecified"


@dataclass(frozen=True)
class Notice:
    """What is owed for one source.

    Attributes
    ----------
    topic, title
        The source, by its folder, or by its name and file where it was imported; and in words.
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
    run: RunInfo, table_names: Collection[str], data_folder: Path | None = None
) -> tuple[Notice, ...]:
    """Return the notices that an export of some tables of a run carries.

    Every figure of a terrain rests on all sources of the run together: the embedded ones that no
    import took the place of, and the imported ones. The truck sites are only in the tables of
    `SITE_TABLES`: without those, their share-alike licence does not apply.
    """
    has_sites = not set(table_names).isdisjoint(SITE_TABLES)
    left_out = {*NOT_IN_RESULTS, *(() if has_sites else _SITES)}
    packages = [
        _of_package(package, table_names)
        for package in read_package_notices(data_folder)
        if package.topic in run.embedded_topics - left_out
    ]
    files = [
        _of_file(file, table_names) for file in run.imported if file.source_name not in left_out
    ]
    return (*packages, *files)


def _of_package(package: PackageNotice, table_names: Collection[str]) -> Notice:
    return Notice(
        package.topic,
        package.title,
        package.attribution,
        package.licences,
        package.sources,
        _duty(package.licences, table_names),
    )


def _of_file(file: ImportedFile, table_names: Collection[str]) -> Notice:
    # Readers take long to load, and most runs have no imports.
    from forecast.sources.registry import source_named

    source = source_named(file.source_name)
    day = f", {file.reference_date.isoformat()}" if file.reference_date else ""
    licences = tuple(_licences(file.licence))
    return Notice(
        f"{file.source_name}-{file.file_name}",
        f"{source.label}, imported",
        f"{source.publisher}; file {file.file_name}{day}",
        licences,
        ((f"{source.publisher}; file {file.file_name}{day}", ""),),
        _duty(licences, table_names),
    )


def _licences(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, title and address of the licences that a source states.

    >>> [name for name, _, _ in _licences("CC-BY-4.0 (CBS), CC0-1.0 (RDW)")]
    ['CC-BY-4.0', 'CC0-1.0']
    """
    found = [_LICENCE.fullmatch(part) for part in text.split(", ")]
    for part in found:
        if part is None or part["code"] not in _LICENCES:
            yield _NO_LICENCE, text, ""
            return
    for part in found:
        if part is not None:
            title, address = _LICENCES[part["code"]]
            of = f" (figures of {part['of']})" if part["of"] else ""
            yield part["code"], f"{title}{of}", address


def _duty(licences: Collection[tuple[str, str, str]], table_names: Collection[str]) -> str:
    if all(name != _OPEN_DATABASE for name, _, _ in licences):
        return ""
    named = ", ".join(name for name in SITE_TABLES if name in table_names)
    return (
        f"Share-alike: who publishes a database made from the tables {named} must offer it "
        "under the ODbL too and name OpenStreetMap."
    )


def notices_text(notices: Collection[Notice]) -> str:
    """Return the notices, one a line."""
    return "\n".join(notice.text for notice in notices)
