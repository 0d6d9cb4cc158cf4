"""What the chains of one terrain share: stored tables, sources, and the figures made so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from forecast.assumptions import Assumptions
from forecast.explain.node import Node, Status
from forecast.explain.recorder import assumption_rows
from forecast.explain.sources import Sources
from forecast.explain.stored import Called, Stored
from forecast.schema import TABLES

TIMES: Final = " \u00d7 "
"""Between the factors of a formula."""
Build = Callable[["Field", "At"], Node]
"""Makes the chain of a figure."""


@dataclass(frozen=True)
class At:
    """When, and under which scenario."""

    year: int
    scenario: str

    @property
    def key(self) -> dict[str, int | str]:
        """As values of columns."""
        return {"year": self.year, "scenario": self.scenario}


@dataclass(frozen=True)
class Field:
    """A figure that can be opened.

    Attributes
    ----------
    name
        Column, and after dots what tells it apart.
    column
        The column by which words explain it.
    unit
        Unit; empty where it has none.
    build
        Makes the chain.
    table
        Where the run stores it; empty where it is a sum for print, or only made on the way.
    parts
        Columns and values that the name holds after its dots.
    has_year, has_scenario
        Whether the figure differs between years and between scenarios.
    """

    name: str
    column: str
    unit: str
    build: Build
    table: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    has_year: bool = True
    has_scenario: bool = True


def located_fields(
    place: str, vehicle: str, figures: Iterable[tuple[str, str, Build, str]]
) -> Iterator[Field]:
    """Return figures of a class at a location type: column, unit, what makes it, and its table."""
    for column, unit, build, table in figures:
        yield Field(
            f"{column}.{place}.{vehicle}",
            column,
            unit,
            build,
            table,
            {"location_type": place, "vehicle_class": vehicle},
        )


class Context:
    """Makes the nodes of one terrain, each once."""

    def __init__(self, stored: Stored, sources: Sources) -> None:
        self.stored = stored
        self.own = stored.of_terrain()
        """With what an adviser knows better of how vehicles drive and charge here."""
        self.scenarios = self.own.scenarios
        self.sources = sources
        self.fields: dict[str, Field] = {}
        self._nodes: dict[tuple[str, int, str], Node] = {}
        self._called: dict[str, Called] = {}

    @property
    def terrain_id(self) -> str:
        """The terrain."""
        return self.stored.terrain_id

    def add(self, fields: Iterable[Field]) -> None:
        """Take fields up; a name that is there already keeps its meaning."""
        for each in fields:
            self.fields.setdefault(each.name, each)

    def node(self, name: str, at: At) -> Node:
        """Return the chain of a figure."""
        wanted = self.fields[name]
        key = (
            name,
            at.year if wanted.has_year else 0,
            at.scenario if wanted.has_scenario else "",
        )
        if key not in self._nodes:
            self._nodes[key] = wanted.build(wanted, at)
        return self._nodes[key]

    def nodes(self, names: Iterable[str], at: At) -> tuple[Node, ...]:
        """Return the chains of several figures."""
        return tuple(self.node(name, at) for name in names)

    def cached(self, name: str, make: Callable[[], Called]) -> Called:
        """Return what a function returned, called once per name."""
        if name not in self._called:
            self._called[name] = make()
        return self._called[name]

    def key(self, wanted: Field, at: At) -> dict[str, str | int]:
        """Return what a figure is of."""
        when = {
            name: value
            for name, value in at.key.items()
            if (wanted.has_year if name == "year" else wanted.has_scenario)
        }
        return {"terrain_id": self.terrain_id, **when, **wanted.parts}

    def leaf(  # noqa: PLR0913 - the parts of a node
        self,
        wanted: Field,
        at: At,
        value: Any,
        *,
        status: Status,
        table: str = "",
        how: str = "",
        inputs: Iterable[Node] = (),
        keys: Iterable[str] = (),
        details: Mapping[str, Any] | None = None,
    ) -> Node:
        """Return a figure that is taken as it stands."""
        return Node(
            wanted.name,
            self.key(wanted, at),
            value,
            wanted.unit,
            status,
            how=how,
            inputs=tuple(inputs),
            assumptions=assumption_rows(keys, self.scenarios[at.scenario], wanted.parts.values()),
            source=self.sources.row(table) if table else None,
            details=details or {},
            is_leaf=True,
        )

    def made(  # noqa: PLR0913 - the parts of a node
        self,
        wanted: Field,
        at: At,
        value: Any,
        recomputed: Any,
        *,
        how: str = "",
        formula: str = "",
        inputs: Iterable[Node] = (),
        keys: Iterable[str] = (),
        of: Assumptions | None = None,
        status: Status = "modelled",
        details: Mapping[str, Any] | None = None,
    ) -> Node:
        """Return a figure with what a function of the pipeline made of its inputs once more."""
        return Node(
            wanted.name,
            self.key(wanted, at),
            value,
            wanted.unit,
            status,
            how=how,
            formula=formula,
            inputs=tuple(inputs),
            assumptions=assumption_rows(keys, of or self.scenarios.base, wanted.parts.values()),
            details=details or {},
            recomputed=recomputed,
        )


def unit_of(table: str, column: str) -> str:
    """Return the unit of a column of a table."""
    return next(each.unit for each in TABLES[table].columns if each.name == column)
