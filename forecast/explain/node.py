"""One link of a chain: a figure with what it was made of."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as column
from datetime import date
from typing import Any, Final, Literal

Value = float | int | str | bool | date | None
Status = Literal["observed", "published", "derived", "assumed", "modelled", "refined"]

RELATIVE_TOLERANCE: Final = 1e-6
"""How far a figure that is computed once more may lie from the one that was stored."""
_ABSOLUTE_TOLERANCE: Final = 1e-9
_PLACE: Final = re.compile(r"\{([^}]+)\}")
"""Where a formula takes a figure or an assumption."""


@dataclass(frozen=True)
class AssumptionRow:
    """An assumption that a step read, in the scenario of the figure."""

    key: str
    value: float
    unit: str
    low: float
    high: float
    status: str
    year: int
    source_title: str
    source_url: str


@dataclass(frozen=True)
class SourceRow:
    """Where a row of data comes from: the table and its edition, the publisher, and the date."""

    table: str
    file: str
    edition_id: str
    titles: tuple[str, ...]
    urls: tuple[str, ...]
    reference: str


@dataclass(frozen=True)
class Node:
    """A figure and its chain.

    Attributes
    ----------
    field
        Name of the figure: a column, with what tells it apart after dots.
    key
        What the figure is of: terrain, year, scenario and the like.
    value, unit
        As the run stored it, or as it was summed for print.
    status
        Observed, published, derived, assumed, modelled or refined.
    how
        Key of the sentence that tells how it is made; empty where formula or source say it.
    formula
        In symbols; an input stands as ``{field}``, an assumption as ``{=key}``.
    inputs
        The figures it was made of.
    assumptions
        Those that the step read.
    source
        The row of data that it is, if it is one.
    details
        More columns of the same row.
    recomputed
        The value as the functions of the pipeline make it of the inputs; None for a leaf.
    is_leaf
        Whether it is taken as it stands.
    """

    field: str
    key: Mapping[str, str | int]
    value: Value
    unit: str
    status: Status
    how: str = ""
    formula: str = ""
    inputs: tuple[Node, ...] = ()
    assumptions: tuple[AssumptionRow, ...] = ()
    source: SourceRow | None = None
    details: Mapping[str, Value] = column(default_factory=dict)
    recomputed: Value = None
    is_leaf: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the figure computed once more is the figure, to a millionth."""
        if self.is_leaf:
            return True
        if isinstance(self.value, float | int) and isinstance(self.recomputed, float | int):
            return math.isclose(
                self.value, self.recomputed, rel_tol=RELATIVE_TOLERANCE, abs_tol=_ABSOLUTE_TOLERANCE
            )
        return self.value == self.recomputed

    @property
    def symbols(self) -> str:
        """The formula with the names of what it takes."""
        return _PLACE.sub(lambda found: found[1].removeprefix("="), self.formula)

    def filled(self, show: Callable[[Value, str], str]) -> str:
        """Return the formula with values for names, each as ``show(value, unit)`` writes it."""
        values = {f"={row.key}": show(row.value, row.unit) for row in self.assumptions}
        for part in self.inputs:
            values[part.field] = values[f"{part.field}@{part.key.get('year')}"] = show(
                part.value, part.unit
            )
        return _PLACE.sub(lambda found: values[found[1]], self.formula)

    def walk(self) -> Iterator[Node]:
        """Iterate over the node and everything below it, each distinct figure once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            waiting += node.inputs

    def as_dict(self) -> dict[str, Any]:
        """Return the chain for programs; a figure that stood before is named, not repeated."""
        return _as_dict(self, set())


def _as_dict(node: Node, seen: set[int]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "field": node.field,
        "key": dict(node.key),
        "value": node.value,
        "unit": node.unit,
        "status": node.status,
    }
    if id(node) in seen:
        return body | {"is_repeated": True}
    seen.add(id(node))
    return body | {
        "recomputed": node.recomputed,
        "formula": node.symbols,
        "filled": node.filled(lambda value, _: str(value)),
        "details": dict(node.details),
        "source": asdict(node.source) if node.source else None,
        "assumptions": [asdict(row) for row in node.assumptions],
        "inputs": [_as_dict(part, seen) for part in node.inputs],
    }
