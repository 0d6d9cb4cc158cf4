"""Where the source tables of a run come from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.explain.node import SourceRow
from forecast.files import sha256_of

if TYPE_CHECKING:
    from forecast.run_info import RunInfo

DATA: Final = Path(__file__).parent.parent.parent / "data"
FILES: Final = {
    "terrains": "bedrijventerreinen/terreinen.csv",
    "register_issues": "bedrijventerreinen/terreinen.csv",
    "municipalities": "municipalities/gemeenten.csv",
    "ze_zones": "ze_zones/ze_zones.csv",
    "supply_areas": "supply_areas/supply_areas.csv",
    "vehicles_registered": "vehicles_registered/vehicles_registered_2023.csv",
    "vans_by_province": "vans_main_user/vans_by_province_2022.csv",
    "municipal_electric": "municipal_electric/municipal_electric.csv",
    "fleet_history": "fleet_history/fleet_history.csv",
}
"""Source table to the file that it is read from."""
_IMPORTED: Final = {
    "terrains": "ibis",
    "register_issues": "ibis",
    "municipalities": "establishments",
    "ze_zones": "ze-zones",
    "supply_areas": "supply-areas",
    "vehicles_registered": "vehicles",
    "vans_by_province": "vehicles",
}
"""Source table to the source whose imported files take its place."""


class Sources:
    """Names the publisher of a source table of a run.

    Only the embedded files say who published them. A run over other files names just the file, and
    one with imported files those.
    """

    def __init__(self, run: RunInfo) -> None:
        self._run = run

    def row(self, table: str) -> SourceRow:
        """Return where a row of a table comes from."""
        if self._imported(table):
            return SourceRow(
                table, self._file(table, FILES[table]), self._run.edition_id, (), (), ""
            )
        return self._embedded(table)

    def of_edition(self, table: str, edition_id: str, *, with_files_of: str = "") -> SourceRow:
        """Return where a row that knows its edition comes from.

        Parameters
        ----------
        with_files_of
            Source whose imported files had a part in it too; "" for none.
        """
        imported = self._run.imported
        files = [file.file_name for file in imported if file.edition_id == edition_id]
        if not files:
            return self._embedded(table)
        files += [file.file_name for file in imported if file.source_name == with_files_of]
        return SourceRow(table, ", ".join(files), self._run.edition_id, (), (), "")

    def _embedded(self, table: str) -> SourceRow:
        file = FILES[table]
        package = DATA / file.split("/")[0] / "datapackage.json"
        is_ours = self._run.data_hashes.get(file) == _digest(DATA / file)
        if not is_ours or not package.exists():
            return SourceRow(table, file, self._run.edition_id, (), (), "")
        head = json.loads(package.read_text(encoding="utf-8"))
        return SourceRow(
            table,
            file,
            self._run.edition_id,
            tuple(source["title"] for source in head["sources"]),
            tuple(source["path"] for source in head["sources"] if "path" in source),
            head["reference"],
        )

    def _file(self, table: str, file: str) -> str:
        """Return the imported files of a table, and its file in the folder where that is below."""
        found = ", ".join(self._imported(table))
        if not found:
            return file
        return f"{found}, over {file}" if file in self._run.data_hashes else found

    def _imported(self, table: str) -> list[str]:
        """Return the imported files that a table was read from."""
        mark = f"{_IMPORTED.get(table, '')}:"
        hashes = self._run.data_hashes
        return sorted(name.removeprefix(mark) for name in hashes if name.startswith(mark))


@cache
def _digest(path: Path) -> str:
    return sha256_of(path) if path.exists() else ""
