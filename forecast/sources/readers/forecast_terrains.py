"""Which terrain a row of a forecast is about: by its RIN, else by its name and municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from forecast.search import fold_name
from forecast.sources.contract import Known
from forecast.sources.readers.locating import Locator
from forecast.sources.readers.sieve import municipality_code_of, refuse
from forecast.sources.zone_sorting import plain_name


@dataclass(frozen=True)
class Named:
    """How a row names its terrain; "" for what it does not say."""

    rin: str
    name: str
    municipality_code: str
    municipality: str

    @property
    def is_total(self) -> bool:
        """Whether the row adds up others."""
        words = (fold_name(self.rin or self.name or self.municipality) or "-").split()
        return words[0] in {"totaal", "total", "som", "subtotaal", "eindtotaal"}


class TerrainFinder:
    """Finds terrains of the register in use."""

    def __init__(self, known: Known) -> None:
        rows = known.tables["terrains"].select("terrain_id", "terrain_name", "municipality_code")
        self._locator: Final = Locator(known)
        self._by_id: Final = {rin: (name, code) for rin, name, code in rows.iter_rows()}
        self._by_name: Final[dict[tuple[str, str], list[str]]] = {}
        for rin, (name, code) in self._by_id.items():
            self._by_name.setdefault((fold_name(name), code), []).append(rin)

    def find(self, named: Named) -> tuple[str, str]:
        """Return the RIN of the terrain meant, and what should be noted ("" for nothing).

        Raises
        ------
        RowError
            If the row names none, one that is not in the register, or several.
        """
        if named.rin in self._by_id:
            return named.rin, self._differs(named)
        if not named.name:
            refuse(f"RIN {named.rin} is not in the register" if named.rin else "it has no RIN")
        code = self._municipality(named)
        found = self._by_name.get((fold_name(named.name), code), [])
        place = self._locator.names[code]
        if not found:
            also = f", nor is RIN {named.rin}" if named.rin else ""
            refuse(f"'{named.name}' in {place} is not in the register{also}")
        if len(found) > 1:
            refuse(f"'{named.name}' in {place} may be RIN {' or '.join(sorted(found))}; give a RIN")
        gone = f"RIN {named.rin} is not in the register; " if named.rin else ""
        return found[0], f"{gone}found as '{named.name}' in {place}"

    def _municipality(self, named: Named) -> str:
        code = municipality_code_of(named.municipality_code)
        if code in self._locator.codes:
            return code
        if not named.municipality and not named.municipality_code:
            refuse(f"'{named.name}' has neither a known RIN nor a municipality")
        found = self._locator.named(named.municipality)
        if found is None:
            refuse(f"there is no municipality '{named.municipality or named.municipality_code}'")
        return found.municipality_code

    def _differs(self, named: Named) -> str:
        """Return what to note where the name is another than that of the RIN.

        With another municipality too, the RIN is that of another terrain.
        """
        name, code = self._by_id[named.rin]
        if not named.name or _is_alike(named.name, name):
            return ""
        place = self._locator.names.get(code, code)
        stated = municipality_code_of(named.municipality_code)
        is_same_place = stated == code or plain_name(named.municipality) == plain_name(place)
        told = f"RIN {named.rin} is '{name}' in {place}"
        if not is_same_place and (stated or named.municipality):
            where = named.municipality or stated
            refuse(f"{told}, and the row says '{named.name}' in {where}")
        return f"{told}; the row says '{named.name}'"


def _is_alike(one: str, other: str) -> bool:
    """Return whether names are the same but for words that one of them has more."""
    words, more = (set(fold_name(name).split()) for name in (one, other))
    return words <= more or more <= words
